"""Compare doses as they are written, to tell which substance a strength of a name belongs to. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import permutations, zip_longest
from math import log

from eprescription.catalogue.sources.facts import Component

MOST = 4  # 24 orders; nobody writes five strengths in a name

_IN_MILLIGRAMS = {"kg": 1e6, "g": 1e3, "mg": 1.0, "microgramme": 1e-3, "µg": 1e-3, "mcg": 1e-3}
_DOSE = re.compile(
    r"([\d  ]*\d(?:[.,]\d+)*) ?(kg|mg|g|microgramme|µg|mcg|%|[^\W\d]+)?", re.IGNORECASE
)
_APART = 20.0  # further than any two masses are, so that units decide first

Dose = tuple[float, str]


def in_order_of(components: list[Component], strength: str) -> list[Component]:
    """Return the substances in the order of "37,5 mg/325 mg"; as they are when it tells no order.

    A name may round what the composition tells (49 mg for 48,6 mg) or count the salt: the nearest
    of all orders is taken, the first one when two are as near.
    """
    told = _doses(strength)
    if not 1 < len(components) <= MOST or len(told) != len(components):
        return components
    orders = permutations(components)
    return list(min(orders, key=lambda order: _distance(told, order)))


def tells_only_one(components: Sequence[Component], strength: str) -> bool:
    """Whether a strength is that of one substance among several: "35 microgrammes" of DIANE. A sum
    (1000 mg of DAFLON) or a common strength (5 %) is that of all."""
    told = _doses(strength)
    same = [c for c in components if len(told) == 1 and not _apart(told[0], c.strength)]
    return len(same) == 1 < len(components)


def _distance(told: Sequence[Dose], order: Iterable[Component]) -> float:
    return round(sum(_apart(dose, c.strength) ** 2 for dose, c in zip(told, order, strict=True)), 6)


def _apart(dose: Dose, strength: str) -> float:
    found = _doses(strength)[:1]
    if not found or found[0][1] != dose[1] or not found[0][0] or not dose[0]:
        return _APART
    return log(found[0][0] / dose[0])


def _doses(text: str) -> list[Dose]:
    """Read "100/6 microgrammes/dose" as two masses: a number without a unit has that of the next."""
    without_detail = re.sub(r"\([^()]*\)", "", text)
    before_volume = re.split(r" (?:par|pour|dans) ", without_detail)[0]
    parts = [_DOSE.match(part.strip()) for part in re.split(r"[/+]", before_volume)]
    numbers = [found for found in parts if found]
    read: list[Dose] = []
    for found, following in reversed(list(zip_longest(numbers, numbers[1:]))):
        unit = (found[2] or "").lower() or (read[-1][1] if following and read else "")
        unit = unit.rstrip("s") if len(unit) > 2 else unit
        read.append((_number(found[1]), unit))
    return [_in_milligrams(*dose) for dose in reversed(read)]


def _number(text: str) -> float:
    digits = re.sub(r"[  ]", "", text).replace(",", ".")
    return float(digits) if digits.count(".") <= 1 else float(digits.replace(".", ""))


def _in_milligrams(amount: float, unit: str) -> Dose:
    if unit in _IN_MILLIGRAMS:
        return amount * _IN_MILLIGRAMS[unit], "mg"
    return amount, unit
