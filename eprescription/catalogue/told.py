"""What several files of a source say of each medicine, held together (some 40 MB for the base)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from sys import intern

from eprescription.catalogue.classes import best
from eprescription.catalogue.models import Membership
from eprescription.catalogue.sources.facts import Component, Member, Source

# Dosage complementarity (2) is no substitution: the strengths differ.
INTERCHANGEABLE = (
    Membership.Kind.PRINCEPS,
    Membership.Kind.GENERIC,
    Membership.Kind.SUBSTITUTABLE,
)


@dataclass(slots=True)
class Told:
    """What the files say of each medicine, by CIS, and what was learnt while rows were made.

    `orphans` counts, by table, the lines about medicines that the source does not describe.
    """

    components: dict[str, list[Component]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    members: list[Member] = field(default_factory=list)
    group: dict[str, str] = field(default_factory=dict)
    atc: dict[str, str] = field(default_factory=dict)
    guessed: dict[str, str] = field(default_factory=dict)
    usage: Counter[str] = field(default_factory=Counter)
    boxed: set[str] = field(default_factory=set)
    described: dict[str, tuple[str, ...]] = field(default_factory=dict)
    orphans: Counter[str] = field(default_factory=Counter)

    def name(self, code: str) -> str:
        """The most frequent name of a substance: the base writes several."""
        names = self.names[code]
        return min(names, key=lambda name: (-names[name], name))


def gather(source: Source) -> Told:
    """Read the files that tell of medicines beside the two that list medicines and boxes."""
    told = Told()
    for component in source.components():
        told.components[component.cis].append(component)
        told.names[component.code][component.name] += 1
    for condition in source.conditions():
        told.labels[condition.cis].add(intern(condition.label))
    for member in source.members():
        told.members.append(member)
        if member.kind in INTERCHANGEABLE:
            told.group[member.cis] = min(member.group, told.group.get(member.cis, member.group))
    codes: dict[str, set[str]] = defaultdict(set)
    for known in source.classes():
        codes[known.cis].add(known.atc)
    told.atc = {cis: best(all_) for cis, all_ in codes.items()}
    return told
