"""Quantities of units in French words, agreed: "un demi-comprimé", "deux gélules et demie"."""

import re
from decimal import Decimal

from eprescription.posology.folding import fold
from eprescription.posology.quantities import number_in
from eprescription.posology.steps import Amount
from eprescription.posology.units import UNITS, unit_label
from eprescription.words import decimal_words

_FULL = {
    "": ("unité", "unités", True),
    "mg": ("milligramme", "milligrammes", False),
    "g": ("gramme", "grammes", False),
    "ml": ("millilitre", "millilitres", False),
    "ui": ("unité internationale", "unités internationales", True),
}
_PARTS = {Decimal("0.25"): "un quart", Decimal("0.5"): "demi", Decimal("0.75"): "trois quarts"}
# Units of strengths, folded, with their words.
_STRENGTHS = {
    "mg": ("milligramme", "milligrammes"),
    "g": ("gramme", "grammes"),
    "µg": ("microgramme", "microgrammes"),
    "mcg": ("microgramme", "microgrammes"),
    "microgramme": ("microgramme", "microgrammes"),
    "microgrammes": ("microgramme", "microgrammes"),
    "ml": ("millilitre", "millilitres"),
    "ui": ("unité internationale", "unités internationales"),
    "mu": ("million d'unités", "millions d'unités"),
    "%": ("pour cent", "pour cent"),
}
_STRENGTH = re.compile(
    r"(\d{1,3}(?: \d{3})+|\d{1,9}(?:[.,]\d{1,4})?) ?(microgrammes?|mcg|mg|µg|g|ui|mu|%)(?![a-z])"
    r"(?: ?(?:/|par) ?(?:(h|heure)(?![a-z])|(?:(\d+(?:[.,]\d+)?) ?)?(ml|g)(?![a-z])[^/+]*|une? [^/+]*"
    r"|(?:dose|comprime|gelule|patch|ampoule)[^/+]*))?"
)


def amount_spelled(amount: Amount, unit: str) -> str:
    """ "une gélule", "un à deux comprimés"."""
    if amount.single:
        return units_spelled(amount.high, unit)
    feminine = _noun(unit, amount.high)[1]
    return f"{decimal_words(amount.low, feminine=feminine)} à {units_spelled(amount.high, unit)}"


def units_spelled(value: Decimal, unit: str) -> str:
    """A number of units; what one cuts is said in halves and quarters, what one measures in decimals."""
    noun, feminine = _noun(unit, value)
    whole = int(value)
    part = _PARTS.get(value - whole)
    if not part or UNITS[unit].measured:
        return f"{decimal_words(value, feminine=feminine)} {noun}"
    if whole:
        end = ("demie" if feminine else "demi") if part == "demi" else part
        return f"{decimal_words(Decimal(whole), feminine=feminine)} {noun} et {end}"
    if part == "demi":
        return f"{'une' if feminine else 'un'} demi-{noun}"
    return f"{part} d'{noun}" if fold(noun)[0] in "aeiouh" else f"{part} de {noun}"


def strength_spelled(strength: str) -> str:
    """ "10 mg / une gélule": dix milligrammes; "25 microgrammes/heure": vingt-cinq microgrammes par heure.

    Several substances are joined by "et". Empty when a part of it is not understood.
    """
    parts = [_one_strength(part) for part in re.split(r"\+", strength)]
    return " et ".join(parts) if parts and all(parts) else ""


def _one_strength(text: str) -> str:
    found = _STRENGTH.fullmatch(fold(text).strip())
    value = number_in(found[1]) if found else None
    if not found or value is None:
        return ""
    said = _measure(value, found[2])
    if found[3]:
        return f"{said} par heure"
    if not found[5]:
        return said
    per = number_in(found[4]) if found[4] else None
    if per is None or per == 1:
        return f"{said} par {_STRENGTHS[found[5]][0]}"
    return f"{said} pour {_measure(per, found[5])}"


def _measure(value: Decimal, unit: str) -> str:
    one, many = _STRENGTHS[unit]
    words = decimal_words(value, feminine=one.startswith("unité"))
    return f"{words} {many if value >= 2 else one}"


def _noun(unit: str, value: Decimal) -> tuple[str, bool]:
    if unit in _FULL:
        one, many, feminine = _FULL[unit]
        return (many if value >= 2 else one), feminine
    return unit_label(unit, "fr", value), UNITS[unit].feminine
