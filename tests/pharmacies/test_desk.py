"""Opening a prescription: what is presented opens it, what is not opens nothing and tells nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue.models import Pack
from eprescription.documents.code import code_text, new_token
from eprescription.documents.number import grouped, new_number
from eprescription.models import Claim, Deed, JournalEntry, Outcome, Prescription
from pharmacies import misses
from pharmacies.models import Miss
from prescribers import actions as prescriber_acts
from tests import factories
from tests.keyboards import AZERTY, AZERTY_MAC, QWERTZ, typed_on

NO = "Ce code n&#x27;ouvre aucune ordonnance à délivrer."
UNKNOWN_CIP = "3400930000120"
AMOXICILLINE, DOLIPRANE = "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000 mg"
UNTOLD = re.compile(r'value="[^"]*"|csrf\S+')


def scan(desk: Client, text: str) -> Any:
    return desk.post(reverse("pharmacies:scan"), {"text": text})


def type_number(desk: Client, number: str, birth_date: str) -> Any:
    data = {"number": number, "birth_date": birth_date}
    return desk.post(reverse("pharmacies:open_number"), data)


def page_of(response: Any) -> str:
    return response.content.decode()


def opened(prescription: Prescription) -> str:
    return reverse("pharmacies:prescription", args=[prescription.pk])


def cip13_of(medicine: str) -> str:
    return Pack.objects.filter(medicine=factories.a_medicine(medicine)).first().cip13  # type: ignore[union-attr]


def foreign_code() -> str:
    return code_text(new_number(), new_token())


def test_a_scanned_code_opens_and_takes_the_prescription(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    response = scan(desk, factories.code_of(prescription))
    assert response["Location"] == opened(prescription)
    held = Claim.objects.get(case__prescription=prescription, ended_at=None)
    assert held.pharmacy_id == pharmacist.place_id
    assert JournalEntry.objects.filter(deed=Deed.CLAIMED, prescription=prescription).count() == 1


def test_scanning_again_at_the_same_pharmacy_resumes(
    desk: Client, doctor: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    for _time in range(2):
        assert scan(desk, factories.code_of(prescription)).status_code == 302
    assert Claim.objects.filter(case__prescription=prescription).count() == 1


def test_wrong_dead_and_foreign_codes_get_one_answer(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    dead = factories.a_signed(doctor, patient)
    old_code = factories.code_of(dead)
    prescriber_acts.recode(prescription=dead, by=doctor, at=timezone.now())
    closed = factories.a_signed(doctor, patient)
    closed_code = factories.code_of(closed)
    prescriber_acts.cancel(prescription=closed, by=doctor, at=timezone.now())
    living = factories.a_signed(doctor, patient)
    assert living.number
    wrong_token = code_text(living.number, new_token())
    answers = {
        (response.status_code, UNTOLD.sub("", page_of(response)))
        for response in (
            scan(desk, text)
            for text in (foreign_code(), old_code, closed_code, wrong_token, "https://exemple.fr/x")
        )
    }
    assert len(answers) == 1
    status, page = answers.pop()
    assert status == 403
    assert NO in page


def test_a_missed_code_is_counted_and_traced(desk: Client, pharmacist: Actor) -> None:
    scan(desk, foreign_code())
    assert Miss.objects.filter(activity_id=pharmacist.activity_id).count() == 1
    trace = JournalEntry.objects.get(deed=Deed.CODE_REFUSED)
    assert (trace.outcome, trace.activity_id) == (Outcome.REFUSED, pharmacist.activity_id)


def test_after_ten_misses_even_the_right_code_waits(
    desk: Client, doctor: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    for _time in range(misses.PER_PHARMACIST):
        assert scan(desk, foreign_code()).status_code == 403
    refused = scan(desk, factories.code_of(prescription))
    assert refused.status_code == 429
    assert "dix minutes" in page_of(refused)
    Miss.objects.update(at=timezone.now() - misses.WINDOW - timedelta(seconds=1))
    assert scan(desk, factories.code_of(prescription)).status_code == 302


def test_a_colleague_is_not_punished_before_the_pharmacy_is(
    at_work: Any, doctor: Actor, patient: Any
) -> None:
    place = factories.a_place()
    prescription = factories.a_signed(doctor, patient)
    for _colleague in range(3):
        client = at_work(factories.a_pharmacist(place=place))
        for _time in range(misses.PER_PHARMACIST):
            assert scan(client, foreign_code()).status_code == 403
    fourth = at_work(factories.a_pharmacist(place=place))
    assert scan(fourth, factories.code_of(prescription)).status_code == 429


INS = "251033155512345"
INS_DATAMATRIX = "IS010000000000000000000000S1" + INS


@pytest.mark.parametrize(
    "text",
    [
        INS,
        "2 51 03 31 555 123 45",
        "1 85 02 2a 004 123 45",
        "]Q1" + INS,
        INS_DATAMATRIX,
        "]d1" + INS_DATAMATRIX,
        typed_on(AZERTY, INS),
        typed_on(AZERTY, INS_DATAMATRIX),
        typed_on(AZERTY, INS_DATAMATRIX, caps_lock="every key"),
        typed_on(AZERTY_MAC, INS_DATAMATRIX),
        typed_on(QWERTZ, INS_DATAMATRIX),
    ],
)
def test_the_ins_is_explained_and_is_no_miss(desk: Client, text: str) -> None:
    response = scan(desk, text)
    assert response.status_code == 422
    assert "l&#x27;INS du patient, pas l&#x27;ordonnance" in page_of(response)
    assert not Miss.objects.exists()


@pytest.mark.parametrize("text", ["DC04FR0000011FFF1FFF0126FR", "dc04fr0000011fff1fff0126fr"])
def test_a_2d_doc_is_explained_and_is_no_miss(desk: Client, text: str) -> None:
    response = scan(desk, text)
    assert response.status_code == 422
    assert "Ceci est un 2D-Doc" in page_of(response)
    assert not Miss.objects.exists()


def test_the_bars_of_any_product_are_explained(desk: Client) -> None:
    response = scan(desk, "5000112637922")
    assert response.status_code == 422
    assert "le code-barres d&#x27;un produit" in page_of(response)
    assert not Miss.objects.exists()


def test_the_code_of_a_box_is_explained(desk: Client) -> None:
    response = scan(desk, f"010{UNKNOWN_CIP}17280131")
    assert response.status_code == 422
    assert "le code d&#x27;une boîte, pas l&#x27;ordonnance" in page_of(response)
    assert "Boîte que la base des médicaments ne connaît pas" in page_of(response)
    assert not Miss.objects.exists()


def test_a_box_offers_the_prescriptions_in_hand_here_that_hold_it(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    wanted, other, elsewhere, given = (
        factories.a_signed(doctor, patient, medicine)
        for medicine in (AMOXICILLINE, DOLIPRANE, AMOXICILLINE, AMOXICILLINE)
    )
    factories.open_at(pharmacist, wanted)
    factories.open_at(pharmacist, other)
    factories.open_at(factories.a_pharmacist(), elsewhere)
    factories.dispense_all(pharmacist, given)
    response = scan(desk, f"010{cip13_of(AMOXICILLINE)}17280131")
    found = response.context["found"]
    assert found.name and found.name in page_of(response)
    assert [row.id for row in found.prescriptions] == [wanted.pk]


def test_a_box_past_its_date_is_said_to_be(desk: Client) -> None:
    today = timezone.localdate()
    past, last = (f"010{UNKNOWN_CIP}17{today - timedelta(days=n):%y%m%d}" for n in (1, 0))
    assert "Cette boîte est périmée" in page_of(scan(desk, past))
    assert "Cette boîte est périmée" not in page_of(scan(desk, last))


def test_another_pharmacy_is_told_since_when_and_never_where(
    desk: Client, doctor: Actor, patient: Any
) -> None:
    elsewhere = factories.a_pharmacist(place=factories.a_place(name="Pharmacie du Marché"))
    prescription = factories.a_signed(doctor, patient)
    factories.open_at(elsewhere, prescription)
    response = scan(desk, factories.code_of(prescription))
    assert response.status_code == 409
    assert "prise en charge dans une autre pharmacie. Depuis " in page_of(response)
    assert "Marché" not in page_of(response)
    refused = JournalEntry.objects.filter(deed=Deed.CLAIMED, outcome=Outcome.REFUSED)
    assert refused.get().prescription_id == prescription.pk
    assert not Miss.objects.exists()


def test_a_number_typed_in_the_field_asks_for_the_birth_date(
    desk: Client, doctor: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    assert prescription.number
    response = scan(desk, grouped(prescription.number).lower())
    assert response.status_code == 200
    assert grouped(prescription.number).lower() in page_of(response)
    assert not Claim.objects.exists()
    assert not Miss.objects.exists()


@pytest.mark.parametrize("born", ["04/03/1951", "04031951", "4.3.1951", "1951-03-04"])
def test_the_number_opens_with_the_birth_date_however_it_is_written(
    desk: Client, doctor: Actor, patient: Any, born: str
) -> None:
    prescription = factories.a_signed(doctor, patient)
    assert prescription.number
    response = type_number(desk, grouped(prescription.number), born)
    assert response["Location"] == opened(prescription)


def test_a_wrong_birth_date_and_an_unknown_number_get_one_answer(
    desk: Client, doctor: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient)
    assert prescription.number
    answers = [
        type_number(desk, prescription.number, "05/03/1951"),
        type_number(desk, new_number(), "04/03/1951"),
    ]
    assert {r.status_code for r in answers} == {403}
    assert len({UNTOLD.sub("", page_of(r)) for r in answers}) == 1
    assert Miss.objects.count() == 2


HOSTILE = [
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "处方",
    "رقم",
    "\u202e0170",
    "😀" * 10,
    "\x1d",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_and_foreign_input_opens_nothing_and_breaks_nothing(
    desk: Client, text: str
) -> None:
    response = scan(desk, text)
    assert response.status_code in (403, 422)
    assert "<script>alert" not in page_of(response)
    assert "field__error" in page_of(response)
    answer = type_number(desk, text, text)
    assert answer.status_code == 422
    assert page_of(answer).count("field__error") == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "Scannez le code"), ("   ", "Scannez le code"), ("0" * 201, "trop long")],
)
def test_empty_and_too_long_codes_say_so_at_the_field(
    desk: Client, text: str, message: str
) -> None:
    response = scan(desk, text)
    assert response.status_code == 422
    assert message in page_of(response)
    assert not Miss.objects.exists()


@pytest.mark.parametrize(
    ("number", "born", "message"),
    [
        ("01ABC", "04/03/1951", "Un numéro a 18 caractères ; il y en a 5 ici."),
        ("010000000000000000", "04/03/1951", "faute de frappe"),
        ("01SAWH37RHJA8PQVDJ", "31/02/1951", "Écrivez le jour"),
        ("01SAWH37RHJA8PQVDJ", "04/03/2951", "pas possible"),
        ("0" * 100, "", "60 caractères"),
    ],
)
def test_a_fault_is_told_at_its_field_and_what_was_typed_is_kept(
    desk: Client, number: str, born: str, message: str
) -> None:
    response = type_number(desk, number, born)
    assert response.status_code == 422
    assert message in page_of(response)
    assert f'value="{number}"' in page_of(response)
    assert not Miss.objects.exists()


@pytest.mark.parametrize("name", ["scan", "open_number", "open_file", "frame"])
def test_a_reload_after_a_refusal_comes_back_to_the_desk(desk: Client, name: str) -> None:
    response = desk.get(reverse(f"pharmacies:{name}"))
    assert response["Location"] == reverse("pharmacies:desk")


def test_the_desk_belongs_to_pharmacists(at_work: Any, doctor: Actor) -> None:
    assert at_work(doctor).get(reverse("pharmacies:desk")).status_code == 404
    assert scan(at_work(doctor), foreign_code()).status_code == 404
    assert Client().get(reverse("pharmacies:desk")).status_code == 302


def test_the_desk_shows_what_is_in_hand_and_what_was_done_with_its_trace(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    in_hand, done = (factories.a_signed(doctor, patient) for _time in range(2))
    factories.open_at(pharmacist, in_hand)
    factories.dispense_all(pharmacist, done)
    page = page_of(desk.get(reverse("pharmacies:desk")))
    assert opened(in_hand) in page
    assert "Jeanne MARTEL" in page
    assert "Première délivrance, complète" in page
    listed = JournalEntry.objects.filter(deed=Deed.LISTED, activity_id=pharmacist.activity_id)
    assert set(listed.values_list("prescription_id", flat=True)) == {in_hand.pk, done.pk}


def test_the_desk_asks_as_many_questions_for_one_as_for_many(
    desk: Client,
    doctor: Actor,
    pharmacist: Actor,
    patient: Any,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    def fill() -> None:
        factories.open_at(pharmacist, factories.a_signed(doctor, patient))
        factories.dispense_all(pharmacist, factories.a_signed(doctor, patient))

    fill()
    url = reverse("pharmacies:desk")
    desk.get(url)
    with django_assert_max_num_queries(40) as first:
        desk.get(url)
    for _time in range(3):
        fill()
    with django_assert_num_queries(len(first)):
        desk.get(url)
