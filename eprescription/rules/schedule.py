"""What one delivery hands over and from which day: periods, fractions, and the three days of narcotics. Plain numbers."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

PRESENTED_WITHIN_DAYS = 3  # CSP R. 5132-33
FOUR_WEEKS, MONTH_DAYS, TWELVE_WEEKS = 28, 30, 84  # CSP R. 5132-12, R. 5123-2
ORDINARY, REST, FRACTION, EARLY, LATE = "", "rest", "fraction", "early", "late"
OVER, EXPIRED, EXCEPTION = "over", "expired", "exception"


@dataclass(frozen=True)
class Handed:
    """One standing delivery: its day, its quantity, what was given up with it, the days that it covers if known."""

    on: date
    quantity: int
    lost: int = 0
    days: int | None = None


@dataclass(frozen=True)
class Due:
    """What one delivery hands over today, in the unit of the balance, and what can no longer be given.

    `until` is the last day that it covers, None when nothing tells. `next_from` is the first day on which all that was
    handed over is used up: before it, `early` asks for a reason. `why` is one of the codes of this module.
    `exceptional` (`continuation.CHRONIC` or `PILL`): what may be given once the line has run out, beside its total.
    """

    quantity: int
    lost: int = 0
    until: date | None = None
    why: str = ORDINARY
    next_from: date | None = None
    begun: bool = False
    exceptional: str = ""

    @property
    def early(self) -> bool:
        return self.why == EARLY

    @property
    def expected(self) -> int:
        """What stands to be handed over without any further word: neither too early nor by exception."""
        return 0 if self.early or self.exceptional else self.quantity


def used_up_on(handed: Iterable[Handed]) -> date | None:
    """The day from which nothing is left of what was handed over, each delivery begun when the last one ends (CSP
    R. 5132-14). None when nothing was, or when a posology does not tell."""
    end = None
    for one in handed:
        if not one.quantity:
            continue
        if one.days is None:
            return None
        end = max(end or one.on, one.on) + timedelta(days=one.days)
    return end


def by_periods(
    *,
    left: int,
    period: int,
    step: int,
    handed: Iterable[Handed],
    on: date,
    days: int | None = None,
) -> Due:
    """A line dispensed by periods: the rest of the step begun, else one step.

    `period` is what the prescriber wrote for one delivery, `step` what the law lets be handed over of it at a time;
    `days` is how long one step lasts.
    """
    if not left:
        return Due(0, next_from=used_up_on(handed))
    rest = (left - 1) % period + 1
    inside = (period - rest) % step
    quantity, next_from = min(rest, step - inside), used_up_on(handed)
    due = Due(quantity, next_from=next_from, begun=bool(inside), why=REST if inside else ORDINARY)
    if next_from and on < next_from and not inside:
        due = replace(due, why=EARLY)
    if days is None:
        return due
    start = max(on, next_from or on)
    return replace(due, until=start + timedelta(days=max(days * quantity // step, 1) - 1))


@dataclass(frozen=True)
class Plan:
    """A narcotic: `total` units for `days`, handed over by fractions of so many days; `taken` tells the units of the
    first days of treatment. A fraction presented more than three days late covers what is left of it (R. 5132-33)."""

    total: int
    days: int
    fraction: int
    signed_on: date
    taken: Callable[[int], Decimal]

    @property
    def count(self) -> int:
        return math.ceil(self.days / self.fraction)

    def cut(self, number: int) -> int:
        """Units until the end of so many fractions."""
        day = self._day(number)
        return self.total if day == self.days else min(math.ceil(self.taken(day)), self.total)

    def units(self, number: int, days: int) -> int:
        """Units of the last days of a fraction (counted from 0)."""
        end = self._day(number + 1)
        return math.ceil(self.taken(end) - self.taken(end - days))

    def length(self, number: int) -> int:
        return self._day(number + 1) - self._day(number)

    def _day(self, number: int) -> int:
        return min(number * self.fraction, self.days)


@dataclass(frozen=True)
class _Place:
    """Where a plan stands: the fraction, the end of the one before, its own end once begun, units used until now."""

    number: int
    before: date
    end: date | None = None
    used: int = 0


def by_fractions(plan: Plan, handed: Iterable[Handed], *, on: date) -> Due:
    """What a narcotic gives today, after all that was handed over and lost of it."""
    place = _Place(0, plan.signed_on)
    for one in handed:
        if one.quantity:
            place = _after(plan, place, one)
    left = max(plan.total - place.used, 0)
    began = place.end is not None
    at = _presented(plan, place, on)
    if at.end is None or not left:
        return Due(0, lost=left, why=OVER if left else ORDINARY, next_from=place.before)
    number, end = at.number, at.end
    within = min((end - on).days, plan.length(number))
    open_now = plan.cut(number + 1) - place.used
    quantity = min(open_now, plan.units(number, within))
    next_from = place.before if place.used else None
    return Due(
        quantity,
        lost=open_now - quantity,
        until=end - timedelta(days=1),
        why=_why(plan, open_now - quantity, began, bool(next_from and on < next_from)),
        next_from=next_from,
        begun=began,
    )


def _why(plan: Plan, lost: int, began: bool, early: bool) -> str:
    if lost:
        return LATE
    if began:
        return REST
    if early:
        return EARLY
    return FRACTION if plan.count > 1 else ORDINARY


def _presented(plan: Plan, place: _Place, on: date) -> _Place:
    """The fraction that runs on a day, with its end; without end when the whole treatment is over."""
    number, before, end = place.number, place.before, place.end
    while number < plan.count:
        end = end or _end(plan, number, before, on)
        if on < end:
            return replace(place, number=number, before=before, end=end)
        number, before, end = number + 1, end, None
    return replace(place, number=number, before=before, end=None)


def _end(plan: Plan, number: int, before: date, on: date) -> date:
    """A fraction presented in time runs from that day; a late one ends when it should have."""
    in_time = (on - before).days <= PRESENTED_WITHIN_DAYS
    start = max(on, before) if in_time else before
    return start + timedelta(days=plan.length(number))


def _after(plan: Plan, place: _Place, one: Handed) -> _Place:
    """Where the plan stands after a delivery."""
    at = _presented(plan, place, one.on)
    used = place.used + one.quantity + one.lost
    number, before, end = at.number, at.before, at.end
    while number < plan.count and end and used >= plan.cut(number + 1):
        number, before = number + 1, end
        begun = number < plan.count and used > plan.cut(number)  # more than the fractions before
        end = before + timedelta(days=plan.length(number)) if begun else None
    return _Place(number, before, end, used)
