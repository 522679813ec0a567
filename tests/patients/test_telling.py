"""A patient is told by e-mail that something waits, and nothing more."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from eprescription import telling
from eprescription.actor import Actor
from eprescription.identity import vault
from eprescription.models import (
    Deed,
    JournalEntry,
    MailNotice,
    Notices,
    Preferences,
    PushState,
    User,
)
from eprescription.refusal import Refusal
from patients import addressing
from patients.receiving import receive
from tests import factories
from tests.patients.test_receiving import a_bundle
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
PARIS = ZoneInfo("Europe/Paris")
ADDRESS = "personne@exemple.fr"


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Actor:
    _subject, actor = factories.a_patient(doctor)
    assert actor is not None
    return actor


def wants(patient: Actor, notices: str = Notices.EACH) -> None:
    """Has given and confirmed an address, and wants to be told."""
    addressing.give_address(email=ADDRESS, by=patient, at=NOW())
    found = Preferences.objects.get(subject=patient.subject_id)
    addressing.confirm_address(typed=addressing.code(found, NOW()), by=patient, at=NOW())
    addressing.wish_notices(notices=Notices(notices), by=patient, at=NOW())
    mail.outbox.clear()


def told(subject: Any, at: datetime | None = None, **more: Any) -> MailNotice | None:
    """Something happens; what is due leaves at that moment."""
    at = at or NOW()
    telling.tell(subject, at=at, **more)
    return leave(at)


def leave(at: datetime) -> MailNotice | None:
    sent = None
    for pk in telling.NOTICES.due(at=at):
        sent = telling.deliver(pk, at=at)
    return sent


# --- The address


def test_the_address_is_confirmed_by_a_code_and_rests_sealed(patient: Actor) -> None:
    client = acting(patient)
    client.post(reverse("patients:give_address"), {"email": ADDRESS})
    [message] = mail.outbox
    [code] = re.findall(r"\b\d{6}\b", message.body)
    assert message.to == [ADDRESS]
    kept = Preferences.objects.get()
    assert ADDRESS.encode() not in bytes(kept.email) and kept.confirmed_at is None
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert client.post(reverse("patients:confirm_address"), {"code": wrong}).status_code == 403
    assert client.post(reverse("patients:confirm_address"), {"code": code}).status_code == 302
    assert Preferences.objects.get().confirmed_at is not None
    assert not JournalEntry.objects.filter(code__contains="@").exists()


def test_a_code_cannot_be_guessed_and_is_forgotten(patient: Actor) -> None:
    at = NOW()
    addressing.give_address(email=ADDRESS, by=patient, at=at)
    good = addressing.code(Preferences.objects.get(), at)
    with pytest.raises(Refusal):
        addressing.confirm_address(typed=good, by=patient, at=at + timedelta(minutes=31))
    for _ in range(addressing.MOST_TRIES - 1):
        with pytest.raises(Refusal):
            addressing.confirm_address(typed="x", by=patient, at=at)
    with pytest.raises(Refusal, match="no_more_tries"):
        addressing.confirm_address(typed=good, by=patient, at=at)
    with pytest.raises(Refusal, match="too_soon"):
        addressing.give_address(email=ADDRESS, by=patient, at=at + timedelta(seconds=59))
    addressing.give_address(email=ADDRESS, by=patient, at=at + timedelta(minutes=1))


def test_another_address_must_be_confirmed_again(patient: Actor) -> None:
    wants(patient)
    addressing.give_address(email="autre@exemple.fr", by=patient, at=NOW() + timedelta(hours=1))
    assert told(patient.subject_id) is None


# --- The message


def test_an_arrived_document_is_told_without_content(doctor: Actor, patient: Actor) -> None:
    wants(patient)
    prescription = factories.a_signed(doctor, patient.subject_id)
    delivered(prescription)
    leave(NOW())
    [message] = mail.outbox
    whole = message.message().as_string() + message.body
    for word in ("MARTEL", "JEANNE", "AMOXICILLINE", "Lemoine", prescription.number or "?", "http"):
        assert word.casefold() not in whole.casefold()
    assert message.to == [ADDRESS]
    assert JournalEntry.objects.filter(deed=Deed.NOTIFIED, outcome="done").count() == 1


def delivered(prescription: Any) -> None:
    """The health space got the document, as the client sends it."""
    ins = vault.read(prescription.subject_id).ins
    receive(a_bundle(ins, number=prescription.number), at=NOW())


def test_at_most_one_in_two_hours_and_none_is_lost(patient: Actor) -> None:
    wants(patient)
    begin = NOW()
    assert told(patient.subject_id, begin) is not None
    for minutes in (1, 30, 119):
        assert told(patient.subject_id, begin + timedelta(minutes=minutes)) is None
    assert leave(begin + timedelta(minutes=121)) is not None
    assert len(mail.outbox) == 2


def test_the_summary_comes_once_in_the_morning(patient: Actor) -> None:
    wants(patient, Notices.DIGEST)
    evening = datetime(2026, 3, 28, 21, 0, tzinfo=PARIS)  # clocks go forward that night
    for hours in (0, 1, 2):
        telling.tell(patient.subject_id, at=evening + timedelta(hours=hours))
    assert leave(datetime(2026, 3, 29, 7, 59, tzinfo=PARIS)) is None
    assert leave(datetime(2026, 3, 29, 8, 0, tzinfo=PARIS)) is not None
    assert leave(datetime(2026, 3, 29, 9, 0, tzinfo=PARIS)) is None
    assert len(mail.outbox) == 1


def test_who_wants_none_gets_none_even_when_it_is_on_its_way(patient: Actor) -> None:
    assert told(patient.subject_id) is None
    wants(patient)
    telling.tell(patient.subject_id, at=NOW())
    addressing.wish_notices(notices=Notices.NONE, by=patient, at=NOW())
    withheld = leave(NOW())
    assert withheld and withheld.state == PushState.WITHHELD and withheld.last_code == "not_wanted"
    assert not mail.outbox


def test_a_closed_account_is_told_nothing(patient: Actor) -> None:
    wants(patient)
    telling.tell(patient.subject_id, at=NOW())
    User.objects.filter(pk=patient.user_id).update(is_active=False)
    withheld = leave(NOW())
    assert withheld and withheld.last_code == "no_account" and not mail.outbox


def test_a_failure_is_tried_again(patient: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    wants(patient)

    def down(self: Any, **kwargs: Any) -> int:
        raise ConnectionRefusedError(ADDRESS)

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", down)
        failed = told(patient.subject_id)
    assert failed and failed.state == PushState.WAITING
    assert failed.last_code == "ConnectionRefusedError"
    assert leave(NOW() + timedelta(hours=2)) is not None
    assert len(mail.outbox) == 1


# --- Who stands for somebody


def test_a_representative_is_told_for_the_child_until_its_majority_and_never_of_its_secret(
    doctor: Actor,
) -> None:
    today = timezone.localdate()
    born = date(today.year - 16, 1, 1)
    subject, _none = factories.a_patient(doctor, factories.traits("PETIT", born), account=False)
    parent_subject, parent = factories.a_patient(doctor, factories.traits("GRAND"))
    assert parent is not None
    wants(parent)
    factories.a_link(parent.user_id, subject)
    assert told(subject, secret=True) is None
    assert told(subject) is not None
    of_age = datetime(today.year + 2, 1, 1, tzinfo=PARIS)
    assert told(subject, of_age) is None
    eve = of_age - timedelta(seconds=1)
    telling.tell(subject, at=eve)
    late = leave(of_age)
    assert late and late.reader_id == parent_subject and late.last_code == "link_ended"
    assert len(mail.outbox) == 1


def test_the_address_is_given_in_ones_own_space(doctor: Actor) -> None:
    born = date(timezone.localdate().year - 10, 1, 1)
    subject, _none = factories.a_patient(doctor, factories.traits("PETIT", born), account=False)
    link = factories.a_link(factories.a_user().pk, subject)
    parent = factories.a_representative(link)
    with pytest.raises(Refusal, match="own_space"):
        addressing.give_address(email=ADDRESS, by=parent, at=NOW())
    page = acting(parent).get(reverse("patients:preferences"))
    assert page.status_code == 200 and "propre adresse" in page.content.decode()


@pytest.mark.parametrize(
    "wrong", ["", "x", "a@b\r\nBcc: c@d.fr", "é" * 300 + "@exemple.fr", "\x00@x.fr"]
)
def test_what_is_no_address_is_told_at_the_field(patient: Actor, wrong: str) -> None:
    answer = acting(patient).post(reverse("patients:give_address"), {"email": wrong})
    assert answer.status_code == 422
    assert not mail.outbox


def test_nothing_is_offered_where_no_mail_leaves(patient: Actor, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    page = acting(patient).get(reverse("patients:preferences")).content.decode()
    assert "Votre adresse de courriel" not in page
