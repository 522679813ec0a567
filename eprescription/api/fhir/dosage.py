"""How a medicine is taken: a posology as FHIR dosages, and back.

Each step is one or more dosages with the same `sequence`: one for each amount of its moments. What FHIR R4 has no
element for (a dose shared over the day, the least time between takes) stands in extensions. `patientInstruction` is
not read: the French guide forbids it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from eprescription import posology
from eprescription.api.fhir import names
from eprescription.api.fhir.names import own
from eprescription.api.fhir.nodes import Node, Unreadable, extensions, number
from eprescription.api.fhir.timing import read_timing, written_timing
from eprescription.posology import TAKE, Amount, Posology, Step
from eprescription.posology.model import MOST_STEPS
from eprescription.posology.steps import minute_of

SHARED, PER_KG, GAP = own("shared"), own("per-kg"), own("gap-hours")
ELEMENTS = (
    *("sequence", "text", "additionalInstruction", "timing", "asNeededBoolean"),
    *("asNeededCodeableConcept", "site", "doseAndRate", "maxDosePerPeriod", "extension"),
)
MOST_DOSAGES = 60


def written(taken: Posology) -> list[dict[str, Any]]:
    """The dosages of a posology, in the order of its steps."""
    return [
        dosage for rank, step in enumerate(taken.steps, start=1) for dosage in _dosages(step, rank)
    ]


def read(dosages: list[Node]) -> Posology | str:
    """The posology that dosages tell, or its words when they tell it in words alone. Raises Unreadable.

    Words beside a structure must say the same: nobody shall read one and be given the other.
    """
    if len(dosages) == 1 and {*_keys(dosages[0])} <= {"text", "sequence"}:
        return dosages[0].need("text").words()
    ranked = sorted(((_rank(node), node) for node in dosages), key=lambda pair: pair[0])
    steps = [_step([n for _r, n in rows]) for _rank, rows in groupby(ranked, lambda pair: pair[0])]
    try:
        return Posology(tuple(steps[: MOST_STEPS + 1]))
    except ValueError as error:
        raise Unreadable(dosages[0].at, f"No such posology: {error}.") from None


def _keys(node: Node) -> Iterable[str]:
    return node.object(*ELEMENTS).value


def _rank(node: Node) -> int:
    told = node.get("sequence")
    return told.count(1, 99) if told else 1


# --- Writing


def _dosages(step: Step, rank: int) -> Iterator[dict[str, Any]]:
    """One dosage, or one for each amount when the moments differ."""
    shared = {"sequence": rank, "text": _said(step)} | _limits(step)
    differing: list[Amount | None] = [amount for _name, amount in step.moments]
    amounts = list(dict.fromkeys(differing)) or [step.amount]
    for amount in amounts:
        moments = [name for name, taken in step.moments if taken == amount]
        yield shared | _timing(step, moments) | _dose(amount, step)


def _said(step: Step) -> str:
    return posology.sentence(Posology((replace(step, weight_kg=None),)))[:2000]


def _timing(step: Step, moments: list[str]) -> dict[str, Any]:
    timing = written_timing(step, moments)
    return {"timing": timing} if timing else {}


def _dose(amount: Amount | None, step: Step) -> dict[str, Any]:
    assert amount is not None  # a step has an amount, or one at each moment
    if amount.single:
        dose: dict[str, Any] = {"doseQuantity": _quantity(amount.low, step.unit)}
    else:
        ends = {"low": amount.low, "high": amount.high}
        dose = {"doseRange": {end: _quantity(value, step.unit) for end, value in ends.items()}}
    return {"doseAndRate": [dose]}


def _quantity(value: Decimal, unit: str) -> dict[str, Any]:
    told: dict[str, Any] = {"value": number(value)}
    if unit in names.UCUM_OF:
        return told | {"unit": unit, "system": names.UCUM, "code": names.UCUM_OF[unit]}
    return told | ({"unit": unit, "system": names.UNIT, "code": unit} if unit else {})


def _limits(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if step.reason:
        told["asNeededCodeableConcept"] = {"text": step.reason}
    elif step.as_needed:
        told["asNeededBoolean"] = True
    if step.place:
        told["site"] = {"coding": [{"system": names.SITE, "code": step.place}]}
    if more := _instructions(step):
        told["additionalInstruction"] = more
    if step.most is not None:
        day = {"value": 1, "unit": "d", "system": names.UCUM, "code": "d"}
        most = _quantity(step.most, step.most_unit)
        told["maxDosePerPeriod"] = {"numerator": most, "denominator": day}
    if flags := _flags(step):
        told["extension"] = flags
    return told


def _instructions(step: Step) -> list[dict[str, Any]]:
    meal = [{"coding": [{"system": names.MEAL, "code": step.meal}]}] if step.meal else []
    return meal + ([{"text": step.note}] if step.note else [])


def _flags(step: Step) -> list[dict[str, Any]]:
    flags: list[dict[str, Any]] = []
    if step.shared:
        flags.append({"url": SHARED, "valueBoolean": True})
    if step.per_kg:
        flags.append({"url": PER_KG, "valueBoolean": True})
    if step.gap_hours is not None:
        flags.append({"url": GAP, "valueDecimal": number(step.gap_hours)})
    return flags


# --- Reading


def _step(dosages: list[Node]) -> Step:
    """The one step of dosages with the same sequence: they differ by their moments and amounts alone."""
    read = [_values(node) for node in dosages]
    first, at = read[0], dosages[0]
    if len(read) > 1:
        if not all(row["moments"] and row | OF_EACH == first | OF_EACH for row in read):
            raise Unreadable(at.at, "Dosages of one sequence differ by more than their moments.")
        pairs = [pair for row in read for pair in row["moments"]]
        first = first | {"moments": pairs}
    try:
        ordered = tuple(sorted(first["moments"], key=lambda pair: minute_of(pair[0])))
        step = Step(**first | {"moments": ordered})
    except ValueError as error:
        raise Unreadable(at.at, f"No such posology: {error}.") from None
    for node in dosages:
        _check_words(node, step)
    return step


OF_EACH: dict[str, Any] = {"moments": None}


def _values(node: Node) -> dict[str, Any]:
    """The fields of a step that one dosage tells."""
    node.object(*ELEMENTS)
    amount, unit = _amount(node)
    values, moments = read_timing(node.get("timing"))
    dose = {"amount": None if moments else amount, "moments": [(m, amount) for m in moments]}
    return dose | values | {"unit": unit} | _needed(node) | _most(node) | _told(node)


def _amount(node: Node) -> tuple[Amount, str]:
    dose = node.lone("doseAndRate")
    if dose is None:
        raise Unreadable(f"{node.at}.doseAndRate", "This element is missing.", "required")
    dose.object("doseQuantity", "doseRange")
    if (ends := dose.get("doseRange")) is not None and dose.get("doseQuantity") is None:
        low, unit = _measure(ends.object("low", "high").need("low"))
        high, other = _measure(ends.need("high"))
        if unit != other:
            raise Unreadable(ends.at, "Both ends of a range have the same unit.")
    else:
        low, unit = _measure(dose.object("doseQuantity").need("doseQuantity"))
        high = low
    try:
        return Amount(low, high), unit
    except ValueError as error:
        raise Unreadable(dose.at, f"No such dose: {error}.") from None


def _measure(node: Node, *more: str) -> tuple[Decimal, str]:
    """A quantity and its unit; `more`: codes beside those of units."""
    node.object("value", "unit", "system", "code")
    value = node.need("value").number()
    if node.get("code") is None:
        if node.get("unit") or node.get("system"):
            raise Unreadable(f"{node.at}.code", "A unit is told by its code.", "required")
        return value, ""
    system = node.need("system").code((names.UCUM, names.UNIT))
    if system == names.UCUM:
        return value, names.UNIT_OF[node.need("code").code(names.UNIT_OF)]
    return value, node.need("code").code((*names.OWN_UNITS, *more))


def _needed(node: Node) -> dict[str, Any]:
    told, why = node.get("asNeededBoolean"), node.get("asNeededCodeableConcept")
    if told is not None and why is not None:
        raise Unreadable(why.at, "As needed is told once.")
    if why is not None:
        return {"as_needed": True, "reason": why.object("text").need("text").words(120)}
    return {"as_needed": told.flag() if told is not None else False, "reason": ""}


def _most(node: Node) -> dict[str, Any]:
    most = node.get("maxDosePerPeriod")
    if most is None:
        return {"most": None, "most_unit": ""}
    value, unit = _measure(most.object("numerator", "denominator").need("numerator"), TAKE)
    per = most.need("denominator").object("value", "unit", "system", "code")
    per.need("value").count(1, 1)
    per.need("system").code((names.UCUM,))
    per.need("code").code(("d",))
    return {"most": value, "most_unit": unit}


def _told(node: Node) -> dict[str, Any]:
    """Place, meal, note and what stands in extensions."""
    site, meal, note = node.get("site"), "", ""
    for item in node.each("additionalInstruction", most=2):
        if item.get("text") is not None:
            note = item.object("text").need("text").words(120)
        else:
            meal = item.coded(names.MEALS_SAID, names.MEAL)[1]
    flags = extensions(node, (SHARED, PER_KG, GAP))
    gap = flags.get(GAP)
    return {
        "place": site.coded(names.SITES, names.SITE)[1] if site else "",
        "meal": meal,
        "note": note,
        "shared": SHARED in flags and flags[SHARED].need("valueBoolean").flag(),
        "per_kg": PER_KG in flags and flags[PER_KG].need("valueBoolean").flag(),
        "gap_hours": gap.need("valueDecimal").number() if gap else None,
    }


def _check_words(node: Node, step: Step) -> None:
    """What stands in words says what the structure says: it is what the portal itself would write, or reads alike."""
    text = node.get("text")
    if text is None or text.words(2000) == _said(step):
        return
    found = posology.read(text.words(2000), unit=step.unit)
    alike = found.posology and not found.unread.strip() and len(found.posology.steps) == 1
    if not alike or replace(found.posology.steps[0], days=None) != replace(step, days=None):  # type: ignore[union-attr]
        raise Unreadable(text.at, "These words do not say what the structure beside them says.")
