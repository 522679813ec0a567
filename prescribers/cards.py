"""The writing page as plain values: one card a line, and what stands beside it."""

from dataclasses import dataclass, field
from typing import Any

from django.forms import Form

from eprescription.presenters import LineView
from eprescription.rules import Breach
from prescribers.forms import WholeForm


@dataclass(frozen=True)
class Point:
    """One thing that the law says: where it warns, the name of its reason in the form and the reason.

    `choices`: the only reasons that may be given; any, when there are none.
    """

    breach: Breach
    name: str = ""
    reason: str = ""
    choices: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """A reason is asked and not given."""
        return bool(self.name) and not self.reason


@dataclass
class LineCard:
    """One line on the page: what it is, its form, what the law and the data say of it."""

    line: LineView
    form: Form
    points: list[Point] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    not_assessed: tuple[str, ...] = ()
    proposals: list[Any] = field(default_factory=list)
    understood: bool = False
    needed: str = ""  # what the boxes are reckoned from, in words
    narcotic: bool = False
    opened: bool = False  # what is to be mended stands in the folded part
    wanted: bool = False  # the next line to work on: it takes the focus


@dataclass(frozen=True)
class Page:
    """All that the writing page says of a draft."""

    cards: list[LineCard]
    points: list[Point]  # of the whole
    standing: int  # what must be settled before signing
    whole: WholeForm
    weight_asked: bool
    pharmacy_asked: bool
    secret_asked: bool
    coded: bool = False  # an anonymous prescription: codes, and no word of anybody's own

    @property
    def search_first(self) -> bool:
        """Nothing is to be mended: the next thing to do is the next line."""
        return not any(card.wanted for card in self.cards)
