"""What was decided becomes rows: the dispensing, its lines, the balances, the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.models import (
    Balance,
    DeliveredBox,
    DispensedLine,
    Dispensing,
    DispensingCase,
    Line,
)
from eprescription.refusal import Overtaken
from eprescription.supply import days_of, units_in
from pharmacies import bearers, register
from pharmacies.completeness import completeness_of
from pharmacies.decisions import Decision, Handing
from pharmacies.handed import rows_of
from pharmacies.judging import Lawful
from pharmacies.links import substitution_of


@dataclass(frozen=True)
class Kept:
    """What goes with the lines on the row of a dispensing."""

    id: UUID
    handing: Handing
    prepared_by: UUID | None = None
    corrects: Dispensing | None = None
    correction_reason: str = ""


def keep(
    case: DispensingCase,
    balances: Mapping[UUID, Balance],
    judged: Lawful,
    kept: Kept,
    *,
    by: Actor,
    at: datetime,
) -> Dispensing:
    """Writes the dispensing and its lines, takes the quantities by conditional updates, numbers the register."""
    assert by.place_id  # a pharmacist works somewhere
    dispensing = Dispensing.objects.create(
        id=kept.id,
        case=case,
        pharmacy_id=by.place_id,
        by_id=by.activity_id,
        prepared_by_id=kept.prepared_by,
        at=at,
        completeness=completeness_of(case, balances, judged, kept.corrects),
        corrects=kept.corrects,
        correction_reason=kept.correction_reason,
        bearer=bearers.sealed(kept.id, kept.handing),
        identity_checked=kept.handing.identity_checked,
    )
    rows = [_row(dispensing, d, balances[d.line_id].line, judged) for d in judged.decisions]
    DispensedLine.objects.bulk_create(rows)
    boxes = [
        x for row, d in zip(rows, judged.decisions, strict=True) for x in rows_of(row, d.boxes)
    ]
    DeliveredBox.objects.bulk_create(boxes)
    for row in rows:
        take(row)
    register.enter(rows, case.prescription, by=by, at=at)
    return dispensing


def take(row: DispensedLine) -> None:
    """Takes what is given, and what is given up, from the balance of its line, or counts it beside; Overtaken when
    there is not enough left."""
    rows = Balance.objects.filter(pk=row.line_id)
    if row.exceptional:
        rows.update(extra=F("extra") + row.quantity)
        return
    if not row.quantity:
        return
    enough = rows.filter(dispensed__lte=F("total") - F("lost") - row.quantity - row.lost)
    if not enough.update(dispensed=F("dispensed") + row.quantity, lost=F("lost") + row.lost):
        raise Overtaken("nothing_left", _("Une autre délivrance a été plus rapide."))


def give_back(dispensing: Dispensing) -> None:
    """What a dispensing that is being corrected took goes back to the balances."""
    for row in dispensing.lines.all():
        balance = Balance.objects.filter(pk=row.line_id)
        if row.exceptional:
            balance.update(extra=F("extra") - row.quantity)
        else:
            balance.update(dispensed=F("dispensed") - row.quantity, lost=F("lost") - row.lost)


def balances_of(case: DispensingCase) -> dict[UUID, Balance]:
    """The balances of the lines in force, by line, in their order."""
    rows = case.balances.select_related("line__prescription").filter(line__replacement=None)
    return {b.line_id: b for b in rows.order_by("line__position")}


def _row(dispensing: Dispensing, decision: Decision, line: Line, judged: Lawful) -> DispensedLine:
    links = judged.links
    same = decision.cis == line.cis or not decision.quantity
    texts = ("posology", "agreement", "reason", "note", "instruction", "lot", "serial")
    codes = ("exceptional", "owed", "packs", "expiry", "agreed_how", "agreed_at", "question_id")
    said: dict[str, Any] = {name: getattr(decision, name).strip() for name in texts}
    days = _days(decision, line)
    return DispensedLine(
        dispensing=dispensing,
        **_due(dispensing, decision, days),
        line=line,
        quantity=decision.quantity,
        cis=line.cis if same else decision.cis,
        name=line.name if same else links.name_of(decision.cis),
        lost=_lost(decision, judged),
        cip13=decision.cip13 if decision.quantity else "",
        days=days,
        substitution=substitution_of(line, decision, links, on=timezone.localdate(dispensing.at)),
        refusal=decision.refusal,
        warnings=judged.warnings.get(line.position, []),
        problem=decision.problem,
        intervention=decision.intervention,
        outcome=decision.outcome,
        **said,
        **{name: getattr(decision, name) for name in codes},
    )


def _days(decision: Decision, line: Line) -> int | None:
    """Days of treatment that the delivery covers, as prescribed; None when the posology does not tell."""
    return days_of(line, units_in(line, decision.quantity))


def _due(dispensing: Dispensing, decision: Decision, days: int | None) -> dict[str, Any]:
    """What this counter will look for: since when it owes something, or else until when what was given lasts."""
    today = timezone.localdate(dispensing.at)
    ends = today + timedelta(days=days) if days and not decision.owed else None
    return {
        "pharmacy_id": dispensing.pharmacy_id,
        "owed_since": today if decision.owed else None,
        "ends_on": ends,
    }


def _lost(decision: Decision, judged: Lawful) -> int:
    """What is given up with it: days of a narcotic that passed before it was presented."""
    ordinary = decision.quantity and not decision.exceptional
    return judged.dues[decision.line_id].lost if ordinary else 0
