"""What a secured prescription says in words: strength, units of a dose, number of doses.

CSP R. 5132-29: the units of each dose, the number of doses and the strength stand in words ("en toutes
lettres"). Typed words are accepted.
"""

from dataclasses import replace
from decimal import Decimal

from eprescription.posology.counting import LONGEST, occasions, per_day, strength_of
from eprescription.posology.model import Posology
from eprescription.posology.places import PLACES
from eprescription.posology.spelled import amount_spelled, strength_spelled, units_spelled
from eprescription.posology.steps import TAKE, Amount, Step
from eprescription.posology.tongues import FRENCH
from eprescription.posology.units import MASS_MG
from eprescription.words import decimal_words, number_words

ONE = Amount.of(1)


def in_full(posology: Posology, *, strength: str, duration_days: int) -> str:
    """All of it in French words: "dix milligrammes, une gélule le matin et le soir, soit deux gélules par
    jour, pendant vingt-huit jours".

    Empty when it is not possible: a strength not understood, a dose per kilogram, a dose as needed
    without a ceiling, a daily dose whose takes are not told, no duration or one beyond a year.
    """
    head = strength_spelled(strength)
    if not head or duration_days > LONGEST:
        return ""
    said = []
    for step in posology.steps:
        days = (
            duration_days
            if len(posology.steps) == 1
            else step.days or _left(posology, duration_days)
        )
        counted = _in_units(step, strength)
        phrase = _phrase(counted, days) if counted else ""
        if not phrase:
            return ""
        said.append(f"{phrase}, pendant {number_words(days)} jour{'s' if days > 1 else ''}")
    return f"{head}, {', puis '.join(said)}"


def _left(posology: Posology, duration_days: int) -> int:
    told = sum(step.days or 0 for step in posology.steps)
    return max(duration_days - told, 0)


def _in_units(step: Step, strength: str) -> Step | None:
    """The step in units of the box, each take apart: "20 mg" of a strength of 10 mg is two units."""
    if step.per_kg or step.unit == "weight_dose":
        return None
    if step.shared:
        step = _apart(step)
        if step.shared:
            return None
    if step.unit not in MASS_MG:
        return step
    strength_mg = strength_of(strength)
    rate = MASS_MG[step.unit] / strength_mg if strength_mg else None
    if rate is None:
        return step
    try:
        amount = _scaled(step.amount, rate) if step.amount else None
        at = tuple((name, _scaled(taken, rate)) for name, taken in step.moments)
        most = step.most * rate if step.most and step.most_unit == step.unit else step.most
        unit = "" if step.most_unit == step.unit else step.most_unit
        return replace(step, amount=amount, moments=at, unit="", most=most, most_unit=unit)
    except ValueError:
        return step


def _apart(step: Step) -> Step:
    """A dose of the day as its takes, when they are told or when it is a single unit."""
    assert step.amount
    count = step.times or (ONE if step.amount.high <= 1 else None)
    if count is None or not count.single:
        return step
    try:
        return replace(step, amount=_scaled(step.amount, 1 / count.high), times=count, shared=False)
    except ValueError:
        return step


def _scaled(amount: Amount, by: Decimal) -> Amount:
    """ValueError when it does not fall on quarters of a unit."""
    low, high = amount.low * by, amount.high * by
    if low * 4 != int(low * 4) or high * 4 != int(high * 4):
        raise ValueError("not a whole number of quarters")
    return Amount(low, high)


def _phrase(step: Step, days: int) -> str:
    counted = step.most or step.times or step.hours or step.moments
    return _said(step, days) if days > 0 and counted else ""


def _said(step: Step, days: int) -> str:
    which = _which_days(step)
    between = " " if not _rhythm(step) and not step.moments else ", "
    said = f"{_taking(step)}{between}{which}" if which else _taking(step)
    total = _total(step, days)
    return f"{said}, {total}" if total else said


def _taking(step: Step) -> str:
    if step.moments:
        if len({amount for _, amount in step.moments}) == 1:
            when = FRENCH.listed(_moment(name) for name, _ in step.moments)
            said = f"{amount_spelled(step.moments[0][1], step.unit)} {when}"
        else:
            said = FRENCH.listed(
                f"{amount_spelled(amount, step.unit)} {_moment(name)}"
                for name, amount in step.moments
            )
    else:
        assert step.amount
        said = f"{amount_spelled(step.amount, step.unit)} {_rhythm(step)}".strip()
    place = PLACES[step.place].fr
    said = f"{said} {place}" if place else said
    return (
        f"{said} {FRENCH.when(step.reason) if step.reason else FRENCH.if_needed}"
        if step.as_needed
        else said
    )


def _moment(name: str) -> str:
    if name in FRENCH.moments:
        return FRENCH.moments[name]
    hour, minute = int(name[:2]), int(name[3:])
    hours = (
        "minuit"
        if not hour
        else f"{decimal_words(Decimal(hour), feminine=True)} heure{'s' if hour > 1 else ''}"
    )
    return f"à {hours} {number_words(minute)}" if minute else f"à {hours}"


def _count(amount: Amount, *, feminine: bool) -> str:
    low, high = (decimal_words(end, feminine=feminine) for end in (amount.low, amount.high))
    return high if amount.single else f"{low} à {high}"


def _rhythm(step: Step) -> str:
    if step.hours:
        hours = _count(step.hours, feminine=True)
        return "toutes les heures" if step.hours == ONE else f"toutes les {hours} heures"
    if not step.times:
        return ""
    if step.period == "once":
        return FRENCH.once
    if step.times == ONE and (step.every > 1 or step.weekdays):
        return ""
    period = _every(step) if step.every > 1 and step.period != "day" else FRENCH.per[step.period]
    return f"{_count(step.times, feminine=True)} fois {period}"


def _which_days(step: Step) -> str:
    if step.weekdays:
        return FRENCH.listed(FRENCH.weekdays[day] for day in step.weekdays)
    if step.moments and step.times:
        return f"{_count(step.times, feminine=True)} fois {_every(step)}"
    return _every(step) if step.every > 1 and (step.period == "day" or step.times == ONE) else ""


def _every(step: Step) -> str:
    if step.every == 1:
        return FRENCH.per[step.period]
    count = decimal_words(Decimal(step.every), feminine=step.period == "week")
    return FRENCH.every(step.every, step.period).replace(str(step.every), count)


def _total(step: Step, days: int) -> str:
    """ "soit deux gélules par jour"; a number of units for the whole duration when days differ."""
    if step.most is not None:
        if step.most_unit == TAKE:
            return f"au maximum {decimal_words(step.most, feminine=True)} prise{'s' if step.most >= 2 else ''} par jour"
        return f"au maximum {units_spelled(step.most, step.most_unit)} par jour"
    daily = per_day(step)
    alone = step.period == "day" and step.every == 1 and not step.weekdays and daily is not None
    if alone and daily is not None and daily * 4 == int(daily * 4):
        sure = not step.as_needed and _exact(step)
        return f"soit {'' if sure else 'au plus '}{units_spelled(daily, step.unit)} par jour"
    count = occasions(step, days)
    if count is None or step.period == "once":
        return ""
    dose = step.amount.high if step.amount else sum((a.high for _, a in step.moments), Decimal(0))
    return f"soit {units_spelled(count * dose, step.unit)} en tout"


def _exact(step: Step) -> bool:
    told = [step.amount, step.times, step.hours, *(amount for _, amount in step.moments)]
    return all(amount.single for amount in told if amount)
