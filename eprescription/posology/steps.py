"""One step of a posology: a dose, a rhythm and its limits.

Values only, checked when they are made: a `Step` that exists can be said, stored and counted. Free text
stands beside it, never in it.
"""

from dataclasses import dataclass
from decimal import Decimal

from eprescription.posology.places import PLACES
from eprescription.posology.units import UNITS

MOMENTS = {"morning": 8 * 60, "noon": 12 * 60, "evening": 19 * 60, "bedtime": 22 * 60}
PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365}  # in days; "once" stands apart
MEALS = ("", "before", "with", "after", "fasting")
LARGEST = Decimal(1_000_000)
MOST_DAYS = 3660
TAKE = "take"  # the unit of a ceiling that counts takes


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity, or a range of them: "1 à 2" has two ends. More than zero, four decimals at most."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            _check(_is_quantity(end), "a quantity is more than zero, with four decimals at most")
        _check(self.low <= self.high, "a range begins with its lower end")

    @classmethod
    def of(cls, low: Decimal | int | str, high: Decimal | int | str | None = None) -> "Amount":
        """One quantity, or a range when both ends are given."""
        return cls(Decimal(low), Decimal(low if high is None else high))

    @property
    def single(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Step:
    """One way of taking, for `days` days when it is known.

    `amount` is that of one take, in `unit`; with `shared` it is that of the whole period, divided in
    `times` takes when that is known. With `moments` each moment of the day has its own amount instead:
    names of `MOMENTS` or a clock time "08:30". `times` counts takes a day, or occasions in a week, a
    month or a year; `hours` is the interval between takes; `every` and `period` say which days: 1 day is
    every day, 2 weeks every other week, "once" one single take ever. `weekdays` count from Monday, 0.
    `per_kg`: amounts are per kilogram of body weight, `weight_kg` when it was told. `most` is the
    ceiling of one day, in `most_unit` (`TAKE` counts takes), `gap_hours` the least time between takes.
    """

    amount: Amount | None = None
    unit: str = ""
    moments: tuple[tuple[str, Amount], ...] = ()
    times: Amount | None = None
    hours: Amount | None = None
    every: int = 1
    period: str = "day"
    weekdays: tuple[int, ...] = ()
    shared: bool = False
    per_kg: bool = False
    weight_kg: Decimal | None = None
    as_needed: bool = False
    reason: str = ""
    most: Decimal | None = None
    most_unit: str = ""
    gap_hours: Decimal | None = None
    meal: str = ""
    place: str = ""
    days: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _check_dose(self)
        _check_rhythm(self)
        _check_days(self)
        _check_limits(self)


def minute_of(moment: str) -> int:
    """The minute of the day that a moment stands for, to put moments in order. ValueError if none."""
    if moment in MOMENTS:
        return MOMENTS[moment]
    hour, colon, minute = moment.partition(":")
    _check(bool(colon) and len(moment) == 5 and moment.isascii(), "unknown moment of the day")
    _check(hour.isdigit() and minute.isdigit(), "unknown moment of the day")
    _check(int(hour) < 24 and int(minute) < 60, "no such time")
    return int(hour) * 60 + int(minute)


def _check(held: bool, otherwise: str) -> None:
    if not held:
        raise ValueError(otherwise)


def _is_quantity(value: Decimal) -> bool:
    return value.is_finite() and 0 < value <= LARGEST and value == round(value, 4)


def _check_dose(step: Step) -> None:
    _check(step.unit in UNITS, "unknown unit")
    _check((step.amount is None) == bool(step.moments), "a dose stands once, or at each moment")
    if step.weight_kg is not None:
        _check(step.per_kg or step.unit == "weight_dose", "a weight without a dose by weight")
        _check(_is_quantity(step.weight_kg) and step.weight_kg < 500, "no such weight")


def _check_rhythm(step: Step) -> None:
    minutes = [minute_of(moment) for moment, _ in step.moments]
    _check(minutes == sorted(set(minutes)), "moments stand in the order of the day, each once")
    _check(not (step.hours and (step.times or step.moments or step.shared)), "two rhythms")
    _check(not (step.shared and step.moments), "a shared dose has takes, not moments")
    known = step.moments or step.times or step.hours or step.shared or step.as_needed
    _check(bool(known), "no rhythm")
    for count in (step.times, step.hours):
        if count:
            whole = count.low == int(count.low) and count.high == int(count.high)
            _check(whole and count.high <= 1000, "takes and hours are whole numbers")


def _check_days(step: Step) -> None:
    plain_day = step.period == "day" and step.every == 1
    _check(step.period in PERIODS or step.period == "once", "unknown period")
    _check(1 <= step.every <= 400, "no such interval")
    _check(list(step.weekdays) == sorted({*step.weekdays} & {*range(7)}), "no such weekdays")
    _check(not step.weekdays or plain_day, "weekdays and an interval of days")
    if step.shared:
        _check(step.every == 1 and not step.weekdays, "a shared dose is that of one period")
    if step.hours or not (step.times or step.moments or step.shared):
        _check(plain_day and not step.weekdays, "an interval of hours runs through all days")
    if step.moments:
        wants = step.period in ("week", "month", "year")
        _check(wants == bool(step.times), "times count the days when moments are given")
    if step.period == "once":
        alone = not step.moments and step.times == Amount.of(1) and step.every == 1
        _check(alone and not step.shared, "once is one take")


def _check_limits(step: Step) -> None:
    _check(step.as_needed or not step.reason, "a reason says when it is needed")
    for text in (step.reason, step.note):
        _check(len(text) <= 120 and text.isprintable() and text == text.strip(), "unfit text")
        _check(not {"(", ")"} & {*text}, "no brackets within a text")
    _check(not {",", ";"} & {*step.reason} or ">" in step.reason, "a reason is one clause")
    if step.most is None:
        _check(not step.most_unit, "a ceiling without a number")
    else:
        _check(_is_quantity(step.most), "no such ceiling")
        _check(step.most_unit in UNITS or step.most_unit == TAKE, "unknown unit")
    _check(step.gap_hours is None or _is_quantity(step.gap_hours), "no such interval")
    _check(step.meal in MEALS, "unknown meal")
    _check(step.place in PLACES, "unknown place")
    _check(step.days is None or 1 <= step.days <= MOST_DAYS, "no such duration")
