"""What is decided of a line as a FHIR MedicationDispense, both ways. The quantity counts in the unit of the line's
balance (boxes; units for narcotics); boxes, agreements and exceptions stand in extensions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from eprescription.api.fhir import names
from eprescription.api.fhir.nodes import Node, Unreadable, extensions
from eprescription.models import (
    Agreement,
    Exceptional,
    Intervention,
    InterventionOutcome,
    Problem,
    Refusal,
)
from pharmacies.decisions import Decision

# Fields of a decision in extensions: the kind of their value, and what it may be
TEXTS = {"lot": 20, "serial": 20, "agreement": 300, "reason": 300, "instruction": 300}
CODES: dict[str, Any] = {
    "exceptional": Exceptional,
    "agreed_how": Agreement,
    "problem": Problem,
    "intervention": Intervention,
    "outcome": InterventionOutcome,
}
FLAGS = ("urgent", "shortage")
COUNTS = {"owed": 9999, "packs": 999}
EXPIRY, AGREED_AT, QUESTION = "expiry", "agreed_at", "question_id"
URLS = {
    name: names.own(name.replace("_", "-"))
    for name in (*TEXTS, *CODES, *FLAGS, *COUNTS, EXPIRY, AGREED_AT, QUESTION)
}
ELEMENTS = (
    *("status", "statusReasonCodeableConcept", "medicationCodeableConcept", "note"),
    *("authorizingPrescription", "quantity", "dosageInstruction", "extension"),
)
MOST = 9999


def written(decision: Decision) -> dict[str, Any]:
    """The dispense of a decision."""
    coding = [{"system": names.CIS, "code": decision.cis}] if decision.cis else []
    if decision.cip13:
        coding.append({"system": names.CIP, "code": decision.cip13})
    line = {"reference": f"urn:uuid:{decision.line_id}"}
    told: dict[str, Any] = {
        "resourceType": "MedicationDispense",
        "status": "completed" if decision.quantity else "declined",
        "authorizingPrescription": [line],
        "quantity": {"value": decision.quantity},
        "medicationCodeableConcept": {"coding": coding} if coding else {"text": "–"},
    }
    if decision.refusal:
        why = {"coding": [{"system": names.REFUSAL, "code": decision.refusal}]}
        told["statusReasonCodeableConcept"] = why
    if decision.posology:
        told["dosageInstruction"] = [{"text": decision.posology}]
    if decision.note:
        told["note"] = [{"text": decision.note}]
    beside = _beside(decision)
    return told | ({"extension": beside} if beside else {})


def _beside(decision: Decision) -> list[dict[str, Any]]:
    rows: list[tuple[str, str, Any]] = []
    rows += [(name, "String", getattr(decision, name)) for name in TEXTS]
    rows += [(name, "Code", getattr(decision, name)) for name in CODES]
    rows += [(name, "Boolean", getattr(decision, name)) for name in FLAGS]
    rows += [(name, "Integer", getattr(decision, name)) for name in COUNTS]
    dated = decision.expiry, decision.agreed_at, decision.question_id
    rows.append((EXPIRY, "Date", dated[0] and dated[0].isoformat()))
    rows.append((AGREED_AT, "DateTime", dated[1] and dated[1].isoformat()))
    rows.append((QUESTION, "Uuid", dated[2] and f"urn:uuid:{dated[2]}"))
    return [{"url": URLS[name], f"value{kind}": value} for name, kind, value in rows if value]


def read(node: Node) -> Decision:
    """The decision that a dispense tells. Raises Unreadable."""
    node.resource(*ELEMENTS).need("resourceType").code(("MedicationDispense",))
    quantity = node.need("quantity").object("value", "unit").need("value").count(0, MOST)
    node.need("status").code(("completed" if quantity else "declined",))
    why, posology, note = (
        node.get("statusReasonCodeableConcept"),
        node.lone("dosageInstruction"),
        node.lone("note"),
    )
    return Decision(
        line_id=_line_id(node),
        quantity=quantity,
        refusal=why.coded(_codes(Refusal), names.REFUSAL)[1] if why else "",
        posology=posology.object("text").need("text").words() if posology else "",
        note=note.object("text").need("text").words() if note else "",
        **_product(node.need("medicationCodeableConcept").object("coding", "text")),
        **_read_beside(node),
    )


def _line_id(node: Node) -> UUID:
    line = node.lone("authorizingPrescription")
    if line is None:
        raise Unreadable(f"{node.at}.authorizingPrescription", "Which line?", "required")
    return uuid_of(line.object("reference", "display").need("reference"))


def uuid_of(node: Node) -> UUID:
    """An id written urn:uuid:…"""
    try:
        return UUID(node.words(45).removeprefix("urn:uuid:"))
    except ValueError:
        raise Unreadable(node.at, "urn:uuid: and an id are expected.") from None


def _product(code: Node) -> dict[str, Any]:
    """The product handed over and its box."""
    told = {"cis": "", "cip13": ""}
    for coding in code.each("coding", 2):
        coding.object("system", "version", "code", "display")
        system = coding.need("system").code((names.CIS, names.CIP))
        name, length = ("cis", 8) if system == names.CIS else ("cip13", 13)
        text = coding.need("code").words(length)
        if not (text.isascii() and text.isdigit() and len(text) == length) or told[name]:
            raise Unreadable(coding.at, f"A code of {length} digits is expected.", "code-invalid")
        told[name] = text
    return told


def _read_beside(node: Node) -> dict[str, Any]:
    found = extensions(node, URLS.values())
    told: dict[str, Any] = {}
    for name, url in URLS.items():
        if url in found:
            told[name] = _value(name, found[url])
    return told


def _value(name: str, item: Node) -> Any:
    if name in TEXTS:
        return item.need("valueString").words(TEXTS[name])
    if name in CODES:
        return item.need("valueCode").code(_codes(CODES[name]))
    if name in FLAGS:
        return item.need("valueBoolean").flag()
    if name in COUNTS:
        return item.need("valueInteger").count(0, COUNTS[name])
    if name == EXPIRY:
        return _day(item)
    return _moment(item) if name == AGREED_AT else uuid_of(item.need("valueUuid"))


def _day(item: Node) -> date:
    return item.need("valueDate").day()


def _moment(item: Node) -> datetime:
    value = item.need("valueDateTime")
    try:
        found = datetime.fromisoformat(value.words(40))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Unreadable(value.at, "A moment with its offset is expected.")
    return found


def _codes(choices: Any) -> list[str]:
    return [value for value in choices.values if value]
