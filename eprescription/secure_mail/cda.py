"""The PDF inside a CDA document, alone in it (`nonXMLBody`, HL7 CDA R2 4.3.1) or its copy, read by a parser that knows no entity.

A document type declaration ends the reading: no entity is ever declared, so that none is expanded or fetched.
"""

import base64
import binascii
from xml.parsers import expat

_NAMESPACE = "urn:hl7-org:v3"
_HOLDERS = {  # what holds a file: in which element
    f"{_NAMESPACE} text": f"{_NAMESPACE} nonXMLBody",
    f"{_NAMESPACE} value": f"{_NAMESPACE} observationMedia",
}
DEEPEST = 200


class NotWellFormed(ValueError):
    """No XML that may be read."""


class _Reader:
    """Collects the base64 texts of PDF that stand where a document holds a file."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.texts: list[list[str]] = []
        self.inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= DEEPEST:
            raise NotWellFormed
        pdf = attributes.get("mediaType") == "application/pdf"
        self.inside = pdf and self.path[-1:] == [_HOLDERS.get(name)]
        if self.inside:
            self.texts.append([])
        self.path.append(name)

    def end(self, name: str) -> None:
        self.path.pop()
        self.inside = False

    def data(self, text: str) -> None:
        if self.inside:
            self.texts[-1].append(text)

    def doctype(self, *declared: object) -> None:
        raise NotWellFormed


def is_xml(data: bytes) -> bool:
    """Whether it begins like an XML document."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<ClinicalDocument"))


def pdfs_in(document: bytes) -> list[bytes]:
    """The PDF that a CDA embeds; none in XML of another kind. Raises NotWellFormed."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(document, True)
        return [base64.b64decode("".join(text).strip()) for text in reader.texts]
    except (expat.ExpatError, binascii.Error, ValueError) as error:
        raise NotWellFormed from error
