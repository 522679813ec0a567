"""What is due of each line today: the rows of all pharmacies read once, and counted by `rules.schedule`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from eprescription.models import Balance, DispensedLine, Dispensing, Line
from eprescription.quantities import NARCOTIC, needed, one_period
from eprescription.rules.continuation import (
    CHRONIC,
    CHRONIC_MONTHS,
    PILL_MONTHS,
    PILL_MONTHS_AT_ONCE,
    goes_on_as,
)
from eprescription.rules.schedule import (
    EXCEPTION,
    EXPIRED,
    Due,
    Handed,
    Plan,
    by_fractions,
    by_periods,
    used_up_on,
)
from eprescription.supply import cycles_in, days_of, month_of, step_of, units_in


@dataclass(frozen=True)
class Past:
    """One line of a standing dispensing, in whichever pharmacy."""

    line_id: UUID
    on: date
    quantity: int
    lost: int
    days: int | None
    cis: str
    exceptional: str


History = Mapping[
    tuple[UUID, int], list[Past]
]  # by prescription and position, whatever the version of the line


def history_of(cases: Iterable[UUID], besides: Dispensing | None = None) -> History:
    """What stands dispensed under these cases, in order; `besides` is left out. One query."""
    rows = DispensedLine.objects.filter(dispensing__case__in=cases, dispensing__correction=None)
    if besides is not None:
        rows = rows.exclude(dispensing=besides)
    told = rows.order_by("dispensing__at").values_list(
        *("line__prescription_id", "line__position", "line_id", "dispensing__at"),
        *("quantity", "lost", "days", "cis", "exceptional"),
    )
    return _history(told)


def history_in(deliveries: Iterable[DispensedLine]) -> History:
    """The same from rows that were read, in order, with their line and their dispensing; no query."""
    return _history(_told(row) for row in deliveries)


def _told(row: DispensedLine) -> tuple[Any, ...]:
    line = row.line
    head = (line.prescription_id, line.position, row.line_id, row.dispensing.at)
    return (*head, row.quantity, row.lost, row.days, row.cis, row.exceptional)


def _history(told: Iterable[tuple[Any, ...]]) -> History:
    found: dict[tuple[UUID, int], list[Past]] = defaultdict(list)
    for prescription, position, line_id, at, *rest in told:
        on = timezone.localtime(at).date()
        found[prescription, position].append(Past(line_id, on, *rest))
    return found


def dues_of(
    balances: Iterable[Balance], *, at: datetime, history: History | None = None
) -> dict[UUID, Due]:
    """What each line hands over today, by line; one query unless the history is known.

    The balances come with their line and its prescription, from one case or from several.
    """
    balances = list(balances)
    if history is None:
        history = history_of({b.case_id for b in balances})
    on = timezone.localtime(at).date()
    return {b.line_id: due_of(b, past_of(b.line, history), on) for b in balances}


def past_of(line: Line, history: History) -> list[Past]:
    return history.get((line.prescription_id, line.position), [])


def due_of(balance: Balance, past: list[Past], on: date) -> Due:
    """What one line hands over on a day; `past` is its history, earlier versions of the line included."""
    prescription = balance.line.prescription
    assert prescription.expires_on
    ordinary = _ordinary(balance, past, on)
    if on <= prescription.expires_on and balance.remaining:
        return ordinary
    return _exception(balance, past, on) or Due(0, why=EXPIRED if balance.remaining else "")


def handed_of(line: Line, past: Iterable[Past]) -> list[Handed]:
    """Deliveries with the days that they cover: by the posology, else their share of the duration prescribed."""
    period = one_period(line, line.prescription.weight_kg)
    return [Handed(p.on, p.quantity, p.lost, _days(line, p, period)) for p in past]


def _days(line: Line, past: Past, period: int) -> int | None:
    if past.days is not None or not line.duration_days:
        return past.days
    return line.duration_days * past.quantity // period


def _ordinary(balance: Balance, past: list[Past], on: date) -> Due:
    line = balance.line
    handed = handed_of(line, [p for p in past if not p.exceptional])
    if line.list == NARCOTIC and line.duration_days and not line.renewals:
        return _narcotic(balance, past, on)
    period, step = one_period(line, line.prescription.weight_kg), step_of(line)
    units = units_in(line, step)
    days = days_of(line, units) or _fallback(line, step, period)
    left = balance.remaining
    return by_periods(left=left, period=period, step=step, handed=handed, on=on, days=days)


def _fallback(line: Line, quantity: int, period: int) -> int | None:
    return line.duration_days * quantity // period if line.duration_days else None


def _narcotic(balance: Balance, past: list[Past], on: date) -> Due:
    """By its plan; an earlier version of the line counts as the fraction before the first."""
    line, prescription = balance.line, balance.line.prescription
    assert prescription.signed_at and line.duration_days
    days, total = line.duration_days, balance.total
    earlier = used_up_on(handed_of(line, [p for p in past if p.line_id != line.pk]))
    signed = timezone.localtime(prescription.signed_at).date()
    whole = line.single_delivery or not line.fraction_days
    plan = Plan(
        total=total,
        days=days,
        fraction=days if whole or not line.fraction_days else line.fraction_days,
        signed_on=max(signed, earlier or signed),
        taken=lambda first: _taken(line, total, first),
    )
    own = handed_of(line, [p for p in past if p.line_id == line.pk and not p.exceptional])
    due = by_fractions(plan, own, on=on)
    quantity = min(due.quantity, balance.remaining)
    lost = min(due.lost, balance.remaining - quantity)
    return Due(quantity, lost, due.until, due.why, due.next_from, due.begun)


def _taken(line: Line, total: int, days: int) -> Decimal:
    """Units of the first days, in the unit of the balance."""
    if days <= 0:
        return Decimal(0)
    by_unit = line.balance.unit == Balance.Unit.UNIT
    exact = needed(line, line.prescription.weight_kg, days=days) if by_unit else None
    if exact is not None:
        return min(exact, Decimal(total))
    return Decimal(total * days) / Decimal(line.duration_days or days)


def _exception(balance: Balance, past: list[Past], on: date) -> Due | None:
    """One more month, or up to three of a pill, once all is used up; None when the line may not go on."""
    line = balance.line
    kind = goes_on_as(line)
    if not kind or not any(p.quantity for p in past):
        return None
    next_from = used_up_on(handed_of(line, past))
    if next_from and on < next_from:
        return Due(0, next_from=next_from)
    quantity = month_of(line) if kind == CHRONIC else _cycles(line, past)
    if kind == CHRONIC and sum(1 for p in past if p.exceptional and p.quantity) >= CHRONIC_MONTHS:
        quantity = 0
    return Due(quantity, why=EXCEPTION, next_from=next_from, exceptional=kind)


def _cycles(line: Line, past: Iterable[Past]) -> int:
    """Boxes of a pill that may still be given by exception, at most three cycles at once."""
    each = max(cycles_in(line, line.box_units), 1)
    given = sum(p.quantity for p in past if p.exceptional) * each
    return max(min(PILL_MONTHS_AT_ONCE, PILL_MONTHS - given), 0) // each
