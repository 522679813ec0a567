"""A language, as its file tells it: patterns, forms of words, and how it writes numbers."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from eprescription.posology.plain.plurals import RULES
from eprescription.posology.quantities import printed_number
from eprescription.posology.steps import Amount

FILES = Path(__file__).parent / "languages"
LANGUAGES = ("fr", "en", "ar", "de", "es", "it", "pl", "pt-PT", "ro", "tr", "uk", "zh-Hans")
NEUTRAL = "dose"  # what an unknown form is taken in


@dataclass(frozen=True)
class Tongue:
    """One language. `words` are the tables of its file; `section` and `key` name a pattern in them."""

    code: str
    name: str  # as it calls itself
    direction: str
    words: dict[str, dict[str, str]]

    def word(self, section: str, key: str) -> str:
        return self.words[section][key]

    def unit(self, code: str) -> str:
        """The forms of a unit; those of the neutral word for one that is not known."""
        units = self.words["units"]
        return units.get(code) or units[NEUTRAL]

    def number(self, value: Decimal, *, cut: bool = True) -> str:
        """`cut`: in halves and quarters (½), as one cuts a tablet; else in decimals, as one measures."""
        style = "en" if self.word("sentence", "numbers") == "point" else "fr"
        # From right to left, 1 and ½ would stand in the wrong order.
        glyphs = cut and (self.direction == "ltr" or value < 1)
        return printed_number(value, "" if glyphs else "ml", style)

    def amount(self, amount: Amount, *, cut: bool = True) -> str:
        """A quantity, or both ends of a range."""
        low, high = (self.number(end, cut=cut) for end in (amount.low, amount.high))
        if amount.single:
            return high
        return self.word("sentence", "range").format(low=low, high=high)

    def counted(self, forms: str, amount: Amount, *, cut: bool = True) -> str:
        """A quantity with the form of the word that goes with it: "2 comprimés".

        `forms` stand in the order of the CLDR categories, one alone serves for all. "=2:" before a form keeps it for
        that very number, which it says itself. "{n}" says where the number goes, else it stands before.
        """
        exact, usual = _forms(forms)
        if amount.single and amount.high in exact:
            return exact[amount.high]
        place = 0 if len(usual) == 1 else RULES[self.code][0].index(self._category(amount))
        number = self.amount(amount, cut=cut)
        form = usual[place]
        return form.format(n=number) if "{n}" in form else f"{number} {form}"

    def capital(self, text: str) -> str:
        """The same with a capital letter first; in Turkish that of "i" keeps its dot."""
        first = "İ" if self.code == "tr" and text[:1] == "i" else text[:1].upper()
        return first + text[1:]

    def listed(self, items: Iterable[str]) -> str:
        """ "a, b et c"."""
        *head, last = items
        sentence = self.words["sentence"]
        return f"{sentence['list'].join(head)}{sentence['and']}{last}" if head else last

    def _category(self, amount: Amount) -> str:
        """A part of one is said as the language says "½ tablet"; a range as its upper end, but never as a pair."""
        end = amount.high
        if end < 1:
            return self.words["sentence"].get("part", "one")
        category = RULES[self.code][1](end)
        return "other" if category == "two" and not amount.single else category


def _forms(written: str) -> tuple[dict[Decimal, str], list[str]]:
    """Those kept for one number, and those by category."""
    exact: dict[Decimal, str] = {}
    usual: list[str] = []
    for form in written.split("|"):
        number, colon, words = form.removeprefix("=").partition(":")
        if form.startswith("=") and colon:
            exact[Decimal(number)] = words
        else:
            usual.append(form)
    return exact, usual


@cache
def tongue_of(code: str) -> Tongue:
    """The language of a code of `LANGUAGES`; KeyError for any other."""
    if code not in LANGUAGES:
        raise KeyError(code)
    words = tomllib.loads((FILES / f"{code}.toml").read_text(encoding="utf-8"))
    about = words.pop("language")
    return Tongue(code, about["name"], about.get("direction", "ltr"), words)
