"""Plain functions that drive the real acts, so that no object is in a state the law forbids. All people are invented."""

import itertools
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from eprescription import posology
from eprescription.actor import Actor, load, standing_for
from eprescription.catalogue.models import Medicine
from eprescription.documents import codes
from eprescription.identity.numbers import nir_key
from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.models import (
    Activity,
    Balance,
    Capacity,
    DispensingCase,
    LinkProof,
    Place,
    Prescription,
    Profession,
    Representation,
    Role,
    Subject,
    User,
)
from eprescription.rules import Weight
from pharmacies import actions as pharmacist_acts
from pharmacies import claims
from pharmacies.decisions import Decision, as_prescribed
from prescribers import actions as prescriber_acts
from prescribers import queries, writing
from prescribers.actions.reasons import handle
from prescribers.lines import of_medicine

# What is answered before an anonymous prescription is begun.
ASKED = {
    "teleconsultation": True,
    "anonymity": "anonymous",
    "pharmacy_named": "",
    "convention_place": "Centre hospitalier des Tilleuls",
    "convention_date": date(2024, 3, 4),
}
PASSWORD = "une phrase assez longue 42"
_numbers = itertools.count(1)
INS_NIR = "1.2.250.1.213.1.4.8"


def a_place(kind: str = Place.Kind.PHARMACY, name: str = "Pharmacie de la Gare") -> Place:
    number = next(_numbers)
    group = Group.objects.create(name=f"place {uuid.uuid4()}")
    return Place.objects.create(
        kind=kind,
        name=name,
        identifier=f"{number:09d}",
        address="12 rue des Tilleuls\n31000 TOULOUSE\nFrance",
        phone="+33561000000",
        email="contact@exemple.fr",
        group=group,
    )


def a_user(username: str = "") -> User:
    return User.objects.create_user(username or f"personne{next(_numbers)}", PASSWORD)


def an_rpps() -> str:
    """Eleven digits with their Luhn key."""
    body = f"8100{next(_numbers):06d}"
    total = 0
    for i, c in enumerate(reversed(body)):
        d = int(c) * (1 if i % 2 else 2)
        total += d - 9 if d > 9 else d
    return body + str(-total % 10)


def a_prescriber(
    user: User | None = None, place: Place | None = None, profession: str = Profession.DOCTOR
) -> Actor:
    user = user or a_user()
    place = place or a_place(Place.Kind.PRACTICE, "Cabinet des Lilas")
    activity = Activity.objects.create(
        user=user,
        role=Role.PRESCRIBER,
        place=place,
        profession=profession,
        identifier=an_rpps(),
        title="Dr",
        surname="Lemoine",
        first_name="Claire",
        speciality="Médecine générale",
    )
    return _actor(activity)


def a_pharmacist(user: User | None = None, place: Place | None = None) -> Actor:
    activity = Activity.objects.create(
        user=user or a_user(),
        role=Role.PHARMACIST,
        place=place or a_place(),
        profession=Profession.PHARMACIST,
        identifier=an_rpps(),
        title="Mme",
        surname="Roy",
        first_name="Inès",
    )
    return _actor(activity)


def traits(
    birth_name: str = "MARTEL",
    birth_date: date = date(1951, 3, 4),
    status: IdentityStatus = IdentityStatus.QUAL,
    **more: Any,
) -> Traits:
    """An invented person with a correct INS of her own."""
    values: dict[str, Any] = {
        "first_names": "JEANNE MARIE",
        "sex": "F",
        "birth_place": "31555",
        "ins": an_ins(birth_date),
        "ins_oid": INS_NIR,
    } | more
    return Traits(birth_name=birth_name, birth_date=birth_date, status=status, **values)


def an_ins(birth_date: date = date(1951, 3, 4)) -> str:
    body = f"2{birth_date:%y%m}31555{next(_numbers) % 1000:03d}"
    return body + nir_key(body)


def a_patient(doctor: Actor, who: Traits | None = None, *, account: bool = True) -> Any:
    """A registered patient; returns (subject id, actor of the patient's own account or None)."""
    subject_id = prescriber_acts.register_patient(
        traits=who or traits(), by=doctor, at=timezone.now()
    )
    return subject_id, a_patient_actor(subject_id) if account else None


def a_patient_actor(subject_id: Any, user: User | None = None) -> Actor:
    user = user or a_user()
    Subject.objects.filter(pk=subject_id).update(user=user)
    return _actor(Activity.objects.create(user=user, role=Role.PATIENT))


def an_operator() -> Actor:
    return _actor(Activity.objects.create(user=a_user(), role=Role.OPERATOR))


def a_link(user_id: Any, subject_id: Any, **more: Any) -> Representation:
    """Somebody stands for a subject: a parent since a month, known by the registry, unless said otherwise."""
    values = {
        "capacity": Capacity.PARENT,
        "proof": LinkProof.REGISTRY,
        "since": timezone.localtime() - timedelta(days=30),
    } | more
    return Representation.objects.create(user_id=user_id, subject_id=subject_id, **values)


def a_representative(link: Representation, at: datetime | None = None) -> Actor:
    """The one who stands for somebody, in that person's space."""
    activity, _new = Activity.objects.get_or_create(user_id=link.user_id, role=Role.PATIENT)
    stood = standing_for(_actor(activity), link.pk, at=at or timezone.now())
    assert stood is not None
    return stood


def a_medicine(contains: str = "AMOXICILLINE VIATRIS 1 g") -> Medicine:
    return Medicine.objects.filter(name__icontains=contains, marketed=True).order_by("pk")[0]


def a_draft(doctor: Actor, subject_id: Any, *medicines: str, **line: Any) -> Prescription:
    """A draft whose lines say exactly what is given here: nothing is reckoned."""
    at = timezone.now()
    prescription = prescriber_acts.draft(subject_id=subject_id, by=doctor, at=at)
    values = {
        "posology": "1 comprimé matin et soir",
        "duration_days": 7,
        "quantity": 2,
        "renewals": 0,
        "ald": False,
        "non_substitutable": "",
    } | line
    taken = posology.read(values["posology"]).posology
    values["dosing"] = taken.to_json() if taken else None
    for name in medicines or ("AMOXICILLINE VIATRIS 1 g",):
        content = of_medicine(a_medicine(name).cis, by_inn=False, on=timezone.localdate(at))
        prescriber_acts.add_line(
            prescription=prescription, content=content | values, by=doctor, at=at
        )
    return prescription


def a_signed(
    doctor: Actor,
    subject_id: Any,
    *medicines: str,
    may_follow: bool = True,
    paper: str = "paper",
    at: datetime | None = None,
    secret: str = "",
    **line: Any,
) -> Prescription:
    prescription = a_draft(doctor, subject_id, *medicines, **line)
    if secret:
        prescription.secret, prescription.accompanied = secret, True
        prescription.save(update_fields=["secret", "accompanied"])
    give_reasons(doctor, prescription)
    return prescriber_acts.sign(
        prescription=prescription,
        may_follow=may_follow,
        paper=paper,
        by=doctor,
        at=at or timezone.now(),
    )


def give_reasons(doctor: Actor, prescription: Prescription, reason: str = "Pesé") -> None:
    """Answers each warning of a draft, as the prescriber does beside its line."""
    lines = list(prescription.lines.all())
    found = writing.law(prescription, lines, queries.traits_of(prescription))
    ids = {line.position: line.pk for line in lines}
    reasons = {handle(b, ids): reason for b in found if b.weight is Weight.WARNS}
    prescriber_acts.give_reasons(
        prescription=prescription, found=found, reasons=reasons, by=doctor, at=timezone.now()
    )


def an_anonymous(doctor: Actor, pharmacy: Place | None = None, **line: Any) -> Prescription:
    """The draft of a woman who asked for anonymity, with a medicine of abortion taken as codes say."""
    at = timezone.now()
    draft = prescriber_acts.begin_anonymous(
        answers=ASKED, place_id=(pharmacy or a_place()).pk, key=uuid.uuid4(), by=doctor, at=at
    )
    cis = Medicine.objects.filter(ivg=True, marketed=True, inn="mifépristone").order_by("pk")[0].cis
    content = of_medicine(cis, by_inn=False, on=timezone.localdate(at))
    prescriber_acts.add_line(
        prescription=draft,
        content=content | line,
        text="1 cp le matin 1j",
        by=doctor,
        at=at,
    )
    return draft


def a_signed_anonymous(
    doctor: Actor, pharmacy: Place | None = None, *, may_follow: bool = True
) -> Prescription:
    draft = an_anonymous(doctor, pharmacy)
    give_reasons(doctor, draft, "Avis du spécialiste obtenu")
    return prescriber_acts.sign(
        prescription=draft, may_follow=may_follow, paper="paper", by=doctor, at=timezone.now()
    )


def code_of(prescription: Prescription) -> str:
    text = codes.text_of(prescription)
    assert text is not None
    return text


def open_at(pharmacist: Actor, prescription: Prescription, at: datetime | None = None) -> Any:
    return pharmacist_acts.open_by_code(
        text=code_of(prescription), by=pharmacist, address="127.0.0.1", at=at or timezone.now()
    )


def decisions_for(prescription: Prescription, at: datetime | None = None) -> list[Decision]:
    balances = Balance.objects.filter(case__prescription=prescription).select_related("line")
    return as_prescribed({b.line_id: b for b in balances}, at=at)


def dispense_all(pharmacist: Actor, prescription: Prescription, at: datetime | None = None) -> Any:
    at = at or timezone.now()
    open_at(pharmacist, prescription, at)
    return dispense(pharmacist, prescription, decisions_for(prescription, at), at=at)


def dispense(
    pharmacist: Actor,
    prescription: Prescription,
    decisions: list[Decision],
    *,
    at: datetime | None = None,
    key: uuid.UUID | None = None,
    **more: Any,
) -> Any:
    """Dispenses under the claim that stands; each call is an act of its own unless it has a key."""
    return pharmacist_acts.dispense(
        prescription=prescription,
        decisions=decisions,
        secret=secret_of(prescription),
        key=key or uuid.uuid4(),
        by=pharmacist,
        at=at or timezone.now(),
        **more,
    )


def release(pharmacist: Actor, prescription: Prescription, at: datetime | None = None) -> None:
    pharmacist_acts.release(
        prescription=prescription,
        secret=secret_of(prescription),
        key=uuid.uuid4(),
        by=pharmacist,
        at=at or timezone.now(),
    )


def secret_of(prescription: Prescription) -> str:
    """The secret of the living claim; empty when there is none."""
    held = claims.living_claim(DispensingCase.objects.get(prescription=prescription))
    return claims.secret_of(held) if held else ""


def later(**delta: int) -> datetime:
    return timezone.now() + timedelta(**delta)


def _actor(activity: Activity) -> Actor:
    actor = load(activity.pk, activity.user)
    assert actor is not None
    return actor
