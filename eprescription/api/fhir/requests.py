"""One line as a FHIR request: a MedicationRequest with its Medication, a DeviceRequest or a ServiceRequest."""

from typing import Any

from eprescription.api.fhir import dosage, names
from eprescription.api.fhir.nodes import Node, Unreadable, extensions, once
from eprescription.api.fhir.order import Ordered, Reasons
from eprescription.api.fhir.timing import days, read_days
from eprescription.models import LineKind
from eprescription.posology import Posology

FLAGS = ("by_inn", "ald", "off_label", "not_reimbursable", "single_delivery", "by_pump")
URLS = {name: names.own(name.replace("_", "-")) for name in (*FLAGS, "cover", "overlap")}
# What requests for devices and services have no element for
BESIDE = {name: names.own(name) for name in ("duration", "quantity", "renewals")}
REASON, RULE, TEXT = names.own("reason"), "rule", "text"
MOST_REASONS = 20
KNOWN = ("status", "intent", "identifier", "groupIdentifier", "subject", "authoredOn", "requester")
MEDICATION = (
    *KNOWN,
    *("medicationReference", "medicationCodeableConcept", "dosageInstruction"),
    *("dispenseRequest", "substitution", "extension"),
)
DEVICE = (*KNOWN, "codeCodeableConcept", "note", "extension")
SERVICE = (*KNOWN, "code", "category", "note", "extension")
BOX = ("boîte", "boîtes", "box", "boxes")


# --- Writing


def written_request(line: Ordered, medication: str) -> dict[str, Any]:
    """The request of a line. `medication` is the reference to its Medication, when it is one."""
    if line.kind == LineKind.MEDICINE:
        return _medication_request(line, medication)
    told: dict[str, Any] = {"resourceType": "ServiceRequest", "code": {"text": line.name}}
    if line.kind == LineKind.DEVICE:
        code: dict[str, Any] = {"text": line.label or line.name} if line.label or line.name else {}
        if line.lpp:
            code["coding"] = [{"system": names.LPP, "code": line.lpp}]
        told = {"resourceType": "DeviceRequest", "codeCodeableConcept": code}
    else:
        told["category"] = [{"coding": [{"system": names.KIND, "code": line.kind}]}]
    beside = {
        "duration": line.duration_days,
        "quantity": line.quantity,
        "renewals": line.renewals or None,
    }
    more = [{"url": BESIDE[k], "valueInteger": v} for k, v in beside.items() if v is not None]
    return told | ({"note": [{"text": line.words}]} if line.words else {}) | _extended(line, more)


def written_medication(line: Ordered) -> dict[str, Any]:
    """The product of a line: its CIS, and the box when one was chosen."""
    coding = [{"system": names.CIS, "code": line.cis}]
    if line.cip13:
        coding.append({"system": names.CIP, "code": line.cip13})
    code: dict[str, Any] = {"coding": coding} | ({"text": line.label} if line.label else {})
    return {
        "resourceType": "Medication",
        "meta": {"profile": [names.MEDICATION_PROFILE]},
        "code": code,
    }


def _medication_request(line: Ordered, medication: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "meta": {"profile": [names.REQUEST_PROFILE]},
        "medicationReference": {"reference": medication},
        "dosageInstruction": dosage.written(line.dosing) if line.dosing else [{"text": line.words}],
        "substitution": {"allowedBoolean": not line.non_substitutable},
    }
    if line.non_substitutable:
        why = {"coding": [{"system": names.REASON, "code": line.non_substitutable}]}
        told["substitution"]["reason"] = why
    if not line.dosing and not line.words:
        del told["dosageInstruction"]
    return told | _supply(line) | _extended(line, [])


def _supply(line: Ordered) -> dict[str, Any]:
    supply: dict[str, Any] = {}
    if line.renewals:
        supply["numberOfRepeatsAllowed"] = line.renewals
    if line.quantity is not None:
        supply["quantity"] = {"value": line.quantity, "unit": BOX[0]}
    if line.duration_days is not None:
        supply["expectedSupplyDuration"] = days(line.duration_days)
    return {"dispenseRequest": supply} if supply else {}


def _extended(line: Ordered, more: list[dict[str, Any]]) -> dict[str, Any]:
    flags = [{"url": URLS[n], "valueBoolean": True} for n in FLAGS if getattr(line, n)]
    cover = [{"url": URLS["cover"], "valueCode": line.cover}] if line.cover else []
    overlap = [{"url": URLS["overlap"], "valueString": line.overlap}] if line.overlap else []
    found = [*flags, *cover, *overlap, *more, *written_reasons(line.reasons)]
    return {"extension": found} if found else {}


def written_reasons(reasons: Reasons) -> list[dict[str, Any]]:
    """Why one goes on in spite of a warning, by the rule that warns."""
    return [
        {"url": REASON, "extension": [_inner(RULE, "Code", rule), _inner(TEXT, "String", text)]}
        for rule, text in reasons
    ]


def _inner(url: str, kind: str, value: str) -> dict[str, str]:
    return {"url": url, f"value{kind}": value}


# --- Reading


def read_request(node: Node, medication: Node | None) -> Ordered:
    """The line of a request; `medication` is the Medication that it refers to. Raises Unreadable."""
    kind = node.need("resourceType").value
    read = {"MedicationRequest": _medicine, "DeviceRequest": _device, "ServiceRequest": _service}
    values = read[kind](node, medication)
    node.need("status").code(("active",))
    node.need("intent").code(("order",))
    return Ordered(**values | _read_extended(node))


def _medicine(node: Node, medication: Node | None) -> dict[str, Any]:
    node.resource(*MEDICATION)
    code = node.get("medicationCodeableConcept")
    if medication is not None:
        code = medication.resource("code", "status", "form").need("code")
    if code is None:
        raise Unreadable(f"{node.at}.medicationReference", "A medicine is missing.", "required")
    taken = dosage.read(rows) if (rows := node.each("dosageInstruction", 60)) else ""
    how = {"dosing": taken} if isinstance(taken, Posology) else {"words": taken}
    return _product(code) | how | _read_supply(node) | _substitution(node)


def _product(code: Node) -> dict[str, str]:
    """Codes of a product: its CIS, and its box at most."""
    found: dict[str, str] = {}
    for coding in code.object("coding", "text").each("coding", 2):
        coding.object("system", "version", "code", "display")
        system = coding.need("system").code((names.CIS, names.CIP))
        name, length = ("cis", 8) if system == names.CIS else ("cip13", 13)
        text = coding.need("code").words(length)
        if not text.isascii() or not text.isdigit() or len(text) != length or name in found:
            raise Unreadable(coding.at, f"A code of {length} digits is expected.", "code-invalid")
        found[name] = text
    if "cis" not in found:
        raise Unreadable(f"{code.at}.coding", "The CIS of the medicine is missing.", "required")
    return found


def _read_supply(node: Node) -> dict[str, Any]:
    supply = node.get("dispenseRequest")
    if supply is None:
        return {}
    supply.object("numberOfRepeatsAllowed", "quantity", "expectedSupplyDuration")
    repeats, quantity = supply.get("numberOfRepeatsAllowed"), supply.get("quantity")
    lasts = supply.get("expectedSupplyDuration")
    if quantity is not None and (unit := quantity.object("value", "unit").get("unit")):
        unit.code(BOX)
    return {
        "renewals": repeats.count(0, 11) if repeats else 0,
        "quantity": quantity.need("value").count(1, 99) if quantity else None,
        "duration_days": read_days(lasts, 366) if lasts else None,
    }


def _substitution(node: Node) -> dict[str, str]:
    said = node.get("substitution")
    if said is None:
        return {}
    allowed = said.object("allowedBoolean", "reason").need("allowedBoolean").flag()
    if allowed:
        said.object("allowedBoolean")  # a reason for nothing
        return {}
    why = said.need("reason").coded(names.NO_SUBSTITUTION, names.REASON)[1]
    return {"non_substitutable": why}


def _device(node: Node, medication: Node | None) -> dict[str, Any]:
    code = node.resource(*DEVICE).need("codeCodeableConcept").object("coding", "text")
    coding = code.lone("coding")
    if coding is None:
        return {"kind": LineKind.DEVICE, "name": code.need("text").words()} | _beside(node)
    coding.object("system", "version", "code", "display").need("system").code((names.LPP,))
    return {"kind": LineKind.DEVICE, "lpp": coding.need("code").words(7)} | _beside(node)


def _service(node: Node, medication: Node | None) -> dict[str, Any]:
    node.resource(*SERVICE)
    category = node.lone("category")
    if category is None:
        raise Unreadable(f"{node.at}.category", "This element is missing.", "required")
    kind = category.coded(names.SERVICES, names.KIND)[1]
    name = node.need("code").object("text").need("text").words()
    return {"kind": kind, "name": name} | _beside(node)


def _beside(node: Node) -> dict[str, Any]:
    """Words, duration, quantity and renewals of what is no medicine."""
    note = node.lone("note")
    found = _plain_extensions(node)
    most = {"duration": (1, 366), "quantity": (1, 99), "renewals": (0, 11)}
    told = {
        name: found[url].need("valueInteger").count(*most[name])
        for name, url in BESIDE.items()
        if url in found
    }
    named = {"duration": "duration_days"}
    words = note.object("text").need("text").words() if note else ""
    return {"words": words} | {named.get(name, name): value for name, value in told.items()}


def _read_extended(node: Node) -> dict[str, Any]:
    found = _plain_extensions(node)
    if node.value["resourceType"] == "MedicationRequest" and {*found} & {*BESIDE.values()}:
        raise Unreadable(node.at, "A medicine says this in dispenseRequest.", "not-supported")
    cover, overlap = found.get(URLS["cover"]), found.get(URLS["overlap"])
    told: dict[str, Any] = {
        name: found[URLS[name]].need("valueBoolean").flag() for name in FLAGS if URLS[name] in found
    }
    told["cover"] = cover.need("valueCode").code(names.COVERS) if cover else ""
    told["overlap"] = overlap.need("valueString").words(200) if overlap else ""
    return told | {"reasons": read_reasons(node)}


def _plain_extensions(node: Node) -> dict[str, Node]:
    """The extensions but reasons, which may stand several times."""
    kept = [x for x in node.each("extension") if x.need("url").value != REASON]
    return once(kept, (*URLS.values(), *BESIDE.values()))


def read_reasons(node: Node) -> Reasons:
    """The reasons given on a request or on the group. Raises Unreadable."""
    told = [x for x in node.each("extension") if x.need("url").value == REASON]
    return tuple(_reason(item) for item in told[: MOST_REASONS + 1])


def _reason(item: Node) -> tuple[str, str]:
    inner = extensions(item.object("url", "extension"), (RULE, TEXT))
    if {*inner} != {RULE, TEXT}:
        raise Unreadable(item.at, "A reason has a rule and a text.", "required")
    return inner[RULE].need("valueCode").words(100), inner[TEXT].need("valueString").words(300)
