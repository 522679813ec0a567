"""The past that both worlds share: a prescriber, his patients and prescriptions, two pharmacies, a colleague.

Seeded, so that each town is another one: medicines, moments, what stands beside.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from eprescription.actor import Actor
from eprescription.models import Mailbox, Prescription, Question
from pharmacies import actions as pharmacist_acts
from pharmacies.actions import Proposal
from prescribers import actions as prescriber_acts
from tests import factories
from tests.twins.clock import Clock

CHRONIC = {"posology": "1 comprimé le matin", "duration_days": 30, "quantity": 1, "renewals": 2}
PILL = {"posology": "1 comprimé par jour", "duration_days": 84, "quantity": 1, "renewals": 1}
DAILY = {"posology": "1 injection par jour", "duration_days": 6, "quantity": 1, "renewals": 1}
WRITTEN: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("MIRTAZAPINE BIOGARAN 15 mg",), CHRONIC),
    (("OPTIMIZETTE",), PILL),
    (("LOVENOX 4 000 UI",), DAILY),
    (("AMOXICILLINE VIATRIS 1 g",), {"renewals": 1}),
    (("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000"), {}),
)
ADDRESS = "cabinet@lilas.mssante.exemple"


@dataclass
class Town:
    """`prescriptions` are those of the reader, `patients` by their subject with their own account."""

    doctor: Actor
    colleague: Actor
    pharmacists: list[Actor]
    patients: dict[uuid.UUID, Actor]
    prescriptions: list[Prescription] = field(default_factory=list)
    others: list[Prescription] = field(default_factory=list)
    draft: Prescription | None = None
    template: uuid.UUID | None = None

    def patient_of(self, prescription: Prescription) -> Actor:
        return self.patients[prescription.subject_id]


def a_town(seed: int, clock: Clock) -> Town:
    """Begins at the moment of the clock and lets some weeks pass."""
    lot = Random(seed)
    doctor, colleague = factories.a_prescriber(), factories.a_prescriber()
    pharmacists = [factories.a_pharmacist() for _ in range(2)]
    patients = {}
    for name in ("MARTEL", "PETIT"):
        subject, account = factories.a_patient(doctor, factories.traits(name))
        assert account is not None
        patients[subject] = account
    town = Town(doctor, colleague, pharmacists, patients)
    assert doctor.place_id
    Mailbox.objects.create(place_id=doctor.place_id, address=ADDRESS)
    _written(town, lot, clock)
    _beside(town, clock)
    return town


def _written(town: Town, lot: Random, clock: Clock) -> None:
    """Some prescriptions of each patient, opposed at writing now and then; and one of a colleague."""
    subjects = list(town.patients)
    for medicines, values in lot.sample(WRITTEN, len(WRITTEN)):
        subject = lot.choice(subjects)
        signed = factories.a_signed(
            town.doctor, subject, *medicines, may_follow=lot.random() < 0.8, **values
        )
        town.prescriptions.append(signed)
        clock.passes(hours=lot.choice([1, 30, 200]))
    prescriber_acts.take_in_care(subject_id=subjects[0], by=town.colleague, at=clock.at)
    town.others.append(factories.a_signed(town.colleague, subjects[0]))


def _beside(town: Town, clock: Clock) -> None:
    """A draft, a template, a question: what the reader's pages speak of without any dispensing."""
    subject = town.prescriptions[0].subject_id
    town.draft = factories.a_draft(town.doctor, subject)
    kept = prescriber_acts.keep_template(
        prescription=town.prescriptions[0], name="Comme toujours", by=town.doctor, at=clock.at
    )
    town.template = kept.pk


def ask_about(
    town: Town, prescription: Prescription, at: datetime, *, intervention: str = "7"
) -> Question:
    """A pharmacist opens it, asks about its first line, and gives it back."""
    pharmacist = town.pharmacists[0]
    prescription = Prescription.objects.select_related("author__place", "case").get(
        pk=prescription.pk
    )
    pharmacist_acts.claim(prescription=prescription, by=pharmacist, at=at)
    question = pharmacist_acts.ask(
        prescription=prescription,
        line_id=prescription.lines.order_by("position")[0].pk,
        proposal=Proposal(problem="4", intervention=intervention, message="La dose est haute."),
        key=uuid.uuid4(),
        by=pharmacist,
        at=at,
    )
    factories.release(pharmacist, prescription, at)
    return question


def things_of(town: Town) -> Mapping[str, list[Any]]:
    """What stands for an id, by the word before it in the path."""
    drafts = [town.draft] if town.draft else []
    return {
        "ordonnances": [p.pk for p in [*town.prescriptions, *drafts]],
        "patients": list(town.patients),
        "modeles": [town.template],
    }


LONG_AGO = timedelta(days=150)
