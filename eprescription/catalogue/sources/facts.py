"""What a source tells of medicines, line by line, whichever source it is.

None means that the source does not say: never a guess, never a default.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Speciality:
    """A medicine (CIS). `inn` and `strength`: where the source itself tells them."""

    cis: str
    name: str
    form: str
    routes: tuple[str, ...]
    marketed: bool
    status: str = ""
    procedure: str = ""
    holder: str = ""
    authorised_on: date | None = None
    black_triangle: bool | None = None
    inn: str | None = None
    strength: str | None = None

    @property
    def homeopathic(self) -> bool:
        """Registered as homeopathic (CSP L. 5121-13): no indication, hidden by default."""
        return "homéo" in self.procedure.casefold() or "homeo" in self.procedure.casefold()


@dataclass(frozen=True, slots=True)
class Box:
    """A presentation (CIP). The price is in cents, dispensing fee included; the rate is "65%"."""

    cis: str
    cip7: str
    cip13: str
    label: str
    marketed: bool
    status: str = ""
    declared_on: date | None = None
    hospital_use: bool | None = None
    rate: str = ""
    price_cents: int | None = None
    indications: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A substance in an element of a medicine. `link` ties a salt (SA) to what acts of it (FT)."""

    cis: str
    element: str
    code: str
    name: str
    strength: str
    per: str
    nature: str
    link: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """The role of a medicine in a generic group; the medicine may be one that nobody describes."""

    group: str
    label: str
    cis: str
    kind: int


@dataclass(frozen=True, slots=True)
class Condition:
    """One label of prescription or dispensing, verbatim."""

    cis: str
    label: str


@dataclass(frozen=True, slots=True)
class Class:
    """The ATC code of a medicine: 7 characters, or 5 where the source knows no better."""

    cis: str
    atc: str


@dataclass(frozen=True, slots=True)
class Supply:
    """A shortage, of one box (`cip13`) or of all."""

    cis: str
    cip13: str
    kind: int
    label: str
    since: date | None
    updated_on: date | None
    back_on: date | None
    url: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """An opinion of the HAS: SMR, or ASMR (`improvement`). `text` is HTML, as published."""

    cis: str
    file: str
    reason: str
    given_on: date | None
    value: str
    text: str
    improvement: bool


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """Where the opinion of a HAS file is published."""

    file: str
    url: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be used. `excerpt`: its first 120 characters."""

    file: str
    line: int
    reason: str
    excerpt: str = ""


@dataclass(slots=True)
class Reading:
    """What happened while a source was read: it grows as the lines go by.

    `lines` and `bad` count by file, `told` counts the usable facts by table; `newest` is the latest
    plausible date in the files.
    """

    lines: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    newest: date | None = None

    def see(self, told: date | None, *, today: date) -> None:
        """Remember the latest date that is not in the future."""
        if told and told <= today and (self.newest is None or told > self.newest):
            self.newest = told


class Source(Protocol):
    """A set of files that tells of all medicines. Each table is read once, lazily.

    `tells` names the tables that these files hold: the others stay as they were.
    """

    name: str
    reading: Reading

    @property
    def tells(self) -> frozenset[str]: ...

    def specialities(self) -> Iterator[Speciality]: ...
    def boxes(self) -> Iterator[Box]: ...
    def components(self) -> Iterator[Component]: ...
    def members(self) -> Iterator[Member]: ...
    def conditions(self) -> Iterator[Condition]: ...
    def classes(self) -> Iterator[Class]: ...
    def shortages(self) -> Iterator[Supply]: ...
    def opinions(self) -> Iterator[Assessment]: ...
    def pages(self) -> Iterator[AssessmentPage]: ...
