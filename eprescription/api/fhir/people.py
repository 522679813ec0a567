"""The patient as FR Core has him (fr-core-patient-ins), both ways; the prescriber, one way."""

from typing import Any

from eprescription.api.fhir import names
from eprescription.api.fhir.nodes import Node, Unreadable, extensions
from eprescription.api.fhir.order import Signed
from eprescription.identity.numbers import INS_OIDS
from eprescription.identity.traits import UNKNOWN_PLACE, IdentityStatus, Traits

OIDS = frozenset(f"urn:oid:{oid}" for oid in INS_OIDS)
ELEMENTS = ("extension", "identifier", "name", "gender", "birthDate", "active")
STATUS = "identityStatus"


def written_patient(traits: Traits) -> dict[str, Any]:
    """The five traits, the name in use, the INS when there is one, and how far they are trusted."""
    status = {"system": names.IDENTITY_STATUS, "code": traits.status.value}
    reliability = {
        "url": names.RELIABILITY,
        "extension": [{"url": STATUS, "valueCoding": status}],
    }
    profile = names.INS_PROFILE if traits.ins else names.PATIENT_PROFILE
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "meta": {"profile": [profile]},
        "extension": [reliability, *_birth_place(traits)],
        "name": _names(traits),
        "gender": names.GENDERS[traits.sex],
        "birthDate": traits.birth_date.isoformat(),
    }
    if traits.ins:
        ins = {"use": "official", "system": f"urn:oid:{traits.ins_oid}", "value": traits.ins}
        patient["identifier"] = [ins]
    return patient


def _birth_place(traits: Traits) -> list[dict[str, Any]]:
    if traits.birth_place == UNKNOWN_PLACE:
        return []
    town = {"system": names.TOWN, "code": traits.birth_place}
    address = {"extension": [{"url": names.TOWN_CODE, "valueCoding": town}]}
    return [{"url": names.BIRTH_PLACE, "valueAddress": address}]


def _names(traits: Traits) -> list[dict[str, Any]]:
    born = {"use": "official", "family": traits.birth_name, "given": traits.first_names.split()}
    return [born, *([{"use": "usual", "family": traits.used_name}] if traits.used_name else [])]


def read_patient(node: Node) -> Traits:
    """The traits of a Patient. Raises Unreadable, without repeating what they say."""
    node.resource(*ELEMENTS)
    known = extensions(node, (names.RELIABILITY, names.BIRTH_PLACE))
    official, usual = _by_use(node, "name", ("official", "usual"))
    if official is None:
        raise Unreadable(f"{node.at}.name", "A name of use official is missing.", "required")
    given = official.object("use", "family", "given", "text").each("given", 20)
    ins, oid = _ins(node)
    try:
        return Traits(
            birth_name=official.need("family").words(100),
            first_names=" ".join(item.words(100) for item in given),
            used_name=usual.object("use", "family").need("family").words(100) if usual else "",
            birth_date=node.need("birthDate").day(),
            sex=names.SEX[node.need("gender").code(names.SEX)],  # type: ignore[arg-type]
            birth_place=_read_birth_place(known.get(names.BIRTH_PLACE)),
            ins=ins,
            ins_oid=oid,
            status=_status(known.get(names.RELIABILITY)),
        )
    except ValueError as error:
        raise Unreadable(node.at, str(error), "invariant") from None


def _by_use(node: Node, name: str, uses: tuple[str, ...]) -> list[Node | None]:
    """Items by their use; each use once."""
    found: dict[str, Node] = {}
    for item in node.each(name, 5):
        use = item.need("use").code(uses)
        if use in found:
            raise Unreadable(item.at, "This use stands twice.", "duplicate")
        found[use] = item
    return [found.get(use) for use in uses]


def _ins(node: Node) -> tuple[str, str]:
    (official,) = _by_use(node, "identifier", ("official",))
    if official is None:
        return "", ""
    official.object("use", "type", "system", "value")
    system = official.need("system").code(OIDS)
    return official.need("value").words(30), system.removeprefix("urn:oid:")


def _status(node: Node | None) -> IdentityStatus:
    if node is None:
        return IdentityStatus.PROV
    inner = extensions(node.object("url", "extension"), (STATUS,)).get(STATUS)
    if inner is None:
        raise Unreadable(node.at, "This extension says nothing.", "required")
    statuses = [status.value for status in IdentityStatus]
    return IdentityStatus(inner.need("valueCoding").coding(statuses, names.IDENTITY_STATUS)[1])


def _read_birth_place(node: Node | None) -> str:
    if node is None:
        return UNKNOWN_PLACE
    address = node.object("url", "valueAddress").need("valueAddress")
    address.object("extension", "city", "country", "text")
    town = extensions(address, (names.TOWN_CODE,)).get(names.TOWN_CODE)
    if town is None:
        return UNKNOWN_PLACE
    coding = town.need("valueCoding").object("system", "version", "code", "display")
    coding.need("system").code((names.TOWN,))
    return coding.need("code").words(5)


def written_prescriber(signed: Signed) -> list[tuple[str, dict[str, Any]]]:
    """Who signed and where, as they stand on the signed page."""
    person = {
        "resourceType": "Practitioner",
        "identifier": [{"system": names.RPPS, "value": signed.identifier}],
        "name": [{"text": signed.name}],
        "qualification": [{"code": {"text": signed.qualification}}],
    }
    where: dict[str, Any] = {
        "resourceType": "Organization",
        "identifier": [{"system": names.PLACE, "value": signed.place_identifier}],
        "name": signed.place,
        "address": [{"text": signed.address}],
    }
    if signed.phone:
        where["telecom"] = [{"system": "phone", "value": signed.phone}]
    return [("practitioner", person), ("organization", where)]
