"""What a source tells of interactions, whichever source it is."""

from dataclasses import dataclass, field
from datetime import date

from eprescription.catalogue.interactions.words import fold

EXCERPT = 120


class RefusedError(Exception):
    """A set of files that must not replace the live edition, and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the thesaurus: `a` is associated with `b`. Names, risk and action are verbatim.

    `levels` are codes, the gravest first; several mean that `action` tells when which holds.
    """

    a: str
    b: str
    levels: tuple[str, ...]
    label: str
    risk: str
    action: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A substance of the thesaurus belongs to one of its groups."""

    group: str
    substance: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be used. `line` counts from 1, the heading line included."""

    file: str
    line: int
    reason: str
    excerpt: str = ""


@dataclass(slots=True)
class Tables:
    """A whole edition as read. `names`: five-digit code of a substance to its thesaurus name."""

    source: str
    date: date
    digest: str
    entries: list[Entry] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: int = 0

    def counts(self) -> dict[str, int]:
        """What was read, by table."""
        return {
            "interactions": len(self.entries),
            "groups": len({fold(member.group) for member in self.members}),
            "memberships": len(self.members),
            "names": len(self.names),
        }
