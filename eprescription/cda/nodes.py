"""XML of HL7 CDA R2 and of its registries (ebRIM), written element by element: namespaces, identifiers, instants, and text that stays text."""

import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

from django.utils import timezone

Element = ET.Element
NAMESPACES = {
    "": "urn:hl7-org:v3",
    "pharm": "urn:ihe:pharm:medication",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "lcm": "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0",
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
}
for _prefix, _uri in NAMESPACES.items():
    ET.register_namespace(_prefix, _uri)
_TYPE = f"{{{NAMESPACES['xsi']}}}type"
# What XML 1.0 cannot carry, in no form (Char, production 2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def root(name: str) -> Element:
    """The element that begins a document."""
    return ET.Element(_qualified(name))


def add(
    parent: Element, name: str, text: str = "", /, *, kind: str = "", **attributes: str
) -> Element:
    """A child at the end of `parent`: its text, its `kind` (xsi:type) and the attributes that are not empty."""
    told = {key: clean(value) for key, value in attributes.items() if value}
    if kind:
        told[_TYPE] = kind
    element = ET.SubElement(parent, _qualified(name), told)
    element.text = clean(text) or None
    return element


def clean(text: str) -> str:
    """The text with a mark in the place of each character that XML has no writing for."""
    return _UNWRITABLE.sub("\ufffd", text)


def templates(parent: Element, roots: Sequence[str]) -> None:
    """The models that an element declares to conform to."""
    for oid in roots:
        add(parent, "templateId", root=oid)


def uid(space: uuid.UUID, name: str) -> str:
    """The identifier of a part of a document: the same for the same document."""
    return written_uid(uuid.uuid5(space, name))


def written_uid(value: uuid.UUID) -> str:
    """A UUID as CDA writes it, in capitals."""
    return str(value).upper()


def oid(value: uuid.UUID) -> str:
    """The same identifier as an OID (ITU-T X.667): documents and what is sent with them are named so."""
    return f"2.25.{value.int}"


def instant(at: datetime) -> str:
    """An instant (TS), in the time of the place with its offset."""
    return timezone.localtime(at).strftime("%Y%m%d%H%M%S%z")


def day(value: date) -> str:
    """A day (TS)."""
    return value.strftime("%Y%m%d")


def number(value: Decimal | int) -> str:
    """A quantity without exponent or idle zeros."""
    return format(Decimal(value).normalize(), "f")


def referring(parent: Element, name: str, anchor: str) -> Element:
    """A child whose words stand in the narrative, at `anchor`."""
    element = add(parent, name)
    add(element, "reference", value=f"#{anchor}")
    return element


def written(document: Element) -> bytes:
    """The document in UTF-8: the same bytes for the same content."""
    return ET.tostring(document, encoding="UTF-8", xml_declaration=True)


def _qualified(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"
