"""When a medicine is taken: the rhythm of a step as a FHIR Timing, and back."""

from decimal import Decimal
from typing import Any

from eprescription.api.fhir import names
from eprescription.api.fhir.nodes import Node, Unreadable, number
from eprescription.posology import Amount, Step
from eprescription.posology.steps import MOMENTS

REPEAT = (
    *("boundsDuration", "count", "frequency", "frequencyMax", "period", "periodMax"),
    *("periodUnit", "dayOfWeek", "timeOfDay", "when"),
)


def written_timing(step: Step, moments: list[str]) -> dict[str, Any]:
    """The timing of a step for some of its moments; empty when it has no rhythm."""
    repeat: dict[str, Any] = {}
    if step.days:
        repeat["boundsDuration"] = days(step.days)
    repeat |= _rhythm(step) | _moments(moments)
    if step.weekdays:
        repeat["dayOfWeek"] = [names.DAYS[day] for day in step.weekdays]
    return {"repeat": repeat} if repeat else {}


def days(count: int) -> dict[str, Any]:
    """A duration in days."""
    return {"value": count, "unit": "d", "system": names.UCUM, "code": "d"}


def read_days(node: Node, most: int) -> int:
    """A duration in days, written in no other unit."""
    node.object("value", "unit", "system", "code")
    node.need("system").code((names.UCUM,))
    node.need("code").code(("d",))
    return node.need("value").count(1, most)


def _rhythm(step: Step) -> dict[str, Any]:
    if step.period == "once":
        return {"count": 1}
    if step.hours:
        return _range("period", step.hours) | {"frequency": 1, "periodUnit": "h"}
    plain = step.every == 1 and step.period == "day"
    told = _range("frequency", step.times) if step.times else {}
    if told or not plain or step.shared:
        told |= {"period": step.every, "periodUnit": names.PERIODS[step.period]}
    return told


def _range(name: str, amount: Amount) -> dict[str, Any]:
    told = {name: number(amount.low)}
    return told if amount.single else told | {f"{name}Max": number(amount.high)}


def _moments(moments: list[str]) -> dict[str, Any]:
    when = [names.WHEN[name] for name in moments if name in MOMENTS]
    clock = [f"{name}:00" for name in moments if name not in MOMENTS]
    told: dict[str, Any] = {"when": when} if when else {}
    return told | ({"timeOfDay": clock} if clock else {})


def read_timing(node: Node | None) -> tuple[dict[str, Any], list[str]]:
    """The fields of a step that a timing tells, and its moments. Raises Unreadable."""
    plain: dict[str, Any] = {
        "days": None,
        "times": None,
        "hours": None,
        "every": 1,
        "period": "day",
        "weekdays": (),
    }
    if node is None:
        return plain, []
    repeat = node.object("repeat").need("repeat").object(*REPEAT)
    bounds = repeat.get("boundsDuration")
    told = {"days": read_days(bounds, 3660)} if bounds else {}
    weekdays = [names.DAYS.index(item.code(names.DAYS)) for item in repeat.each("dayOfWeek", 7)]
    if weekdays:
        told["weekdays"] = tuple(sorted(weekdays))  # type: ignore[assignment]
    return plain | told | _read_rhythm(repeat), _read_moments(repeat)


def _read_rhythm(repeat: Node) -> dict[str, Any]:
    if (once := repeat.get("count")) is not None:
        once.count(1, 1)
        if repeat.get("period") or repeat.get("frequency"):
            raise Unreadable(once.at, "A single take has no rhythm.")
        return {"times": Amount.of(1), "period": "once"}
    period = repeat.get("period")
    if period is None:
        if repeat.get("frequency") or repeat.get("periodUnit") or repeat.get("periodMax"):
            raise Unreadable(f"{repeat.at}.period", "This element is missing.", "required")
        return {}
    unit = repeat.need("periodUnit").code((*names.PERIOD, "h"))
    if unit == "h":
        return _hours(repeat)
    if repeat.get("periodMax"):
        raise Unreadable(f"{repeat.at}.periodMax", "Hours alone have a range.", "not-supported")
    known: dict[str, Any] = {"every": period.count(1, 400), "period": names.PERIOD[unit]}
    return known | ({"times": _amount(repeat, "frequency")} if repeat.get("frequency") else {})


def _hours(repeat: Node) -> dict[str, Any]:
    often = repeat.get("frequency")
    if often is not None:
        often.count(1, 1)
    if repeat.get("frequencyMax"):
        raise Unreadable(f"{repeat.at}.frequencyMax", "Not with hours.", "not-supported")
    return {"hours": _amount(repeat, "period")}


def _amount(repeat: Node, name: str) -> Amount:
    low = repeat.need(name).number()
    most = repeat.get(f"{name}Max")
    try:
        return Amount(Decimal(low), most.number() if most else Decimal(low))
    except ValueError as error:
        raise Unreadable(f"{repeat.at}.{name}", f"No such rhythm: {error}.") from None


def _read_moments(repeat: Node) -> list[str]:
    """Names of moments and clock times, to the minute."""
    moments = [names.MOMENT[item.code(names.MOMENT)] for item in repeat.each("when", 12)]
    for item in repeat.each("timeOfDay", 24):
        text = item.words(8)
        if len(text) != 8 or not text.endswith(":00"):
            raise Unreadable(item.at, "A time HH:MM:00 is expected.")
        moments.append(text[:5])
    return moments
