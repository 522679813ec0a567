"""A whole prescription as a FHIR Bundle, and back: patient, group, requests with their medicines, weight and height."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eprescription.api.fhir import names
from eprescription.api.fhir.nodes import Node, Unreadable, number, once
from eprescription.api.fhir.order import Order, Ordered, Signed
from eprescription.api.fhir.people import read_patient, written_patient, written_prescriber
from eprescription.api.fhir.requests import (
    REASON,
    read_reasons,
    read_request,
    written_medication,
    written_reasons,
    written_request,
)
from eprescription.models import LineKind, Paper, SecretCare

MOST_LINES = 20
REQUESTS = ("MedicationRequest", "DeviceRequest", "ServiceRequest")
OTHERS = ("Patient", "RequestGroup", "Medication", "Observation", "Practitioner", "Organization")
WEIGHT, HEIGHT = ("29463-7", "kg"), ("8302-2", "cm")
ANSWERS = {
    name: names.own(name.replace("_", "-"))
    for name in (
        *("may_follow", "paper", "pharmacy_named", "teleconsultation"),
        *("secret", "accompanied"),
    )
}
GROUP = (
    *("status", "intent", "identifier", "groupIdentifier", "subject", "authoredOn"),
    *("author", "action", "extension"),
)
SPACE = uuid.UUID("6f1d2f0e-2c1b-5f0b-9d57-0d5a1c7c4a11")


# --- Writing


def written(order: Order, signed: Signed | None = None) -> dict[str, Any]:
    """The bundle of an order; with what the signature added, when there is one."""
    writer = _Writer(signed)
    requests = [writer.line(i, line) for i, line in enumerate(order.lines)]
    first = [("patient", written_patient(order.patient))] if order.patient else []
    group = writer.common({"resourceType": "RequestGroup"}, "authored") | _group(order, requests)
    entries = [
        *((name, resource) for name, resource in first),
        *(written_prescriber(signed) if signed else []),
        ("group", group),
        *writer.entries,
        *_measures(order),
    ]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if signed:
        bundle |= {"id": str(signed.id), "timestamp": signed.signed_at.isoformat()}
        bundle["meta"] = {"versionId": signed.version}
        bundle["identifier"] = {"system": names.NUMBER, "value": signed.number}
    return bundle | {"entry": [{"fullUrl": writer.url(n), "resource": r} for n, r in entries]}


class _Writer:
    """Names the entries of one bundle and lets them refer to each other."""

    def __init__(self, signed: Signed | None) -> None:
        self.signed = signed
        self.entries: list[tuple[str, dict[str, Any]]] = []

    def url(self, name: str) -> str:
        """The address of an entry: the same for the same prescription."""
        space = self.signed.id if self.signed else SPACE
        return f"urn:uuid:{uuid.uuid5(space, name)}"

    def line(self, rank: int, line: Ordered) -> str:
        """Adds the entries of a line; gives the address of its request."""
        medication = f"medication {rank}"
        if line.kind == LineKind.MEDICINE:
            self.entries.append((medication, written_medication(line)))
        request = self.common(written_request(line, self.url(medication)), "requester")
        if self.signed:
            request["id"] = str(self.signed.line_ids[rank])
        self.entries.append((f"request {rank}", request))
        return self.url(f"request {rank}")

    def common(self, resource: dict[str, Any], who: str) -> dict[str, Any]:
        """What all requests and their group say."""
        signed = self.signed
        told: dict[str, Any] = {"status": signed.status if signed else "active", "intent": "order"}
        told["subject"] = {"reference": self.url("patient")}
        if signed:
            told["authoredOn"] = signed.signed_at.isoformat()
            number_ = {"system": names.NUMBER, "value": signed.number}
            person = {"reference": self.url("practitioner")}
            if resource["resourceType"] == "RequestGroup":
                told |= {"groupIdentifier": number_, "author": person}
            else:
                told["requester"] = person
            if resource["resourceType"] != "ServiceRequest":
                told["groupIdentifier"] = number_
            else:
                told["identifier"] = [number_]
        return resource | told


def _group(order: Order, requests: list[str]) -> dict[str, Any]:
    said: list[dict[str, Any]] = []
    for name, url in ANSWERS.items():
        value = getattr(order, name)
        if value is None or value == "":
            continue
        kind = "Boolean" if isinstance(value, bool) else "Code"
        kind = "String" if name == "pharmacy_named" else kind
        said.append({"url": url, f"value{kind}": value})
    said += written_reasons(order.reasons)
    group: dict[str, Any] = {
        "meta": {"profile": [names.GROUP_PROFILE]},
        "action": [{"resource": {"reference": url}} for url in requests],
    }
    return group | ({"extension": said} if said else {})


def _measures(order: Order) -> list[tuple[str, dict[str, Any]]]:
    measured = ((WEIGHT, order.weight_kg), (HEIGHT, order.height_cm))
    return [
        (code, _observation(code, unit, Decimal(value)))
        for (code, unit), value in measured
        if value is not None
    ]


def _observation(code: str, unit: str, value: Decimal) -> dict[str, Any]:
    quantity = {"value": number(value), "unit": unit, "system": names.UCUM, "code": unit}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": names.LOINC, "code": code}]},
        "valueQuantity": quantity,
    }


# --- Reading


@dataclass
class _Entries:
    """The entries of a bundle by address, and those of one type."""

    by_url: dict[str, Node]
    nodes: list[Node]

    def of(self, *types: str) -> list[Node]:
        return [node for node in self.nodes if node.value["resourceType"] in types]

    def one(self, kind: str) -> Node:
        found = self.of(kind)
        if len(found) != 1:
            raise Unreadable("Bundle.entry", f"One {kind} is expected.", "structure")
        return found[0]

    def pointed(self, reference: Node) -> Node:
        """The entry that a reference means."""
        url = reference.object("reference", "type", "display").need("reference").words(100)
        if url not in self.by_url:
            raise Unreadable(reference.at, "This reference leads nowhere.", "not-found")
        return self.by_url[url]


def read(value: Any) -> Order:
    """The order that a bundle tells. Raises Unreadable, at the element that is wrong."""
    bundle = Node(value, "Bundle").resource("type", "entry", "timestamp", "identifier")
    bundle.need("resourceType").code(("Bundle",))
    bundle.need("type").code(("collection",))
    entries = _entries(bundle)
    group = entries.one("RequestGroup").resource(*GROUP)
    group.need("status").code(("active",))
    group.need("intent").code(("order",))
    patient = entries.one("Patient")
    requests = _requests(group, entries)
    for node in (group, *requests):
        _check_subject(node, patient, entries)
    return Order(
        patient=read_patient(patient),
        lines=tuple(_line(node, entries) for node in requests),
        requester=_requester((group, "author"), *((n, "requester") for n in requests), to=entries),
        reasons=read_reasons(group),
        **_answers(group),
        **_measured(entries),
    )


def _entries(bundle: Node) -> _Entries:
    found = _Entries({}, [])
    for item in bundle.each("entry", 4 * MOST_LINES):
        node = item.object("fullUrl", "resource").need("resource")
        node.need("resourceType").code((*REQUESTS, *OTHERS))
        url = item.need("fullUrl").words(100)
        if url in found.by_url:
            raise Unreadable(item.at, "This address stands twice.", "duplicate")
        found.by_url[url] = node
        found.nodes.append(node)
    return found


def _requests(group: Node, entries: _Entries) -> list[Node]:
    """The requests in the order of the group: each of the bundle, once."""
    pointed = [
        entries.pointed(action.object("resource", "id").need("resource"))
        for action in group.each("action", MOST_LINES)
    ]
    known = {node.at for node in entries.of(*REQUESTS)}
    told = [node.at for node in pointed]
    if len(told) != len({*told}) or {*told} != known:
        raise Unreadable(f"{group.at}.action", "Each request stands once in the group.")
    return pointed


def _check_subject(node: Node, patient: Node, entries: _Entries) -> None:
    """No line of somebody else's slips in."""
    if entries.pointed(node.need("subject")).at != patient.at:
        raise Unreadable(f"{node.at}.subject", "All is for the one patient of the bundle.")


def _line(node: Node, entries: _Entries) -> Ordered:
    reference = node.get("medicationReference")
    return read_request(node, entries.pointed(reference) if reference else None)


def _requester(*told: tuple[Node, str], to: _Entries) -> str:
    """The RPPS that the bundle says, the same everywhere; empty when it says none."""
    found = {
        rpps
        for node, name in told
        if (reference := node.get(name)) and (rpps := _rpps(to.pointed(reference)))
    }
    if len(found) > 1:
        raise Unreadable("Bundle.entry", "One professional signs.")
    return found.pop() if found else ""


def _rpps(practitioner: Node) -> str:
    for item in practitioner.each("identifier", 5):
        if item.need("system").value == names.RPPS:
            return item.need("value").words(11)
    return ""


def _answers(group: Node) -> dict[str, Any]:
    kept = [x for x in group.each("extension") if x.need("url").value != REASON]
    known = {url: name for name, url in ANSWERS.items()}
    return {known[url]: _answer(known[url], item) for url, item in once(kept, known).items()}


def _answer(name: str, item: Node) -> Any:
    if name == "paper":
        return item.need("valueCode").code(Paper.values)
    if name == "secret":
        return item.need("valueCode").code([value for value in SecretCare.values if value])
    if name == "pharmacy_named":
        return item.need("valueString").words(120)
    return item.need("valueBoolean").flag()


def _measured(entries: _Entries) -> dict[str, Any]:
    units = dict((WEIGHT, HEIGHT))
    told: dict[str, Any] = {}
    for node in entries.of("Observation"):
        node.resource("status", "code", "valueQuantity", "subject", "effectiveDateTime")
        code = node.need("code").coded(units, names.LOINC)[1]
        quantity = node.need("valueQuantity").object("value", "unit", "system", "code")
        quantity.need("system").code((names.UCUM,))
        quantity.need("code").code((units[code],))
        name = "weight_kg" if code == WEIGHT[0] else "height_cm"
        if name in told:
            raise Unreadable(node.at, "This measure stands twice.", "duplicate")
        value = quantity.need("value")
        told[name] = _weight(value) if name == "weight_kg" else value.count(20, 260)
    return told


def _weight(node: Node) -> Decimal:
    found = node.number()
    if not Decimal("0.3") <= found <= 500 or found != round(found, 2):
        raise Unreadable(node.at, "A weight is 0.3 to 500 kg, with two decimals at most.")
    return found
