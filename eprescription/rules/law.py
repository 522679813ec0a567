"""How a rule of law is written: one function, one article, and the breach it may find.

A rule reads facts and answers None or a `Breach`. It asks no clock and no database. A law that changes keeps its old
function with `until` and gets a new one with `since`: a rule is chosen by the date of the act.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any


class Weight(Enum):
    """What a breach does: it blocks, it asks for a recorded reason, or it informs."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"


@dataclass(frozen=True)
class Text:
    """One sentence in the two languages of the portal."""

    fr: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.fr


@dataclass(frozen=True)
class Breach:
    """What a rule found: the sentence to show, beside which line, and by which text."""

    text: Text
    line: int | None = None  # position of the line concerned; None: the whole prescription
    field: str = ""  # the field to mend
    weight: Weight = Weight.BLOCKS
    key: str = ""  # tells apart what one rule finds on one line, from one day to the next
    rule: str = ""
    article: str = ""
    url: str = ""


Finding = Breach | list[Breach] | None


@dataclass(frozen=True)
class Rule:
    """A rule with its source and the days between which it is law."""

    name: str
    duty: str
    article: str
    url: str
    since: date
    until: date | None
    find: Callable[[Any], Finding]

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def __call__(self, facts: Any) -> list[Breach]:
        found = self.find(facts)
        breaches = found if isinstance(found, list) else [found] if found else []
        return [replace(b, rule=self.name, article=self.article, url=self.url) for b in breaches]


def rule(
    *, article: str, url: str, since: date, until: date | None = None
) -> Callable[[Callable[[Any], Finding]], Rule]:
    """Makes a rule of a function; its docstring says the duty in one sentence."""

    def make(find: Callable[[Any], Finding]) -> Rule:
        assert find.__doc__, f"{find.__name__} must state its duty"
        return Rule(find.__name__, find.__doc__.strip(), article, url, since, until, find)

    return make


def breaches(register: tuple[Rule, ...], facts: Any, *, on: date) -> list[Breach]:
    """All breaches of the rules in force `on` that day, in the order of the register."""
    return [b for rule in register if rule.holds_on(on) for b in rule(facts)]


def blocking(found: list[Breach]) -> list[Breach]:
    return [b for b in found if b.weight is Weight.BLOCKS]
