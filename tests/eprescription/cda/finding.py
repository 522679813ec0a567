"""Looking things up in a document, in the words of its schema."""

from typing import Any
from xml.etree import ElementTree as ET

SPACES = {"": "urn:hl7-org:v3", "pharm": "urn:ihe:pharm:medication"}
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def root_of(document: bytes) -> ET.Element:
    return ET.fromstring(document)


def all_at(root: ET.Element, path: str) -> list[ET.Element]:
    return root.findall(path, SPACES)


def one_at(root: ET.Element, path: str) -> ET.Element:
    [found] = all_at(root, path)
    return found


def that_conform(root: ET.Element, oid: str) -> list[ET.Element]:
    """The elements that declare this template."""
    declared = {
        id(x) for x in root.iter() if any(t.get("root") == oid for t in all_at(x, "templateId"))
    }
    return [x for x in root.iter() if id(x) in declared]


def words(element: ET.Element) -> str:
    return "".join(element.itertext()).strip()


def references_that_lead_nowhere(root: ET.Element) -> list[str]:
    """Entries point at words of the narrative: each must stand there."""
    anchors = {x.get("ID") for x in root.iter() if x.get("ID")}
    pointed = [x.get("value", "") for x in root.iter() if x.tag.endswith("}reference")]
    return [at for at in pointed if at.removeprefix("#") not in anchors]


def value_of(element: ET.Element, name: str) -> Any:
    return one_at(element, name).get("value")
