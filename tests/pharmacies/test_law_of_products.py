"""Another product or posology, and the box in the hand: D1 to D3, D11, D16 and D18 as pharmacists meet them."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue import search
from eprescription.catalogue.models import Shortage
from eprescription.models import Prescription, Question, QuestionState, Substitution
from pharmacies import actions
from pharmacies.decisions import Decision
from pharmacies.told import agreed_by_question
from tests import factories
from tests.pharmacies.judged import days_ago, deciding, give, refused


def doliprane(**more: Any) -> dict[str, Any]:
    """A product of another group, with what to do of it."""
    cis = factories.a_medicine("DOLIPRANE 1000").cis
    return {"cis": cis, "instruction": "1 matin et soir", **more}


def agreed() -> dict[str, Any]:
    return {"agreement": "Dr Lemoine", "agreed_how": "phone", "agreed_at": timezone.now()}


def test_another_product_asks_for_an_agreement_that_says_who_how_and_when(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    other = doliprane()
    assert refused(pharmacist, prescription, **other) == {"another_product_stands_in_by_right"}
    incomplete = refused(pharmacist, prescription, **other, agreement="Dr Claire Lemoine")
    assert incomplete == {"agreements_say_who_when_and_how"}
    assert give(pharmacist, prescription, **other, **agreed()).substitution == Substitution.AGREED


def test_urgency_does_without_agreement_and_says_why(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    other = doliprane(urgent=True)
    assert refused(pharmacist, prescription, **other) == {"urgent_changes_say_why"}
    row = give(pharmacist, prescription, **other, reason="Nuit, fièvre, médecin absent")
    assert row.substitution == Substitution.URGENT
    assert row.warnings == ["urgent_changes_say_why"]


def test_an_accepted_question_is_the_agreement_for_its_own_line_alone(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription, other = (factories.a_signed(doctor, patient) for _time in range(2))
    asked = answered(other, pharmacist, doctor, QuestionState.ACCEPTED)
    changed = {"posology": "1 comprimé le soir", "question_id": asked.pk}
    assert refused(pharmacist, prescription, **changed) == {"changed_posology_was_agreed"}
    assert give(pharmacist, other, **changed).question_id == asked.pk


def test_a_refused_question_is_no_agreement(doctor: Actor, pharmacist: Actor, patient: Any) -> None:
    prescription = factories.a_signed(doctor, patient)
    asked = answered(prescription, pharmacist, doctor, QuestionState.REFUSED)
    changed = {"posology": "1 comprimé le soir", "question_id": asked.pk}
    assert refused(pharmacist, prescription, **changed) == {"changed_posology_was_agreed"}


def test_an_accepted_question_about_another_line_agrees_to_nothing(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    line = prescription.lines.get()
    asked = answered(prescription, pharmacist, doctor, QuestionState.ACCEPTED)
    about_it, about_another = (
        Decision(line_id=pk, quantity=1, cis=line.cis, question_id=asked.pk)
        for pk in (line.pk, uuid.uuid4())
    )
    assert agreed_by_question(prescription, [about_it]) == {line.pk}
    assert agreed_by_question(prescription, [about_another]) == frozenset()


def answered(
    prescription: Prescription, pharmacist: Actor, doctor: Actor, state: QuestionState
) -> Question:
    """A question about the only line, as it stands after its answer."""
    at = timezone.now()
    return Question.objects.create(
        prescription=prescription,
        line=prescription.lines.get(),
        pharmacy_id=pharmacist.place_id,
        by_id=pharmacist.activity_id,
        at=at,
        state=state,
        problem="4",
        intervention="7",
        posology="1 comprimé le soir",
        answered_at=at,
        answered_by_id=doctor.activity_id,
    )


def test_what_is_not_substitutable_stays_unless_its_author_agrees(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, non_substitutable="CIF")
    generic = {"cis": search.substitutes(prescription.lines.get().cis)[0].cis}
    assert refused(pharmacist, prescription, **generic) == {"non_substitutable_is_respected"}
    row = give(pharmacist, prescription, **generic, **agreed())
    assert row.substitution == Substitution.AGREED


def test_an_inn_is_served_by_any_product_that_it_names(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, by_inn=True)
    other = search.substitutes(prescription.lines.get().cis)[0]
    row = give(pharmacist, prescription, cis=other.cis)
    assert (row.substitution, row.name) == (Substitution.NONE, other.name)


def test_a_biosimilar_bears_its_lot_and_goes_on_the_next_time(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    daily = {"posology": "1 injection par jour", "duration_days": 6, "quantity": 1, "renewals": 1}
    then = days_ago(9)
    prescription = factories.a_signed(doctor, patient, "LOVENOX 4 000 UI", at=days_ago(10), **daily)
    similar = {"cis": factories.a_medicine("INHIXA 4 000").cis}
    lotless = refused(pharmacist, prescription, at=then, **similar)
    assert lotless == {"biosimilars_bear_their_lot"}
    first = give(pharmacist, prescription, at=then, **similar, lot="L42")
    assert (first.substitution, first.lot) == (Substitution.BIOSIMILAR, "L42")
    assert refused(pharmacist, prescription) == {"the_same_biological_goes_on"}
    assert give(pharmacist, prescription, **similar, lot="L43").warnings == []


def test_a_shortage_that_the_ansm_does_not_publish_is_explained(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    other = doliprane(shortage=True)
    assert refused(pharmacist, prescription, **other) == {"shortages_are_those_of_the_ansm"}
    told = {"kind": Shortage.Kind.OUT, "label": "Rupture de stock"}
    Shortage.objects.create(medicine_id=prescription.lines.get().cis, **told)
    assert give(pharmacist, prescription, **other).substitution == Substitution.SHORTAGE


def test_a_box_is_given_once_before_it_expires_and_under_its_own_name(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    first, second = (factories.a_signed(doctor, patient) for _time in range(2))
    box = {"cip13": first.lines.get().cip13, "serial": "S0001", "lot": "L1"}
    give(pharmacist, first, **box)
    assert refused(pharmacist, second, **box) == {"a_box_is_given_once"}
    yesterday = timezone.localdate() - timedelta(days=1)
    old = box | {"serial": "S0002", "expiry": yesterday}
    assert refused(pharmacist, second, **old) == {"no_box_has_expired"}
    strange = {"cip13": factories.a_medicine("DOLIPRANE 1000").packs.all()[0].cip13}
    assert refused(pharmacist, second, **strange) == {"the_box_is_of_the_product"}
    assert give(pharmacist, second, **box | {"serial": "S0003"}).serial == "S0003"


def test_a_correction_may_name_the_same_box(doctor: Actor, pharmacist: Actor, patient: Any) -> None:
    prescription = factories.a_signed(doctor, patient)
    box = {"cip13": prescription.lines.get().cip13, "serial": "S0001"}
    again = actions.correct(
        dispensing=give(pharmacist, prescription, **box).dispensing,
        decisions=deciding(prescription, **box, lot="L9"),
        reason="Lot oublié",
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )
    assert again.lines.get().lot == "L9"
