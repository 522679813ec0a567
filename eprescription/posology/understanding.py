"""What each pattern of the lexicon means: from a match to a mark, or None when it is something else."""

import re
from collections.abc import Callable
from decimal import Decimal

from eprescription.posology import lexicon as lex
from eprescription.posology.marks import (
    Bare,
    Boxes,
    Ceiling,
    Days,
    Dose,
    Gap,
    Hours,
    Lasting,
    Mark,
    Meal,
    Moments,
    Pattern,
    Renewals,
    Supply,
    Takes,
    Unknown,
    Weekdays,
    Weight,
)
from eprescription.posology.naming import unit_named
from eprescription.posology.quantities import amount_in, number_in
from eprescription.posology.steps import PERIODS, TAKE, Amount

Meaning = Callable[[re.Match[str]], Mark | None]


def period_in(word: str) -> str:
    """The period that a word begins: "sem" week, "24h" day."""
    return lex.PERIOD_WORDS.get(word[:2]) or lex.PERIOD_WORDS["month" if word == "m" else word[:1]]


def whole(folded: str) -> int | None:
    """A whole number from 0 to 9999, or None."""
    value = number_in(folded)
    return int(value) if value is not None and value == int(value) and value < 10_000 else None


def days_in(number: str, word: str) -> int | None:
    """A duration in days: months have 30, years 365. None when it is no whole number of days."""
    value = number_in(number)
    days = value * PERIODS[period_in(word)] if value is not None else None
    return int(days) if days is not None and days == int(days) and days <= 3660 else None


def dose(match: re.Match[str]) -> Mark | None:
    amount, unit = amount_in(match[1]), unit_named(match[2])
    if amount is None or unit is None:
        return None
    if match[3]:
        half = Decimal("0.5")
        amount = Amount(amount.low + half, amount.high + half)
    return Dose(amount, unit, per_kg=bool(match[4]))


def spoken(code: str) -> Meaning:
    def meaning(match: re.Match[str]) -> Mark | None:
        amount = amount_in(match[1])
        return Dose(amount, code) if amount else None

    return meaning


def dose_for_weight(match: re.Match[str]) -> Mark | None:
    amount, kg = amount_in(match[1] or "1"), number_in(match[2])
    return Dose(amount, "weight_dose", weight_kg=kg) if amount and kg else None


def bare(match: re.Match[str]) -> Mark | None:
    amount = amount_in(match[0])
    return Bare(amount) if amount else None


def pattern(parts: tuple[str | None, ...], unit: str | None) -> Mark | None:
    values = [Decimal(0) if part == "x" else number_in(part) for part in parts if part]
    if None in values or not any(values):
        return None
    amounts = tuple(Amount.of(value) if value else None for value in values)
    return Pattern(amounts, (unit_named(unit) or "") if unit else "")


def letters(match: re.Match[str]) -> Mark:
    three = match[1].count("m") == 2
    return Moments(("morning", "noon", "evening") if three else ("morning", "evening"))


def clocks(match: re.Match[str]) -> Mark | None:
    times = []
    for hour, minute, other in re.findall(lex.CLOCK, match[0]):
        late = int(minute or other or 0)
        if int(hour) > 23 or late > 59:
            return None
        times.append(f"{int(hour):02}:{late:02}")
    return Moments(tuple(times))


def meal_when(word: str) -> str:
    return "before" if word in lex.BEFORE else "after" if word in lex.AFTER else "with"


def meal(match: re.Match[str]) -> Mark:
    when = Meal(meal_when(match[1]))
    return Moments(("morning", "noon", "evening"), when.when) if match[2] else when


def meal_of_day(match: re.Match[str]) -> Mark:
    moment = next(m for start, m in lex.MEALS_OF_DAY.items() if match[2].startswith(start))
    return Moments((moment,), meal_when(match[1]))


def every(match: re.Match[str]) -> Mark | None:
    count, unit = match[1], match[2]
    if unit.startswith("h"):
        between = amount_in(count or "1")
        return Hours(between) if between else None
    every = 2 if count in ("other", "autre", "autres") else whole(count) if count else 1
    if not every or every > 400:
        return None
    return Days(every, period_in(unit))


def one_in(match: re.Match[str]) -> Mark | None:
    if match[1][0] != "j":
        return Unknown("?")  # "1 mois sur 2": no rhythm of days tells it
    every = whole(match[2])
    return Days(every, "day") if every and 1 < every <= 400 else None


def per_hours(match: re.Match[str]) -> Mark | None:
    between = amount_in(match[1])
    if between == Amount.of(24):
        return Days(1, "day", per=True)
    return Hours(between) if between else None


def times(match: re.Match[str]) -> Mark | None:
    amount = amount_in(match[1] or match[2])
    return Takes(amount, "times") if amount else None


def x_times(match: re.Match[str]) -> Mark | None:
    amount = amount_in(match[1])
    return Takes(amount, "x") if amount else None


def divided(match: re.Match[str]) -> Mark | None:
    amount = amount_in(match[1])
    return Takes(amount, "divided") if amount else None


def weekdays_to(match: re.Match[str]) -> Mark | None:
    first, last = (lex.WEEKDAY_NUMBERS[match[n][:3]] for n in (1, 2))
    return Weekdays(tuple(range(first, last + 1))) if first < last else None


def ceiling(match: re.Match[str]) -> Mark | None:
    most, word = number_in(match[1]), match[2]
    unit = "" if not word else TAKE if word in lex.TAKE_WORDS else unit_named(word)
    return Ceiling(most, unit) if most and unit is not None else None


def gap(match: re.Match[str]) -> Mark | None:
    hours = number_in(match[1])
    return Gap(hours) if hours else None


def weight(match: re.Match[str]) -> Mark | None:
    kg = number_in(match[1])
    return Weight(kg) if kg and kg < 500 else None


def lasting(match: re.Match[str]) -> Mark | None:
    days = days_in(match[1], match[2])
    return None if days is None else Lasting(days)


def first_days(match: re.Match[str]) -> Mark | None:
    days = whole(match[1]) if match[1] else 1
    return Lasting(days, since=1) if days else None


def next_days(match: re.Match[str]) -> Mark | None:
    days = whole(match[1])
    return Lasting(days) if days else None


def days_to(match: re.Match[str]) -> Mark | None:
    first, last = (int(day) for day in match.groups() if day)
    return Lasting(last - first + 1, since=first) if 0 < first <= last else None


def supply(match: re.Match[str]) -> Mark | None:
    days = days_in(match[1], match[2])
    return None if days is None else Supply(days)


def counted(kind: type[Boxes] | type[Renewals], match: re.Match[str]) -> Mark | None:
    count = whole(match[1])
    return None if count is None or count > 999 else kind(count)
