"""The thesaurus in memory: what is said of two substances, whichever of their groups it says it of.

Pure: built from an edition's rows, shared by all requests until the edition changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eprescription.catalogue.interactions.facts import Entry, Member
from eprescription.catalogue.interactions.words import GRAVEST_FIRST, fold

_RANK = {level: rank for rank, level in enumerate(GRAVEST_FIRST)}


class Thesaurus:
    """An edition, indexed by folded names. `label` is its source and date, empty when none is
    loaded; `stamp` says which state of the database it was built from."""

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        members: Iterable[Member] = (),
        names: Mapping[str, str] | None = None,
        *,
        label: str = "",
        stamp: Any = None,
    ) -> None:
        self.label, self.stamp = label, stamp
        self._names = {code: fold(name) for code, name in (names or {}).items()}
        self._groups: dict[str, list[str]] = defaultdict(list)
        for member in members:
            self._groups[fold(member.substance)].append(fold(member.group))
        self._entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in entries:
            a, b = _sides(entry)
            self._entries[min(a, b), max(a, b)].append(entry)
        self._headings: dict[str, tuple[str, ...]] = {}

    def name(self, codes: Iterable[str]) -> str:
        """Return the thesaurus's name of a substance known by any of these codes; "" when none:
        the thesaurus does not tell of it."""
        return next((self._names[code] for code in codes if code in self._names), "")

    def headings(self, name: str) -> tuple[str, ...]:
        """Return a substance (folded) and all the groups that it belongs to, groups of groups too."""
        known = self._headings.get(name)
        if known is None:
            found = dict.fromkeys([name])
            waiting = [name]
            while waiting:
                new = [group for group in self._groups.get(waiting.pop(), ()) if group not in found]
                found.update(dict.fromkeys(new))
                waiting += new
            known = self._headings[name] = tuple(found)
        return known

    def gravest(self, some: Iterable[str], others: Iterable[str]) -> Entry | None:
        """Return the gravest entry that ties any of these headings to any of those, in whichever
        direction it is written; None when the edition has none."""
        found = list(self._between(tuple(some), tuple(others)))
        return min(found, key=_gravity) if found else None

    def _between(self, some: tuple[str, ...], others: tuple[str, ...]) -> Iterator[Entry]:
        entries = self._entries
        for a in some:
            for b in others:
                if told := entries.get((a, b) if a < b else (b, a)):
                    yield from told


def _gravity(entry: Entry) -> tuple[Any, ...]:
    """Order entries, the gravest first: worst level, then without conditions, then the fullest text.

    The rest settles ties, so that the order of the drugs never chooses.
    """
    ranks = tuple(_RANK[level] for level in entry.levels)
    length = len(entry.risk) + len(entry.action)
    return ranks[0], len(ranks) > 1, ranks, -length, entry.a, entry.b


def _sides(entry: Entry) -> tuple[str, str]:
    """Return the folded names that an entry ties; "AUTRES X" is the group X of the other side.

    That the two substances differ is seen to by whoever compares them.
    """
    a, b = fold(entry.a), fold(entry.b)
    return _others(a, b), _others(b, a)


def _others(name: str, beside: str) -> str:
    words = name.split()
    if words[:1] != ["AUTRES"] and words[-1:] != ["AUTRES"]:
        return name
    rest = [word for word in words if word != "AUTRES"]
    # "AUTRES MEDICAMENTS HYPONATREMIANTS" stands beside "HYPONATREMIANTS": one last word, one group.
    return beside if rest[-1:] == beside.split()[-1:] else " ".join(rest)
