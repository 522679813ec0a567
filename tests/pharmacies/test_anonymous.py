"""An anonymous prescription at the counter: one pharmacy opens it, and what is done is kept in codes (scenario 16)."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.anonymity import REASONS, NoWords
from eprescription.documents import codes
from eprescription.documents.number import grouped
from eprescription.documents.paper import page_of
from eprescription.models import Claim, Dispensing, JournalEntry, Message, Place, Prescription
from eprescription.permissions import can_see, grant_presented, visible_to, was_presented
from eprescription.secure_mail.arriving import arrive
from eprescription.secure_mail.problems import Problem
from pharmacies import actions
from pharmacies.actions.asking import Proposal
from pharmacies.decisions import Handing
from pharmacies.misses import PER_PHARMACIST
from pharmacies.models import Miss
from pharmacies.queries.registered import Asked, registered
from tests import factories as f
from tests.eprescription.documents.pages import text_of
from tests.eprescription.secure_mail import mails
from tests.sessions import acting

NO = "Ce code n&#x27;ouvre aucune ordonnance à délivrer."
NOW = timezone.localtime


@pytest.fixture
def pharmacy(pharmacist: Actor) -> Place:
    return Place.objects.get(pk=pharmacist.place_id)


@pytest.fixture
def signed(doctor: Actor, pharmacy: Place) -> Prescription:
    return f.a_signed_anonymous(doctor, pharmacy)


@pytest.fixture
def elsewhere(db: Any) -> Client:
    return acting(f.a_pharmacist())


def scan(desk: Client, text: str) -> Any:
    return desk.post(reverse("pharmacies:scan"), {"text": text})


def type_number(desk: Client, number: str, **proof: str) -> Any:
    return desk.post(reverse("pharmacies:open_number"), {"number": number, **proof})


# --- Who opens it


def test_16_the_designated_pharmacy_opens_it_from_its_mailbox(
    desk: Client, signed: Prescription
) -> None:
    page = desk.get(reverse("pharmacies:mailbox")).content.decode()
    assert "Patiente anonyme" in page
    answer = desk.post(reverse("pharmacies:mailbox_open", args=[Message.objects.get().pk]))
    assert answer["Location"] == reverse("pharmacies:prescription", args=[signed.pk])
    counter = desk.get(answer["Location"]).content.decode()
    assert "Patiente anonyme" in counter and "Née" not in counter


def test_16_and_by_its_code(desk: Client, signed: Prescription) -> None:
    assert scan(desk, f.code_of(signed)).status_code == 302


def test_16_another_pharmacy_gets_the_answer_of_unknown_codes(
    elsewhere: Client, signed: Prescription
) -> None:
    answer = scan(elsewhere, f.code_of(signed))
    unknown = scan(elsewhere, f"{signed.number}.{'0' * 26}")
    assert answer.status_code == unknown.status_code and NO in answer.content.decode()
    assert NO in unknown.content.decode() and Miss.objects.count() == 2
    assert not Claim.objects.exists()
    refused = JournalEntry.objects.filter(deed="code_refused")
    assert set(refused.values_list("prescription", "subject")) == {(None, None)}
    proof = codes.proof_text_of(signed) or ""
    typed = type_number(elsewhere, signed.number or "", withdrawal=proof)
    assert NO in typed.content.decode()
    path = reverse("pharmacies:prescription", args=[signed.pk])
    assert elsewhere.get(path).status_code == 404


def test_16_a_mail_that_brings_it_to_another_pharmacy_opens_nothing(signed: Prescription) -> None:
    other = f.a_place()
    source = mails.mail(page_of(signed, None))
    message = arrive(place_id=other.pk, source=source, at=NOW())
    assert message and message.prescription is None
    assert message.problem == Problem.UNKNOWN_CODE


def test_16_the_same_mail_is_known_at_its_own(signed: Prescription, pharmacy: Place) -> None:
    message = arrive(place_id=pharmacy.pk, source=mails.mail(page_of(signed, None)), at=NOW())
    assert message and message.prescription == signed


# --- The second proof


def test_the_number_opens_with_the_withdrawal_code(desk: Client, signed: Prescription) -> None:
    proof = codes.proof_text_of(signed) or ""
    answer = type_number(desk, grouped(signed.number or ""), withdrawal=proof.lower())
    assert answer["Location"] == reverse("pharmacies:prescription", args=[signed.pk])


@pytest.mark.parametrize("proof", [{"withdrawal": "AAAAAA"}, {"birth_date": "04/03/1951"}])
def test_a_wrong_proof_is_a_miss(desk: Client, signed: Prescription, proof: dict[str, str]) -> None:
    answer = type_number(desk, signed.number or "", **proof)
    assert NO in answer.content.decode() and Miss.objects.count() == 1


def test_misses_stop_who_guesses_and_the_right_code_waits_too(
    desk: Client, signed: Prescription
) -> None:
    for guess in range(PER_PHARMACIST):
        type_number(desk, signed.number or "", withdrawal=f"{guess:06d}")
    proof = codes.proof_text_of(signed) or ""
    assert type_number(desk, signed.number or "", withdrawal=proof).status_code == 429


def test_a_named_one_never_opens_with_a_withdrawal_code(
    desk: Client, doctor: Actor, patient: Any
) -> None:
    named = f.a_signed(doctor, patient)
    assert NO in type_number(desk, named.number or "", withdrawal="AAAAAA").content.decode()


def test_without_any_proof_the_field_says_so(desk: Client, signed: Prescription) -> None:
    answer = type_number(desk, signed.number or "")
    assert "ou le code de retrait" in answer.content.decode() and not Miss.objects.exists()


# --- Dispensing


@pytest.fixture
def dispensed(pharmacist: Actor, signed: Prescription) -> Dispensing:
    return f.dispense_all(pharmacist, signed)


def test_it_is_dispensed_and_followed_by_its_author(
    desk: Client, doctor: Actor, dispensed: Dispensing, signed: Prescription
) -> None:
    for name in ("dispensing", "slip", "labels"):
        answer = desk.get(reverse(f"pharmacies:{name}", args=[dispensed.pk]))
        assert answer.status_code == 200
    page = acting(doctor).get(f"/prescripteur/ordonnances/{signed.pk}/").content.decode()
    assert 'data-status="dispensed"' in page


def test_the_label_bears_no_patient(desk: Client, dispensed: Dispensing) -> None:
    text = text_of(desk.get(reverse("pharmacies:labels", args=[dispensed.pk])).content)
    assert "ifépristone" in text or "IFEGYNE" in text.upper()


def test_the_register_names_her_by_the_number_of_her_prescription(
    desk: Client, pharmacist: Actor, dispensed: Dispensing, signed: Prescription
) -> None:
    entry = registered(pharmacist, Asked()).entries[0]
    assert entry.patient == f"Patiente anonyme, {grouped(signed.number or '')}"
    assert entry.number == 1
    assert entry.patient in desk.get(reverse("pharmacies:register")).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"note": "CANARIOL"},
        {"instruction": "CANARIOL"},
        {"posology": "CANARIOL"},
        {"reason": "CANARIOL"},
        {"agreement": "CANARIOL", "agreed_how": "phone"},
        {"lot": "CANARIOL"},
        {"serial": "0612345678"},
    ],
    ids=lambda typed: next(iter(typed)),
)
def test_what_is_typed_beside_a_line_is_refused_and_not_kept(
    pharmacist: Actor, signed: Prescription, typed: dict[str, str]
) -> None:
    from dataclasses import replace

    f.open_at(pharmacist, signed)
    said = [replace(d, **typed) for d in f.decisions_for(signed)]
    with pytest.raises(NoWords):
        f.dispense(pharmacist, signed, said)
    assert not Dispensing.objects.exists()


def test_nobody_who_fetches_is_written_down(pharmacist: Actor, signed: Prescription) -> None:
    f.open_at(pharmacist, signed)
    with pytest.raises(NoWords):
        f.dispense(pharmacist, signed, f.decisions_for(signed), handing=Handing(bearer="CANARIOL"))
    assert not Dispensing.objects.exists()


def test_a_correction_says_why_in_a_known_word(
    pharmacist: Actor, signed: Prescription, dispensed: Dispensing
) -> None:
    def correct(reason: str) -> Any:
        return actions.correct(
            dispensing=dispensed,
            decisions=[],
            reason=reason,
            key=uuid.uuid4(),
            by=pharmacist,
            at=NOW(),
        )

    with pytest.raises(NoWords):
        correct("CANARIOL est revenue")
    assert "Erreur de saisie" in REASONS


@pytest.mark.parametrize("words", [{"message": "CANARIOL"}, {"posology": "CANARIOL"}])
def test_a_question_takes_no_words(
    pharmacist: Actor, signed: Prescription, words: dict[str, str]
) -> None:
    f.open_at(pharmacist, signed)
    line = signed.lines.get()

    def ask(**words: str) -> Any:
        proposal = Proposal(problem="3", intervention="7", quantity=2, **words)
        return actions.ask(
            prescription=signed,
            line_id=line.pk,
            proposal=proposal,
            key=uuid.uuid4(),
            by=pharmacist,
            at=NOW(),
        )

    with pytest.raises(NoWords):
        ask(**words)
    assert ask().message == ""


def test_a_preparation_keeps_codes_alone(pharmacist: Actor, signed: Prescription) -> None:
    f.open_at(pharmacist, signed)

    def prepare(**typed: str) -> Any:
        fields = {"l1-quantity": "1", "l1-read": "CANARIOL", "l1-agreement": "Dr"}
        return actions.prepare(
            prescription=signed,
            typed=fields | {f"l1-{name}": value for name, value in typed.items()},
            secret=f.secret_of(signed),
            key=uuid.uuid4(),
            by=pharmacist,
            at=NOW(),
        )

    for name in ("note", "instruction", "posology", "search", "lot", "reason"):
        with pytest.raises(NoWords):
            prepare(**{name: "CANARIOL"})
    assert prepare(lot="A12").typed == {"l1-quantity": "1", "l1-lot": "A12"}


def test_the_page_says_why_and_keeps_what_was_typed(
    desk: Client, pharmacist: Actor, signed: Prescription
) -> None:
    f.open_at(pharmacist, signed)
    answer = desk.post(
        reverse("pharmacies:dispense", args=[signed.pk]),
        {
            "key": str(uuid.uuid4()),
            "secret": f.secret_of(signed),
            "act": "changed",
            "l1-quantity": "1",
            "l1-note": "à rappeler",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "aucun texte libre" in page and "à rappeler" in page


def test_16_not_even_a_grant_that_came_another_way_lets_another_pharmacy_in(
    signed: Prescription,
) -> None:
    """Given a row that the database would refuse (a backup, a hand), then the policy still says no."""
    stranger = f.a_pharmacist()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        grant_presented(stranger, signed)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert was_presented(stranger, signed)
    assert signed not in visible_to(stranger) and not can_see(stranger, signed)
