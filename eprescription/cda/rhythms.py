"""A structured posology in what CDA can say of it exactly; None for the rest, which stays in words.

CDA R2 knows an interval, an event of the day and a period, none of which has a range: "3 à 4 fois par jour" is words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from eprescription.posology import Amount, Posology, Step

MOST_PARTS = 24
_UNITS = {"day": "d", "week": "wk", "month": "mo", "year": "a"}
_HOURS = {"day": 24, "week": 168}
_MEALS = {"morning": "M", "noon": "D", "evening": "V"}
_AROUND = {"before": "AC", "with": "C", "after": "PC"}
BEDTIME = "HS"


@dataclass(frozen=True)
class Period:
    """Once in `value` `unit` (UCUM). `loose`: so often, not at even distances. `phase`: a day or an instant of it (TS)."""

    value: Decimal
    unit: str
    loose: bool = False
    phase: str = ""


@dataclass(frozen=True)
class Event:
    """At an event of each day (HL7 TimingEvent): ACM, before the meal of the morning."""

    code: str


@dataclass(frozen=True)
class Part:
    """One way of taking: a dose at a rhythm, since `start`, for `days` when that is known."""

    step: Step
    rank: int  # of its step, from 1
    start: date
    rhythm: Period | Event | None
    dose: Amount | None = None
    per: str = ""  # the dose is that of a whole period: its unit

    @property
    def days(self) -> int | None:
        return self.step.days


def parts_of(posology: Posology, start: date) -> list[Part] | None:
    """The parts of a posology that begins on `start`; None when CDA cannot say one of them."""
    found: list[Part] = []
    for rank, step in enumerate(posology.steps, 1):
        if not _can_be_said(step):
            return None
        found += _of_step(step, rank, start)
        start += timedelta(days=step.days or 0)
    return found if len(found) <= MOST_PARTS else None


def _can_be_said(step: Step) -> bool:
    if step.period == "once":
        return False
    ranges = [count for count in (step.times, step.hours) if count and not count.single]
    uneven = step.times and not ranges and _divided(step) is None
    return not (ranges or uneven)


def _of_step(step: Step, rank: int, start: date) -> Iterator[Part]:
    if step.moments:
        for moment, dose in step.moments:
            yield from (
                Part(step, rank, start, rhythm, dose) for rhythm in _at(step, moment, start)
            )
        return
    per = _UNITS[step.period] if step.shared else ""
    rhythms = [*_weekly(step, start, "")] if step.weekdays else [_often(step)]
    yield from (Part(step, rank, start, rhythm, step.amount, per) for rhythm in rhythms)


def _often(step: Step) -> Period | None:
    if step.hours:
        return Period(step.hours.low, "h")
    return _divided(step) if step.times else None


def _divided(step: Step) -> Period | None:
    """A period divided in takes; None when no decimal number says it."""
    assert step.times
    whole, unit = Decimal(step.every), _UNITS[step.period]
    takes = step.times.low
    if takes != 1 and step.period in _HOURS:
        whole, unit = whole * _HOURS[step.period], "h"
    value = round(whole / takes, 4)
    return Period(value, unit, loose=takes != 1) if value * takes == whole else None


def _at(step: Step, moment: str, start: date) -> list[Period | Event]:
    """When one moment of the day comes back."""
    clock = moment.replace(":", "") if ":" in moment else ""
    if step.weekdays:
        return [*_weekly(step, start, clock)]
    daily = step.every == 1 and step.period == "day"
    if daily and moment == "bedtime":
        return [Event(BEDTIME)]
    if daily and step.meal in _AROUND and moment in _MEALS:
        return [Event(_AROUND[step.meal] + _MEALS[moment])]
    if step.times:
        divided = _divided(step)
        assert divided
        return [divided]
    phase = f"{start:%Y%m%d}{clock}" if clock else ""
    return [Period(Decimal(step.every), _UNITS[step.period], loose=not clock, phase=phase)]


def _weekly(step: Step, start: date, clock: str) -> Iterator[Period]:
    """One week from one weekday to the next, since the first of them."""
    often = step.times.low if step.times else Decimal(1)
    for weekday in step.weekdays:
        first = start + timedelta(days=(weekday - start.weekday()) % 7)
        for _take in range(int(often)):
            yield Period(Decimal(1), "wk", loose=not clock, phase=f"{first:%Y%m%d}{clock}")
