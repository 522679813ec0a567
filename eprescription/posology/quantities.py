"""Quantities as they are typed and printed: 1/2, ½, 1,5, "deux", "1 à 2", 100 000."""

import re
from decimal import Decimal

from eprescription.posology.steps import Amount
from eprescription.posology.units import UNITS

_GLYPHS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_OF_GLYPH = {value: glyph for glyph, value in _GLYPHS.items()}
_WORDS = {
    "zero": 0, "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4,
    "four": 4, "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9,
    "nine": 9, "dix": 10, "ten": 10, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30,
}  # fmt: skip
_HALF = r"(?:(?:un|une|1) )?demi(?:e|es|s)?(?![a-z])-?|half(?: an?)?"
# One number on folded text. Blanks part thousands from ten thousand on: "1 500 mg" may be one of 500 mg.
# A slash is a fraction only where one can be meant: not in 1/0/1.
NUMBER = (
    r"(?:(?:\d{2,3}(?: \d{3})+|\d(?: \d{3}){2,})(?:[.,]\d{1,4})?(?![\d/])|\d{0,4} ?[½¼¾]|(?:[1-4] )?(?:1/2|1/4|3/4|1/8)(?![\d/])"
    rf"|\d{{1,9}}(?:[.,]\d{{1,4}}(?!\d))?|{_HALF}|(?:{'|'.join(_WORDS)})(?![a-z]))"
)
RANGE = rf"{NUMBER}(?: ?(?:a|-|ou|to|or) ?{NUMBER})?"
_PARTS = re.compile(rf"({NUMBER})(?: ?(?:a|-|ou|to|or) ?({NUMBER}))?")


def number_in(folded: str) -> Decimal | None:
    """The value of a number as `NUMBER` matches it, or None for what is none."""
    text = folded.strip()
    if text in _WORDS:
        return Decimal(_WORDS[text])
    if re.fullmatch(_HALF, text):
        return Decimal("0.5")
    if found := re.fullmatch(r"(\d*) ?([½¼¾])", text):
        return Decimal(found[1] or 0) + _GLYPHS[found[2]]
    if found := re.fullmatch(r"(?:(\d+) )?(\d)/(\d)", text):
        return Decimal(found[1] or 0) + Decimal(found[2]) / Decimal(found[3])
    bare = text.replace(" ", "").replace(",", ".")
    return Decimal(bare) if re.fullmatch(r"\d+(?:\.\d+)?", bare) else None


def amount_in(folded: str) -> Amount | None:
    """The quantity or range as `RANGE` matches it; None for nought and for a range upside down."""
    found = _PARTS.fullmatch(folded.strip())
    if not found:
        return None
    low = number_in(found[1])
    high = number_in(found[2]) if found[2] else low
    try:
        return Amount(low, high) if low is not None and high is not None else None
    except ValueError:
        return None


def printed_number(value: Decimal, unit: str = "", language: str = "fr") -> str:
    """A number as the page shows it: ½ and 1½ for what one cuts, decimals for what one measures."""
    whole = int(value)
    glyph = _OF_GLYPH.get(value - whole)
    if glyph and not UNITS[unit].measured:
        return f"{whole or ''}{glyph}"
    text = format(value.normalize(), "f")
    english = language.startswith("en")
    if whole >= 10_000:
        mark = "," if english else "\u202f"
        text = f"{whole:,}".replace(",", mark) + text[len(str(whole)) :]
    return text if english else re.sub(r"\.(\d+)$", r",\1", text)


def printed_amount(amount: Amount, unit: str = "", language: str = "fr") -> str:
    """A quantity or a range, without its unit: "½ à 1", "1 to 2"."""
    low, high = (printed_number(end, unit, language) for end in (amount.low, amount.high))
    between = "to" if language.startswith("en") else "à"
    return low if amount.single else f"{low} {between} {high}"
