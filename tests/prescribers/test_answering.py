"""The prescriber answers a pharmacist in one click: what changes, what stays, what nobody may."""

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents.paper import ordonnance_of, page_of
from eprescription.models import (
    CaseState,
    Deed,
    DispensingCase,
    JournalEntry,
    Justification,
    Line,
    Notice,
    Prescription,
    Push,
    Question,
    QuestionState,
    Reach,
)
from eprescription.refusal import Overtaken, Refusal, Unlawful
from patients import actions as patient_acts
from pharmacies import actions as pharmacist_acts
from pharmacies.decisions import Decision
from prescribers import actions, asked, queries, watch
from tests import factories as f
from tests.asking import a_question, answered, balance, text_of
from tests.sessions import acting


@pytest.fixture
def pharmacist(db: Any) -> Actor:
    return f.a_pharmacist()


@pytest.fixture
def prescription(doctor: Actor) -> Prescription:
    """Amoxicilline 1 g, one tablet twice a day for seven days, two boxes, once renewed."""
    return f.a_signed(doctor, f.a_patient(doctor)[0], renewals=1)


def accept(question: Question, by: Actor, **more: Any) -> Question:
    given = {"key": uuid.uuid4(), "at": timezone.now()} | more
    return actions.accept(question=question, by=by, **given)


def the_line(prescription: Prescription) -> Line:
    return Line.objects.get(prescription=prescription)


# --- Accepted


def test_an_accepted_change_is_a_new_version_in_one_click(
    client: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given one of four boxes handed over, and a question of the pharmacy
    old = the_line(prescription)
    f.open_at(pharmacist, prescription)
    f.dispense(pharmacist, prescription, [Decision(old.pk, 1, old.cis, refusal="later")])
    question = a_question(pharmacist, prescription, posology="1 cp le soir", quantity=1)
    # When the prescriber presses one button
    response = answered(client, question, "accept")
    # Then the line has a second version, the first is kept, and what was handed over counts
    assert response.status_code == 302
    new = the_line(prescription)
    assert (new.version, new.position, new.replaces_id) == (2, old.position, old.pk)
    assert new.posology == "1 comprimé le soir"
    assert (new.quantity, new.renewals) == (1, 1)
    assert balance(old) == (4, 1, 0)
    assert balance(new) == (1, 0, 1)
    assert Line.versions.filter(prescription=prescription).count() == 2
    question.refresh_from_db()
    assert (question.state, question.new_line_id) == (QuestionState.ACCEPTED, new.pk)


def test_the_trace_says_who_answered_and_what_changed(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    accept(a_question(pharmacist, prescription, quantity=1), doctor, answer="Oui")
    deeds = JournalEntry.objects.filter(prescription=prescription, activity=doctor.activity_id)
    assert deeds.get(deed=Deed.ANSWERED).code == "accepted"
    assert deeds.filter(deed=Deed.AMENDED).count() == 1


def test_the_same_press_twice_makes_one_version(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question, key = a_question(pharmacist, prescription, quantity=1), uuid.uuid4()
    for _press in range(2):
        accept(question, doctor, key=key)
    assert Line.versions.filter(prescription=prescription).count() == 2
    assert Push.objects.filter(prescription=prescription, occasion="amended 1").count() == 1


def test_a_second_answer_comes_too_late(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    accept(Question.objects.get(pk=question.pk), doctor)
    with pytest.raises(Overtaken):
        actions.refuse(question=question, key=uuid.uuid4(), by=doctor, at=timezone.now())
    with pytest.raises(Overtaken):
        accept(question, doctor)


def test_two_questions_about_one_line_make_one_change(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given two pharmacies that ask about the same line, one after the other
    first = a_question(pharmacist, prescription, quantity=1)
    f.release(pharmacist, prescription)
    second = a_question(f.a_pharmacist(), prescription, quantity=3)
    # When the first is accepted, then the second
    accept(first, doctor)
    with pytest.raises(Overtaken) as overtaken:
        accept(second, doctor)
    # Then the second is told that the line is another one
    assert overtaken.value.code == "line_changed"
    assert the_line(prescription).version == 2


def test_a_version_of_a_version_counts_all_that_was_handed_over(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    old = the_line(prescription)
    f.open_at(pharmacist, prescription)
    f.dispense(pharmacist, prescription, [Decision(old.pk, 1, old.cis, refusal="later")])
    accept(a_question(pharmacist, prescription, quantity=3), doctor)
    second = the_line(prescription)
    f.dispense(pharmacist, prescription, [Decision(second.pk, 2, second.cis, refusal="later")])
    accept(a_question(pharmacist, prescription, quantity=2), doctor)
    assert balance(the_line(prescription)) == (4 - 1 - 2, 0, 1)


def test_another_medicine_takes_the_place_of_the_first(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    other = f.a_medicine("DOLIPRANE 1000")
    accept(
        a_question(pharmacist, prescription, intervention="3", cis=other.cis, quantity=2), doctor
    )
    new = the_line(prescription)
    assert (new.cis, new.quantity) == (other.cis, 2)
    assert new.replaces and new.replaces.inn != new.inn


def test_a_stopped_line_gives_nothing_more_and_says_so(
    client: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given a partly dispensed line that the pharmacist proposes to stop
    line = the_line(prescription)
    f.open_at(pharmacist, prescription)
    f.dispense(pharmacist, prescription, [Decision(line.pk, 1, line.cis, refusal="later")])
    question = a_question(pharmacist, prescription, intervention="2")
    f.release(pharmacist, prescription)
    # When the prescriber agrees
    answered(client, question, "accept")
    # Then no version is made, nothing is left, and the page says when it was stopped
    assert the_line(prescription) == line
    assert balance(line) == (4, 1, 0)
    assert DispensingCase.objects.get().state == CaseState.DISPENSED
    assert "Arrêtée le" in text_of(client, "prescribers:prescription", prescription.pk)
    # And it is no treatment any more
    assert watch.current_lines(prescription.subject_id, timezone.localdate()) == []
    with pytest.raises(Refusal):
        actions.renew(prescription=prescription, by=doctor, at=timezone.now())


def test_an_agreement_in_words_changes_no_line(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, intervention="5", message="Dosez la créatinine")
    assert accept(question, doctor).new_line_id is None
    assert the_line(prescription).version == 1
    assert not Push.objects.filter(occasion__startswith="amended").exists()


# --- The page as it now reads


def test_both_versions_are_readable_wherever_the_line_is(
    client: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    accept(a_question(pharmacist, prescription, posology="1 cp le soir"), doctor)
    patient = f.a_patient_actor(prescription.subject_id)
    pages = [
        text_of(client, "prescribers:prescription", prescription.pk),
        text_of(acting(patient), "patients:prescription", prescription.pk),
        text_of(acting(pharmacist), "pharmacies:prescription", prescription.pk),
    ]
    for page in pages:
        assert "à la demande de la pharmacie (version 2)" in page
        assert "1 comprimé le soir" in page
        assert "1 comprimé matin et soir, 7 jours, 2 boîtes" in page


def test_the_paper_says_it_and_the_same_rows_give_the_same_bytes(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    traits = queries.traits_of(prescription)
    before = page_of(prescription, traits)
    assert before == page_of(prescription, traits)
    accept(a_question(pharmacist, prescription, posology="1 cp le soir"), doctor)
    (line,) = ordonnance_of(prescription, traits).lines
    assert line.posology == "1 comprimé le soir"
    assert any("(version 2)" in said for said in line.mentions)
    after = page_of(prescription, traits)
    assert after != before
    assert after == page_of(prescription, traits)


def test_the_health_space_gets_the_new_page_after_the_old_one(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    accept(a_question(pharmacist, prescription, quantity=1), doctor)
    accept(a_question(pharmacist, prescription, quantity=3), doctor)
    occasions = prescription.pushes.order_by("created_at").values_list("occasion", flat=True)
    assert list(occasions) == ["signed", "amended 1", "amended 2"]


# --- The law


def test_the_law_judges_the_new_version(client: Client, doctor: Actor, pharmacist: Actor) -> None:
    # Given a hypnotic for four weeks, and a proposal of five
    prescription = f.a_signed(
        doctor, f.a_patient(doctor)[0], "ZOLPIDEM", posology="1 comprimé le soir", duration_days=28
    )
    question = a_question(pharmacist, prescription, duration_days=35)
    # When the prescriber opens it, then accepts all the same
    page = text_of(client, "prescribers:question", question.pk)
    response = answered(client, question, "accept")
    # Then the law says no, with its article, and nothing has changed
    assert "R. 5132-21" in page
    assert "Accepter et signer" not in page
    assert response.status_code == 422
    assert the_line(prescription).version == 1
    with pytest.raises(Unlawful):
        accept(question, doctor)


def test_a_warning_is_passed_with_a_reason_that_is_kept(
    client: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    # Given a proposal whose boxes do not match the treatment
    question = a_question(pharmacist, prescription, quantity=40)
    assert "Motif pour accepter quand même" in text_of(client, "prescribers:question", question.pk)
    # When it is accepted without a word, then with one
    assert answered(client, question, "accept").status_code == 422
    response = answered(client, question, "accept", reason="Voyage de six mois")
    # Then the reason stands beside the new version
    assert response.status_code == 302
    assert Justification.objects.get(line=the_line(prescription)).reason == "Voyage de six mois"


def test_a_narcotic_needs_a_prescription_of_its_own(
    client: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    narcotic = f.a_medicine("OXYCODONE")
    question = a_question(pharmacist, prescription, intervention="3", cis=narcotic.cis)
    assert "demande une ordonnance à lui" in text_of(client, "prescribers:question", question.pk)
    assert answered(client, question, "accept").status_code == 403
    assert the_line(prescription).version == 1


# --- Who may, and with what proof


def test_agreeing_asks_the_proof_of_a_signature(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    stale = acting(doctor, proved=False)
    # When she agrees without a fresh proof, then with a wrong one
    for password in ("", "mauvais"):
        assert answered(stale, question, "accept", password=password).status_code == 422
    assert the_line(prescription).version == 1
    # Then the right one is enough
    assert answered(stale, question, "accept", password=f.PASSWORD).status_code == 302
    assert the_line(prescription).version == 2


@pytest.mark.parametrize("act", ["refuse", "call"])
def test_refusing_and_calling_ask_no_proof(
    doctor: Actor, pharmacist: Actor, prescription: Prescription, act: str
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    assert answered(acting(doctor, proved=False), question, act).status_code == 302


def test_a_stranger_finds_no_question_and_cannot_answer(
    pharmacist: Actor, prescription: Prescription
) -> None:
    question, stranger = a_question(pharmacist, prescription, quantity=1), f.a_prescriber()
    assert answered(acting(stranger), question, "accept").status_code == 404
    for act in (actions.accept, actions.refuse, actions.call_me):
        with pytest.raises(Refusal) as refusal:
            act(question=question, key=uuid.uuid4(), by=stranger, at=timezone.now())
        assert refusal.value.code == "not_author"


def test_the_author_answers_from_another_practice_too(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    from eprescription.models import User

    elsewhere = f.a_prescriber(User.objects.get(pk=doctor.user_id))
    question = accept(a_question(pharmacist, prescription, quantity=1), elsewhere)
    assert question.answered_by_id == elsewhere.activity_id
    assert the_line(prescription).version == 2


def test_a_cancelled_prescription_changes_no_more(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    actions.cancel(prescription=prescription, by=doctor, at=timezone.now())
    with pytest.raises(Overtaken) as overtaken:
        accept(question, doctor)
    assert overtaken.value.code == "not_open"
    assert asked.to_do(doctor, at=timezone.now()).questions == []


# --- Refused, or talked over


def test_a_refusal_leaves_the_line_as_it_was(
    client: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    answered(client, question, "refuse", answer="Je maintiens")
    page = text_of(acting(pharmacist), "pharmacies:question", question.pk)
    assert "Refusée" in page and "Je maintiens" in page
    assert the_line(prescription).version == 1


def test_call_me_shows_the_number_of_the_practice_and_stays_open(
    client: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    answered(client, question, "call")
    assert "+33561000000" in text_of(acting(pharmacist), "pharmacies:question", question.pk)
    # After the call, the prescriber agrees on the portal
    question.refresh_from_db()
    accept(question, doctor)
    assert the_line(prescription).version == 2


@pytest.mark.parametrize("data", [{}, {"act": "accept"}, {"act": "effacer", "key": "x"}])
def test_a_broken_page_is_told_and_changes_nothing(
    client: Client, pharmacist: Actor, prescription: Prescription, data: dict[str, str]
) -> None:
    question = a_question(pharmacist, prescription, quantity=1)
    response = client.post(reverse("prescribers:question", args=[question.pk]), data)
    assert response.status_code == 422
    assert Question.objects.get(pk=question.pk).state == QuestionState.WAITING


# --- What waits on the home


def test_the_home_shows_what_waits_urgent_first(
    client: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    other = f.a_signed(doctor, f.a_patient(doctor, f.traits("BERNARD"))[0])
    a_question(pharmacist, prescription, quantity=1)
    a_question(pharmacist, other, quantity=1, urgent=True)
    page = text_of(client, "prescribers:home")
    todo = page.split('aria-labelledby="todo"')[1].split("</section>")[0]
    assert todo.index("BERNARD") < todo.index("MARTEL")
    assert '<span class="count">2</span>' in todo
    assert "Pharmacie de la Gare" in todo and "Urgent" in todo
    assert client.get(reverse("prescribers:todo")).json() == {"waiting": 2}


def test_the_count_names_nobody_and_leaves_no_trace(
    client: Client, doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    a_question(pharmacist, prescription, quantity=1)
    before = JournalEntry.objects.count()
    assert (
        client.get(reverse("prescribers:todo"), headers={"X-Live": "1"}).content
        == b'{"waiting": 1}'
    )
    assert JournalEntry.objects.count() == before


def test_a_full_list_asks_as_many_questions_as_a_short_one(
    doctor: Actor,
    pharmacist: Actor,
    prescription: Prescription,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    a_question(pharmacist, prescription, quantity=1)
    with django_assert_max_num_queries(6) as first:
        asked.to_do(doctor, at=timezone.now())
    for _one in range(3):
        a_question(pharmacist, f.a_signed(doctor, f.a_patient(doctor)[0]), quantity=1)
    with django_assert_num_queries(len(first)):
        asked.to_do(doctor, at=timezone.now())


# --- Notices, for as long as the execution may be read


def refused_for_health(pharmacist: Actor, prescription: Prescription) -> None:
    line = the_line(prescription)
    f.open_at(pharmacist, prescription)
    f.dispense(pharmacist, prescription, [Decision(line.pk, 0, line.cis, refusal="unsafe")])


def test_the_prescriber_is_told_until_he_has_read_it(
    client: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    refused_for_health(pharmacist, prescription)
    words = "Une délivrance a été refusée pour la santé du patient"
    assert words in text_of(client, "prescribers:home")
    assert words in text_of(client, "prescribers:prescription", prescription.pk)
    assert words not in text_of(client, "prescribers:home")
    assert words in text_of(client, "prescribers:prescription", prescription.pk)


def test_after_an_opposition_nothing_tells_whether_it_was_dispensed(
    client: Client, doctor: Actor, pharmacist: Actor
) -> None:
    # Given two patients alike; one prescription was dispensed with a notice, the other was not
    pages = []
    for dispensed in (True, False):
        with transaction.atomic():
            subject, patient = f.a_patient(doctor, f.traits("JUMEAU"))
            twin = f.a_signed(doctor, subject)
            if dispensed:
                refused_for_health(pharmacist, twin)
                assert asked.count(doctor, at=timezone.now()) == 1
            # When the patient opposes
            patient_acts.oppose(by=patient, at=timezone.now(), reach=Reach.ALL)
            page = text_of(client, "prescribers:home")
            pages.append(
                page.split('aria-labelledby="todo"')[1].split("</section>")[0]
                + str(client.get(reverse("prescribers:todo")).json())
                + str("Avis des pharmacies" in text_of(client, "prescribers:prescription", twin.pk))
            )
            transaction.set_rollback(True)
    # Then what the prescriber reads is the same
    assert pages[0] == pages[1]
    assert "{'waiting': 0}False" in pages[0]


def test_a_correction_does_not_tell_twice(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    refused_for_health(pharmacist, prescription)
    line = the_line(prescription)
    first = prescription.case.dispensings.get()
    pharmacist_acts.correct(
        dispensing=first,
        decisions=[Decision(line.pk, 0, line.cis, refusal="unsafe", note="Allergie")],
        reason="Précision",
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )
    assert Notice.objects.count() == 1
