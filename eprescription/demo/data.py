"""Invented people and prescriptions for the demo, made by the real acts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db import transaction

from eprescription.actor import Actor, load
from eprescription.catalogue.search import search
from eprescription.demo import counter, mail
from eprescription.documents import codes
from eprescription.identity.numbers import nir_key
from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.linking import NewLink, link
from eprescription.models import (
    Activity,
    Balance,
    Capacity,
    Place,
    Prescription,
    Profession,
    Role,
    SecretCare,
    Subject,
    User,
)

PASSWORD = "une ordonnance de demo"
INS_DEMO = "1.2.250.1.213.1.4.11"


@dataclass(frozen=True)
class Account:
    """One account to sign in with."""

    username: str
    who: str


ACCOUNTS = (
    Account("medecin", "Dr Claire Lemoine, médecin généraliste, Cabinet des Lilas"),
    Account(
        "pharmacien",
        f"Inès Roy, pharmacienne, Pharmacie de la Gare (code {counter.PHARMACIST_CODE})",
    ),
    Account(
        "preparateur",
        f"Lina Vasseur, préparatrice, Pharmacie de la Gare (code {counter.PREPARER_CODE})",
    ),
    Account("pharmacien2", "Malo Kerdaniel, pharmacien, Pharmacie du Marché"),
    Account("patient", "Jeanne Martel, patiente"),
    Account("parent", "Anne Morel, patiente, et mère de Léa"),
    Account("enfant", "Léa Morel, quinze ans, patiente"),
    Account("exploitant", "Exploitation du portail"),
    Account("double", "Dr Noé Abadie, médecin et patient"),
)


def is_loaded() -> bool:
    return User.objects.filter(username=ACCOUNTS[0].username).exists()


@transaction.atomic
def load_demo(*, at: datetime) -> None:
    """Opens the accounts and lets a few prescriptions live; nothing when it was done before."""
    if is_loaded():
        return
    practice = _place(Place.Kind.PRACTICE, "Cabinet des Lilas", "310000018", "4 rue des Lilas")
    station = _place(
        Place.Kind.PHARMACY, "Pharmacie de la Gare", "310000026", "12 place de la Gare"
    )
    market = _place(Place.Kind.PHARMACY, "Pharmacie du Marché", "310000034", "1 place du Marché")
    doctor = _professional(
        "medecin", Role.PRESCRIBER, practice, "Dr", "Claire", "Lemoine", "81000000018"
    )
    pharmacist = _professional(
        "pharmacien", Role.PHARMACIST, station, "Mme", "Inès", "Roy", "81000000026"
    )
    preparer = _professional(
        *("preparateur", Role.PHARMACIST, station, "Mme", "Lina", "Vasseur", "81000000059"),
        profession=Profession.PREPARER,
    )
    counter.give_codes(pharmacist=pharmacist, preparer=preparer, at=at)
    _professional("pharmacien2", Role.PHARMACIST, market, "M.", "Malo", "Kerdaniel", "81000000034")
    double = _professional(
        "double", Role.PRESCRIBER, practice, "Dr", "Noé", "Abadie", "81000000042"
    )
    jeanne = _patient(doctor, "MARTEL", "JEANNE MARIE", date(1951, 3, 4), "F", "042", at)
    _account(User.objects.create_user("patient", PASSWORD), jeanne)
    noe = _patient(doctor, "ABADIE", "NOE", date(1984, 11, 2), "M", "077", at)
    _account(User.objects.get(pk=double.user_id), noe)
    _family(doctor, at)
    samir = _patient(doctor, "HADDAD", "SAMIR", date(1990, 7, 21), "M", "", at)
    operator = User.objects.create_user("exploitant", PASSWORD)
    Activity.objects.create(user=operator, role=Role.OPERATOR)
    waiting = _story(doctor, pharmacist, jeanne, samir, at)
    mail.fill([station, market], waiting, by=doctor, at=at)


def _family(doctor: Actor, at: datetime) -> None:
    """A girl of fifteen and her mother: what the mother reads of her, and what stays secret."""
    lea = _patient(doctor, "MOREL", "LEA", date(at.year - 15, 1, 12), "F", "051", at)
    anne = _patient(doctor, "MOREL", "ANNE", date(1983, 9, 9), "F", "063", at)
    mother = User.objects.create_user("parent", PASSWORD)
    _account(User.objects.create_user("enfant", PASSWORD), lea)
    _account(mother, anne)
    since = at - timedelta(days=200)
    link(NewLink(lea, mother.pk, Capacity.PARENT, since=since), by=None, at=at)
    cold = [("paracetamol 1 g", "1 cp 3 fois par jour si douleur 5 j")]
    _signed(doctor, anne, cold, at - timedelta(days=4))
    _signed(doctor, lea, cold, at - timedelta(days=2))
    pill = [("optimizette", "1 cp par jour 84 j")]
    _signed(doctor, lea, pill, at - timedelta(days=1), secret=SecretCare.CONTRACEPTION)


def _story(doctor: Actor, pharmacist: Actor, jeanne: Any, samir: Any, at: datetime) -> Prescription:
    """One dispensed, one waiting (returned), one of a patient without qualified identity, one draft."""
    done = _signed(
        doctor,
        jeanne,
        [("paracetamol 1 g", "1 cp 3 fois par jour si douleur 5 j")],
        at - timedelta(days=9),
    )
    _dispensed(pharmacist, done, at - timedelta(days=9) + timedelta(hours=2))
    waiting = _signed(
        doctor,
        jeanne,
        [
            ("amlodipine 5 mg", "1 le matin 6 mois"),
            ("atorvastatine", "1 le soir 6 mois"),
        ],
        at - timedelta(hours=3),
    )
    _signed(
        doctor,
        samir,
        [("amoxicilline 1 g", "1 cp matin et soir 7 j")],
        at - timedelta(days=1),
    )
    _draft(doctor, jeanne, [("levothyrox 75", "1 cp le matin à jeun 3 mois")], at)
    return waiting


def _place(kind: str, name: str, identifier: str, street: str) -> Place:
    return Place.objects.create(
        kind=kind,
        name=name,
        identifier=identifier,
        address=f"{street}\n31000 TOULOUSE\nFrance",
        phone="+33 5 61 00 00 00",
        email="contact@demo.exemple",
        group=Group.objects.create(name=f"place {identifier}"),
    )


def _professional(
    username: str,
    role: str,
    place: Place,
    title: str,
    first: str,
    surname: str,
    rpps: str,
    profession: str = "",
) -> Actor:
    doctor = role == Role.PRESCRIBER
    activity = Activity.objects.create(
        user=User.objects.create_user(username, PASSWORD),
        role=role,
        place=place,
        profession=profession or (Profession.DOCTOR if doctor else Profession.PHARMACIST),
        identifier=rpps,
        title=title,
        first_name=first,
        surname=surname,
        speciality="Médecine générale" if doctor else "",
    )
    actor = load(activity.pk, activity.user)
    assert actor is not None
    return actor


def _patient(
    doctor: Actor, name: str, first: str, born: date, sex: Any, order: str, at: datetime
) -> Any:
    """Qualified when an order number makes an INS; else declared only."""
    body = f"{1 if sex == 'M' else 2}{born:%y%m}31555{order}"
    ins = body + nir_key(body) if order else ""
    traits = Traits(
        birth_name=name,
        first_names=first,
        birth_date=born,
        sex=sex,
        birth_place="31555",
        ins=ins,
        ins_oid=INS_DEMO if ins else "",
        status=IdentityStatus.QUAL if ins else IdentityStatus.PROV,
    )
    register = import_module("prescribers.actions").register_patient
    return register(traits=traits, by=doctor, at=at)


def _account(user: User, subject_id: Any) -> None:
    Subject.objects.filter(pk=subject_id).update(user=user)
    Activity.objects.create(user=user, role=Role.PATIENT)


def _draft(
    doctor: Actor, subject_id: Any, lines: list[tuple[str, str]], at: datetime
) -> Prescription:
    """Lines as they are typed: a medicine, and how it is taken."""
    acts, contents = import_module("prescribers.actions"), import_module("prescribers.lines")
    prescription = acts.draft(subject_id=subject_id, by=doctor, at=at)
    for text, taken in lines:
        cis = search(text, limit=1)[0].cis
        content = contents.of_medicine(cis, by_inn=False, on=at.date())
        acts.add_line(prescription=prescription, content=content, text=taken, by=doctor, at=at)
    return prescription


def _signed(
    doctor: Actor, subject_id: Any, lines: list[Any], at: datetime, *, secret: str = ""
) -> Prescription:
    acts = import_module("prescribers.actions")
    prescription = _draft(doctor, subject_id, lines, at)
    acts.save_whole(prescription=prescription, values={"secret": secret}, by=doctor, at=at)
    return acts.sign(prescription=prescription, may_follow=True, paper="paper", by=doctor, at=at)


def _dispensed(pharmacist: Actor, prescription: Prescription, at: datetime) -> None:
    acts = import_module("pharmacies.actions")
    as_prescribed = import_module("pharmacies.decisions").as_prescribed
    text = codes.text_of(prescription) or ""
    claims = import_module("pharmacies.claims")
    opened = acts.open_by_code(text=text, by=pharmacist, address="demo", at=at)
    balances = Balance.objects.filter(case__prescription=prescription).select_related("line")
    acts.dispense(
        prescription=prescription,
        decisions=as_prescribed({b.line_id: b for b in balances}, at=at),
        secret=claims.secret_of(claims.living_claim(opened.case)),
        key=uuid4(),
        by=pharmacist,
        at=at,
    )
