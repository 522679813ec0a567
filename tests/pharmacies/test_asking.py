"""The pharmacist asks the prescriber about a line: what is sent, what is told kindly, what counts afterwards."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor, load
from eprescription.models import (
    Activity,
    Balance,
    Deed,
    DispensedLine,
    JournalEntry,
    Letter,
    Line,
    Place,
    Prescription,
    Profession,
    PushState,
    Question,
    QuestionState,
    User,
)
from eprescription.refusal import Overtaken, Refusal
from eprescription.secure_mail import letters
from pharmacies import actions, queries
from pharmacies.decisions import Decision
from pharmacies.queries import asking
from prescribers import actions as prescriber_acts
from tests import factories
from tests.asking import a_question, balance, text_of
from tests.eprescription.secure_mail.conftest import a_mailbox, smtp  # noqa: F401 - a fixture
from tests.mail_servers import SmtpServer


@pytest.fixture
def prescription(doctor: Actor, patient: Any, pharmacist: Actor) -> Prescription:
    """Two boxes of amoxicilline, open at the counter."""
    found = factories.a_signed(doctor, patient)
    factories.open_at(pharmacist, found)
    return found


def line_of(prescription: Prescription) -> Line:
    return Line.objects.get(prescription=prescription)


def url_of(prescription: Prescription) -> str:
    return reverse("pharmacies:ask", args=[prescription.pk, line_of(prescription).pk])


def asked(desk: Client, prescription: Prescription, **typed: str) -> Any:
    """What the page of a question answers to one press."""
    usual = {"key": str(uuid.uuid4()), "act": "ask", "problem": "4", "intervention": "7"}
    return desk.post(url_of(prescription), usual | typed)


def accept(question: Question, doctor: Actor) -> None:
    prescriber_acts.accept(question=question, key=uuid.uuid4(), by=doctor, at=timezone.now())


# --- Asking


def test_a_question_says_what_and_why(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    # When the pharmacist proposes another dosage, in the words of the writing screen
    response = asked(
        desk, prescription, posology="1 cp le soir", quantity="1", message="Rein", urgent="on"
    )
    # Then the question waits, with its codes, and leaves its trace
    question = Question.objects.get()
    assert response["Location"] == reverse("pharmacies:question", args=[question.pk])
    assert (question.problem, question.intervention, question.urgent) == ("4", "7", True)
    assert question.state == QuestionState.WAITING
    assert JournalEntry.objects.filter(deed=Deed.ASKED, prescription=prescription).count() == 1
    # And the page shows the dosage as it was understood
    page = text_of(desk, "pharmacies:question", question.pk)
    assert "<del>1 comprimé matin et soir</del> <ins>1 comprimé le soir</ins>" in page
    assert "<del>2 boîtes</del> <ins>1 boîte</ins>" in page


def test_the_same_press_twice_is_one_question(desk: Client, prescription: Prescription) -> None:
    key = str(uuid.uuid4())
    first, second = (asked(desk, prescription, key=key, quantity="1") for _press in range(2))
    assert first["Location"] == second["Location"]
    assert Question.objects.count() == 1


def test_one_question_a_line_is_told_kindly(desk: Client, prescription: Prescription) -> None:
    asked(desk, prescription, quantity="1")
    response = asked(desk, prescription, quantity="3", message="Encore moi")
    assert response.status_code == 409
    page = response.content.decode()
    assert "a déjà une question en cours" in page
    assert "Encore moi" in page
    assert Question.objects.count() == 1


def test_taken_back_it_may_be_asked_again(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    asked(desk, prescription, quantity="1")
    url = reverse("pharmacies:withdraw", args=[Question.objects.get().pk])
    for _press in range(2):
        desk.post(url, {"key": "6f2d4c1e-0000-4000-8000-000000000001"})
    assert Question.objects.get().state == QuestionState.WITHDRAWN
    assert asked(desk, prescription, quantity="3").status_code == 302


def test_another_pharmacy_cannot_take_it_back_nor_read_it(
    at_work: Any, pharmacist: Actor, prescription: Prescription
) -> None:
    question, stranger = a_question(pharmacist, prescription), factories.a_pharmacist()
    client = at_work(stranger)
    assert client.get(reverse("pharmacies:question", args=[question.pk])).status_code == 404
    with pytest.raises(Refusal) as refusal:
        actions.withdraw(question=question, key=uuid.uuid4(), by=stranger, at=timezone.now())
    assert refusal.value.code == "not_asked_here"


def test_what_was_not_presented_here_is_asked_nothing(
    at_work: Any, prescription: Prescription
) -> None:
    stranger = factories.a_pharmacist()
    assert at_work(stranger).get(url_of(prescription)).status_code == 404
    with pytest.raises(Refusal) as refusal:
        actions.ask(
            prescription=prescription,
            line_id=line_of(prescription).pk,
            proposal=actions.Proposal("4", "7"),
            key=uuid.uuid4(),
            by=stranger,
            at=timezone.now(),
        )
    assert refusal.value.code == "not_presented"


def test_a_preparateur_asks_too(
    at_work: Any, pharmacist: Actor, prescription: Prescription
) -> None:
    Activity.objects.filter(pk=pharmacist.activity_id).update(profession=Profession.PREPARER)
    helper = load(pharmacist.activity_id, User.objects.get(pk=pharmacist.user_id))
    assert helper
    assert asked(at_work(helper), prescription, quantity="1").status_code == 302


def test_the_pharmacy_that_dispensed_asks_afterwards(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    factories.dispense(pharmacist, prescription, factories.decisions_for(prescription))
    page = desk.get(url_of(prescription)).content.decode()
    assert "Tout a été remis de cette ligne" in page
    assert asked(desk, prescription, quantity="1").status_code == 302


def test_a_cancelled_prescription_is_asked_nothing(
    desk: Client, doctor: Actor, prescription: Prescription
) -> None:
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())
    assert asked(desk, prescription, quantity="1").status_code == 409


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"problem": ""}, "Dites quel problème vous avez relevé."),
        ({"intervention": "99"}, "intervention"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "mille"}, "quantity"),
        ({"duration_days": "1e9"}, "duration_days"),
        ({"cis": "DROP TABLE"}, "cis"),
        ({"message": "\x00 😀"}, "message"),
        ({"key": "pas une clé"}, "key"),
        ({"intervention": "2", "quantity": "1"}, "Cette proposition ne change pas la ligne"),
        ({"intervention": "1", "message": ""}, "Écrivez ce que vous proposez."),
        ({"posology": "x" * 400}, "posology"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_is_kept(
    desk: Client, prescription: Prescription, typed: dict[str, str], said: str
) -> None:
    response = asked(desk, prescription, **({"message": "Gardez-moi"} | typed))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Question.objects.exists()


def test_an_unknown_product_is_refused(desk: Client, prescription: Prescription) -> None:
    response = asked(desk, prescription, intervention="3", cis="99999999")
    assert response.status_code == 403
    assert not Question.objects.exists()


def test_a_product_is_found_by_its_name_and_nothing_is_sent(
    desk: Client, prescription: Prescription
) -> None:
    # When a name waits in its field, whatever the button
    response = asked(desk, prescription, search="doliprane 1000", message="Gardez-moi")
    # Then products are shown, what was typed is kept, the field is empty for the next press
    page = response.content.decode()
    assert response.status_code == 200
    assert factories.a_medicine("DOLIPRANE 1000").cis in page
    assert "Gardez-moi" in page and 'value="doliprane 1000"' not in page
    assert not Question.objects.exists()
    # When one is chosen and sent
    cis = factories.a_medicine("DOLIPRANE 1000").cis
    assert asked(desk, prescription, intervention="3", cis=cis).status_code == 302
    assert Question.objects.get().cis == cis


def test_the_group_is_offered_without_a_name(desk: Client, prescription: Prescription) -> None:
    page = asked(desk, prescription, act="find").content.decode()
    assert page.count('type="radio"') > 1


def test_the_practice_hears_that_something_waits_and_nothing_of_it(
    doctor: Actor,
    patient: Any,
    pharmacist: Actor,
    smtp: SmtpServer,  # noqa: F811
) -> None:
    # Given a practice with an address of secure mail
    prescription = factories.a_signed(doctor, patient)
    practice = Place.objects.get(pk=doctor.place_id)
    a_mailbox(practice)
    # When a pharmacy asks, and the worker sends
    question = a_question(pharmacist, prescription, message="Insuffisance rénale", urgent=True)
    letter = Letter.objects.get(kind=Letter.Kind.NOTE)
    assert letters.deliver(letter.pk, at=timezone.now()).state == PushState.DELIVERED  # type: ignore[union-attr]
    # Then the mail names no person, medicine, pharmacy nor number, and bears no file
    [mail] = smtp.mails
    said = f"{mail.items()} {mail.get_payload(decode=True).decode()}".lower()
    assert "ordonnance num" in said
    told = ("martel", "amoxi", "rénale", "roy", "gare", "urgent", question.prescription.number)
    for word in told:
        assert word and word.lower() not in said
    assert not mail.is_multipart()


# --- At the counter


def test_the_counter_shows_the_question_and_its_answer(
    desk: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    assert "En attente de réponse" in text_of(desk, "pharmacies:prescription", prescription.pk)
    accept(question, doctor)
    page = text_of(desk, "pharmacies:prescription", prescription.pk)
    assert "Acceptée" in page and "(version 2)" in page


def test_a_page_that_was_open_is_read_over_after_a_change(
    desk: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given a dispensing page that was opened before the prescriber agreed to one box instead of two
    before = {
        "key": str(uuid.uuid4()),
        "secret": factories.secret_of(prescription),
        "act": "all",
        "l1-quantity": "2",
    }
    accept(a_question(pharmacist, prescription, quantity=1), doctor)
    # When it is sent as it stood
    url = reverse("pharmacies:dispense", args=[prescription.pk])
    response = desk.post(url, before)
    # Then nothing is dispensed
    assert response.status_code in (403, 422)
    assert not DispensedLine.objects.exists()
    assert balance(line_of(prescription)) == (1, 0, 1)


def test_the_secret_ends_with_the_change(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    secret = factories.secret_of(prescription)
    accept(a_question(pharmacist, prescription, quantity=1), doctor)
    line = line_of(prescription)
    with pytest.raises(Refusal) as refusal:
        actions.dispense(
            prescription=prescription,
            decisions=[Decision(line.pk, 1, line.cis)],
            secret=secret,
            key=uuid.uuid4(),
            by=pharmacist,
            at=timezone.now(),
        )
    assert refusal.value.code == "other_claim"


def test_the_new_version_is_dispensed_and_no_more(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    accept(a_question(pharmacist, prescription, quantity=1), doctor)
    line = line_of(prescription)
    with pytest.raises(Refusal):
        factories.dispense(pharmacist, prescription, [Decision(line.pk, 2, line.cis)])
    factories.dispense(pharmacist, prescription, [Decision(line.pk, 1, line.cis)])
    assert balance(line) == (1, 1, 0)
    assert sum(b.remaining for b in Balance.objects.all()) == 0


def test_an_agreement_in_words_stands_for_the_one_that_the_law_asks(
    desk: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given a question in words that the prescriber accepted
    message = "Un seul comprimé le soir, d'accord ?"
    accept(a_question(pharmacist, prescription, message=message), doctor)
    # When the dosage is changed at the counter, without writing who agreed
    data = {
        "key": str(uuid.uuid4()),
        "secret": factories.secret_of(prescription),
        "act": "changed",
        "l1-quantity": "2",
        "l1-posology": "1 comprimé le soir",
    }
    response = desk.post(reverse("pharmacies:dispense", args=[prescription.pk]), data)
    # Then it is dispensed, and the row names the question
    assert response.status_code == 302, response.content.decode()
    assert DispensedLine.objects.get().question == Question.objects.get()


def test_a_refused_question_is_no_agreement(
    desk: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, message="Un seul comprimé ?")
    prescriber_acts.refuse(question=question, key=uuid.uuid4(), by=doctor, at=timezone.now())
    assert asking.agreements(prescription) == {}


def test_what_was_corrected_by_the_prescriber_is_not_corrected_again(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given a part dispensed, then the line changed
    line = line_of(prescription)
    done = factories.dispense(
        pharmacist, prescription, [Decision(line.pk, 1, line.cis, refusal="later")]
    )
    accept(a_question(pharmacist, prescription, quantity=1), doctor)
    # When the dispensing is corrected
    with pytest.raises(Refusal) as refusal:
        actions.correct(
            dispensing=done,
            decisions=[Decision(line.pk, 0, line.cis, refusal="later")],
            reason="Erreur",
            key=uuid.uuid4(),
            by=pharmacist,
            at=timezone.now(),
        )
    # Then it is refused: the new version counts what was handed over
    assert refusal.value.code == "amended_since"


def test_a_slip_says_the_line_as_it_stood(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given one box of two given before the change, and one of another dosage after it
    line = line_of(prescription)
    first = factories.dispense(
        pharmacist, prescription, [Decision(line.pk, 1, line.cis, refusal="later")]
    )
    accept(a_question(pharmacist, prescription, posology="1 cp le soir", quantity=2), doctor)
    new = line_of(prescription)
    second = factories.dispense(pharmacist, prescription, [Decision(new.pk, 1, new.cis)])
    # Then each slip has its own version alone
    said = [
        [x.line.posology for x in queries.slip(pharmacist, done.pk).lines]
        for done in (first, second)
    ]
    assert said == [["1 comprimé matin et soir"], ["1 comprimé le soir"]]


# --- The queue


def test_the_queue_shows_what_waits_and_what_was_answered_until_it_is_read(
    desk: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    assert asking.unsettled(pharmacist).waiting == [question]
    assert asking.unsettled(pharmacist).answered == []
    accept(question, doctor)
    assert asking.unsettled(pharmacist).waiting == []
    assert asking.unsettled(pharmacist).answered == [question]
    desk.get(reverse("pharmacies:question", args=[question.pk]))
    assert asking.unsettled(pharmacist).answered == []


def test_the_queue_of_another_pharmacy_is_its_own(
    pharmacist: Actor, prescription: Prescription
) -> None:
    a_question(pharmacist, prescription)
    assert asking.unsettled(factories.a_pharmacist()).waiting == []


def test_an_answer_after_the_call_comes_back_to_the_queue(
    desk: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    prescriber_acts.call_me(question=question, key=uuid.uuid4(), by=doctor, at=timezone.now())
    desk.get(reverse("pharmacies:question", args=[question.pk]))
    assert asking.unsettled(pharmacist).answered == []
    accept(question, doctor)
    assert asking.unsettled(pharmacist).answered == [question]


def test_a_stopped_line_does_not_go_on_by_exception(doctor: Actor, patient: Any) -> None:
    # Given a chronic treatment that was stopped at a pharmacy's question
    at = timezone.localtime() - timedelta(days=370)
    pharmacist = factories.a_pharmacist()
    chronic = factories.a_signed(
        doctor, patient, "AMLODIPINE", at=at, posology="1 comprimé par jour", duration_days=30,
        quantity=1, renewals=11,
    )  # fmt: skip
    from pharmacies.standing import exceptions_of

    now = timezone.now()
    assert exceptions_of(chronic, at=now)
    line = line_of(chronic)
    Question.objects.create(
        prescription=chronic, line=line, pharmacy_id=pharmacist.place_id, by_id=pharmacist.activity_id,
        at=at, problem="7", intervention="2", state=QuestionState.ACCEPTED, answered_at=at,
        answered_by_id=doctor.activity_id,
    )  # fmt: skip
    # Then nothing goes on
    assert exceptions_of(chronic, at=now) == {}


def test_the_database_holds_one_open_question_a_line(
    pharmacist: Actor, prescription: Prescription
) -> None:
    a_question(pharmacist, prescription)
    with pytest.raises(Overtaken) as overtaken:
        a_question(pharmacist, prescription)
    assert overtaken.value.code == "already_asked"
