"""One line of the dispensing page as plain values: what was prescribed, what left, what may leave today."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from eprescription.presenters import LineView
from eprescription.quantities import counted, word_of
from eprescription.rules import Breach

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class CounterLine:
    """One line at the counter, counted in the `unit` of its balance.

    `due` is handed over today, 0 when nothing may be; `exceptional` says by which exception the line may go on once
    it has run out, by `period`. `substitutes` are (CIS, name) pairs of its generic group. `lost` and `why` say what
    is given up today, `next_from` when the next delivery may be.
    """

    view: LineView
    total: int
    dispensed: int
    remaining: int
    unit: str
    due: int
    substitutes: Choices
    period: int = 1
    exceptional: str = ""
    lost: int = 0
    why: str = ""
    next_from: date | None = None
    early: bool = False
    agreed: UUID | None = None  # the question by which the prescriber agreed to a change
    told: tuple[Breach, ...] = ()  # by the law, which asks nothing

    @property
    def offered(self) -> int:
        """What the page proposes to hand over: what is due and not too early, or one period more by exception."""
        due = 0 if self.early else self.due
        return due or (self.period if self.exceptional else 0)

    @property
    def open(self) -> bool:
        """Whether something may be handed over today, be it too early and for a reason."""
        return bool(self.due or self.exceptional)

    @property
    def most(self) -> int:
        """The most that may leave or be owed today."""
        return max(self.remaining, self.offered)

    def count(self, number: int) -> str:
        """A quantity of this line in words."""
        return counted(number, self.unit, self.view.form)

    def word(self, number: int) -> str:
        """The word of its unit, agreed with a number."""
        return word_of(number, self.unit, self.view.form)

    @property
    def total_text(self) -> str:
        return self.count(self.total)

    @property
    def dispensed_text(self) -> str:
        return self.count(self.dispensed)
