"""The draft: begun, written, thrown away; only its author sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.catalogue.models import Medicine
from eprescription.models import (
    Deed,
    Line,
    Prescription,
    PrescriptionState,
)
from eprescription.permissions import check_care, check_write
from eprescription.refusal import Overtaken, Refusal, Unlawful
from eprescription.rules.facts import LinesFacts
from eprescription.rules.ivg import ivg_medicines_wait_for_their_own_flow
from prescribers.facts import line_facts

MOST_LINES = 20


def draft(*, subject_id: UUID, by: Actor, at: datetime) -> Prescription:
    """Begins a prescription for a patient in care."""
    check_care(by, subject_id)
    with transaction.atomic():
        prescription = Prescription.objects.create(
            author_id=by.activity_id, subject_id=subject_id, created_at=at, written_at=at
        )
        record(Deed.DRAFTED, by=by, prescription=prescription)
    return prescription


def add_line(*, prescription: Prescription, cis: str, by: Actor, at: datetime) -> Line:
    """Adds a medicine as the drug base names it today. Abortion medicines are refused before they are stored."""
    check_write(by, prescription)
    medicine = Medicine.objects.filter(pk=cis, marketed=True).first()
    if medicine is None:
        raise Refusal("no_medicine", _("Ce médicament n'est pas dans le catalogue."))
    with transaction.atomic():
        _touch(prescription, at)
        line = _line_of(prescription, medicine)
        facts = LinesFacts(lines=(line_facts(line, marketed=True),))
        wrong = ivg_medicines_wait_for_their_own_flow(facts)
        if wrong:
            raise Unlawful(wrong)
        line.save(force_insert=True)
        record(Deed.WROTE, by=by, prescription=prescription)
    return line


def save_lines(
    *, prescription: Prescription, lines: Mapping[UUID, Mapping[str, Any]], by: Actor, at: datetime
) -> None:
    """Keeps what was typed on the lines of a draft: `lines` maps the id of a line to its fields."""
    check_write(by, prescription)
    with transaction.atomic():
        known = {line.pk: line for line in prescription.lines.all()}
        changed = [
            known[pk] for pk, values in lines.items() if pk in known and _apply(known[pk], values)
        ]
        if not changed:
            return
        _touch(prescription, at)
        Line.objects.bulk_update(changed, WRITTEN_FIELDS)
        record(Deed.WROTE, by=by, prescription=prescription)


WRITTEN_FIELDS = ["posology", "duration_days", "quantity", "renewals", "ald", "non_substitutable"]


def remove_line(*, prescription: Prescription, line_id: UUID, by: Actor, at: datetime) -> None:
    """Takes a line away and closes the gap."""
    check_write(by, prescription)
    with transaction.atomic():
        _touch(prescription, at)
        prescription.lines.filter(pk=line_id).delete()
        for position, line in enumerate(prescription.lines.order_by("position"), start=1):
            prescription.lines.filter(pk=line.pk).update(position=position)
        record(Deed.WROTE, by=by, prescription=prescription)


def discard(*, prescription: Prescription, by: Actor, at: datetime) -> None:
    """Throws a draft away; what was signed is never thrown away."""
    check_write(by, prescription)
    if prescription.state != PrescriptionState.DRAFT:
        raise Refusal("signed", _("Une ordonnance signée ne se supprime pas : annulez-la."))
    with transaction.atomic():
        _touch(prescription, at)  # somebody may be signing it in another window
        record(Deed.WROTE, by=by, prescription=prescription, code="discarded")
        prescription.delete()


def _touch(prescription: Prescription, at: datetime) -> None:
    row = Prescription.objects.filter(
        pk=prescription.pk, state=PrescriptionState.DRAFT, version=prescription.version
    )
    if not row.update(version=F("version") + 1, written_at=at):
        raise Overtaken("draft_overtaken", _("Ce brouillon a changé dans une autre fenêtre."))
    prescription.version += 1


def _line_of(prescription: Prescription, medicine: Medicine) -> Line:
    last = prescription.lines.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST_LINES:
        raise Refusal("too_many_lines", _("Une ordonnance porte au plus 20 lignes."))
    pack = medicine.packs.order_by("cip13").first()
    return Line(
        prescription=prescription,
        position=last + 1,
        cis=medicine.cis,
        cip13=pack.cip13 if pack else "",
        inn=medicine.inn,
        name=medicine.name,
        strength=medicine.strength,
        form=medicine.form,
        list=medicine.list,
        # 7 days, or 28 by active pump: only the prescriber knows which, so the longer one blocks.
        max_days=medicine.max_days_extended or medicine.max_days,
        secured=medicine.secured,
        ivg=medicine.ivg,
        quantity=1,
    )


def _apply(line: Line, values: Mapping[str, Any]) -> bool:
    changed = {name: values[name] for name in WRITTEN_FIELDS if values[name] != getattr(line, name)}
    for name, value in changed.items():
        setattr(line, name, value)
    return bool(changed)
