"""What a stranger makes of a document: classes generated from the CDA schema with the extension for pharmacy
(malac-models-cda, `ch_ext_pharm`) read it, say what is no value of its type, and write it back in the order of the schema.

What they do not know, or expect elsewhere, is lost or moved on that way: so `faults` finds unknown elements, elements in a
wrong order or place, and values outside their type. It proves nothing of the French templates: those have assertions of
their own. Left out are the narrative and names, whose mixed content these classes write twice.
"""

import io
from collections.abc import Iterator
from typing import Any

from lxml import etree
from malac.models.cda import ch_ext_pharm as stranger

V3 = "urn:hl7-org:v3"
SPACES = (
    f'xmlns="{V3}" xmlns:hl7v3="{V3}" xmlns:pharm="urn:ihe:pharm:medication" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
MIXED = {"text", "name", "addr", "title", "originalText", "value"}
# These classes compare the Python value of a boolean, True, with the pattern of its text.
OWN_FAULT = "match xsd pattern restrictions: [['^(true|false)$']]"


def faults(document: bytes) -> list[str]:
    """What a stranger finds wrong; empty when he reads all and would have written the same."""
    source = etree.fromstring(document)
    said = stranger.GdsCollector_()
    read = stranger.POCD_MT000040_ClinicalDocument.factory()
    try:
        read.build(source, gds_collector_=said)
    except stranger.GDSParseError as error:
        return [str(error)]
    told = [text for text in said.get_messages() if OWN_FAULT not in text]
    out = io.StringIO()
    read.export(out, 0, name_="ClinicalDocument", namespacedef_=SPACES, pretty_print=False)
    ours, theirs = (list(_paths(root)) for root in (source, etree.fromstring(out.getvalue())))
    if ours != theirs:
        at = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), -1)
        told.append(f"{ours[at]} is read as {theirs[at]}")
    return told


def _paths(element: Any, path: str = "") -> Iterator[str]:
    name = etree.QName(element).localname
    path = f"{path}/{name}"
    yield path
    if name not in MIXED:
        # Of some types these classes write children again: the order of the first ones is compared.
        once = dict.fromkeys(tuple(_paths(child, path)) for child in element)
        yield from (each for child in once for each in child)
