"""The mailbox at the counter: what waits, what is wrong, and opening as by any code."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Claim, Deed, JournalEntry, Mailbox, Message, Opening, Prescription
from eprescription.permissions import was_presented
from eprescription.secure_mail.arriving import arrive
from eprescription.secure_mail.designating import designate
from eprescription.secure_mail.problems import EXPLAINED, Problem
from pharmacies import mailbox
from prescribers import actions as prescriber_acts
from tests import factories
from tests.eprescription.secure_mail import mails
from tests.sessions import acting

NOW = timezone.now()


def page_of(client: Client, name: str = "mailbox") -> str:
    return unescape(client.get(reverse(f"pharmacies:{name}")).content.decode())


def press(client: Client, what: str, message: Message) -> Any:
    return client.post(reverse(f"pharmacies:mailbox_{what}", args=[message.pk]))


def mailed(pharmacist: Actor, source: bytes, at: Any = NOW) -> Message:
    assert pharmacist.place_id
    message = arrive(place_id=pharmacist.place_id, source=source, at=at)
    assert message is not None
    return message


@pytest.fixture
def prescription(doctor: Actor, patient: Any) -> Prescription:
    return factories.a_signed(doctor, patient)


@pytest.fixture
def message(prescription: Prescription, pharmacist: Actor, doctor: Actor) -> Message:
    """Sent by the doctor through the portal."""
    assert pharmacist.place_id
    place_id = pharmacist.place_id
    return designate(prescription=prescription, place_id=place_id, by=doctor, at=NOW)


# --- What one reads


def test_a_message_says_who_sent_it_and_for_whom_and_no_medicine(
    desk: Client, message: Message, prescription: Prescription
) -> None:
    page = page_of(desk)

    for word in ("MARTEL", "04/03/1951", "Dr Claire Lemoine", "1 ligne", "À ouvrir"):
        assert word in page
    line = prescription.lines.get()
    assert line.name not in page and line.inn not in page
    assert prescription.number and prescription.number not in page


def test_each_reading_leaves_its_trace(
    desk: Client, message: Message, prescription: Prescription, pharmacist: Actor
) -> None:
    page_of(desk)

    trace = JournalEntry.objects.get(deed=Deed.LISTED, activity=pharmacist.activity_id)
    assert trace.prescription_id == prescription.pk


def test_another_pharmacy_reads_nothing_of_it(message: Message, pharmacist: Actor) -> None:
    stranger = acting(factories.a_pharmacist())
    broken = mailed(pharmacist, mails.mail())

    assert "MARTEL" not in page_of(stranger)
    for what in ("open", "file"):
        assert press(stranger, what, message).status_code == 404
    original = reverse("pharmacies:mailbox_original", args=[broken.pk])
    assert stranger.get(original).status_code == 404


def test_what_waits_is_counted(message: Message, pharmacist: Actor, desk: Client) -> None:
    mailed(pharmacist, mails.mail())
    assert mailbox.waiting(pharmacist) == 2
    press(desk, "open", message)
    assert mailbox.waiting(pharmacist) == 1
    assert mailbox.waiting(factories.a_pharmacist()) == 0


def test_the_list_asks_as_much_for_many_messages_as_for_one(
    desk: Client, doctor: Actor, patient: Any, pharmacist: Actor
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page_of(desk)
        return len(asked)

    def send() -> None:
        assert pharmacist.place_id
        signed = factories.a_signed(doctor, patient)
        designate(prescription=signed, place_id=pharmacist.place_id, by=doctor, at=NOW)

    send()
    page_of(desk)
    one = queries()
    for _ in range(3):
        send()
    assert queries() == one


# --- Opening


def test_opening_a_message_claims_its_prescription(
    desk: Client, message: Message, prescription: Prescription, pharmacist: Actor
) -> None:
    answer = press(desk, "open", message)

    assert answer["Location"] == reverse("pharmacies:prescription", args=[prescription.pk])
    held = Claim.objects.get(case__prescription=prescription, ended_at=None)
    assert held.pharmacy_id == pharmacist.place_id
    assert was_presented(pharmacist, prescription)
    assert Opening.objects.get(prescription=prescription).way == Opening.Way.MAIL
    message.refresh_from_db()
    assert (message.state, message.seen_by_id) == (Message.State.OPENED, pharmacist.activity_id)
    assert desk.get(answer["Location"]).status_code == 200


def test_pressing_twice_opens_once(
    desk: Client, message: Message, prescription: Prescription
) -> None:
    for _ in range(2):
        assert press(desk, "open", message).status_code == 302
    assert Claim.objects.filter(case__prescription=prescription).count() == 1


def test_what_another_pharmacy_dispenses_is_refused_with_since_when(
    desk: Client, message: Message, prescription: Prescription
) -> None:
    factories.open_at(factories.a_pharmacist(), prescription)

    answer = press(desk, "open", message)

    assert answer.status_code == 409
    assert "dans une autre pharmacie" in unescape(answer.content.decode())
    message.refresh_from_db()
    assert message.state == Message.State.NEW


def test_a_cancelled_one_names_nobody_and_is_filed(
    desk: Client, doctor: Actor, message: Message, prescription: Prescription
) -> None:
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=NOW)

    page = page_of(desk)
    assert "Cette ordonnance ne se délivre plus." in page
    assert "MARTEL" not in page and "Ouvrir l'ordonnance" not in page
    assert press(desk, "open", message).status_code == 409
    assert press(desk, "file", message).status_code == 302


def test_a_mail_whose_code_was_replaced_since_opens_nothing(
    desk: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    message = mailed(pharmacist, mails.mail(mails.page(prescription)), at=timezone.now())
    assert message.state == Message.State.NEW
    later = timezone.now() + timedelta(seconds=1)
    prescriber_acts.recode(prescription=prescription, by=doctor, at=later)

    answer = press(desk, "open", message)

    assert answer.status_code == 403
    assert not Claim.objects.filter(case__prescription=prescription).exists()


def test_a_mail_with_a_living_code_opens(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    message = mailed(pharmacist, mails.mail(mails.page(prescription)), at=timezone.now())

    assert press(desk, "open", message).status_code == 302


# --- Broken ones


def test_broken_ones_stand_on_top_in_plain_words_with_their_sender(
    desk: Client, pharmacist: Actor, message: Message
) -> None:
    mailed(pharmacist, mails.mail(), at=NOW - timedelta(days=1))

    page = page_of(desk)

    assert page.index("ne contient pas d'ordonnance en pièce jointe") < page.index("MARTEL")
    assert mails.SENDER in page


@pytest.mark.parametrize("problem", Problem)
def test_each_problem_is_explained(desk: Client, pharmacist: Actor, problem: Problem) -> None:
    assert pharmacist.place_id
    arrive(place_id=pharmacist.place_id, source=mails.mail(), at=NOW, problem=problem)
    page = page_of(desk, "mailbox_filed" if problem is Problem.RECEIPT else "mailbox")

    assert str(EXPLAINED[problem].title) in page
    assert str(EXPLAINED[problem].advice) in page
    assert "Ouvrir l'ordonnance" not in page


def test_a_broken_mail_is_saved_as_it_came_and_never_shown(desk: Client, pharmacist: Actor) -> None:
    source = mails.mail(b"<script>alert(1)</script>", name="a.html")
    message = mailed(pharmacist, source)

    answer = desk.get(reverse("pharmacies:mailbox_original", args=[message.pk]))

    assert answer.content == source
    assert answer["Content-Disposition"] == 'attachment; filename="message.eml"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert JournalEntry.objects.filter(deed=Deed.READ_DOCUMENT, code="mail").count() == 1


def test_a_broken_one_cannot_be_opened_but_filed(desk: Client, pharmacist: Actor) -> None:
    message = mailed(pharmacist, mails.mail())

    assert press(desk, "open", message).status_code == 403
    for _ in range(2):
        assert press(desk, "file", message).status_code == 302
    message.refresh_from_db()
    assert message.state == Message.State.DONE
    assert "Aucun message à traiter" in page_of(desk)
    assert mails.SENDER in page_of(desk, "mailbox_filed")


def test_the_address_of_a_patient_is_an_ins_and_is_not_shown(
    desk: Client, pharmacist: Actor
) -> None:
    mailed(pharmacist, mails.mail(From="251033155504288@patient.mssante.fr"))

    page = page_of(desk)
    assert "251033155504288" not in page
    assert "Le patient, par sa messagerie de santé" in page


def test_what_a_stranger_writes_is_never_markup(desk: Client, pharmacist: Actor) -> None:
    mailed(pharmacist, mails.mail(From='"x"<b>@evil.exemple', Subject="<script>"))

    assert "<b>@" not in desk.get(reverse("pharmacies:mailbox")).content.decode()


# --- Filing


def test_a_message_that_is_filed_names_nobody_but_can_be_opened_after_all(
    desk: Client, message: Message
) -> None:
    press(desk, "file", message)

    page = page_of(desk, "mailbox_filed")
    assert "MARTEL" not in page and "Classé" in page
    assert press(desk, "open", message).status_code == 302
    assert "MARTEL" in page_of(desk, "mailbox_filed")


# --- The account


def test_an_account_that_fails_says_so_and_since_when(desk: Client, pharmacist: Actor) -> None:
    Mailbox.objects.create(
        place_id=pharmacist.place_id,
        address="gare@pharmacie.mssante.exemple",
        host="mail.exemple",
        problem="password",
        failing_since=NOW - timedelta(hours=5),
        checked_at=NOW,
    )
    page = page_of(desk)

    assert "mot de passe de la messagerie est refusé" in page
    assert "Depuis" in page
    assert "gare@pharmacie.mssante.exemple" in page


def test_without_an_account_the_page_says_what_arrives_here(desk: Client) -> None:
    assert "seuls les envois du portail arrivent ici" in page_of(desk)
