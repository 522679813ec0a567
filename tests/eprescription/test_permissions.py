"""Who may touch what: the same law for one object and for a list, on random worlds, for all roles."""

import random
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprescription.actor import Actor, load, standing_for
from eprescription.models import (
    Activity,
    Dispensing,
    LinkEnd,
    Prescription,
    PrescriptionGroupGrant,
    PrescriptionUserGrant,
    Profession,
    Reach,
    Representation,
    Role,
    SecretCare,
    User,
)
from eprescription.permissions import (
    ROLES,
    Action,
    can,
    can_see,
    check_care,
    check_dispense,
    check_oppose,
    check_read_execution,
    check_role,
    check_write,
    dispensed_at,
    execution_readable,
    followed_by,
    grant_presented,
    settle_reading,
    visible_to,
)
from patients.actions import oppose
from pharmacies.claims import living_claim
from tests import factories

pytestmark = pytest.mark.django_db
World = tuple[list[Actor | None], list[Prescription]]


def a_world(chance: random.Random) -> World:
    """Some prescribers, pharmacists and patients, and prescriptions in whatever state chance leads them to."""
    doctors = [factories.a_prescriber() for _ in range(2)]
    pharmacists = [factories.a_pharmacist() for _ in range(2)]
    pharmacists.append(factories.a_pharmacist(place=place_of(pharmacists[0])))
    patients = []
    for doctor in doctors:
        subject_id, patient = factories.a_patient(doctor)
        patients.append(patient)
        for other in doctors:
            if other is not doctor and chance.random() < 0.5:
                factories.prescriber_acts.take_in_care(
                    subject_id=subject_id, by=other, at=timezone.now()
                )
    for _ in range(5):
        happen(chance, doctors, pharmacists, patients)
    others = [
        *a_family(chance, doctors[0], pharmacists),
        *a_nameless(chance, doctors, pharmacists),
        *of_two_roles(doctors[0], pharmacists[1], patients[0]),
    ]
    known = Prescription.objects.select_related("author", "subject")
    return [*doctors, *pharmacists, *patients, *others, *oddities(doctors[0])], list(known)


def a_family(chance: random.Random, doctor: Actor, pharmacists: list[Actor]) -> list[Actor]:
    """A minor with an account, secret care and ordinary; who stands for her, who did, and who does for somebody else."""
    born = timezone.localdate() - timedelta(days=366 * 16)
    child, own = factories.a_patient(doctor, factories.traits("PETIT", born))
    other_child, _none = factories.a_patient(doctor, factories.traits("AUTRE", born), account=False)
    for ground in ("", SecretCare.CONTRACEPTION, chance.choice(list(SecretCare))):
        prescription = factories.a_signed(doctor, child, secret=ground)
        if chance.random() < 0.5:
            factories.open_at(chance.choice(pharmacists), prescription)
    factories.a_signed(doctor, other_child)
    parents = [factories.a_patient(doctor)[1] for _ in range(3)]
    links = [factories.a_link(p.user_id, child) for p in parents[:2]]
    links.append(factories.a_link(parents[2].user_id, other_child))
    stood = [factories.a_representative(link) for link in links]
    ended = Representation.objects.filter(pk=links[1].pk)
    ended.update(ended_at=timezone.now() - timedelta(seconds=1), end=LinkEnd.values[0])
    back = [
        standing_for(parents[1], links[1].pk, at=timezone.now())
    ]  # None: the link holds no more
    return [own, *parents, stood[0], stood[2], *back]


def a_nameless(chance: random.Random, doctors: Any, pharmacists: list[Actor]) -> list[Actor]:
    """Anonymous prescriptions, designated to one pharmacy and perhaps presented there; a préparateur of that place."""
    place = place_of(pharmacists[0])
    for _ in range(2):
        nameless = factories.a_signed_anonymous(chance.choice(doctors), place)
        if chance.random() < 0.7:
            factories.open_at(pharmacists[0], nameless)
        factories.an_anonymous(chance.choice(doctors), place)
    return [factories.a_pharmacist(place=place), a_preparer(place)]


def a_preparer(place: Any) -> Actor:
    actor = factories.a_pharmacist(place=place)
    Activity.objects.filter(pk=actor.activity_id).update(profession=Profession.PREPARER)
    return replace(actor, profession=Profession.PREPARER)


def of_two_roles(doctor: Actor, pharmacist: Actor, patient: Actor) -> list[Actor]:
    """The doctor in a second practice and as a patient, the pharmacist who is a patient of the first, each on its own."""
    user = User.objects.get(pk=doctor.user_id)
    factories.a_prescriber(user=user)
    itself = Activity.objects.create(user=user, role=Role.PATIENT)
    both = [load(activity.pk, user) for activity in user.activities.order_by("pk")]
    keeper = User.objects.get(pk=pharmacist.user_id)
    at_home = factories.a_patient_actor(patient.subject_id, keeper)
    return [*both, load(itself.pk, user), at_home]


def happen(chance: random.Random, doctors: Any, pharmacists: Any, patients: Any) -> None:
    """One prescription and some of what may become of it."""
    doctor, patient = chance.choice(doctors), chance.choice(patients)
    if not can(check_care, doctor, patient.subject_id):
        return
    if chance.random() < 0.2:
        factories.a_draft(doctor, patient.subject_id)
        return
    prescription = factories.a_signed(doctor, patient.subject_id, renewals=chance.choice([0, 1]))
    pharmacist = chance.choice(pharmacists)
    fate = chance.choice(["nothing", "claimed", "released", "dispensed", "cancelled", "opposed"])
    if fate in ("claimed", "released"):
        factories.open_at(pharmacist, prescription)
    if fate == "released":
        factories.release(pharmacist, prescription)
    if fate == "dispensed":
        factories.dispense_all(pharmacist, prescription)
    if fate == "cancelled":
        factories.prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())
    if fate == "opposed":
        oppose(reach=Reach.PRESCRIPTION, prescription=prescription, by=patient, at=timezone.now())


def oddities(doctor: Actor) -> list[Actor | None]:
    """Nobody, somebody who left, a patient without identity, a role that does not exist."""
    return [
        None,
        replace(doctor, active=False),
        replace(doctor, role=Role.PATIENT),
        replace(doctor, role="operator"),
        replace(doctor, role=Role.PHARMACIST),
    ]


def place_of(actor: Actor) -> Any:
    return Activity.objects.select_related("place").get(pk=actor.activity_id).place


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_a_prescription_is_in_the_list_exactly_when_it_may_be_seen(db: Any, seed: int) -> None:
    actors, prescriptions = a_world(random.Random(seed))

    for actor in actors:
        listed = set(visible_to(actor).values_list("pk", flat=True))
        assert listed == {p.pk for p in prescriptions if can_see(actor, p)}, actor


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_the_execution_is_readable_in_a_list_exactly_when_it_is_alone(db: Any, seed: int) -> None:
    actors, prescriptions = a_world(random.Random(seed))

    for actor in filter(None, actors):
        visible = [p for p in prescriptions if can_see(actor, p)]
        alone = {p.pk for p in visible if can(check_read_execution, actor, p)}
        assert execution_readable(actor, visible) == alone, actor
        hidden = [p for p in prescriptions if p not in visible]
        assert not any(can(check_read_execution, actor, p) for p in hidden), actor


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_what_was_dispensed_here_is_what_may_be_seen_of_it(db: Any, seed: int) -> None:
    actors, _prescriptions = a_world(random.Random(seed))

    at_work = [a for a in actors if a and a.is_pharmacist]
    gone = [replace(a, active=False) for a in at_work]
    other = [replace(a, role=Role.PATIENT, subject_id=None) for a in at_work]
    for actor in [*filter(None, actors), *gone, *other]:
        seen = Dispensing.objects.filter(case__prescription__in=visible_to(actor))
        here = seen.filter(pharmacy=actor.place_id) if actor.is_pharmacist else seen.none()
        assert set(dispensed_at(actor)) == set(here), actor


# --- Roles


@pytest.mark.parametrize("role", [*Role, "operator", ""])
@pytest.mark.parametrize("action", list(Action))
def test_a_role_does_what_the_table_says_and_nothing_else(role: str, action: Action) -> None:
    actor = Actor(
        user_id=uuid.uuid4(),
        activity_id=uuid.uuid4(),
        role=role,
        place_id=None,
        group_id=None,
        subject_id=None,
        active=True,
    )

    assert can(check_role, actor, action) is (role in ROLES[action])
    assert not can(check_role, replace(actor, active=False), action)
    assert not can(check_role, None, action)


def test_the_table_of_roles_names_each_action() -> None:
    assert set(ROLES) == set(Action)


# --- Nobody is above the policy


def test_a_superuser_sees_no_more_than_his_role() -> None:
    doctor, other = factories.a_prescriber(), factories.a_prescriber()
    subject_id, _patient = factories.a_patient(doctor, account=False)
    prescription = factories.a_signed(doctor, subject_id)
    User.objects.filter(pk=other.user_id).update(is_superuser=True, is_staff=True)

    assert not visible_to(other).exists()
    assert not can(check_read_execution, other, prescription)
    assert not can(check_write, other, prescription)


def test_who_left_sees_nothing_any_more() -> None:
    doctor = factories.a_prescriber()
    subject_id, _patient = factories.a_patient(doctor, account=False)
    factories.a_signed(doctor, subject_id)
    User.objects.filter(pk=doctor.user_id).update(is_active=False)

    assert load(doctor.activity_id, User.objects.get(pk=doctor.user_id)) is None
    assert not visible_to(replace(doctor, active=False)).exists()


def test_a_prescriber_writes_only_in_the_activity_in_which_he_signed() -> None:
    user = factories.a_user()
    here = factories.a_prescriber(user=user)
    there = factories.a_prescriber(user=user)
    subject_id, _patient = factories.a_patient(here, account=False)
    draft = factories.a_draft(here, subject_id)

    assert can_see(there, draft)
    assert can(check_write, here, draft)
    assert not can(check_write, there, draft)


def test_only_the_pharmacy_that_holds_the_claim_dispenses() -> None:
    doctor = factories.a_prescriber()
    subject_id, _patient = factories.a_patient(doctor, account=False)
    prescription = factories.a_signed(doctor, subject_id)
    holder, stranger = factories.a_pharmacist(), factories.a_pharmacist()
    colleague = factories.a_pharmacist(place=place_of(holder))
    factories.open_at(holder, prescription)
    claim = living_claim(prescription.case)

    assert can(check_dispense, holder, prescription, claim)
    assert can(check_dispense, colleague, prescription, claim)
    assert not can(check_dispense, stranger, prescription, claim)
    assert not can(check_dispense, doctor, prescription, claim)
    assert not can(check_dispense, holder, prescription, None)


def test_only_the_patient_himself_opposes() -> None:
    doctor = factories.a_prescriber()
    subject_id, patient = factories.a_patient(doctor)
    assert patient is not None

    assert can(check_oppose, patient, subject_id, at=timezone.now())
    assert not can(check_oppose, patient, uuid.uuid4(), at=timezone.now())
    assert not can(check_oppose, doctor, subject_id, at=timezone.now())
    assert not can(check_oppose, replace(patient, subject_id=None), None, at=timezone.now())


@pytest.mark.parametrize("may_follow", [True, False])
def test_what_an_anonymous_patient_answered_holds_in_a_query_too(may_follow: bool) -> None:
    doctor = factories.a_prescriber()
    signed = factories.a_signed_anonymous(doctor, may_follow=may_follow)
    expected = {signed.pk} if may_follow else set()
    assert execution_readable(doctor, [signed]) == expected
    assert set(followed_by(doctor).values_list("pk", flat=True)) == expected


# --- Grants


def test_a_grant_stands_once_however_often_it_is_given() -> None:
    doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
    prescription = factories.a_signed(doctor, factories.a_patient(doctor)[0])
    for _ in range(3):
        grant_presented(pharmacist, prescription)
        settle_reading(Prescription.objects.filter(pk=prescription.pk))
    assert PrescriptionGroupGrant.objects.count() == 1
    assert PrescriptionUserGrant.objects.count() == 1
