"""A signed prescription as an order with what the signature added, for who may see it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from eprescription.actor import Actor
from eprescription.anonymity import is_anonymous
from eprescription.api.fhir import bundle, names
from eprescription.api.fhir.order import Order, Ordered, Signed
from eprescription.audit.journal import record
from eprescription.documents import codes
from eprescription.identity import vault
from eprescription.models import Deed, Line, Prescription, PrescriptionState
from eprescription.once import earlier
from eprescription.permissions import visible_to
from eprescription.posology import Posology
from eprescription.quantities import structure

STATUS = {
    PrescriptionState.ISSUED: "active",
    PrescriptionState.CANCELLED: "revoked",
    PrescriptionState.EXPIRED: "completed",
}
SAME = (
    *("kind", "cis", "cip13", "lpp", "by_inn", "duration_days", "quantity", "renewals", "ald"),
    *("cover", "off_label", "not_reimbursable", "non_substitutable", "single_delivery"),
    *("overlap", "by_pump"),
)
CODE = f"{names.OWN}:code"


def signed_ones(by: Actor) -> QuerySet[Prescription]:
    """What this professional may see, drafts apart: those are of the portal's pages alone."""
    return visible_to(by).exclude(state=PrescriptionState.DRAFT).select_related("case")


def one(by: Actor, pk: UUID) -> Prescription:
    """One of them; 404 for the others, which do not exist here."""
    found = signed_ones(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def read(by: Actor, pk: UUID) -> tuple[Prescription, dict[str, Any]]:
    """One prescription and its bundle, with the trace of the reading."""
    with transaction.atomic():
        found = one(by, pk)
        record(Deed.READ, by=by, prescription=found)
        return found, bundle_of(found, by)


def version_of(prescription: Prescription, by: Actor) -> str:
    """What the entity tag says. To the author nothing of the dispensing: his answers are the same whatever it was."""
    if by.is_prescriber:
        return str(prescription.version)
    return f"{prescription.version}-{prescription.case.version}"


def bundle_of(prescription: Prescription, by: Actor) -> dict[str, Any]:
    """The bundle for this reader."""
    lines = list(prescription.lines.all())
    order = order_of(prescription, lines)
    if not by.is_prescriber:  # answers that are not for the counter
        order = replace(order, may_follow=None, secret="", accompanied=None)
    signed = _signed(prescription, lines, version_of(prescription, by))
    told = bundle.written(order, signed)
    told["meta"]["tag"] = [{"system": names.STATE, "code": prescription.state}]
    code = codes.text_of(prescription) if by.is_prescriber else None
    return _with_code(told, code) if code else told


def _with_code(told: dict[str, Any], code: str) -> dict[str, Any]:
    """What the author's software prints as the QR code, as long as it may."""
    group = next(x["resource"] for x in told["entry"] if "action" in x["resource"])
    group["identifier"] = [{"system": CODE, "value": code}]
    return told


def order_of(prescription: Prescription, lines: list[Line]) -> Order:
    """What was signed, as values."""
    traits = None
    if not is_anonymous(prescription):
        traits = vault.read(prescription.subject_id, prescription.identity_version)
    return Order(
        patient=traits,
        lines=tuple(map(_ordered, lines)),
        may_follow=prescription.may_follow,
        paper=prescription.paper,
        weight_kg=prescription.weight_kg,
        height_cm=prescription.height_cm,
        pharmacy_named=prescription.pharmacy_named,
        teleconsultation=prescription.teleconsultation,
        secret=prescription.secret,
        accompanied=prescription.accompanied,
    )


def _ordered(line: Line) -> Ordered:
    taken = structure(line)
    if taken:
        taken = Posology(tuple(replace(step, weight_kg=None) for step in taken.steps))
    listed = bool(line.cis or line.lpp)
    return Ordered(
        **{name: getattr(line, name) for name in SAME},
        name="" if listed else line.name,
        label=line.name if listed else "",
        dosing=taken,
        words="" if taken else line.posology,
    )


def _signed(prescription: Prescription, lines: list[Line], version: str) -> Signed:
    told = prescription.prescriber or {}
    assert prescription.number and prescription.signed_at and prescription.expires_on
    return Signed(
        id=prescription.pk,
        number=prescription.number,
        status=STATUS[PrescriptionState(prescription.state)],
        version=version,
        signed_at=prescription.signed_at,
        expires_on=prescription.expires_on,
        identifier=told["identifier"],
        name=f"{told['title']} {told['name']}".strip(),
        qualification=told["speciality"],
        place=told["place_name"],
        place_identifier=told["place_identifier"],
        address=told["address"].replace("\n", ", "),
        phone=told["phone"],
        line_ids=tuple(line.pk for line in lines),
    )


def presented_or_done(by: Actor, pk: UUID, *, act: str, key: UUID) -> Prescription | None:
    """The prescription in hand; None when this key has done this act to it already, which closed it here. 404 else."""
    if earlier(act=act, key=key, by=by) == pk:
        return None
    return one(by, pk)
