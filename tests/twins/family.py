"""The past that both worlds share for a representative: a minor, two parents, a doctor, what all of them may know."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from eprescription import allergies
from eprescription.actor import Actor
from eprescription.health_space import delivery, outbox
from eprescription.models import Prescription, Reach, Representation
from patients.actions import oppose
from patients.models import ReceivedDocument
from prescribers import actions as prescriber_acts
from tests import factories
from tests.twins.clock import Clock
from tests.twins.lives import Step, live
from tests.twins.town import Town

AGE = 15


@dataclass
class Family:
    """`plain`: what the parents may read; `kept`: drafts, one of which a world signs as secret care."""

    town: Town
    child: uuid.UUID
    girl: Actor
    link: Representation
    reader: Actor
    plain: list[Prescription] = field(default_factory=list)
    kept: list[Prescription] = field(default_factory=list)

    @property
    def documents(self) -> list[Any]:
        """What had arrived before the worlds part."""
        rows = ReceivedDocument.objects.filter(subject=self.child).order_by("pk")
        return list(rows.values_list("pk", flat=True))


GROUNDS: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("L5134-1", ("OPTIMIZETTE",), {"posology": "1 comprimé par jour", "duration_days": 84}),
    ("L1111-5", ("AMOXICILLINE VIATRIS 1 g",), {"renewals": 1}),
    ("L1111-5", ("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000"), {}),
)


def a_family(seed: int, clock: Clock) -> Family:
    """Each seed is another family: who opposed, what was dispensed, who else knows the child."""
    lot = Random(seed)
    doctor, colleague = factories.a_prescriber(), factories.a_prescriber()
    pharmacists = [factories.a_pharmacist() for _ in range(2)]
    who = factories.traits("PETIT", date(clock.at.year - AGE, 1, 2), first_names="LEA")
    child, girl = factories.a_patient(doctor, who)
    parents = [_parent(colleague, name) for name in ("GRAND", "PETIT")]
    links = [factories.a_link(p.user_id, child, since=clock.at) for p in parents]
    assert girl is not None
    reader = factories.a_representative(links[0])
    town = Town(doctor, colleague, pharmacists, {child: girl})
    family = Family(town, child, girl, links[0], reader)
    _known_to_all(family, lot, clock)
    for ground, medicines, values in GROUNDS:
        draft = factories.a_draft(doctor, child, *medicines, **values)
        prescriber_acts.save_whole(
            prescription=draft,
            values={"secret": ground, "accompanied": True},
            by=doctor,
            at=clock.at,
        )
        factories.give_reasons(doctor, draft)
        family.kept.append(draft)
    return family


def _parent(doctor: Actor, name: str) -> Actor:
    _subject, actor = factories.a_patient(doctor, factories.traits(name, date(1980, 5, 6)))
    assert actor is not None
    return actor


def _known_to_all(family: Family, lot: Random, clock: Clock) -> None:
    town, child = family.town, family.child
    for n in range(3):
        signed = factories.a_signed(town.doctor, child, at=clock.at)
        family.plain.append(signed)
        arrives(clock)
        if lot.random() < 0.7:
            live(town, signed, [Step(lot.choice(["all", "fewer", "open"]), n % 2, 0)], clock)
        clock.passes(hours=lot.choice([1, 30, 200]))
    allergies.write(
        subject_id=child, kind="other", code="", label="latex", by=town.doctor, at=clock.at
    )
    if lot.random() < 0.5:
        reach = lot.choice([Reach.ALL, Reach.PRESCRIPTION])
        about = family.plain[0] if reach is Reach.PRESCRIPTION else None
        oppose(reach=reach, prescription=about, by=family.reader, at=clock.at)


def arrives(clock: Clock) -> None:
    """The worker delivers what is due."""
    for pk in outbox.due(at=clock.at):
        delivery.deliver(pk, at=clock.at)
