"""From the moment a prescriber is struck off nothing more leaves in his name; what takes back still leaves."""

import random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.health_space import delivery, outbox
from eprescription.models import Activity, Letter, Prescription, Push, PushState, User
from eprescription.outbox import Answer
from eprescription.secure_mail import letters, smtp
from eprescription.secure_mail.designating import designate
from patients import sending
from tests import factories
from tests.eprescription.secure_mail.conftest import SENDER, a_mailbox

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
WITHHELD = (PushState.WITHHELD, "author_struck_off")
LEFT = (PushState.DELIVERED, "arrived")
TOGGLES = 200


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


@pytest.fixture(autouse=True)
def arrived(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """What leaves arrives: no receiver, no network; the way of each that left."""
    settings.SMTP_URL, settings.MAIL_SENDER = "smtp+plain://127.0.0.1:9", SENDER
    left: list[str] = []

    def arrives(way: str) -> Answer:
        left.append(way)
        return Answer(True, True, "arrived")

    monkeypatch.setattr(delivery.client, "send", lambda *_document, key: arrives("push"))
    monkeypatch.setattr(smtp, "send", lambda _mail, to: arrives("letter"))
    return left


def strike_off(activity: Actor) -> None:
    Activity.objects.filter(pk=activity.activity_id).update(is_active=False)


def pushed(prescription: Prescription, occasion: str = "signed") -> tuple[str, str]:
    """What becomes of a push."""
    push = Push.objects.get(prescription=prescription, occasion=occasion)
    delivery.deliver(push.pk, at=NOW())
    push.refresh_from_db()
    return push.state, push.last_code


def mailed(letter: Letter) -> tuple[str, str]:
    letters.deliver(letter.pk, at=NOW())
    letter.refresh_from_db()
    return letter.state, letter.last_code


def designated(prescription: Prescription, by: Actor) -> Letter:
    """The letter to a pharmacy that the prescriber chose."""
    place = factories.a_place()
    a_mailbox(place)
    sent = designate(prescription=prescription, place_id=place.pk, by=by, at=NOW())
    return Letter.objects.get(pk=sent.pk)


def test_struck_off_before_it_leaves_the_push_is_withheld_with_its_reason(
    doctor: Actor, prescription: Prescription, arrived: list[str]
) -> None:
    strike_off(doctor)

    assert pushed(prescription) == WITHHELD
    assert arrived == []


def test_an_account_that_was_closed_sends_nothing_either(
    doctor: Actor, prescription: Prescription, arrived: list[str]
) -> None:
    letter = designated(prescription, doctor)
    User.objects.filter(pk=doctor.user_id).update(is_active=False)

    assert (pushed(prescription), mailed(letter)) == (WITHHELD, WITHHELD)
    assert arrived == []


def test_the_letter_to_a_pharmacy_and_the_copy_of_the_patient_are_withheld(
    doctor: Actor, patient: Actor, prescription: Prescription, arrived: list[str]
) -> None:
    by_mail = factories.a_signed(doctor, patient.subject_id, paper="mail")
    copy = Letter.objects.get(prescription=by_mail, kind=Letter.Kind.PATIENT)
    letter = designated(prescription, doctor)
    strike_off(doctor)

    assert (mailed(letter), mailed(copy)) == (WITHHELD, WITHHELD)
    assert arrived == []


def test_what_the_patient_sends_himself_leaves(
    doctor: Actor, patient: Actor, prescription: Prescription
) -> None:
    place = factories.a_place()
    a_mailbox(place)
    sending.send(prescription.pk, place_id=place.pk, by=patient, at=NOW())
    strike_off(doctor)

    assert mailed(Letter.objects.get(prescription=prescription, place=place)) == LEFT


def test_a_cancellation_leaves(doctor: Actor, prescription: Prescription) -> None:
    assert pushed(prescription) == LEFT
    factories.prescriber_acts.cancel(prescription=prescription, by=doctor, at=NOW())
    strike_off(doctor)

    assert pushed(prescription, "cancelled") == LEFT


def test_who_only_left_one_practice_still_sends(doctor: Actor, prescription: Prescription) -> None:
    factories.a_prescriber(user=User.objects.get(pk=doctor.user_id))
    strike_off(doctor)

    assert pushed(prescription) == LEFT


def test_who_is_no_prescriber_any_more_sends_nothing_though_he_works_in_a_pharmacy(
    doctor: Actor, prescription: Prescription
) -> None:
    factories.a_pharmacist(user=User.objects.get(pk=doctor.user_id))
    strike_off(doctor)

    assert pushed(prescription) == WITHHELD


def test_of_all_toggles_the_last_before_it_leaves_decides(
    doctor: Actor, patient: Actor, prescription: Prescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two practices and the account, in whatever order they close and open again between writing and sending."""
    monkeypatch.setattr(delivery, "page_of", lambda *_signed: b"%PDF-")
    there = factories.a_prescriber(user=User.objects.get(pk=doctor.user_id))
    pushed(prescription)
    chance, works, outcomes = random.Random(20), {"here": True, "there": True, "account": True}, []
    for toggle in range(TOGGLES):
        occasion = f"toggle {toggle}"
        with transaction.atomic():
            outbox.enqueue(prescription, occasion=occasion, at=NOW())
        turned = chance.choice(list(works))
        works[turned] = not works[turned]
        turn(turned, works[turned], doctor, there)

        outcomes.append(pushed(prescription, occasion))
        may_send = works["account"] and (works["here"] or works["there"])
        assert outcomes[-1] == (LEFT if may_send else WITHHELD), (toggle, works)
    assert min(outcomes.count(LEFT), outcomes.count(WITHHELD)) > TOGGLES // 5  # both were tried


def turn(what: str, works: bool, here: Actor, there: Actor) -> None:
    if what == "account":
        User.objects.filter(pk=here.user_id).update(is_active=works)
    else:
        one = {"here": here, "there": there}[what]
        Activity.objects.filter(pk=one.activity_id).update(is_active=works)
