"""A posology in one plain sentence, for paper and screen, in French or English.

The French sentence is also what the portal reads best: `read` gives back the posology it was made from.
"""

import re
from collections.abc import Callable

from eprescription.posology.model import Posology
from eprescription.posology.places import PLACES
from eprescription.posology.quantities import printed_amount, printed_number
from eprescription.posology.steps import TAKE, Amount, Step
from eprescription.posology.tongues import ENGLISH, FRENCH, Tongue
from eprescription.posology.units import unit_label

_ENDS = frozenset("0123456789½¼¾")
_NUMBER_FIRST = re.compile(r"(?:à |at )?\d")


def sentence(posology: Posology, language: str = "fr") -> str:
    """How to take it: "1 comprimé le matin et le soir, pendant 7 jours". French unless "en" is asked."""
    tongue = ENGLISH if language.startswith("en") else FRENCH
    return tongue.then.join(_step(step, tongue) for step in posology.steps)


def _step(step: Step, tongue: Tongue) -> str:
    clauses = (part(step, tongue) for part in _CLAUSES)
    said = ", ".join(clause for clause in clauses if clause)
    return f"{said} ({step.note})" if step.note else said


def quantity(amount: Amount, step: Step, tongue: Tongue) -> str:
    """A dose with its unit: "½ comprimé", "15 mg par kg"."""
    words = (
        printed_amount(amount, step.unit, tongue.code),
        unit_label(step.unit, tongue.code, amount.high),
        tongue.per_kg if step.per_kg else "",
    )
    return " ".join(word for word in words if word)


def _taking(step: Step, tongue: Tongue) -> str:
    """The dose and what it hangs on: moments, takes, interval, or the days alone."""
    if step.moments:
        said = _at_moments(step, tongue)
    else:
        assert step.amount
        rhythm = _shared(step, tongue) if step.shared else _rhythm(step, tongue)
        said = _joined(quantity(step.amount, step, tongue), rhythm)
    return f"{said} {_need(step, tongue)}" if step.as_needed else said


def _need(step: Step, tongue: Tongue) -> str:
    return tongue.when(step.reason) if step.reason else tongue.if_needed


def _at_moments(step: Step, tongue: Tongue) -> str:
    if len({amount for _, amount in step.moments}) == 1:
        when = tongue.listed(tongue.moment(name) for name, _ in step.moments)
        return _joined(quantity(step.moments[0][1], step, tongue), when)
    return tongue.listed(
        _joined(quantity(amount, step, tongue), tongue.moment(name))
        for name, amount in step.moments
    )


def _joined(dose: str, when: str) -> str:
    """A dose and its rhythm; a comma keeps two numbers apart: "2, 3 fois par jour"."""
    touching = dose[-1:] in _ENDS and _NUMBER_FIRST.match(when)
    return f"{dose}{', ' if touching else ' '}{when}".strip()


def _shared(step: Step, tongue: Tongue) -> str:
    joined = tongue.and_per if step.per_kg else tongue.per
    return joined[step.period]


def _rhythm(step: Step, tongue: Tongue) -> str:
    if step.hours:
        return tongue.interval(step.hours)
    if not step.times:
        return ""
    if step.period == "once":
        return tongue.once
    if _days_alone(step):
        return _which_days(step, tongue)
    times = tongue.times(step.times)
    every_week = step.period != "day" and step.every > 1
    return f"{times} {_every(step, tongue) if every_week else tongue.per[step.period]}"


def _days_alone(step: Step) -> bool:
    """One take on each of some days: the days say it all."""
    return step.times == Amount.of(1) and (step.every > 1 or bool(step.weekdays))


def _every(step: Step, tongue: Tongue) -> str:
    return tongue.every(step.every, step.period)


def _which_days(step: Step, tongue: Tongue) -> str:
    if step.weekdays:
        return tongue.listed(tongue.weekdays[day] for day in step.weekdays)
    return _every(step, tongue)


def _days(step: Step, tongue: Tongue) -> str:
    """The days, when the dose has its own rhythm within each of them."""
    if step.weekdays:
        return "" if _days_alone(step) and not step.moments else _which_days(step, tongue)
    if step.moments and step.times:
        if step.every > 1:
            alone = step.times == Amount.of(1)
            return (
                _every(step, tongue)
                if alone
                else f"{tongue.times(step.times)} {_every(step, tongue)}"
            )
        return f"{tongue.times(step.times)} {tongue.per[step.period]}"
    if step.period == "day" and step.every > 1 and not (_days_alone(step) and not step.moments):
        return _every(step, tongue)
    return ""


def _division(step: Step, tongue: Tongue) -> str:
    return tongue.divided(step.times) if step.shared and step.times else ""


def _ceiling(step: Step, tongue: Tongue) -> str:
    if step.most is None:
        return ""
    takes = step.most_unit == TAKE
    unit = "" if takes else step.most_unit
    label = tongue.take(step.most) if takes else unit_label(unit, tongue.code, step.most)
    number = printed_number(step.most, unit, tongue.code)
    return tongue.at_most.format(f"{number} {label}".strip())


def _gap(step: Step, tongue: Tongue) -> str:
    return tongue.gap(step.gap_hours) if step.gap_hours else ""


def _weight(step: Step, tongue: Tongue) -> str:
    if step.weight_kg is None:
        return ""
    return tongue.for_weight.format(printed_number(step.weight_kg, "ml", tongue.code))


def _place(step: Step, tongue: Tongue) -> str:
    place = PLACES[step.place]
    return place.en if tongue is ENGLISH else place.fr


def _lasting(step: Step, tongue: Tongue) -> str:
    return tongue.lasting(step.days) if step.days else ""


_CLAUSES: tuple[Callable[[Step, Tongue], str], ...] = (
    _taking,
    _days,
    _division,
    lambda step, tongue: tongue.meals[step.meal],
    _place,
    _ceiling,
    _gap,
    _weight,
    _lasting,
)
