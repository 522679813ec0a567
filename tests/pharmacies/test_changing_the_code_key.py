"""CODE_KEY is changed while papers, open pages and receipts under it are in people's hands: each still counts."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription import prepared
from eprescription.actor import Actor
from eprescription.documents import codes
from eprescription.documents.code import code_text, new_token, parse
from eprescription.documents.number import new_number
from eprescription.models import ForgeryReport, Prescription, User
from pharmacies import actions, on_paper, receipts
from tests import factories

pytestmark = pytest.mark.django_db
OTHER = "another-key-of-the-qr-codes-that-is-long-enough-0"
PASSWORD = "une longue phrase de passe"


@pytest.fixture
def new_key(settings: Any) -> Callable[[], None]:
    """The new key makes; the one before still knows."""

    def change() -> None:
        settings.CODE_KEY_FORMER, settings.CODE_KEY = [settings.CODE_KEY], OTHER

    return change


@pytest.fixture
def forgotten(settings: Any) -> Iterator[Callable[[], None]]:
    """The key before is gone: what it made counts no more."""

    def forget() -> None:
        settings.CODE_KEY_FORMER = []

    return forget


@pytest.fixture
def doctor(catalogue: None) -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def pharmacist() -> Actor:
    return factories.a_pharmacist()


@pytest.fixture
def prescription(doctor: Actor) -> Prescription:
    subject, _account = factories.a_patient(doctor)
    return factories.a_signed(doctor, subject)


def test_the_code_on_the_paper_opens(
    prescription: Prescription, new_key: Any, forgotten: Any
) -> None:
    printed = parse(factories.code_of(prescription))
    assert printed
    new_key()
    found = codes.find(printed)
    assert found and found.prescription == prescription
    forgotten()
    assert codes.find(printed) is None


def test_a_process_that_has_not_changed_yet_knows_what_the_others_make(
    prescription: Prescription, settings: Any
) -> None:
    """Given the new key among the former ones first, then processes may be started again one by one."""
    present = settings.CODE_KEY
    settings.CODE_KEY, settings.CODE_KEY_FORMER = OTHER, [present]
    codes.issue_code(prescription, at=timezone.now())
    printed = parse(factories.code_of(prescription))
    settings.CODE_KEY, settings.CODE_KEY_FORMER = present, [OTHER]
    assert printed and codes.find(printed)


def test_the_withdrawal_code_of_an_anonymous_one_proves(
    doctor: Actor, new_key: Any, forgotten: Any
) -> None:
    signed = factories.a_signed_anonymous(doctor)
    printed = codes.proof_text_of(signed)
    assert printed
    new_key()
    assert codes.proves(signed, printed)
    forgotten()
    assert not codes.proves(signed, printed)


def test_a_page_that_is_open_at_the_counter_dispenses(
    prescription: Prescription, pharmacist: Actor, new_key: Any
) -> None:
    factories.open_at(pharmacist, prescription)
    secret = factories.secret_of(prescription)
    new_key()
    assert factories.secret_of(prescription) != secret
    actions.dispense(
        prescription=prescription,
        decisions=factories.decisions_for(prescription),
        secret=secret,
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )


def test_a_printed_factor_opens_one_session(doctor: Actor, new_key: Any, forgotten: Any) -> None:
    user = User.objects.get(pk=doctor.user_id)
    user.set_password(PASSWORD)
    user.save()
    at = timezone.now()
    first, second, *_others = prepared.prepare(user, at=at)
    new_key()
    assert prepared.account_of(user.username, PASSWORD, first, at=at) == user
    assert prepared.account_of(user.username, PASSWORD, first, at=at) is None
    forgotten()
    assert prepared.account_of(user.username, PASSWORD, second, at=at) is None


def test_what_was_reported_as_forged_warns(client: Client, pharmacist: Actor, new_key: Any) -> None:
    text = code_text(new_number(), new_token())
    with pytest.raises(actions.NoSuchCode) as refused:
        actions.open_by_code(text=text, by=pharmacist, address="::1", at=timezone.now())
    actions.report_code(
        digest=refused.value.digest, key=uuid.uuid4(), by=pharmacist, at=timezone.now()
    )
    assert ForgeryReport.objects.count() == 1
    new_key()
    with pytest.raises(actions.NoSuchCode) as warned:
        actions.open_by_code(
            text=text, by=factories.a_pharmacist(), address="::1", at=timezone.now()
        )
    assert "signalé comme faux" in warned.value.text


def test_a_receipt_is_true_and_both_public_keys_are_told(
    client: Client, prescription: Prescription, pharmacist: Actor, new_key: Any, forgotten: Any
) -> None:
    factories.open_at(pharmacist, prescription)
    given = receipts.last_of(prescription, pharmacist)
    assert given
    before, printed = receipts.public_keys()[0], receipts.printed(given)
    new_key()
    assert receipts.is_true(given) and receipts.signer_of(printed) == before
    told = client.get(reverse("pharmacies:receipt_key")).json()
    assert told["public_key"] != before.hex()
    assert [key["public_key"] for key in told["former"]] == [before.hex()]
    page = client.get(reverse("pharmacies:verify_receipt")).content.decode()
    assert before.hex() in page and told["public_key"] in page
    forgotten()
    assert not receipts.verified(printed)


def test_the_birth_date_on_a_paper_of_an_outage_is_known(
    prescription: Prescription, pharmacist: Actor, new_key: Any, forgotten: Any
) -> None:
    born = factories.traits().birth_date
    paper = actions.record_paper(
        number=str(prescription.number),
        birth_date=born,
        dispensed_at=timezone.now(),
        secured_paper=False,
        lines=[actions.GivenOnPaper("1", "AMOXICILLINE", 1)],
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )
    new_key()
    assert on_paper.proves(paper, prescription)
    forgotten()
    assert not on_paper.proves(paper, prescription)
