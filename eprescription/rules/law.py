"""How a rule of law is written: one function, one article, and the breach it may find.

A rule reads facts and answers None, a `Breach` or several. It asks no clock and no database. A law that changes keeps
its old function with `until` and gets a new one with `since`: a rule is chosen by the date of the act.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Protocol


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
    key: str = ""  # tells apart what one rule finds on one line; made of its sentence unless given
    rule: str = ""
    article: str = ""  # given by the rule, unless what it found names its own source
    url: str = ""


Finding = Breach | list[Breach] | None


@dataclass(frozen=True)
class Rule:
    """A rule with its source and the days between which it is law.

    `covers` names the rows of the product's table of duties (P1 … P30 at signature, D1 … at
    dispensing); `weights` is all that its breaches may weigh.
    """

    name: str
    duty: str
    article: str
    url: str
    since: date
    until: date | None
    covers: tuple[str, ...]
    weights: tuple[Weight, ...]
    find: Callable[[Any], Finding]

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def __call__(self, facts: Any) -> list[Breach]:
        found = self.find(facts)
        breaches = found if isinstance(found, list) else [found] if found else []
        return [self._signed(b) for b in breaches]

    def _signed(self, breach: Breach) -> Breach:
        """The breach with the rule's name and source. A rule of one weight gives it to all it finds."""
        weight = self.weights[0] if len(self.weights) == 1 else breach.weight
        assert weight in self.weights, f"{self.name} does not say that it {weight.value}"
        return replace(
            breach,
            rule=self.name,
            weight=weight,
            key=breach.key or _digest(breach.text.fr),
            article=breach.article or self.article,
            url=self.url,
        )


def _digest(sentence: str) -> str:
    """A sentence that changes is another warning: the reason given for the first is asked anew."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:16]


def rule(
    *,
    article: str,
    url: str,
    since: date,
    until: date | None = None,
    product: str | tuple[str, ...] = (),
    weight: Weight | tuple[Weight, ...] = Weight.BLOCKS,
) -> Callable[[Callable[[Any], Finding]], Rule]:
    """Makes a rule of a function; its docstring says the duty in one sentence."""
    covers = (product,) if isinstance(product, str) else product
    weights = (weight,) if isinstance(weight, Weight) else weight

    def make(find: Callable[[Any], Finding]) -> Rule:
        assert find.__doc__, f"{find.__name__} must state its duty"
        duty = find.__doc__.strip()
        return Rule(find.__name__, duty, article, url, since, until, covers, weights, find)

    return make


class Positioned(Protocol):
    """Anything that stands on a line."""

    @property
    def position(self) -> int: ...


def beside(lines: Iterable[Positioned], text: Text, field: str = "") -> list[Breach]:
    """The same sentence beside each of these lines."""
    return [Breach(text, x.position, field) for x in lines]


def breaches(register: tuple[Rule, ...], facts: Any, *, on: date) -> list[Breach]:
    """All breaches of the rules in force `on` that day, in the order of the register."""
    return [b for rule in register if rule.holds_on(on) for b in rule(facts)]


def blocking(found: list[Breach]) -> list[Breach]:
    return [b for b in found if b.weight is Weight.BLOCKS]
