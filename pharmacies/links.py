"""How the product handed over is tied to the one prescribed: by which right it stands in for it.

The public drug base gives the generic groups. It gives neither the groups of hybrids nor those of biosimilars: there,
both products must stand on the list of the law under the very same ATC code, with the same substance, strength and
route. What it cannot tell of a hybrid (the register of the ANSM) is asked by a rule.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from eprescription.catalogue.listed import lists_of
from eprescription.catalogue.models import Medicine, Membership
from eprescription.models import Agreement, Line, Substitution
from eprescription.rules.delivery_facts import BIOSIMILAR, GENERIC, HYBRID
from pharmacies.decisions import Decision


class Prescribed(Protocol):
    """What was prescribed, as a row or as the page shows it."""

    @property
    def cis(self) -> str: ...
    @property
    def by_inn(self) -> bool: ...


FULL_ATC = 7  # letters and figures of a substance


@dataclass(frozen=True)
class Links:
    """The products of one delivery, read once: `medicines` by CIS, `groups` of each that may stand in for others."""

    medicines: Mapping[str, Medicine]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def name_of(self, cis: str) -> str:
        known = self.medicines.get(cis)
        return known.name if known else ""

    def same_product(self, line: Prescribed, cis: str) -> bool:
        """The one prescribed; for a line prescribed by its INN, any product of this INN, strength and form."""
        if cis == line.cis:
            return True
        ours, theirs = self.medicines.get(line.cis), self.medicines.get(cis)
        named = bool(line.by_inn and ours and theirs and ours.inn_key)
        return named and ours is not None and theirs is not None and ours.inn_key == theirs.inn_key

    def link(self, line: Prescribed, cis: str, *, on: date) -> str:
        """GENERIC, HYBRID or BIOSIMILAR, by the lists in force on a day; "" when nothing ties them."""
        if self.groups.get(line.cis, frozenset()) & self.groups.get(cis, frozenset()):
            return GENERIC
        ours, theirs = self.medicines.get(line.cis), self.medicines.get(cis)
        if ours is None or theirs is None or not _alike(ours, theirs):
            return ""
        common = _lists(ours, on) & _lists(theirs, on)
        return BIOSIMILAR if "biosimilar" in common else HYBRID if "hybrid" in common else ""

    def is_biological(self, cis: str, *, on: date) -> bool:
        """Whether a biosimilar may stand in for it, or it is one."""
        known = self.medicines.get(cis)
        return known is not None and "biosimilar" in _lists(known, on)


def links_of(codes: Iterable[str]) -> Links:
    """The products of these codes and their groups: two queries, however many they are."""
    codes = {cis for cis in codes if cis}
    groups: dict[str, set[str]] = defaultdict(set)
    if len(codes) > 1:
        rows = Membership.objects.filter(medicine__in=codes)
        standing_in = rows.exclude(kind=Membership.Kind.COMPLEMENTARY)
        for cis, group in standing_in.values_list("medicine_id", "group_id"):
            groups[cis].add(group)
    medicines = Medicine.objects.in_bulk(codes)
    return Links(medicines, {cis: frozenset(found) for cis, found in groups.items()})


def substitution_of(line: Line, decision: Decision, links: Links, *, on: date) -> Substitution:
    """The code of a substitution, from the reference groups and from what the pharmacist said."""
    if not decision.quantity or links.same_product(line, decision.cis):
        return Substitution.NONE
    link = links.link(line, decision.cis, on=on)
    if link and not line.non_substitutable:
        return Substitution(link)
    if decision.shortage:
        return Substitution.SHORTAGE
    return Substitution.AGREED if _agreed(decision) else Substitution.URGENT


def _agreed(decision: Decision) -> bool:
    asked = decision.question_id is not None or decision.agreed_how != Agreement.NONE
    return asked or bool(decision.agreement.strip())


def same_strength(ours: str, theirs: str) -> bool:
    """The same strength, however it is written: "40 mg/0,4 ml" is "40 mg dans 0,4 mL"."""
    return _written(ours) == _written(theirs)


def _written(strength: str) -> str:
    return re.sub(r"\s+", "", strength.casefold().replace(" dans ", "/"))


def _alike(ours: Medicine, theirs: Medicine) -> bool:
    """The same substance by name and by full ATC code, in the same strength and by the same route."""
    same = all(getattr(ours, name) == getattr(theirs, name) for name in ("atc", "inn", "routes"))
    return same and len(ours.atc) == FULL_ATC and same_strength(ours.strength, theirs.strength)


def _lists(medicine: Medicine, on: date) -> frozenset[str]:
    return lists_of(cis=medicine.cis, atc=medicine.atc, on=on)
