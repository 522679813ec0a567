"""How a line is taken: its structured posology as doses at their rhythms, each pointing at the words that say the same.

One part stands on the line itself; several are subordinate to it (IHE PHARM, FR-Traitement-prescrit-subordonnee): steps
that follow each other are a taper, moments with doses of their own a split dose.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from eprescription.cda.codes import Route, coded
from eprescription.cda.nodes import Element, add, day, number, referring, templates, uid
from eprescription.cda.products import write_none
from eprescription.cda.rhythms import Event, Part, Period
from eprescription.posology import TAKE, Amount, Step

STRUCTURED = "1.3.6.1.4.1.19376.1.9.1.3.6"
NORMAL, TAPERED, SPLIT = (f"1.3.6.1.4.1.19376.1.5.3.1.4.{n}" for n in ("7.1", "8", "9"))
SUBORDINATE = "1.2.250.1.213.1.1.3.83.1"
UCUM = {"": "", "ml": "mL", "ui": "[iU]", "mg": "mg", "g": "g", "mcg": "ug"}


def mode_of(parts: Sequence[Part]) -> str:
    """The template that says how the doses follow each other."""
    if len(parts) <= 1:
        return NORMAL
    return TAPERED if parts[-1].rank > 1 else SPLIT


def unit_of(code: str) -> str:
    """The unit of a dose: UCUM, or an annotation of UCUM for what is counted."""
    return UCUM.get(code, f"{{{code}}}")


def write_rhythm(parent: Element, rhythm: Period | Event, name: str, anchor: str) -> None:
    """A time (PIVL_TS, EIVL_TS) that narrows the period of the treatment."""
    if isinstance(rhythm, Event):
        time = add(parent, name, kind="EIVL_TS", operator="A")
        add(time, "event", code=rhythm.code)
        return
    loose = "true" if rhythm.loose else ""
    time = add(parent, name, kind="PIVL_TS", operator="A", institutionSpecified=loose)
    if rhythm.phase:
        add(add(time, "phase"), "low", value=rhythm.phase)
    period = add(time, "period", value=number(rhythm.value), unit=rhythm.unit)
    referring(add(period, "translation"), "originalText", anchor)


def write_place(parent: Element, steps: Sequence[Step], anchor: str) -> None:
    """By which way, or where on the body, when all steps say the same."""
    places = {step.place for step in steps}
    place = places.pop() if len(places) == 1 else ""
    if place in Route.__members__:
        referring(coded(parent, "routeCode", Route[place]), "originalText", anchor)
    elif place:
        referring(add(parent, "approachSiteCode", nullFlavor="OTH"), "originalText", anchor)


def write_doses(parent: Element, part: Part, anchor: str) -> None:
    """The dose of one take, or of a whole period, and the ceiling of a day."""
    unit = unit_of(part.step.unit) + ("/kg" if part.step.per_kg else "")
    if part.dose and not part.per:
        _write_range(parent, "doseQuantity", part.dose, unit, anchor)
    if part.dose and part.per:
        _write_range(parent, "rateQuantity", part.dose, f"{unit or '1'}/{part.per}", anchor)
    if part.step.most is not None:
        most = add(parent, "maxDoseQuantity")
        told = "{take}" if part.step.most_unit == TAKE else unit_of(part.step.most_unit)
        add(most, "numerator", value=number(part.step.most), unit=told)
        add(most, "denominator", value="1", unit="d")


def _write_range(parent: Element, name: str, amount: Amount, unit: str, anchor: str) -> None:
    """Both ends, as the model asks for, even of a single quantity."""
    element = add(parent, name)
    for end, value in (("low", amount.low), ("high", amount.high)):
        quantity = add(element, end, value=number(value), unit=unit)
        referring(add(quantity, "translation"), "originalText", anchor)


def write_subordinate(
    parent: Element, part: Part, rank: int, space: uuid.UUID, anchor: str
) -> None:
    """One part of several, in its order. `anchor`: the words of its step."""
    relation = add(parent, "entryRelationship", typeCode="COMP")
    add(relation, "sequenceNumber", value=str(rank))
    taken = add(relation, "substanceAdministration", classCode="SBADM", moodCode="INT")
    templates(taken, (SUBORDINATE,))
    add(taken, "id", root=uid(space, f"part {rank}"))
    referring(taken, "text", anchor)
    add(taken, "statusCode", code="completed")
    _write_times(taken, part, anchor)
    write_doses(taken, part, anchor)
    write_none(taken)
    write_condition(taken, part.step, anchor)


def _write_times(parent: Element, part: Part, anchor: str) -> None:
    if part.rhythm is None:
        _write_interval(parent, "effectiveTime", part, "")
        return
    times = add(parent, "effectiveTime", kind="SXPR_TS")
    _write_interval(times, "comp", part, "A")
    write_rhythm(times, part.rhythm, "comp", anchor)


def _write_interval(parent: Element, name: str, part: Part, operator: str) -> None:
    interval = add(parent, name, kind="IVL_TS", operator=operator)
    add(interval, "low", value=day(part.start))
    if part.days:
        add(interval, "high", value=day(part.start + timedelta(days=part.days - 1)))


def write_condition(parent: Element, step: Step, anchor: str) -> None:
    """As needed, in the words of the step."""
    if step.as_needed:
        referring(add(add(parent, "precondition"), "criterion"), "text", anchor)
