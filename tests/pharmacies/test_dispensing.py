"""Dispensing: one press when all is as prescribed; only the line that differs asks anything; the law has the last word."""

import re
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue import search
from eprescription.due import dues_of
from eprescription.models import (
    Agreement,
    Balance,
    CaseState,
    Claim,
    Deed,
    DispensedLine,
    Dispensing,
    DispensingCase,
    JournalEntry,
    Prescription,
    Refusal,
    Substitution,
)
from eprescription.refusal import Overtaken, Unlawful
from pharmacies.decisions import Handing, as_prescribed
from pharmacies.judging import Lawful
from pharmacies.keeping import Kept, balances_of, keep
from pharmacies.links import links_of
from prescribers import actions as prescriber_acts
from tests import factories
from tests.pharmacies.page import counter, filled, left, page_keys, page_of, send, state

AGREED = {
    "l1_agreed_how": "phone",
    "l1_agreement": "Dr Lemoine",
    "l1_agreed_at": "2026-01-05T10:15",
}
HIDDEN_KEY = re.compile(r'name="key" value="([^"]+)"')


@pytest.fixture
def prescription(doctor: Actor, pharmacist: Actor, patient: Any) -> Prescription:
    """Two boxes, opened at the pharmacist's."""
    found = factories.a_signed(doctor, patient)
    factories.open_at(pharmacist, found)
    return found


def test_the_page_says_for_whom_by_whom_and_how_much(
    desk: Client, prescription: Prescription
) -> None:
    page = page_of(desk.get(counter(prescription)))
    for words in ("Jeanne MARTEL", "04/03/1951", "sexe féminin", "Dr Claire Lemoine"):
        assert words in page
    assert 'name="l1-quantity" value="2"' in page
    assert "Délivrer tel que prescrit" in page


def test_reading_leaves_its_trace(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    desk.get(counter(prescription))
    deeds = JournalEntry.objects.filter(
        prescription=prescription, activity_id=pharmacist.activity_id
    ).values_list("deed", flat=True)
    assert {Deed.READ, Deed.READ_EXECUTION} <= set(deeds)


def test_all_as_prescribed_is_one_press_and_closes_the_code(
    desk: Client, prescription: Prescription
) -> None:
    key = HIDDEN_KEY.search(page_of(desk.get(counter(prescription))))
    assert key
    response = send(desk, prescription, filled(prescription) | {"key": key[1]})
    done = Dispensing.objects.get(case__prescription=prescription)
    assert response["Location"] == reverse("pharmacies:dispensing", args=[done.pk])
    assert state(prescription) == CaseState.DISPENSED
    assert not Claim.objects.filter(ended_at=None).exists()
    code = {"text": factories.code_of(prescription)}
    again = desk.post(reverse("pharmacies:scan"), code)
    assert again.status_code == 409


def test_a_second_press_has_no_second_effect_and_the_same_answer(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=3, renewals=2)
    factories.open_at(pharmacist, prescription)
    data = filled(prescription, l1_quantity=1)
    answers = {send(desk, prescription, data)["Location"] for _time in range(3)}
    assert len(answers) == 1
    assert left(prescription) == [8]


def test_a_second_press_is_told_of_the_first_even_when_more_is_due_since(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=2, renewals=1)
    factories.open_at(pharmacist, prescription)
    send(desk, prescription, filled(prescription, l1_quantity=1))
    factories.open_at(pharmacist, prescription)
    rest = filled(prescription)
    assert rest["l1-quantity"] == 1
    answers = [send(desk, prescription, rest) for _time in range(2)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert left(prescription) == [2]


def test_what_is_left_is_right_after_each_part(
    desk: Client, at_work: Any, prescription: Prescription
) -> None:
    response = send(desk, prescription, filled(prescription, l1_quantity=1))
    assert left(prescription) == [1]
    assert state(prescription) == CaseState.PARTLY
    slip = page_of(desk.get(response["Location"]))
    assert "Il reste 1 boîte à délivrer" in slip
    elsewhere = factories.a_pharmacist(place=factories.a_place())
    factories.open_at(elsewhere, prescription)
    page = page_of(at_work(elsewhere).get(counter(prescription)))
    assert 'name="l1-quantity" value="1"' in page
    send(at_work(elsewhere), prescription, filled(prescription))
    assert left(prescription) == [0]
    assert "Il restait 1 boîte" in page_of(desk.get(response["Location"]))


def test_renewals_are_due_one_period_at_a_time_and_say_why_they_come_early(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=2, renewals=2)
    send(desk, _opened(pharmacist, prescription), filled(prescription))
    assert left(prescription) == [4]
    early = {"l1_quantity": 2, "l1_reason": ""}
    response = send(desk, _opened(pharmacist, prescription), filled(prescription, **early))
    assert response.status_code == 422
    assert "Trop tôt" in page_of(response)
    for expected in (2, 0):
        travel = early | {"l1_reason": "Départ en voyage"}
        send(desk, _opened(pharmacist, prescription), filled(prescription, **travel))
        assert left(prescription) == [expected]
    warned = DispensedLine.objects.exclude(warnings=[])
    assert [row.warnings for row in warned] == [["renewals_wait_for_their_day"]] * 2


def _opened(pharmacist: Actor, prescription: Prescription) -> Prescription:
    factories.open_at(pharmacist, prescription)
    return prescription


def test_a_generic_of_the_group_is_given_instead(desk: Client, prescription: Prescription) -> None:
    other = search.substitutes(prescription.lines.get().cis)[0]
    assert other.name in page_of(desk.get(counter(prescription)))
    response = send(desk, prescription, filled(prescription, l1_cis=other.cis))
    given = DispensedLine.objects.get(dispensing__case__prescription=prescription)
    assert (given.cis, given.name) == (other.cis, other.name)
    assert given.substitution == Substitution.GENERIC
    assert other.name in page_of(desk.get(response["Location"]))


@pytest.mark.parametrize("cis", ["66666666", "<b>", "", "😀"])
def test_no_other_product_is_given(desk: Client, prescription: Prescription, cis: str) -> None:
    response = send(desk, prescription, filled(prescription, l1_cis=cis))
    if cis:
        assert response.status_code == 422
        assert left(prescription) == [2]
    else:
        given = DispensedLine.objects.get(dispensing__case__prescription=prescription)
        assert given.cis == prescription.lines.get().cis


def test_a_line_that_excludes_substitution_offers_none(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, non_substitutable="MTE")
    factories.open_at(pharmacist, prescription)
    page = page_of(desk.get(counter(prescription)))
    assert "Non substituable" in page
    assert 'name="l1-cis"' not in page


def test_a_changed_posology_needs_the_agreement_and_keeps_what_was_typed(
    desk: Client, prescription: Prescription
) -> None:
    changes = {"l1_posology": "1 comprimé le soir", "l1_note": "vu avec la patiente"}
    response = send(desk, prescription, filled(prescription, **changes))
    page = page_of(response)
    assert response.status_code == 422
    assert "Notez l&#x27;accord du prescripteur" in page
    assert "CSP L. 5125-23 I</a>" in page
    assert all(f'value="{typed}"' in page for typed in changes.values())
    assert "<details open>" in page
    assert left(prescription) == [2]


def test_a_changed_posology_with_its_agreement_is_kept(
    desk: Client, prescription: Prescription
) -> None:
    said = {"l1_posology": "1 comprimé le soir", **AGREED}
    response = send(desk, prescription, filled(prescription, **said))
    given = DispensedLine.objects.get(dispensing__case__prescription=prescription)
    assert (given.posology, given.agreement) == ("1 comprimé le soir", "Dr Lemoine")
    assert given.agreed_how == Agreement.PHONE
    assert timezone.localtime(given.agreed_at).strftime("%Y-%m-%dT%H:%M") == AGREED["l1_agreed_at"]
    page = page_of(desk.get(response["Location"]))
    assert all(words in page for words in ("1 comprimé le soir", "Dr Lemoine", "Par téléphone"))


def test_the_prescribed_posology_typed_again_changes_nothing(
    desk: Client, prescription: Prescription
) -> None:
    again = prescription.lines.get().posology + "  "
    assert send(desk, prescription, filled(prescription, l1_posology=again)).status_code == 302


@pytest.mark.parametrize("quantity", ["0", "2"])
def test_a_line_is_not_dispensed_for_a_reason(
    desk: Client, prescription: Prescription, quantity: str
) -> None:
    data = filled(prescription, l1_quantity=quantity, l1_refusal=Refusal.SHORTAGE)
    response = send(desk, prescription, data)
    given = DispensedLine.objects.get(dispensing__case__prescription=prescription)
    assert (given.quantity, given.refusal) == (0, Refusal.SHORTAGE)
    assert left(prescription) == [2]
    assert "Rupture de stock" in page_of(desk.get(response["Location"]))


def test_nothing_without_a_reason_is_refused_by_the_law(
    desk: Client, prescription: Prescription
) -> None:
    response = send(desk, prescription, filled(prescription, l1_quantity=0))
    assert response.status_code == 422
    assert "Dites pourquoi rien n&#x27;est délivré." in page_of(response)
    assert not Dispensing.objects.exists()


def test_a_part_may_have_its_reason(desk: Client, prescription: Prescription) -> None:
    data = filled(prescription, l1_quantity=1, l1_refusal=Refusal.SHORTAGE)
    response = send(desk, prescription, data)
    given = DispensedLine.objects.get(dispensing__case__prescription=prescription)
    assert (given.quantity, given.refusal) == (1, Refusal.SHORTAGE)
    assert "Délivré en partie" in page_of(desk.get(response["Location"]))


def test_a_reason_contradicts_more_than_what_is_due(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=2, renewals=1)
    factories.open_at(pharmacist, prescription)
    data = filled(prescription, l1_quantity=3, l1_refusal=Refusal.SHORTAGE)
    assert "retirez le motif" in page_of(send(desk, prescription, data))


def test_more_than_what_is_left_is_refused_with_the_article(
    desk: Client, prescription: Prescription
) -> None:
    response = send(desk, prescription, filled(prescription, l1_quantity=3))
    assert response.status_code == 422
    assert "CSP R. 5132-14</a>" in page_of(response)
    assert 'value="3"' in page_of(response)


def test_all_breaches_are_told_together(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    both = ("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    prescription = factories.a_signed(doctor, patient, *both)
    factories.open_at(pharmacist, prescription)
    data = filled(prescription, l1_quantity=9, l2_posology="autrement")
    page = page_of(send(desk, prescription, data))
    assert "2 points à corriger" in page
    assert "CSP R. 5132-14</a>" in page
    assert "CSP L. 5125-23 I</a>" in page


def test_all_as_prescribed_never_drops_what_was_typed(
    desk: Client, prescription: Prescription
) -> None:
    data = filled(prescription, l1_quantity=1) | {"act": "all"}
    response = send(desk, prescription, data)
    assert response.status_code == 422
    assert "Vous avez changé des lignes" in page_of(response)
    assert "Délivrer avec les changements" in page_of(response)
    assert left(prescription) == [2]


@pytest.mark.parametrize("quantity", ["", "-1", "abc", "1.5", "9" * 30, "<script>", "😀", "1e9"])
def test_a_quantity_that_is_none_is_told_at_its_field(
    desk: Client, prescription: Prescription, quantity: str
) -> None:
    response = send(desk, prescription, filled(prescription, l1_quantity=quantity))
    assert response.status_code == 422
    assert "field__error" in page_of(response)
    assert "<script>" not in page_of(response).split("<main", 1)[1].split("</main>")[0]
    assert left(prescription) == [2]


@pytest.mark.parametrize("name", ["posology", "agreement", "note"])
@pytest.mark.parametrize(
    ("text", "message"), [("x" * 301, "300 caractères"), ("处方", "imprimés"), ("😀", "imprimés")]
)
def test_a_text_that_is_too_long_or_cannot_be_printed_is_told_and_kept(
    desk: Client, prescription: Prescription, name: str, text: str, message: str
) -> None:
    response = send(desk, prescription, filled(prescription, **{f"l1_{name}": text}))
    assert response.status_code == 422
    assert message in page_of(response)
    assert f'value="{text}"' in page_of(response)


@pytest.mark.parametrize("text", ["Ελένη, τηλέφωνο", "د. ليلى", "Д-р Иванова", '<b>Dr</b> & "co"'])
def test_texts_of_other_scripts_are_kept_as_they_are(
    desk: Client, prescription: Prescription, text: str
) -> None:
    data = filled(prescription, **AGREED | {"l1_posology": "1 le soir", "l1_agreement": text})
    response = send(desk, prescription, data)
    assert DispensedLine.objects.get().agreement == text
    assert "<b>Dr</b>" not in page_of(desk.get(response["Location"]))


@pytest.mark.parametrize("key", ["", "pas-une-cle"])
def test_a_page_without_its_key_does_nothing(
    desk: Client, prescription: Prescription, key: str
) -> None:
    response = send(desk, prescription, filled(prescription) | {"key": key})
    assert response.status_code == 422
    assert "Cette page est incomplète" in page_of(response)


def test_a_key_serves_one_prescription_only(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any, prescription: Prescription
) -> None:
    used = filled(prescription)
    send(desk, prescription, used)
    other = factories.a_signed(doctor, patient)
    factories.open_at(pharmacist, other)
    response = send(desk, other, filled(other) | {"key": used["key"]})
    assert response.status_code == 422
    assert left(other) == [2]


def test_silence_about_a_line_is_no_decision(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    both = ("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    prescription = factories.a_signed(doctor, patient, *both)
    factories.open_at(pharmacist, prescription)
    data = {k: v for k, v in filled(prescription).items() if not k.startswith("l2-")}
    assert send(desk, prescription, data).status_code == 422
    assert left(prescription) == [2, 2]


def test_the_law_asks_about_a_line_that_an_act_passes_over(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    both = ("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    prescription = factories.a_signed(doctor, patient, *both)
    factories.open_at(pharmacist, prescription)
    only_one = factories.decisions_for(prescription)[:1]
    with pytest.raises(Unlawful) as refused:
        factories.dispense(pharmacist, prescription, only_one)
    assert [b.field for b in refused.value.breaches] == ["refusal"]


def test_a_balance_that_changed_since_it_was_read_gives_nothing(
    pharmacist: Actor, prescription: Prescription
) -> None:
    case = DispensingCase.objects.get(prescription=prescription)
    stale = balances_of(case)
    decisions = as_prescribed(stale)
    Balance.objects.filter(case=case).update(dispensed=1)
    with pytest.raises(Overtaken), transaction.atomic():
        kept = Kept(id=uuid.uuid4(), handing=Handing())
        judged = Lawful(decisions, {}, dues_of(stale.values(), at=timezone.now()), links_of([]))
        keep(case, stale, judged, kept, by=pharmacist, at=timezone.now())
    assert left(prescription) == [1]


def test_release_gives_it_back_to_all(
    desk: Client, at_work: Any, prescription: Prescription
) -> None:
    keys = page_keys(prescription)
    response = desk.post(reverse("pharmacies:release", args=[prescription.pk]), keys)
    assert response["Location"] == reverse("pharmacies:desk")
    assert state(prescription) == CaseState.WAITING
    assert desk.get(counter(prescription)).status_code == 404
    elsewhere = factories.a_pharmacist(place=factories.a_place())
    scanned = {"text": factories.code_of(prescription)}
    assert at_work(elsewhere).post(reverse("pharmacies:scan"), scanned).status_code == 302


def test_what_was_cancelled_meanwhile_is_told_and_not_dispensed(
    desk: Client, doctor: Actor, prescription: Prescription
) -> None:
    prescription.refresh_from_db()
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())
    response = send(desk, prescription, filled(prescription))
    assert response.status_code == 409
    assert "Le prescripteur a annulé" in page_of(response)
    assert not Dispensing.objects.exists()


def test_what_was_not_presented_here_does_not_exist_here(
    at_work: Any, prescription: Prescription
) -> None:
    elsewhere = at_work(factories.a_pharmacist(place=factories.a_place()))
    assert elsewhere.get(counter(prescription)).status_code == 404
    assert send(elsewhere, prescription, filled(prescription)).status_code == 404
    released = reverse("pharmacies:release", args=[prescription.pk])
    assert elsewhere.post(released).status_code == 404
    assert left(prescription) == [2]


def test_after_dispensing_a_part_the_rest_asks_for_the_code_again(
    desk: Client, prescription: Prescription
) -> None:
    send(desk, prescription, filled(prescription, l1_quantity=1))
    page = page_of(desk.get(counter(prescription)))
    assert "présentez de nouveau le code" in page
    assert "l1-quantity" not in page
    assert send(desk, prescription, filled(prescription)).status_code == 403


def test_when_all_is_dispensed_nothing_more_is_asked(
    desk: Client, prescription: Prescription
) -> None:
    send(desk, prescription, filled(prescription))
    page = page_of(desk.get(counter(prescription)))
    assert "présentez de nouveau le code" not in page
    assert "Délivré : 2 boîtes" in page


def test_a_slip_belongs_to_its_pharmacy(
    desk: Client, at_work: Any, prescription: Prescription
) -> None:
    slip = send(desk, prescription, filled(prescription))["Location"]
    elsewhere = at_work(factories.a_pharmacist(place=factories.a_place()))
    assert desk.get(slip).status_code == 200
    assert elsewhere.get(slip).status_code == 404
    assert elsewhere.get(reverse("pharmacies:dispensings")).content.decode().count("MARTEL") == 0


def test_the_list_asks_as_many_questions_for_one_as_for_many(
    desk: Client,
    doctor: Actor,
    pharmacist: Actor,
    patient: Any,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    url = reverse("pharmacies:dispensings")
    factories.dispense_all(pharmacist, factories.a_signed(doctor, patient))
    desk.get(url)
    with django_assert_max_num_queries(30) as first:
        assert page_of(desk.get(url)).count("rows__link") == 1
    for _time in range(4):
        factories.dispense_all(pharmacist, factories.a_signed(doctor, patient))
    with django_assert_num_queries(len(first)):
        assert page_of(desk.get(url)).count("rows__link") == 5


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "9" * 50])
def test_a_page_that_is_none_shows_the_nearest(desk: Client, page: str) -> None:
    assert desk.get(reverse("pharmacies:dispensings"), {"page": page}).status_code == 200
