"""The patient decides who reads what was dispensed to him; what he decides holds at once and everywhere."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.execution import read_execution
from eprescription.models import Deed, JournalEntry, Opposition, Prescription, Reach, Subject
from eprescription.permissions import can, check_read_execution, followed_by
from eprescription.refusal import Refusal
from patients.actions import oppose, withdraw
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Actor:
    _subject, actor = factories.a_patient(doctor)
    assert actor is not None
    return actor


@pytest.fixture
def prescription(doctor: Actor, patient: Actor) -> Prescription:
    return factories.a_signed(doctor, patient.subject_id)


def may_read(doctor: Actor, prescription: Prescription) -> bool:
    return can(check_read_execution, doctor, prescription)


# --- What the patient says holds


@pytest.mark.parametrize("reach", list(Reach))
def test_at_once_the_prescriber_reads_only_that_the_patient_opposed(
    doctor: Actor, patient: Actor, prescription: Prescription, reach: Reach
) -> None:
    factories.dispense_all(factories.a_pharmacist(), prescription)
    assert read_execution(prescription, by=doctor).lines

    oppose(**target(reach, prescription), by=patient, at=NOW())

    with pytest.raises(Refusal, match="opposed"):
        read_execution(prescription, by=doctor)
    page = acting(doctor).get(reverse("prescribers:prescription", args=[prescription.pk]))
    assert "opposé" in page.content.decode()
    assert "Pharmacie de la Gare" not in page.content.decode()


def target(reach: Reach, prescription: Prescription) -> dict[str, Any]:
    return {
        "reach": reach,
        "prescription": prescription if reach is Reach.PRESCRIPTION else None,
        "prescriber_id": prescription.author.user_id if reach is Reach.PRESCRIBER else None,
    }


def test_the_pharmacist_and_the_patient_go_on_reading(
    patient: Actor, prescription: Prescription
) -> None:
    pharmacist = factories.a_pharmacist()
    factories.dispense_all(pharmacist, prescription)
    before = read_execution(prescription, by=pharmacist)

    oppose(reach=Reach.ALL, by=patient, at=NOW())

    assert read_execution(prescription, by=pharmacist) == before
    assert read_execution(prescription, by=patient) == before


def test_an_opposition_to_one_prescriber_leaves_the_others_alone(
    doctor: Actor, patient: Actor, prescription: Prescription
) -> None:
    other = factories.a_prescriber()
    factories.prescriber_acts.take_in_care(subject_id=patient.subject_id, by=other, at=NOW())
    theirs = factories.a_signed(other, patient.subject_id)

    oppose(reach=Reach.PRESCRIBER, prescriber_id=doctor.user_id, by=patient, at=NOW())

    assert not may_read(doctor, prescription)
    assert may_read(other, theirs)


@pytest.mark.parametrize("reach", [Reach.ALL, Reach.PRESCRIBER])
def test_a_wide_opposition_holds_for_what_is_signed_later(
    doctor: Actor, patient: Actor, prescription: Prescription, reach: Reach
) -> None:
    oppose(**target(reach, prescription), by=patient, at=NOW())

    later = factories.a_signed(doctor, patient.subject_id, may_follow=True)

    assert not may_read(doctor, later)


@pytest.mark.parametrize("reach", list(Reach))
def test_taken_back_the_reading_returns(
    doctor: Actor, patient: Actor, prescription: Prescription, reach: Reach
) -> None:
    oppose(**target(reach, prescription), by=patient, at=NOW())

    withdraw(**target(reach, prescription), by=patient, at=NOW())

    assert may_read(doctor, prescription)


def test_another_opposition_that_stands_keeps_the_reading_closed(
    doctor: Actor, patient: Actor, prescription: Prescription
) -> None:
    oppose(reach=Reach.ALL, by=patient, at=NOW())
    oppose(reach=Reach.PRESCRIPTION, prescription=prescription, by=patient, at=NOW())

    withdraw(reach=Reach.ALL, by=patient, at=NOW())
    assert not may_read(doctor, prescription)
    withdraw(reach=Reach.PRESCRIPTION, prescription=prescription, by=patient, at=NOW())
    assert may_read(doctor, prescription)


def test_what_he_said_to_his_doctor_he_may_take_back_in_his_space(
    doctor: Actor, patient: Actor
) -> None:
    prescription = factories.a_signed(doctor, patient.subject_id, may_follow=False)
    assert not may_read(doctor, prescription)

    withdraw(reach=Reach.PRESCRIPTION, prescription=prescription, by=patient, at=NOW())

    assert may_read(doctor, prescription)


def test_saying_it_twice_is_saying_it_once(patient: Actor) -> None:
    for _ in range(2):
        oppose(reach=Reach.ALL, by=patient, at=NOW())

    assert Opposition.objects.filter(until=None).count() == 1


def test_both_acts_leave_their_trace(patient: Actor) -> None:
    oppose(reach=Reach.ALL, by=patient, at=NOW())
    withdraw(reach=Reach.ALL, by=patient, at=NOW())

    deeds = JournalEntry.objects.filter(activity=patient.activity_id).values_list("deed", flat=True)
    assert list(deeds.order_by("at", "pk")) == [Deed.OPPOSED, Deed.WITHDREW]


# --- Only the patient, only for himself


@pytest.mark.parametrize("act", [oppose, withdraw])
def test_nobody_decides_for_somebody_else(
    doctor: Actor, prescription: Prescription, act: Any
) -> None:
    _subject, stranger = factories.a_patient(doctor)
    assert stranger is not None
    for actor in (doctor, factories.a_pharmacist(), stranger):
        with pytest.raises(Refusal):
            act(reach=Reach.PRESCRIPTION, prescription=prescription, by=actor, at=NOW())
    with pytest.raises(Refusal):
        act(reach=Reach.PRESCRIBER, prescriber_id=doctor.user_id, by=stranger, at=NOW())


# --- Two people at the same moment


@pytest.mark.django_db(transaction=True)
def test_an_opposition_at_the_very_moment_of_a_signature_never_leaks(catalogue: None) -> None:
    for _round in range(12):
        doctor = factories.a_prescriber()
        subject_id, patient = factories.a_patient(doctor)
        assert patient is not None
        draft = factories.a_draft(doctor, subject_id)
        at_once(
            lambda d=draft, by=doctor: factories.prescriber_acts.sign(
                prescription=d, may_follow=True, paper="paper", by=by, at=NOW()
            ),
            lambda by=patient: oppose(reach=Reach.ALL, by=by, at=NOW()),
        )

        assert not may_read(doctor, Prescription.objects.get(pk=draft.pk))


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_an_opposition_at_once_end_in_what_stands(catalogue: None) -> None:
    doctor = factories.a_prescriber()
    _subject, patient = factories.a_patient(doctor)
    assert patient is not None
    prescription = factories.a_signed(doctor, patient.subject_id)
    for _round in range(12):
        at_once(
            lambda: oppose(
                reach=Reach.PRESCRIPTION, prescription=prescription, by=patient, at=NOW()
            ),
            lambda: withdraw(
                reach=Reach.PRESCRIPTION, prescription=prescription, by=patient, at=NOW()
            ),
        )
        stands = Opposition.objects.filter(until=None).exists()
        assert may_read(doctor, prescription) is not stands


def at_once(*acts: Any) -> None:
    barrier, wrong = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        barrier.wait()
        try:
            act()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong


# --- For all sequences of choices


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    choices=st.lists(
        st.tuples(
            st.sampled_from([oppose, withdraw]), st.sampled_from(list(Reach)), st.integers(0, 3)
        ),
        max_size=10,
    )
)
def test_reading_is_allowed_exactly_where_no_standing_opposition_covers_it(
    db: Any, choices: list[tuple[Any, Reach, int]]
) -> None:
    prescriptions, patient = two_doctors_two_prescriptions_each()
    stands: set[tuple[Reach, Any]] = set()

    for act, reach, index in choices:
        of = target(reach, prescriptions[index])
        act(**of, by=patient, at=NOW())
        key = (reach, of["prescription"] or of["prescriber_id"])
        stands = stands | {key} if act is oppose else stands - {key}

    for prescription in prescriptions:
        covered = stands & {
            (Reach.ALL, None),
            (Reach.PRESCRIBER, prescription.author.user_id),
            (Reach.PRESCRIPTION, prescription),
        }
        author = factories.load(prescription.author_id, prescription.author.user)
        assert author is not None
        assert may_read(author, prescription) is not bool(covered)
        followed = followed_by(author).filter(pk=prescription.pk).exists()
        assert followed is may_read(author, prescription)


def two_doctors_two_prescriptions_each() -> tuple[list[Prescription], Actor]:
    doctors = [factories.a_prescriber(), factories.a_prescriber()]
    subject_id, patient = factories.a_patient(doctors[0])
    assert patient is not None
    factories.prescriber_acts.take_in_care(subject_id=subject_id, by=doctors[1], at=NOW())
    assert Subject.objects.filter(pk=subject_id).exists()
    return [factories.a_signed(d, subject_id) for d in doctors for _ in range(2)], patient
