"""A step as plain JSON values, and back. What is at its default is left out."""

from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from eprescription.posology.steps import Amount, Step


def written(step: Step) -> dict[str, object]:
    """The fields of a step that are not at their default: numbers as text, ranges as "1-2"."""
    return {
        field.name: _plain(value)
        for field in fields(Step)
        if (value := getattr(step, field.name)) != field.default
    }


def step_from(data: object) -> Step:
    """The step that `written` gave. ValueError for anything else."""
    if not isinstance(data, dict) or not {*data} <= {*_READERS}:
        raise ValueError("unknown fields in a step")
    return Step(**{name: _READERS[name](value) for name, value in data.items()})


def _plain(value: object) -> object:
    if isinstance(value, Amount):
        low, high = _digits(value.low), _digits(value.high)
        return low if value.single else f"{low}-{high}"
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _digits(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is expected")
    return value


def _count(value: object) -> int:
    if type(value) is not int:
        raise ValueError("a whole number is expected")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("yes or no is expected")
    return value


def _decimal(value: object) -> Decimal:
    text = _text(value)
    if len(text) > 20:
        raise ValueError("too long a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("a number is expected") from None


def _amount(value: object) -> Amount:
    low, dash, high = _text(value).partition("-")
    return Amount(_decimal(low), _decimal(high if dash else low))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > 48:
        raise ValueError("a list is expected")
    return value


def _moment(value: object) -> tuple[str, Amount]:
    pair = _list(value)
    if len(pair) != 2:
        raise ValueError("a moment has an amount")
    return _text(pair[0]), _amount(pair[1])


_READERS: dict[str, Callable[[object], Any]] = {
    "amount": _amount,
    "unit": _text,
    "moments": lambda value: tuple(_moment(item) for item in _list(value)),
    "times": _amount,
    "hours": _amount,
    "every": _count,
    "period": _text,
    "weekdays": lambda value: tuple(_count(item) for item in _list(value)),
    "shared": _flag,
    "per_kg": _flag,
    "weight_kg": _decimal,
    "as_needed": _flag,
    "reason": _text,
    "most": _decimal,
    "most_unit": _text,
    "gap_hours": _decimal,
    "meal": _text,
    "place": _text,
    "days": _count,
    "note": _text,
}
