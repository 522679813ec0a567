"""The dispensing page: a box fills its line, a name finds a product, what differs is asked, nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.catalogue.models import Pack
from eprescription.models import (
    Balance,
    DispensedLine,
    Dispensing,
    Line,
    Opening,
    Prescription,
    Refusal,
    Substitution,
)
from eprescription.presenters import line_view
from pharmacies.bearers import bearer_of
from pharmacies.counter_line import CounterLine
from pharmacies.dispensing_form.read import read_again
from pharmacies.dispensing_form.scanned import worth
from prescribers import actions as prescriber_acts
from tests import factories
from tests.pharmacies.page import (
    GS,
    box_of,
    chosen_of,
    counter,
    fields,
    filled,
    left,
    page_keys,
    page_of,
    scanned,
    send,
    typed,
    value_of,
)

BOTH = ("AMOXICILLINE VIATRIS 1 g", "AMLODIPINE VIATRIS 5 mg")
MORPHINE = {"posology": "1 gélule matin et soir", "duration_days": 28, "quantity": 4}
CHRONIC = {"posology": "1 comprimé le matin", "duration_days": 30, "quantity": 1, "renewals": 2}


def opened(
    pharmacist: Actor, doctor: Actor, patient: Any, *names: str, **line: Any
) -> Prescription:
    found = factories.a_signed(doctor, patient, *(names or BOTH[:1]), **line)
    factories.open_at(pharmacist, found)
    return found


@pytest.fixture
def prescription(doctor: Actor, pharmacist: Actor, patient: Any) -> Prescription:
    """Two boxes of amoxicillin, opened at the pharmacist's."""
    return opened(pharmacist, doctor, patient)


# --- Boxes


def test_a_box_fills_its_line_and_says_what_was_read(
    desk: Client, prescription: Prescription
) -> None:
    page = scanned(desk, prescription, box_of("AMOXICILLINE VIATRIS 1 g"))
    line = prescription.lines.get()
    held = fields(page)
    assert (held["quantity"], held["packs"], held["lot"]) == ("1", "1", "AB12")
    assert (held["serial"], held["cis"], held["cip13"]) == ("S1", line.cis, line.cip13)
    assert held["expiry"].startswith("30/11/")
    assert "Lu : AMOXICILLINE VIATRIS 1 g" in page and "1 boîte sur 2." in page
    assert left(prescription) == [2], "reading delivers nothing"


def test_each_box_counts_once_and_two_make_the_whole(
    desk: Client, prescription: Prescription
) -> None:
    first = fields(scanned(desk, prescription, box_of("AMOXICILLINE VIATRIS 1 g")))
    before = {f"l1_{name}": value for name, value in first.items()}
    again = scanned(desk, prescription, box_of("AMOXICILLINE VIATRIS 1 g"), **before)
    assert "Cette boîte est déjà lue." in again and fields(again)["packs"] == "1"
    second = scanned(desk, prescription, box_of("AMOXICILLINE VIATRIS 1 g", serial="S2"), **before)
    assert (fields(second)["packs"], fields(second)["quantity"]) == ("2", "2")
    assert [box.serial for box in read_again(fields(second)["read"])] == ["S1", "S2"]


def test_boxes_that_were_read_are_kept_and_change_nothing_prescribed(
    desk: Client, prescription: Prescription
) -> None:
    boxes = {"l1_packs": "2", "l1_lot": "AB12", "l1_serial": "S2", "l1_expiry": "11/2031"}
    cip = {"l1_cip13": prescription.lines.get().cip13}
    data = filled(prescription) | typed(**boxes, **cip)
    assert send(desk, prescription, data).status_code == 302
    row = DispensedLine.objects.get()
    assert (row.packs, row.lot, row.serial, row.cip13) == (2, "AB12", "S2", cip["l1_cip13"])
    assert f"{row.expiry:%d/%m/%Y}" == "30/11/2031"
    assert row.substitution == Substitution.NONE


def test_a_generic_scanned_takes_the_place_of_what_was_prescribed(
    desk: Client, prescription: Prescription
) -> None:
    page = scanned(desk, prescription, box_of("CLAMOXYL 1 g"))
    other = factories.a_medicine("CLAMOXYL 1 g")
    assert fields(page)["cis"] == other.cis
    assert "À la place de AMOXICILLINE VIATRIS 1 g" in page
    given = fields(page) | {"quantity": "2", "packs": "2"}
    data = filled(prescription) | typed(**{f"l1_{n}": v for n, v in given.items()})
    send(desk, prescription, data | {"act": "changed"})
    row = DispensedLine.objects.get()
    assert (row.cis, row.substitution, row.lot) == (other.cis, Substitution.GENERIC, "AB12")


def test_another_product_scanned_after_the_first_begins_anew(
    desk: Client, prescription: Prescription
) -> None:
    first = fields(scanned(desk, prescription, box_of("AMOXICILLINE VIATRIS 1 g")))
    before = {f"l1_{name}": value for name, value in first.items()}
    page = scanned(desk, prescription, box_of("CLAMOXYL 1 g", lot="CL9", serial="C1"), **before)
    held = fields(page)
    assert (held["packs"], held["quantity"], held["lot"]) == ("1", "1", "CL9")
    assert [box.serial for box in read_again(held["read"])] == ["C1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pas une boîte", "pas le code d&#x27;une boîte"),
        ("<script>alert(1)</script>", "pas le code d&#x27;une boîte"),
        ("😀" * 50, "pas le code d&#x27;une boîte"),
        ("3400912345676", "ne connaît pas la boîte 3400912345676"),
    ],
)
def test_what_is_no_known_box_is_told_and_changes_nothing(
    desk: Client, prescription: Prescription, text: str, told: str
) -> None:
    page = scanned(desk, prescription, text, l1_quantity="1", l1_note="vu")
    assert told in page and "rien n&#x27;a changé" in page
    assert fields(page)["quantity"] == "1" and value_of(page, "l1-note") == "vu"
    assert "<script>alert" not in page


def test_a_box_that_belongs_to_no_line_is_told(desk: Client, prescription: Prescription) -> None:
    page = scanned(desk, prescription, box_of("AMLODIPINE VIATRIS"))
    assert "n&#x27;est sur aucune ligne" in page and fields(page)["quantity"] == "2"


def test_a_box_of_the_group_is_refused_where_substitution_is_excluded(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = opened(pharmacist, doctor, patient, non_substitutable="CIF")
    page = scanned(desk, prescription, box_of("CLAMOXYL 1 g"))
    assert "a exclu la substitution" in page
    assert fields(page)["quantity"] == "2" and not fields(page)["cip13"]


def test_a_box_goes_to_the_line_that_lacks_it(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = opened(pharmacist, doctor, patient, *BOTH, quantity=1)
    page = scanned(desk, prescription, box_of("AMLODIPINE VIATRIS"))
    assert (value_of(page, "l2-packs"), value_of(page, "l1-packs")) == ("1", "")


def test_an_expired_box_is_told_at_once(desk: Client, prescription: Prescription) -> None:
    pack = prescription.lines.get().cip13
    page = scanned(desk, prescription, f"010{pack}17200131{'10'}OLD{GS}21X1")
    assert "périmée : ne la délivrez pas" in page


def test_enter_in_the_field_of_the_box_never_delivers(
    desk: Client, prescription: Prescription
) -> None:
    for act in ("all", "changed"):
        data = filled(prescription) | {"act": act, "box": box_of("AMOXICILLINE VIATRIS 1 g")}
        assert send(desk, prescription, data).status_code == 200
    assert not Dispensing.objects.exists()


def test_a_box_read_before_another_product_was_chosen_is_not_kept(
    desk: Client, prescription: Prescription
) -> None:
    other = factories.a_medicine("CLAMOXYL 1 g").cis
    read = {"l1_cip13": prescription.lines.get().cip13, "l1_serial": "S1", "l1_cis": other}
    send(desk, prescription, filled(prescription, **read))
    row = DispensedLine.objects.get()
    assert (row.cis, row.cip13, row.serial) == (other, "", "")


def a_line(unit: str, box_units: int | None, due: int) -> CounterLine:
    view = line_view(Line(cis="61234567", name="X", box_units=box_units, position=1))
    return CounterLine(view, due, 0, due, unit, due, [])


@for_all(units=st.integers(1, 400), usual=st.integers(1, 200), had=st.integers(0, 50))
def test_a_pack_counts_for_the_nearest_number_of_boxes_and_one_at_least(
    units: int, usual: int, had: int
) -> None:
    more = worth(a_line(Balance.Unit.BOX, usual, 12), units=units, had=had) - had
    assert more >= 1
    assert more == 1 or abs(more * usual - units) * 2 <= usual


@for_all(units=st.integers(1, 400), due=st.integers(1, 200), had=st.integers(0, 200))
def test_a_box_of_narcotics_never_gives_more_than_is_due(units: int, due: int, had: int) -> None:
    given = worth(a_line(Balance.Unit.UNIT, 14, due), units=units, had=had)
    assert given == min(had + units, due)


def test_a_box_of_three_months_counts_for_three(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    daily = {"posology": "1 gélule le matin", "duration_days": 30, "quantity": 1, "renewals": 5}
    prescription = opened(pharmacist, doctor, patient, BOTH[1], **daily)
    big = Pack.objects.create(
        cip13="3400912345676",
        cip7="1234567",
        medicine_id=prescription.lines.get().cis,
        label="plaquettes de 90 gélules",
        units=90,
    )
    page = scanned(desk, prescription, big.cip13)
    assert (fields(page)["quantity"], fields(page)["packs"]) == ("3", "1")


# --- Products by their name


def test_a_product_is_found_by_its_name_with_its_group_first(
    desk: Client, prescription: Prescription
) -> None:
    data = filled(prescription) | typed(l1_search="clamoxyl") | {"act": "find:1"}
    page = page_of(send(desk, prescription, data))
    same, other = page.index("CLAMOXYL 1 g, comprimé"), page.index("CLAMOXYL 500 mg")
    assert same < other and "même groupe" in page and "hors du groupe" in page
    cis = factories.a_medicine("CLAMOXYL 500 mg").cis
    page = page_of(send(desk, prescription, filled(prescription) | {"act": f"product:1:{cis}"}))
    assert chosen_of(page, "l1-cis") == cis
    assert not Dispensing.objects.exists()


def test_a_product_outside_the_group_needs_its_right(
    desk: Client, prescription: Prescription
) -> None:
    cis = factories.a_medicine("CLAMOXYL 500 mg").cis
    response = send(desk, prescription, filled(prescription, l1_cis=cis))
    assert response.status_code == 422 and left(prescription) == [2]
    assert chosen_of(page_of(response), "l1-cis") == cis
    agreed = {"l1_agreed_how": "phone", "l1_agreement": "Dr Lemoine"}
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    dosed = {"l1_posology": "2 gélules matin et soir", "l1_instruction": "2 gélules à la fois"}
    data = filled(prescription, l1_cis=cis, **agreed, **dosed) | {"l1-agreed_at": at}
    response = send(desk, prescription, data)
    if response.status_code == 422:  # the law asks why, and passes with it
        response = send(desk, prescription, data | {"l1-reason": "Rupture du dosage prescrit"})
    assert response.status_code == 302
    assert DispensedLine.objects.get().substitution == Substitution.AGREED


@pytest.mark.parametrize("text", ["zzzzqq", "'; --", "处方", "a" * 5000])
def test_a_name_that_nothing_bears_is_told(
    desk: Client, prescription: Prescription, text: str
) -> None:
    data = filled(prescription) | typed(l1_search=text) | {"act": "all"}
    response = send(desk, prescription, data)
    assert response.status_code == 200 and "Aucun médicament" in page_of(response)
    assert not Dispensing.objects.exists()


# --- What differs


def test_what_is_owed_is_kept_and_said(desk: Client, prescription: Prescription) -> None:
    data = filled(prescription, l1_quantity=1, l1_owed=1, l1_refusal=Refusal.SHORTAGE)
    response = send(desk, prescription, data)
    assert DispensedLine.objects.get().owed == 1
    assert "1 boîte à remettre plus tard" in page_of(desk.get(response["Location"]))


def test_no_more_is_owed_than_what_is_left(desk: Client, prescription: Prescription) -> None:
    data = filled(prescription, l1_quantity=1, l1_owed=2)
    assert "Il ne reste que 2 boîtes" in page_of(send(desk, prescription, data))
    assert left(prescription) == [2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"l1_agreement": "Dr Autre"}, "Dites comment l&#x27;accord"),
        ({"l1_agreed_how": "phone", "l1_agreement": ""}, "Dites qui a donné"),
        ({"l1_agreed_how": "phone", "l1_agreed_at": ""}, "Dites quand l&#x27;accord"),
        ({"l1_agreed_how": "phone", "l1_agreed_at": "demain"}, "Écrivez le jour et"),
        ({"l1_agreed_how": "phone", "l1_agreed_at": "2999-01-01T10:00"}, "pas encore venu"),
        ({"l1_intervention": "1"}, "quel problème"),
        ({"l1_problem": "99"}, "99"),
        ({"l1_packs": "-1"}, "field__error"),
        ({"l1_expiry": "31/02/2028"}, "Écrivez le mois"),
        ({"l1_expiry": "13/2028"}, "Écrivez le mois"),
        ({"l1_lot": "x" * 21}, "20 caractères"),
    ],
)
def test_what_is_half_said_is_asked_at_its_field(
    desk: Client, prescription: Prescription, change: dict[str, str], message: str
) -> None:
    usual = {"l1_agreement": "Dr Claire Lemoine", "l1_agreed_at": "2026-01-05T10:15"}
    response = send(desk, prescription, filled(prescription, **usual | change))
    assert response.status_code == 422
    assert message in page_of(response)
    assert left(prescription) == [2]


def test_the_name_of_the_prescriber_is_ready_and_agrees_to_nothing_by_itself(
    desk: Client, prescription: Prescription
) -> None:
    page = page_of(desk.get(counter(prescription)))
    assert value_of(page, "l1-agreement") == "Dr Claire Lemoine"
    data = filled(prescription) | typed(
        l1_agreement="Dr Claire Lemoine", l1_agreed_at=value_of(page, "l1-agreed_at")
    )
    assert send(desk, prescription, data).status_code == 302
    assert DispensedLine.objects.get().agreement == ""


def test_an_intervention_is_kept_in_its_codes(desk: Client, prescription: Prescription) -> None:
    codes = {"l1_problem": "4", "l1_intervention": "7", "l1_outcome": "1"}
    words = {"l1_note": "prévenu", "l1_instruction": "au repas"}
    send(desk, prescription, filled(prescription, **codes, **words))
    row = DispensedLine.objects.get()
    assert (row.problem, row.intervention, row.outcome) == ("4", "7", "1")
    assert (row.note, row.instruction) == ("prévenu", "au repas")


def test_a_warning_of_the_law_asks_its_reason_beside_its_article(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(
        doctor, patient, BOTH[1], at=timezone.localtime() - timedelta(days=10), **CHRONIC
    )
    given_at = timezone.localtime() - timedelta(days=9)
    factories.dispense_all(pharmacist, prescription, given_at)
    factories.open_at(pharmacist, prescription)
    page = page_of(desk.get(counter(prescription)))
    assert value_of(page, "l1-quantity") == "0" and "À renouveler à partir du" in page
    assert "l1-reason" not in page
    data = filled(prescription) | typed(l1_quantity="1", l1_cis="") | {"act": "changed"}
    page = page_of(send(desk, prescription, data))
    assert "Motif pour délivrer quand même" in page and "CSP R. 5132-14</a>" in page
    data |= page_keys(prescription) | {"l1-reason": "Départ en voyage"}
    assert send(desk, prescription, data).status_code == 302
    row = DispensedLine.objects.latest("dispensing__at")
    assert (row.reason, row.warnings) == ("Départ en voyage", ["renewals_wait_for_their_day"])


# --- Narcotics, bearer, units


def test_narcotics_are_counted_by_the_capsule_and_ask_who_fetches(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = opened(pharmacist, doctor, patient, "SKENAN L.P. 10 mg", **MORPHINE)
    page = page_of(desk.get(counter(prescription)))
    assert "56 gélules" in page and value_of(page, "l1-quantity") == "56"
    assert '<details class="counter__bearer" open>' in page
    assert "stupéfiant" in page
    bearer = {"bearer": "Paul DURAND", "bearer_address": "", "identity_checked": "on"}
    response = send(desk, prescription, filled(prescription) | bearer)
    assert response.status_code == 422 and 'id="id_bearer_address_error"' in page_of(response)
    bearer["bearer_address"] = "3 rue du Port, Toulouse"
    assert send(desk, prescription, filled(prescription) | bearer).status_code == 302
    done = Dispensing.objects.get()
    assert bearer_of(done) == ("Paul DURAND", "3 rue du Port, Toulouse") and done.identity_checked


def test_who_comes_with_a_code_to_collect_is_asked_for(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    assert '<details class="counter__bearer">' in page_of(desk.get(counter(prescription)))
    Opening.objects.create(
        prescription=prescription,
        pharmacy_id=pharmacist.place_id,
        by_id=pharmacist.activity_id,
        at=timezone.now(),
        way=Opening.Way.COLLECT,
    )
    assert '<details class="counter__bearer" open>' in page_of(desk.get(counter(prescription)))


def test_a_box_of_a_narcotic_gives_what_it_holds(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = opened(pharmacist, doctor, patient, "SKENAN L.P. 10 mg", **MORPHINE)
    page = scanned(desk, prescription, box_of("SKENAN L.P. 10 mg"))
    assert (fields(page)["quantity"], fields(page)["packs"]) == ("14", "1")
    assert "14 gélules sur 56." in page


# --- What has run out


@pytest.fixture
def run_out(doctor: Actor, pharmacist: Actor, patient: Any) -> Prescription:
    """A treatment of three months, wholly dispensed, whose boxes are used up."""
    then = timezone.localtime() - timedelta(days=95)
    found = factories.a_signed(doctor, patient, BOTH[1], at=then, **CHRONIC)
    for month in range(3):
        factories.dispense_all(pharmacist, found, then + timedelta(days=30 * month))
    factories.open_at(pharmacist, found)
    return found


def test_a_treatment_that_has_run_out_goes_on_only_by_an_express_word(
    desk: Client, run_out: Prescription
) -> None:
    page = page_of(desk.get(counter(run_out)))
    assert "Ordonnance arrivée à son terme" in page
    assert "Délivrer à titre exceptionnel" in page and "Délivrer tel que prescrit" not in page
    assert 'name="l1-exceptional"' in page and "checked" not in page.split("l1-exceptional")[1][:80]
    data = page_keys(run_out) | typed(l1_quantity="1") | {"act": "changed"}
    response = send(desk, run_out, data)
    assert response.status_code == 422
    assert "Cochez ce que vous délivrez à titre exceptionnel." in page_of(response)
    done = send(desk, run_out, data | {"l1-exceptional": "on"})
    assert done.status_code == 302
    row = DispensedLine.objects.latest("dispensing__at")
    assert (row.exceptional, row.quantity) == ("chronic", 1)
    assert "Traitement chronique, à titre exceptionnel" in page_of(desk.get(done["Location"]))
    assert left(run_out) == [0]


# --- Overtaken meanwhile


def test_what_was_typed_is_shown_when_the_prescription_was_cancelled_meanwhile(
    desk: Client, doctor: Actor, prescription: Prescription
) -> None:
    data = filled(prescription, l1_quantity=1, l1_note="vu avec la patiente")
    prescription.refresh_from_db()
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())
    response = send(desk, prescription, data)
    page = page_of(response)
    assert response.status_code == 409 and "Le prescripteur a annulé" in page
    assert "et qui n'est pas enregistré" in page and "vu avec la patiente" in page


def test_what_was_typed_is_shown_when_a_colleague_released_it_meanwhile(
    desk: Client, at_work: Any, pharmacist: Actor, prescription: Prescription
) -> None:
    mark = {"mark": value_of(page_of(desk.get(counter(prescription))), "mark")}
    data = filled(prescription, l1_quantity=1, l1_note="vu avec la patiente") | mark
    factories.release(pharmacist, prescription)
    response = send(desk, prescription, data)
    page = page_of(response)
    assert response.status_code == 409 and "n'est plus prise en charge ici" in page
    assert "vu avec la patiente" in page and "MARTEL" not in page
    stranger = at_work(factories.a_pharmacist(place=factories.a_place()))
    assert send(stranger, prescription, data).status_code == 404
    assert send(desk, prescription, data | {"mark": "x"}).status_code == 404


def test_a_page_of_an_earlier_claim_is_filled_again_under_the_new_one(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    data = filled(prescription, l1_quantity=1, l1_note="vu")
    factories.release(pharmacist, prescription)
    factories.open_at(pharmacist, prescription)
    page = page_of(send(desk, prescription, data))
    assert "reprise ou modifiée depuis" in page and value_of(page, "l1-note") == "vu"
    assert value_of(page, "secret") == factories.secret_of(prescription)
    data |= {name: value_of(page, name) for name in ("key", "secret")}
    assert send(desk, prescription, data).status_code == 302
    assert left(prescription) == [1]


def test_a_key_that_served_is_replaced_on_the_page_that_says_so(
    desk: Client, pharmacist: Actor, doctor: Actor, patient: Any, prescription: Prescription
) -> None:
    used = filled(prescription)
    send(desk, prescription, used)
    other = opened(pharmacist, doctor, patient)
    page = page_of(send(desk, other, filled(other) | {"key": used["key"]}))
    assert value_of(page, "key") != used["key"]


def test_the_page_asks_as_many_questions_for_one_line_as_for_many(
    desk: Client,
    doctor: Actor,
    pharmacist: Actor,
    patient: Any,
    django_assert_max_num_queries: Any,
) -> None:
    one = opened(pharmacist, doctor, patient)
    four = opened(pharmacist, doctor, patient, *BOTH, "DOLIPRANE 1000", "MIRTAZAPINE BIOGARAN 15")
    desk.get(counter(four))
    desk.get(counter(one))
    with django_assert_max_num_queries(60) as first:
        desk.get(counter(one))
    with django_assert_max_num_queries(len(first)):
        desk.get(counter(four))
