"""The draft: begun, written, thrown away; only its author sees it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import is_anonymous
from eprescription.audit.journal import record
from eprescription.models import Deed, Line, LineContent, Prescription, PrescriptionState
from eprescription.permissions import check_care, check_write
from eprescription.refusal import Overtaken, Refusal
from prescribers import lines as contents
from prescribers import taking
from prescribers.watch import trace_comparison
from prescribers.wordless import coded

MOST_LINES = 20
# What the prescription asks of the whole, when its lines call for it.
WHOLE = (
    *("weight_kg", "height_cm", "pharmacy_named"),
    *("teleconsultation", "anonymity", "convention_place", "convention_date"),
    *("secret", "accompanied"),
)


def draft(*, subject_id: UUID, new_id: UUID | None = None, by: Actor, at: datetime) -> Prescription:
    """Begins a prescription for a patient in care; `new_id`: the id that it was promised."""
    check_care(by, subject_id)
    with transaction.atomic():
        prescription = Prescription.objects.create(
            id=new_id or uuid4(),
            author_id=by.activity_id,
            subject_id=subject_id,
            created_at=at,
            written_at=at,
        )
        record(Deed.DRAFTED, by=by, prescription=prescription)
        trace_comparison(prescription, by=by, on=timezone.localdate(at))
    return prescription


def add_line(
    *,
    prescription: Prescription,
    content: Mapping[str, Any],
    text: str = "",
    by: Actor,
    at: datetime,
) -> Line:
    """Adds a line (`prescribers.lines` makes its content), taken as `text` says.

    A medicine of abortion is not stored before the questions of its own act (`add_ivg_line`).
    """
    check_write(by, prescription)
    if content.get("ivg") and not is_anonymous(prescription):
        raise IvgAsked(content["cis"])
    return add_written(prescription, content, text, by, at)


class IvgAsked(Refusal):
    """A medicine of abortion was chosen: place and anonymity are asked before anything is stored."""

    def __init__(self, cis: str) -> None:
        super().__init__("ivg_asked", _("Ce médicament demande d'abord deux réponses."))
        self.cis = cis


def add_lines(
    *, prescription: Prescription, earlier: Iterable[LineContent], by: Actor, at: datetime
) -> list[Line]:
    """Adds lines as they were written before, the law and the base read anew. Medicines of abortion
    are left out: they are never repeated."""
    check_write(by, prescription)
    on = timezone.localdate(at)
    with transaction.atomic():
        return [
            add_written(prescription, contents.again(line, on), "", by, at)
            for line in earlier
            if not line.ivg
        ]


def restore_line(
    *, prescription: Prescription, content: Mapping[str, Any], by: Actor, at: datetime
) -> Line:
    """Brings back a line that was just taken away, at the end."""
    check_write(by, prescription)
    return add_written(prescription, content, "", by, at)


def duplicate_line(*, prescription: Prescription, line_id: UUID, by: Actor, at: datetime) -> None:
    """Adds the same line again, to be changed."""
    add_lines(prescription=prescription, earlier=_line(prescription, line_id), by=by, at=at)


def replace_line(
    *, prescription: Prescription, line_id: UUID, cis: str, by: Actor, at: datetime
) -> None:
    """Puts another medicine in the place of one, taken as before."""
    check_write(by, prescription)
    with transaction.atomic():
        for line in _line(prescription, line_id):
            touch(prescription, at)
            new = contents.instead(line, cis, timezone.localdate(at))
            if new["ivg"] and not is_anonymous(prescription):
                raise IvgAsked(cis)
            for name, value in new.items():
                setattr(line, name, value)
            taking.reckon(line, prescription.weight_kg)
            coded(prescription, line)
            line.save()
            line.justifications.all().delete()  # they were about the other medicine
            record(Deed.WROTE, by=by, prescription=prescription)


def save_lines(
    *, prescription: Prescription, lines: Mapping[UUID, Mapping[str, Any]], by: Actor, at: datetime
) -> None:
    """Keeps what was typed on the lines of a draft: `lines` maps the id of a line to its fields."""
    check_write(by, prescription)
    with transaction.atomic():
        known = {line.pk: line for line in prescription.lines.all()}
        weight = prescription.weight_kg
        changed = [
            coded(prescription, known[pk])
            for pk, values in lines.items()
            if pk in known and taking.take(known[pk], values, weight)
        ]
        if not changed:
            return
        touch(prescription, at)
        Line.objects.bulk_update(changed, taking.KEPT)
        record(Deed.WROTE, by=by, prescription=prescription)


def save_whole(
    *, prescription: Prescription, values: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    """Keeps what the prescription says of the whole: weight, designated pharmacy …"""
    check_write(by, prescription)
    changed = {
        name: values[name]
        for name in WHOLE
        if name in values and values[name] != getattr(prescription, name)
    }
    if not changed or is_anonymous(prescription):  # there all was said before it was begun
        return
    with transaction.atomic():
        touch(prescription, at, **changed)
        if "weight_kg" in changed:
            lines = list(prescription.lines.all())
            weighed = [line for line in lines if taking.weigh(line, changed["weight_kg"])]
            Line.objects.bulk_update(weighed, taking.KEPT)
        record(Deed.WROTE, by=by, prescription=prescription)
    for name, value in changed.items():
        setattr(prescription, name, value)


def remove_line(*, prescription: Prescription, line_id: UUID, by: Actor, at: datetime) -> None:
    """Takes a line away and closes the gap."""
    check_write(by, prescription)
    with transaction.atomic():
        touch(prescription, at)
        prescription.lines.filter(pk=line_id).delete()
        _renumber(list(prescription.lines.order_by("position")))
        record(Deed.WROTE, by=by, prescription=prescription)


def move_line(
    *, prescription: Prescription, line_id: UUID, up: bool, by: Actor, at: datetime
) -> None:
    """Moves a line one place up or down; at the edge nothing happens."""
    check_write(by, prescription)
    with transaction.atomic():
        touch(prescription, at)
        rows = list(prescription.lines.order_by("position"))
        rank = next((i for i, line in enumerate(rows) if line.pk == line_id), None)
        if rank is None:
            return
        other = rank - 1 if up else rank + 1
        if 0 <= other < len(rows):
            rows[rank], rows[other] = rows[other], rows[rank]
            _renumber(rows)
            record(Deed.WROTE, by=by, prescription=prescription)


def discard(*, prescription: Prescription, by: Actor, at: datetime) -> None:
    """Throws a draft away; what was signed is never thrown away."""
    check_write(by, prescription)
    if prescription.state != PrescriptionState.DRAFT:
        raise Refusal("signed", _("Une ordonnance signée ne se supprime pas : annulez-la."))
    with transaction.atomic():
        touch(prescription, at)  # somebody may be signing it in another window
        record(Deed.WROTE, by=by, prescription=prescription, code="discarded")
        prescription.delete()


def add_written(
    prescription: Prescription, content: Mapping[str, Any], text: str, by: Actor, at: datetime
) -> Line:
    """Writes a line whose questions were asked: for the other acts of this folder."""
    with transaction.atomic():
        touch(prescription, at)
        last = prescription.lines.aggregate(last=Max("position"))["last"] or 0
        if last >= MOST_LINES:
            raise Refusal("too_many_lines", _("Une ordonnance porte au plus 20 lignes."))
        line = Line(prescription=prescription, position=last + 1, **content)
        if text:
            told = taking.dose(line, text, prescription.weight_kg)
            if "quantity" not in told:
                taking.reckon(line, prescription.weight_kg)
        coded(prescription, line)
        line.save(force_insert=True)
        record(Deed.WROTE, by=by, prescription=prescription)
    return line


def _line(prescription: Prescription, line_id: UUID) -> list[Line]:
    return list(prescription.lines.filter(pk=line_id))


def _renumber(rows: list[Line]) -> None:
    for position, line in enumerate(rows, start=1):
        if line.position != position:
            Line.objects.filter(pk=line.pk).update(position=position)


def check_unchanged(prescription: Prescription) -> None:
    """Raises Overtaken when the draft is no longer what was read: said before anything else of it."""
    same = Prescription.objects.filter(pk=prescription.pk, version=prescription.version)
    if not same.exists():
        raise Overtaken("draft_overtaken", _("Ce brouillon a changé dans une autre fenêtre."))


def touch(prescription: Prescription, at: datetime, **changed: Any) -> None:
    """Takes the draft to its next version, or raises Overtaken when another window was faster."""
    row = Prescription.objects.filter(
        pk=prescription.pk, state=PrescriptionState.DRAFT, version=prescription.version
    )
    if not row.update(version=F("version") + 1, written_at=at, **changed):
        raise Overtaken("draft_overtaken", _("Ce brouillon a changé dans une autre fenêtre."))
    prescription.version += 1
