"""What is compared: medicines as a set of substances, given by a route, of a class. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from eprescription.catalogue.interactions.routes import (
    headings_by_route,
    holds,
    is_local,
    routes_of,
)
from eprescription.catalogue.interactions.thesaurus import Thesaurus

LEVEL_4 = 5  # characters of an ATC code: chemical or therapeutic subgroup

# Substance code to the whole ATC codes of the medicines that hold it alone.
Classes = Mapping[str, frozenset[str]]


class Moiety(NamedTuple):
    """What acts in a medicine. `code` is that of the therapeutic fraction (FT) when the base tells
    it; `forms` are the codes of the salts (SA) that carry it here: one substance, several codes."""

    code: str
    name: str
    forms: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.forms)


@dataclass(frozen=True)
class Drug:
    """A medicine that is prescribed or current. `key` tells it from the others of one question;
    `routes` are the base's, separated by ; or ,. `mine`: on the prescription being written, not a
    treatment that the patient already has."""

    key: str
    label: str
    substances: tuple[Moiety, ...] = ()
    routes: str = ""
    atc: str = ""
    mine: bool = True


@dataclass(frozen=True)
class Part:
    """A substance of a drug, as the thesaurus sees it by that route. `name` is folded, "" when the
    thesaurus does not know it; `identity` has something in common with that of the same substance."""

    moiety: Moiety
    name: str
    headings: tuple[str, ...]
    identity: frozenset[str]


class Examined:
    """A drug with all that comparing it needs, worked out once for all its pairs."""

    def __init__(self, drug: Drug, thesaurus: Thesaurus, classes: Classes) -> None:
        self.drug, self._classes = drug, classes
        self.routes = routes_of(drug.routes)
        self.local = is_local(self.routes)
        self.parts = tuple(self._part(moiety, thesaurus) for moiety in drug.substances)

    def _part(self, moiety: Moiety, thesaurus: Thesaurus) -> Part:
        name = thesaurus.name(moiety.codes)
        headings: tuple[str, ...] = ()
        if name:
            all_ = (*thesaurus.headings(name), *headings_by_route(self.routes))
            headings = tuple(h for h in all_ if holds(h, name, self.routes))
        identity = frozenset((*moiety.codes, *filter(None, [name])))
        return Part(moiety, name, headings, identity)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every ATC code that tells of the drug: its own, and those of what is in it."""
        found = {code for p in self.parts for code in classes_of(p.moiety, self._classes)}
        return frozenset({self.drug.atc, *found} - {""})

    @cached_property
    def subgroups(self) -> frozenset[str]:
        """The ATC subgroups (level 4) of the drug. A combination has those of its substances too,
        where all medicines that hold one alone agree on it."""
        own = {self.drug.atc[:LEVEL_4]} if len(self.drug.atc) >= LEVEL_4 else set()
        if own and len(self.parts) < 2:
            return frozenset(own)
        for part in self.parts:
            told = {code[:LEVEL_4] for code in classes_of(part.moiety, self._classes)}
            own |= told if len(told) == 1 else set()
        return frozenset(own)


def classes_of(moiety: Moiety, classes: Classes) -> frozenset[str]:
    """Return the ATC codes of the medicines that hold a substance alone, under any of its codes."""
    return frozenset().union(*(classes.get(code, ()) for code in moiety.codes))
