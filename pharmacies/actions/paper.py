"""What was dispensed on paper while the portal could not be reached: recorded afterwards, and decided when it does not agree."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.lifecycle import may_move, move
from eprescription.models import (
    Deed,
    DowntimeSheet,
    PaperConflict,
    PaperDispensing,
    SheetState,
)
from eprescription.once import once
from eprescription.permissions import check_validate
from eprescription.refusal import Overtaken, Refusal
from pharmacies import from_paper, on_paper
from pharmacies.claims import locked_case

LONGEST_OUTAGE = timedelta(days=400)


@dataclass(frozen=True)
class GivenOnPaper:
    """One product of a paper; `key` is what it shares with all that stand in for it by right."""

    cis: str
    name: str
    quantity: int
    cip13: str = ""
    key: str = ""


def record_paper(
    *,
    number: str,
    birth_date: date,
    dispensed_at: datetime,
    secured_paper: bool,
    lines: Sequence[GivenOnPaper],
    key: UUID,
    by: Actor,
    at: datetime,
) -> PaperDispensing:
    """Keeps what was handed over, whatever its number, and lets it meet its prescription if there is one already."""
    check_validate(by)
    if not lines:
        raise Refusal("nothing_given", _("Écrivez au moins un produit remis."))
    if not at - LONGEST_OUTAGE <= dispensed_at <= at + timedelta(minutes=5):
        raise Refusal(
            "not_then",
            _("Cette date n'est pas possible : elle est passée depuis plus d'un an, ou à venir."),
        )
    asked = (number, birth_date, dispensed_at, secured_paper, list(lines))
    with transaction.atomic():
        new = uuid4()
        done = once(act="record_paper", key=key, asked=asked, result=new, by=by, at=at)
        if done:
            return PaperDispensing.objects.get(pk=done)
        assert by.place_id
        paper = PaperDispensing.objects.create(
            id=new,
            number=number,
            pharmacy_id=by.place_id,
            by_id=by.activity_id,
            dispensed_at=dispensed_at,
            recorded_at=at,
            proof=on_paper.birth_proof(number, birth_date),
            secured_paper=secured_paper,
            lines=[asdict(line) for line in lines],
        )
        record(Deed.PAPER, by=by)
        on_paper.settle(paper, at=at)
    paper.refresh_from_db()
    return paper


def decide(*, conflict: UUID, decision: str, reason: str, by: Actor, at: datetime) -> None:
    """The pharmacist answers for what his pharmacy handed over; both sides stay as they were. Raises Overtaken."""
    check_validate(by)
    if not reason.strip():
        raise Refusal("no_reason", _("Dites pourquoi : la décision reste avec les deux côtés."))
    with transaction.atomic():
        rows = PaperConflict.objects.select_for_update(of=("self",)).select_related("paper")
        found = rows.filter(pk=conflict, paper__pharmacy_id=by.place_id, decided_at=None).first()
        if found is None:
            raise Overtaken("decided", _("Quelqu'un a déjà tranché."))
        chosen = PaperConflict.Decision(decision)
        if chosen not in allowed(found):
            raise Refusal("not_here", _("Cette décision ne va pas avec ce désaccord."))
        PaperConflict.objects.filter(pk=found.pk).update(
            decision=chosen, reason=reason.strip(), decided_by=by.activity_id, decided_at=at
        )
        record(Deed.SETTLED, by=by, prescription=found.paper.prescription, code=chosen)
        _follow(found, chosen, by, at)


def allowed(conflict: PaperConflict) -> tuple[PaperConflict.Decision, ...]:
    """What may be decided of it. Where there is no patient to whom it belongs, a delivery cannot be kept.

    What nobody regularises may be kept as it is on paper; it still meets its prescription, should that come one day.
    """
    kinds, decisions = PaperConflict.Kind, PaperConflict.Decision
    if conflict.kind in (kinds.PATIENT, kinds.UNKNOWN):
        return (decisions.MISTAKE, decisions.FORGED)
    if conflict.paper.prescription_id is None:
        return (decisions.STANDS, decisions.MISTAKE, decisions.FORGED)
    return tuple(decisions)


def _follow(found: PaperConflict, chosen: str, by: Actor, at: datetime) -> None:
    sheet = DowntimeSheet.objects.select_for_update().filter(number=found.paper.number).first()
    if chosen in on_paper.KEPT and found.paper.prescription:
        from_paper.keep(found.paper, locked_case(found.paper.prescription), at=at)
    if sheet is None or sheet.state != SheetState.CONFLICT:
        return
    if PaperConflict.objects.filter(paper__number=sheet.number, decided_at=None).exists():
        return
    to = _after(sheet, chosen)
    if may_move(sheet, to):
        move(sheet, to, by=by, at=at)


def _after(sheet: DowntimeSheet, chosen: str) -> str:
    """Where the sheet stands once nothing of it is open."""
    if chosen == PaperConflict.Decision.FORGED and not sheet.entered_at:
        return SheetState.VOID
    if sheet.entered_at:
        kept = PaperDispensing.objects.filter(number=sheet.number).exclude(dispensing=None)
        return SheetState.MATCHED if kept.exists() else SheetState.ENTERED
    return SheetState.ON_PAPER
