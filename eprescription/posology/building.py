"""From drafts to steps: what goes together, what a later step takes from the one before it."""

from dataclasses import replace
from typing import Any

from eprescription.posology.drafting import Contradiction, Draft, ordered
from eprescription.posology.marks import Ceiling, Days, Dose
from eprescription.posology.model import Posology
from eprescription.posology.steps import TAKE, Amount, Step
from eprescription.posology.units import UNITS

ONE = Amount.of(1)


def built(drafts: list[Draft], unit: str) -> Posology | None:
    """The posology that drafts make, or None: no dose, no rhythm, or two that contradict each other.

    `unit` is that of a number alone, unless it is a mass or a volume: "1 le soir" is not 1 ml, nor is
    it one of something else.
    """
    alone = None if UNITS.get(unit, UNITS[""]).measured else unit if unit in UNITS else ""
    steps: list[Step] = []
    try:
        for draft in drafts:
            if draft.since and draft.since != 1 + sum(step.days or 0 for step in steps):
                raise Contradiction
            steps.append(_step(draft, steps[-1] if steps else None, len(drafts) > 1, alone))
        return Posology(tuple(steps))
    except (Contradiction, ValueError):
        return None


def _step(draft: Draft, before: Step | None, several: bool, unit: str | None) -> Step:
    fields = _limits(draft)
    dose = _dose(draft, before, unit)
    if not draft.says_how_often():
        return _with_ceiling(_carried(dose, before, several, fields), draft)
    fields |= {"unit": dose.unit, "per_kg": dose.per_kg}
    fields |= _when(draft, dose)
    if dose.weight_kg:
        fields.setdefault("weight_kg", dose.weight_kg)
    return _with_ceiling(Step(**fields), draft)


def _dose(draft: Draft, before: Step | None, unit: str | None) -> Dose:
    dose = draft.doses[0] if draft.doses else None
    if dose is None and draft.verb:
        dose = Dose(ONE, "application")
    if dose is None and before is not None and before.amount and not before.shared:
        dose = Dose(before.amount, before.unit, before.per_kg, before.weight_kg)
    if dose is None:
        raise Contradiction
    units = {d.unit for d in [*draft.doses, *draft.at.values()] if d and d.unit}
    known = next(iter(units), dose.unit) or (before.unit if before is not None else unit)
    if known is None or len(units) > 1 or len({d.per_kg for d in draft.doses}) > 1:
        raise Contradiction
    return replace(dose, unit=known)


def _limits(draft: Draft) -> dict[str, Any]:
    told = {name: value for name, value in draft.rest.items() if name != "ceiling"}
    return told | ({"note": ", ".join(dict.fromkeys(draft.notes))} if draft.notes else {})


def _when(draft: Draft, dose: Dose) -> dict[str, Any]:
    """Rhythm and amounts: moments, interval, takes, or the dose of a whole period."""
    days = _days(draft)
    if draft.at:
        return _at_moments(draft, dose, days)
    if draft.hours:
        return {"amount": dose.amount, "hours": _interval(draft, days)}
    if draft.shared and not draft.weekdays and days.per:
        return _shared(draft, dose, days)
    if draft.takes and draft.takes.how == "divided":
        raise Contradiction
    weekly = days.period == "week" and len(draft.weekdays) == 1  # "4 cp par semaine, le lundi"
    if draft.shared and (draft.takes or (dose.amount.high > 1 and not weekly)):
        raise Contradiction
    return {"amount": dose.amount} | _takes(draft, days)


def _at_moments(draft: Draft, dose: Dose, days: Days) -> dict[str, Any]:
    moments = ordered({name: at or dose for name, at in draft.at.items()})
    if draft.shared and draft.takes and draft.takes.how == "divided":
        moments = _divided(moments)
    elif draft.shared and len(moments) > 1:
        raise Contradiction
    times_each = draft.takes and draft.takes.how == "x" and not draft.days  # "1 x 2 matin et soir"
    if draft.hours or draft.unfinished() or times_each:
        raise Contradiction
    if days.period == "once":
        days = Days(1, "day")
    count = draft.takes.count if draft.takes else None
    fits: tuple[Amount | None, ...]
    if days.period == "day":
        fits = (None, Amount.of(len(moments)))
    else:
        fits = (None, ONE, Amount.of(len(draft.weekdays))) if draft.weekdays else (count,)
    if count not in fits:
        raise Contradiction
    in_period = days.period != "day" and not draft.weekdays
    return {"moments": moments, "times": (count or ONE) if in_period else None, **_on(draft, days)}


def _divided(moments: tuple[tuple[str, Amount], ...]) -> tuple[tuple[str, Amount], ...]:
    """ "80 mg/kg/j en 2 prises, matin et soir": each moment has its part."""
    parts = len(moments)
    return tuple((name, Amount(a.low / parts, a.high / parts)) for name, a in moments)


def _interval(draft: Draft, days: Days) -> Amount:
    assert draft.hours
    told = draft.takes.count if draft.takes else None
    if told and (told.high * draft.hours.low != 24 or not told.single):
        raise Contradiction
    if draft.weekdays or draft.shared or days.every != 1 or days.period != "day":
        raise Contradiction
    return draft.hours


def _shared(draft: Draft, dose: Dose, days: Days) -> dict[str, Any]:
    takes = draft.takes
    if takes and takes.how != "divided" and not (dose.amount == takes.count == ONE):
        raise Contradiction
    count = takes.count if takes and takes.how == "divided" else None
    return {"amount": dose.amount, "shared": True, "times": count, "period": days.period}


def _takes(draft: Draft, days: Days) -> dict[str, Any]:
    told = draft.days or draft.weekdays
    if draft.takes and draft.takes.how == "times" and not told:
        raise Contradiction  # "3 fois": in all, or a day?
    count = draft.takes.count if draft.takes else ONE
    if not draft.takes and not told:
        return {}
    if draft.weekdays and any(d.period == "week" for d in draft.days):
        if count not in (ONE, Amount.of(len(draft.weekdays))):
            raise Contradiction
        count = ONE
    return {"times": count, **_on(draft, days)}


def _on(draft: Draft, days: Days) -> dict[str, Any]:
    if draft.weekdays:
        if days.every != 1 or days.period not in ("day", "week"):
            raise Contradiction
        return {"weekdays": tuple(sorted(set(draft.weekdays)))}
    return {"every": days.every, "period": days.period}


def _days(draft: Draft) -> Days:
    """One rule of days out of those told: "par jour, un jour sur deux" is one day in two."""
    told = list(dict.fromkeys(draft.days))
    longer = [d for d in told if (d.every, d.period) != (1, "day")]
    if len(longer) > 1:
        raise Contradiction
    if longer and len(told) > 1 and longer[0].period != "day" and not draft.weekdays:
        raise Contradiction
    return longer[0] if longer else next((d for d in told if d.per), Days(1, "day"))


def _carried(dose: Dose, before: Step | None, several: bool, fields: dict[str, Any]) -> Step:
    """A step that tells a dose and no rhythm: that of the step before, or so much a day in a taper."""
    if not several or ("days" not in fields and before is None):
        raise Contradiction
    common = {"unit": dose.unit, "per_kg": dose.per_kg}
    if before is None:
        return Step(**(fields | common | {"amount": dose.amount, "shared": True}))
    kept = {"days": None, "note": "", **fields, **common}
    if before.shared:
        return replace(before, amount=dose.amount, **kept)
    if len(before.moments) == 1:
        return replace(before, moments=((before.moments[0][0], dose.amount),), **kept)
    if before.times == ONE and not before.moments:
        return replace(before, amount=dose.amount, **kept)
    raise Contradiction


def _with_ceiling(step: Step, draft: Draft) -> Step:
    ceiling = draft.rest.get("ceiling")
    if not isinstance(ceiling, Ceiling):
        return step
    told = ceiling.unit or step.unit
    # "10 mg toutes les 4 h, max 6/j": six milligrams would be less than one dose, so it is six takes.
    dose = step.amount.high if step.amount and not step.shared else None
    takes = not ceiling.unit and dose is not None and ceiling.most < dose
    if takes or told == "dose" != step.unit:
        told = TAKE
    return replace(step, most=ceiling.most, most_unit=told)
