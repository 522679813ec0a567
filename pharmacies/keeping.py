"""What was decided becomes rows: the dispensing, its lines, the balances, the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.catalogue import search
from eprescription.models import (
    Balance,
    DispensedLine,
    Dispensing,
    DispensingCase,
    Line,
)
from eprescription.quantities import covered_days
from eprescription.refusal import Overtaken
from pharmacies import bearers, register
from pharmacies.decisions import Decision, Handing, due_now
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
    decisions: list[Decision],
    warnings: Mapping[int, list[str]],
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
        completeness=_completeness(balances, decisions),
        corrects=kept.corrects,
        correction_reason=kept.correction_reason,
        bearer=bearers.sealed(kept.id, kept.handing),
        identity_checked=kept.handing.identity_checked,
    )
    rows = [_row(dispensing, d, balances[d.line_id].line, warnings) for d in decisions]
    DispensedLine.objects.bulk_create(rows)
    for decision in decisions:
        take(decision.line_id, decision)
    register.enter(rows, case.prescription, by=by, at=at)
    return dispensing


def take(line_id: UUID, decision: Decision) -> None:
    """Takes a quantity from the balance of a line, or counts it beside; Overtaken when there is not enough left."""
    rows = Balance.objects.filter(pk=line_id)
    if decision.exceptional:
        rows.update(extra=F("extra") + decision.quantity)
        return
    if not decision.quantity:
        return
    enough = rows.filter(dispensed__lte=F("total") - F("lost") - decision.quantity)
    if not enough.update(dispensed=F("dispensed") + decision.quantity):
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


def _completeness(balances: Mapping[UUID, Balance], decisions: list[Decision]) -> str:
    """FFC, FFP, RFP or RFC: whether it is the first delivery, and whether all that was due is handed over."""
    given = {d.line_id: d.quantity for d in decisions}
    if not any(given.values()):
        return Dispensing.Completeness.NONE
    complete = all(given.get(pk, 0) >= due_now(b, b.line) for pk, b in balances.items())
    first = not any(b.dispensed for b in balances.values())
    return ("FF" if first else "RF") + ("C" if complete else "P")


def _row(
    dispensing: Dispensing, decision: Decision, line: Line, warnings: Mapping[int, list[str]]
) -> DispensedLine:
    same = decision.cis == line.cis or not decision.quantity
    texts = ("posology", "agreement", "reason", "note", "instruction", "lot", "serial")
    codes = ("exceptional", "owed", "packs", "expiry", "agreed_how", "agreed_at", "question_id")
    said: dict[str, Any] = {name: getattr(decision, name).strip() for name in texts}
    return DispensedLine(
        dispensing=dispensing,
        line=line,
        quantity=decision.quantity,
        cis=line.cis if same else decision.cis,
        name=line.name if same else search.medicine(decision.cis).name,
        cip13=decision.cip13 if decision.quantity else "",
        days=_days(decision, line),
        substitution=substitution_of(line, decision),
        refusal=decision.refusal,
        warnings=warnings.get(line.position, []),
        problem=decision.problem,
        intervention=decision.intervention,
        outcome=decision.outcome,
        **said,
        **{name: getattr(decision, name) for name in codes},
    )


def _days(decision: Decision, line: Line) -> int | None:
    """Days of treatment that the delivery covers, as prescribed; None when the posology does not tell."""
    weight = line.prescription.weight_kg
    units = decision.quantity
    if line.balance.unit == Balance.Unit.BOX:
        units *= line.box_units or 0
    return covered_days(line, weight, units) if units else None
