"""What the words of a posology say, one mark each, before they are put together."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from eprescription.posology.steps import Amount


@dataclass(frozen=True, slots=True)
class Dose:
    """ "2 gél", "60 mg/kg", "1 dose 12 kg"; no unit when only a number was typed."""

    amount: Amount
    unit: str = ""
    per_kg: bool = False
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bare:
    """A number alone: a dose or a count, which the next mark tells."""

    amount: Amount


@dataclass(frozen=True, slots=True)
class Moments:
    """ "matin", "au dîner", "à 8h et 20h", "chaque repas"."""

    names: tuple[str, ...]
    meal: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """ "1-0-1": amounts from morning to bedtime; None where nothing is taken."""

    amounts: tuple[Amount | None, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Takes:
    """ "3 fois", "x3", "en 3 prises" (which divides a dose)."""

    count: Amount
    how: Literal["times", "x", "divided"]


@dataclass(frozen=True, slots=True)
class Hours:
    """ "toutes les 8 heures"."""

    between: Amount


@dataclass(frozen=True, slots=True)
class Days:
    """ "par jour" (`per`: what stands before is for that long), "tous les 3 jours", "dose unique"."""

    every: int
    period: str
    per: bool = False


@dataclass(frozen=True, slots=True)
class Weekdays:
    """ "lundi", "du lundi au vendredi"."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """ "si besoin", "si douleur"."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """ "max 3/j", "sans dépasser 4 g par jour"; no unit: that of the dose."""

    most: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """ "espacer de 6 h"."""

    hours: Decimal


@dataclass(frozen=True, slots=True)
class Meal:
    """ "avant le repas", "à jeun"."""

    when: str


@dataclass(frozen=True, slots=True)
class At:
    """A place on the body."""

    place: str


@dataclass(frozen=True, slots=True)
class Weight:
    """ "pour 15 kg"."""

    kg: Decimal


@dataclass(frozen=True, slots=True)
class Lasting:
    """ "pendant 7 jours"; `since` is the first of them in "J2 à J5"."""

    days: int
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """ "qsp 1 mois"."""

    days: int


@dataclass(frozen=True, slots=True)
class Boxes:
    """ "2 boîtes"."""

    count: int


@dataclass(frozen=True, slots=True)
class Renewals:
    """ "AR 5", "non renouvelable" (0)."""

    count: int


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in brackets."""

    text: str


@dataclass(frozen=True, slots=True)
class Verb:
    """ "appliquer": one application, unless a dose is told."""


@dataclass(frozen=True, slots=True)
class Then:
    """ "puis"."""


@dataclass(frozen=True, slots=True)
class Stop:
    """ "stop", at the end of a taper."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that says nothing known."""

    text: str


Mark = (
    Dose | Bare | Moments | Pattern | Takes | Hours | Days | Weekdays | Needed | Ceiling | Gap | Meal
    | At | Weight | Lasting | Supply | Boxes | Renewals | Note | Verb | Then | Stop | Unknown
)  # fmt: skip
