"""The ATC class of a medicine: as the source tells it, else as its twins agree. Pure.

Half of the marketed medicines bear no ATC code in the public drug base (list of the medicines of
major therapeutic interest only); most have a twin of exactly the same substances that does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WHOLE = 7  # a code of level 5, which names a substance

Twins = Mapping[frozenset[str], list[tuple[frozenset[str], str]]]


@dataclass(frozen=True, slots=True)
class Made:
    """What a medicine is made of, and how it enters the body."""

    cis: str
    substances: frozenset[str]
    routes: frozenset[str]


def best(codes: Iterable[str]) -> str:
    """Return the most precise of the codes told of one medicine: 7 characters win over 5."""
    return min(codes, key=lambda code: (-len(code), code), default="")


def inferred(medicines: Iterable[Made], told: Mapping[str, str]) -> dict[str, str]:
    """Return codes for medicines without one: that of all medicines of exactly the same substances
    and of a route in common, when they agree to the letter; otherwise none."""
    silent: list[Made] = []
    twins: dict[frozenset[str], list[tuple[frozenset[str], str]]] = defaultdict(list)
    for medicine in medicines:
        code = told.get(medicine.cis, "")
        if not code:
            silent.append(medicine)
        elif len(code) == WHOLE:
            twins[medicine.substances].append((medicine.routes, code))
    found = {medicine.cis: _agreed(medicine, twins) for medicine in silent if medicine.substances}
    return {cis: code for cis, code in found.items() if code}


def _agreed(medicine: Made, twins: Twins) -> str:
    codes = {
        code
        for routes, code in twins.get(medicine.substances, ())
        if routes & medicine.routes or routes == medicine.routes
    }
    return codes.pop() if len(codes) == 1 else ""
