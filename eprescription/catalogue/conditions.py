"""Read the conditions of prescription and dispensing, and the content of a box, from their wording.

The public drug base gives both as French text. What the law needs as numbers is read here, by the
wording alone: a molecule's name never decides. Wordings checked against CIS_CPD_bdpm.txt and
CIS_CIP_bdpm.txt of 26/05/2026 (medicines.md 1 and 3). Pure: no Django, no database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Months are counted at their longest, so that a prescription of six calendar months is never
# refused for the days that a long half-year has.
_DAYS = {"jour": 1, "semaine": 7, "mois": 184 / 6}
_LIMIT = re.compile(
    r"prescription limitée à (\d+) (jour|semaine|mois)\w*(?: ou (\d+) (jour|semaine|mois)\w*)?"
)
_FRACTION = re.compile(r"délivrance fractionnée de (\d+) jours?")
_SECURED = re.compile(r"ordonnance sécurisée")
_IVG = re.compile(r"article L\. ?2212-2\b")
# Who may prescribe or give it, where, or under which watch (CSP R. 5121-77: restricted prescription).
_RESTRICTED = re.compile(
    r"hospitali|réservé|surveillance particulière|prescription initiale|médicale restreinte"
    r"|établissement de (?:santé|transfusion)|usage intérieur|par (?:un|tout) médecin|CSAPA",
    re.IGNORECASE,
)
_LISTS = {"stupéfiants": "S", "liste I": "I", "liste II": "II"}  # the strictest first


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the wording says in numbers. None: it sets no such limit."""

    list: str = ""
    max_days: int | None = None
    max_days_extended: int | None = None
    secured: bool = False
    fraction_days: int | None = None
    ivg: bool = False


def read_conditions(wording: Iterable[str]) -> Conditions:
    """Return what the labels of one medicine say; a label that is not known changes nothing.

    Of two limits the shorter holds. "7 jours ou 28 jours" (injectable morphine, longer through an
    active pump) gives both, because only the prescriber knows which. `ivg`: the wording reserves
    the medicine to those who may practise an abortion outside hospital (CSP L. 2212-2).
    """
    labels = [label.strip() for label in wording]
    limits = [found for label in labels if (found := _LIMIT.fullmatch(label))]
    shortest = min(limits, key=lambda found: _days(found[1], found[2]), default=None)
    fractions = [int(found[1]) for label in labels if (found := _FRACTION.fullmatch(label))]
    return Conditions(
        list=next((code for label, code in _LISTS.items() if label in labels), ""),
        max_days=_days(shortest[1], shortest[2]) if shortest else None,
        max_days_extended=_days(shortest[3], shortest[4]) if shortest and shortest[3] else None,
        secured=any(_SECURED.search(label) for label in labels),
        fraction_days=min(fractions, default=None),
        ivg=any(_IVG.search(label) for label in labels),
    )


def restrictions(labels: Iterable[str]) -> tuple[str, ...]:
    """Return, verbatim and in their order, the labels that restrict who prescribes or gives the
    medicine, where, or under which watch: hospital, specialists, initial hospital prescription…
    What any prescriber must respect (lists, durations, secured forms) is not among them."""
    return tuple(label for text in labels if (label := text.strip()) and _RESTRICTED.search(label))


def _days(count: str, unit: str) -> int:
    return round(int(count) * _DAYS[unit])
