"""The header of a document as its metadata want it: in fields of HL7 v2 (CX, XCN, XON, PID), times in UTC."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from eprescription.cda.codes import Confidentiality
from eprescription.cda.ebrim import Coded
from eprescription.cda.header import NUMBER_ROOT
from eprescription.cda.nodes import NAMESPACES, Element, oid

SENDER = oid(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:oid:{NUMBER_ROOT}"))
"""This software, as it names itself to receivers: the same as in the health space."""

_NUMBERED = "NH"  # national number of a person (HL7 table 0203, France)
_OWN = "PI"
_ESCAPED = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})


@dataclass(frozen=True)
class Header:
    """What the metadata repeat."""

    unique_id: str
    title: str
    type: Coded
    confidentiality: Coded
    facility: Coded
    setting: Coded
    events: tuple[Coded, ...]
    language: str
    created: str
    begins: str
    ends: str
    patient_id: str
    patient: tuple[str, ...]
    author: dict[str, str]
    authenticator: str

    @property
    def restricted(self) -> bool:
        """Whether those who stand for the patient may not see it."""
        return self.confidentiality.code == Confidentiality.RESTRICTED.code

    @classmethod
    def of(cls, document: bytes) -> "Header":
        """Read a document of our own: a stranger's may lack what is looked for."""
        root = ET.fromstring(document)  # noqa: S314 - it was written by this package a moment ago
        act, *others = _all(root, "documentationOf/serviceEvent")
        place = _one(act, "performer/assignedEntity/representedOrganization")
        met = _one(root, "componentOf/encompassingEncounter/location/healthCareFacility")
        return cls(
            unique_id=_one(root, "id").get("root", ""),
            title=_one(root, "title").text or "",
            type=_coded(root, "code"),
            confidentiality=_coded(root, "confidentialityCode"),
            facility=_coded(met, "code"),
            setting=_coded(place, "standardIndustryClassCode"),
            events=tuple(_coded(event, "code") for event in others),
            language=_one(root, "languageCode").get("code", ""),
            created=_time(root, "effectiveTime"),
            begins=_time(act, "effectiveTime/low"),
            ends=_time(act, "effectiveTime/high"),
            patient_id=_identifier(_one(root, "recordTarget/patientRole/id")),
            patient=_traits(_one(root, "recordTarget/patientRole/patient")),
            author=_author(_one(root, "author/assignedAuthor")),
            authenticator=_person(_one(root, "legalAuthenticator/assignedEntity")),
        )


def utc(at: datetime) -> str:
    """A moment as XDS writes it, to the second."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def field(text: str | None) -> str:
    """Words inside a field: what parts fields from each other is escaped (HL7 v2, 2.7)."""
    return (text or "").translate(_ESCAPED)


def _all(element: Element, path: str) -> list[Element]:
    return element.findall(path, {"": NAMESPACES[""]})


def _one(element: Element, path: str) -> Element:
    return _all(element, path)[0]


def _text(element: Element, path: str) -> str:
    return next((field(found.text) for found in _all(element, path)), "")


def _time(element: Element, path: str) -> str:
    return utc(datetime.strptime(_one(element, path).get("value", ""), "%Y%m%d%H%M%S%z"))


def _coded(element: Element, path: str) -> Coded:
    found = _one(element, path)
    return Coded(*(found.get(name, "") for name in ("code", "displayName", "codeSystem")))


def _identifier(found: Element) -> str:
    """CX: the national number under its OID, else the portal's own, whose root is the identifier itself."""
    system, number = found.get("root", ""), found.get("extension", "")
    if number:
        return f"{field(number)}^^^&{system}&ISO^{_NUMBERED}"
    return f"{system}^^^&{SENDER}&ISO^{_OWN}"


def _traits(patient: Element) -> tuple[str, ...]:
    """PID-5 (birth name, first name, all first names: legal), PID-7, PID-8."""
    birth, first = (_text(patient, f"name/{part}[@qualifier='BR']") for part in ("family", "given"))
    others = _text(patient, "name/given")
    sex = _one(patient, "administrativeGenderCode").get("code", "")
    born = _one(patient, "birthTime").get("value", "")
    return f"PID-5|{birth}^{first}^{others}^^^^L", f"PID-7|{born}", f"PID-8|{sex}"


def _author(author: Element) -> dict[str, str]:
    kind = _coded(author, "code")
    return {
        "authorInstitution": _organisation(_one(author, "representedOrganization")),
        "authorPerson": _person(author),
        "authorSpecialty": f"{kind.code}^{field(kind.display)}^{kind.system}",
    }


def _person(who: Element) -> str:
    """XCN: number, name, first name, the national register, identifier of a professional."""
    known = _one(who, "id")
    name, first = (_text(who, f"assignedPerson/name/{part}") for part in ("family", "given"))
    register = f"&{known.get('root')}&ISO^D^^^IDNPS"
    return f"{field(known.get('extension'))}^{name}^{first}^^^^^^{register}"


def _organisation(place: Element) -> str:
    """XON: name, the register of places, number."""
    known = _one(place, "id")
    register = f"&{known.get('root')}&ISO^IDNST"
    return f"{_text(place, 'name')}^^^^^{register}^^^{field(known.get('extension'))}"
