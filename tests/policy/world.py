"""Fifteen people and what lies between them. All are invented."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents.number import new_number
from eprescription.identity import vault
from eprescription.models import (
    Activity,
    JournalEntry,
    LinkEnd,
    Message,
    Opening,
    Opposition,
    PaperConflict,
    Prescription,
    Profession,
    Reach,
    User,
)
from patients import doubting, sending
from patients.actions import oppose
from patients.receiving import receive
from pharmacies import actions as counter
from pharmacies.actions.asking import Proposal
from prescribers.models import Template
from tests import factories as f
from tests.eprescription.api.softwares import a_program
from tests.patients.test_receiving import a_bundle
from tests.sessions import acting

NOWHERE = uuid.UUID(int=7)


@dataclass
class Family:
    """Ids of what belongs to one patient, by what an address calls it."""

    subject: Any
    prescription: Any
    draft: Any
    line: Any = NOWHERE
    dispensing: Any = NOWHERE
    question: Any = NOWHERE
    opening: Any = NOWHERE
    message: Any = NOWHERE
    document: Any = NOWHERE
    template: Any = NOWHERE
    case: Any = NOWHERE
    opposition: Any = NOWHERE
    software: Any = NOWHERE
    conflict: Any = NOWHERE


class World:
    """`clients`: a signed-in browser for each person, by what he is to the patient. `families`: what is asked for."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self._professionals()
        self._patients()
        self.families = {
            "own": self._own(),
            "child": self._childs(""),
            "secret": self._childs("L5134-1"),
        }
        self.families["none"] = Family(*([NOWHERE] * 14))
        self._representatives()
        for family, who in (("own", self.patient), ("child", self.parent), ("secret", self.child)):
            self._oppose(self.families[family], who)
        self.clients = {name: make() for name, make in self._makers().items()}

    def _professionals(self) -> None:
        practice = f.a_place("practice", "Cabinet des Lilas")
        self.author = f.a_prescriber(place=practice)
        self.colleague = f.a_prescriber(place=practice)
        self.struck = f.a_prescriber(place=practice)
        self.super = f.a_prescriber()
        User.objects.filter(pk=self.super.user_id).update(is_superuser=True, is_staff=True)
        self.claimer = f.a_pharmacist()
        place = Activity.objects.get(pk=self.claimer.activity_id).place
        self.preparer = f.a_pharmacist(place=place)
        Activity.objects.filter(pk=self.preparer.activity_id).update(profession=Profession.PREPARER)
        self.elsewhere = f.a_pharmacist()
        self.operator = f.an_operator()

    def _patients(self) -> None:
        self.subject, patient = f.a_patient(self.author)
        _other, other = f.a_patient(self.author, f.traits("AUTRE"))
        born = date(timezone.localdate().year - 15, 1, 2)
        self.child_subject, child = f.a_patient(self.author, f.traits("PETIT", born))
        own = f.a_patient(self.author, f.traits("LEMOINE"), account=False)[0]
        double = f.a_patient_actor(own, User.objects.get(pk=self.author.user_id))
        assert patient and other and child
        self.patient, self.other, self.child, self.double = patient, other, child, double

    def _representatives(self) -> None:
        parent, former = f.a_user(), f.a_user()
        self.parent = f.a_representative(f.a_link(parent.pk, self.child_subject))
        link = f.a_link(former.pk, self.child_subject)
        self.former = f.a_representative(link)
        link.ended_at, link.end = timezone.now(), LinkEnd.REVOKED
        link.save()

    def _oppose(self, family: Family, who: Actor) -> None:
        about = Prescription.objects.get(pk=family.prescription)
        oppose(reach=Reach.PRESCRIPTION, prescription=about, by=who, at=self.now)
        family.opposition = Opposition.objects.get(prescription=about).pk

    def _own(self) -> Family:
        doctor, pharmacist, now = self.author, self.claimer, self.now
        done = f.a_signed(doctor, self.subject, at=now - timedelta(days=2))
        dispensing = f.dispense_all(pharmacist, done, now - timedelta(days=1))
        family = self._family(self.subject)
        prescription = Prescription.objects.get(pk=family.prescription)
        sending.send(prescription.pk, place_id=pharmacist.place_id, by=self.patient, at=now)
        f.open_at(pharmacist, prescription)
        family.dispensing = dispensing.pk
        family.question = self._question(prescription)
        family.opening = Opening.objects.filter(prescription=prescription).latest("at").pk
        family.message = Message.objects.get(prescription=prescription).pk
        family.template = self._template()
        entry = JournalEntry.objects.filter(subject=self.subject, deed="claimed").latest("pk")
        family.case = doubting.doubt(entry_id=entry.pk, by=self.patient, at=now).pk
        family.software = a_program().row.pk
        family.conflict = self._conflict()
        return family

    def _childs(self, secret: str) -> Family:
        return self._family(self.child_subject, secret=secret)

    def _family(self, subject: Any, **more: Any) -> Family:
        signed = f.a_signed(self.author, subject, **more)
        draft = f.a_draft(self.author, subject)
        line = signed.lines.get().pk
        return Family(subject, signed.pk, draft.pk, line, document=self._document(signed))

    def _document(self, signed: Prescription) -> Any:
        ins = vault.read(signed.subject_id).ins
        return receive(a_bundle(ins, number=signed.number), at=self.now)[0].pk

    def _question(self, prescription: Prescription) -> Any:
        asked = counter.ask(
            prescription=prescription,
            line_id=prescription.lines.get().pk,
            proposal=Proposal(problem="6.1", intervention="7", message="Dose ?"),
            key=uuid.uuid4(),
            by=self.claimer,
            at=self.now,
        )
        return asked.pk

    def _conflict(self) -> Any:
        """A paper whose number nobody reserved."""
        paper = counter.record_paper(
            number=new_number(),
            birth_date=date(1951, 3, 4),
            dispensed_at=self.now,
            secured_paper=False,
            lines=[counter.GivenOnPaper(cis="60234100", name="Un médicament", quantity=1)],
            key=uuid.uuid4(),
            by=self.claimer,
            at=self.now,
        )
        return PaperConflict.objects.get(paper=paper).pk

    def _template(self) -> Any:
        kept = Template.objects.create(
            owner_id=self.author.user_id, name="Angine", made_at=self.now
        )
        return kept.pk

    def _makers(self) -> dict[str, Callable[[], Client]]:
        people: dict[str, Actor] = {
            "author": self.author,
            "colleague": self.colleague,
            "claimer": self.claimer,
            "preparer": self.preparer,
            "elsewhere": self.elsewhere,
            "patient": self.patient,
            "other": self.other,
            "child": self.child,
            "parent": self.parent,
            "former": self.former,
            "double": self.double,
            "struck": self.struck,
            "operator": self.operator,
            "super": self.super,
        }
        self.spaces = {name: actor.space for name, actor in people.items()}
        makers: dict[str, Callable[[], Client]] = {"visitor": Client}
        makers |= {name: (lambda a=actor: acting(a)) for name, actor in people.items()}
        return makers

    def strike_off(self) -> None:
        """Takes the activity away while its session lives on."""
        Activity.objects.filter(pk=self.struck.activity_id).update(is_active=False)


def address(route: str, family: Family) -> str:
    """The address of a route for what belongs to one patient."""
    thing = thing_of(route)
    return "/" + route.replace("<uuid:pk>", str(getattr(family, thing or "draft"))).replace(
        "<uuid:line>", str(family.line)
    )


def thing_of(route: str) -> str:
    """What the id in an address names; empty when there is none. A new kind of address fails here."""
    if "<" not in route:
        return ""
    for piece, thing in THINGS.items():
        if piece in route:
            return thing
    raise LookupError(f"The matrix does not know what the id of {route} names.")


DRAFTED = ("ecrire", "questions", "supprimer", "signer", "modele")
THINGS = {
    **{f"ordonnances/<uuid:pk>/{act}/": "draft" for act in DRAFTED},
    "api/fhir/Bundle/<uuid:pk>": "prescription",
    "api/fhir/Binary/<uuid:pk>": "prescription",
    "api/fhir/MedicationDispense/<uuid:pk>": "dispensing",
    "ordonnances/<uuid:pk>/": "prescription",
    "patients/<uuid:pk>/": "subject",
    "questions/<uuid:pk>/": "question",
    "modeles/<uuid:pk>/": "template",
    "recus/<uuid:pk>/": "opening",
    "messagerie/<uuid:pk>/": "message",
    "delivrances/<uuid:pk>/": "dispensing",
    "documents/<uuid:pk>/": "document",
    "recepisses/<uuid:pk>/": "opposition",
    "acces/<uuid:pk>/": "case",
    "papiers/<uuid:pk>/": "conflict",
    "logiciels/<uuid:pk>/": "software",
}
