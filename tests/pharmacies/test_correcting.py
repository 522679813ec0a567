"""Correcting a delivery: by its author within 72 hours, for a reason; both versions are shown, one stands."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.execution import read_execution
from eprescription.models import DispensedLine, Dispensing, Prescription, Refusal
from pharmacies.bearers import bearer_of
from pharmacies.decisions import Handing
from tests import factories
from tests.pharmacies.page import chosen_of, left, page_of, value_of

WHY = "Une boîte comptée en trop"


@pytest.fixture
def prescription(doctor: Actor, pharmacist: Actor, patient: Any) -> Prescription:
    """Two boxes of two deliveries, the first made an hour ago; signed the day before that."""
    signed = timezone.localtime() - timedelta(days=1)
    found = factories.a_signed(doctor, patient, at=signed, quantity=2, renewals=1)
    factories.dispense_all(pharmacist, found, timezone.now() - timedelta(hours=1))
    return found


@pytest.fixture
def done(prescription: Prescription) -> Dispensing:
    return Dispensing.objects.get(case__prescription=prescription)


def url(done: Dispensing) -> str:
    return reverse("pharmacies:correct", args=[done.pk])


def typed(page: str, **changes: str) -> dict[str, str]:
    """What the page of a correction would send, with changes."""
    names = ("l1-quantity", "l1-note", "bearer", "key", "correction_reason")
    held = {name: value_of(page, name) for name in names}
    held |= {"l1-cis": chosen_of(page, "l1-cis"), "act": "changed"}
    return held | {name.replace("_", "-", 1): value for name, value in changes.items()}


def correct(desk: Client, done: Dispensing, why: str = WHY, **changes: str) -> Any:
    data = typed(page_of(desk.get(url(done))), **changes)
    return desk.post(url(done), data | {"correction_reason": why})


def test_the_form_is_filled_with_what_was_recorded(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    found = factories.a_signed(doctor, patient)
    factories.open_at(pharmacist, found)
    row = factories.decisions_for(found)[0]
    changed = type(row)(
        line_id=row.line_id, quantity=1, cis=row.cis, refusal=Refusal.LATER, owed=1, lot="AB12"
    )
    who = Handing(bearer="Paul DURAND", bearer_address="3 rue du Port")
    done = factories.dispense(pharmacist, found, [changed], handing=who)
    page = page_of(desk.get(url(done)))
    assert (value_of(page, "l1-quantity"), value_of(page, "l1-owed")) == ("1", "1")
    assert chosen_of(page, "l1-refusal") == Refusal.LATER and value_of(page, "l1-lot") == "AB12"
    assert value_of(page, "bearer") == "Paul DURAND"
    assert "Enregistrer la correction" in page and "Libérer" not in page


def test_a_correction_gives_back_and_takes_anew(
    desk: Client, prescription: Prescription, done: Dispensing
) -> None:
    assert left(prescription) == [2]
    response = correct(desk, done, l1_quantity="1")
    new = Dispensing.objects.get(corrects=done)
    assert response["Location"] == reverse("pharmacies:dispensing", args=[new.pk])
    assert left(prescription) == [3]
    assert (new.correction_reason, new.lines.get().quantity) == (WHY, 1)


def test_both_versions_are_shown_and_the_corrected_one_says_so(
    desk: Client, done: Dispensing
) -> None:
    page = page_of(desk.get(correct(desk, done, l1_quantity="1")["Location"]))
    assert "Délivré : 1 boîte" in page
    before = page.split("Version corrigée", 1)[1]
    assert "elle ne vaut plus" in before and WHY in before and "2 boîtes" in before
    former = page_of(desk.get(reverse("pharmacies:dispensing", args=[done.pk])))
    assert "Version corrigée le" in former and WHY in former
    assert "Lire la version qui vaut" in former and "Corriger</span>" not in former
    assert "Corrigée depuis" in page_of(desk.get(reverse("pharmacies:dispensings")))


def test_others_read_the_standing_version_only(
    desk: Client, doctor: Actor, prescription: Prescription, done: Dispensing
) -> None:
    correct(desk, done, l1_quantity="1", l1_note="vue et corrigée")
    prescription.refresh_from_db()
    patient = factories.a_patient_actor(prescription.subject_id)
    for reader in (doctor, patient):
        (line,) = read_execution(prescription, by=reader).lines
        assert [(d.quantity, d.note) for d in line.deliveries] == [(1, "vue et corrigée")]


@pytest.mark.parametrize("why", ["", "   ", "x" * 301, "处方"])
def test_a_correction_without_a_reason_is_asked_for_one_and_keeps_what_was_typed(
    desk: Client, done: Dispensing, why: str
) -> None:
    response = correct(desk, done, why, l1_quantity="1")
    page = page_of(response)
    assert response.status_code == 422 and 'id="id_correction_reason_error"' in page
    assert value_of(page, "l1-quantity") == "1"
    assert not Dispensing.objects.filter(corrects=done).exists()


def test_the_law_judges_a_correction_too(desk: Client, done: Dispensing) -> None:
    response = correct(desk, done, l1_quantity="9")
    assert response.status_code == 422 and "CSP R. 5132-14</a>" in page_of(response)


def test_a_correction_is_sent_twice_and_made_once(desk: Client, done: Dispensing) -> None:
    data = typed(page_of(desk.get(url(done))), l1_quantity="1") | {"correction_reason": WHY}
    answers = {desk.post(url(done), data)["Location"] for _time in range(3)}
    assert len(answers) == 1 and Dispensing.objects.filter(corrects=done).count() == 1


def test_a_version_that_was_replaced_is_not_corrected_again_but_the_new_one_is(
    desk: Client, prescription: Prescription, done: Dispensing
) -> None:
    correct(desk, done, l1_quantity="1")
    assert desk.get(url(done)).status_code == 404
    new = Dispensing.objects.get(corrects=done)
    assert correct(desk, new, l1_quantity="2").status_code == 302
    assert left(prescription) == [2]


def test_only_its_author_corrects_and_only_for_72_hours(
    desk: Client, at_work: Any, doctor: Actor, pharmacist: Actor, patient: Any, done: Dispensing
) -> None:
    from eprescription.models import Place

    place = Place.objects.get(pk=pharmacist.place_id)
    colleague = at_work(factories.a_pharmacist(place=place))
    page = reverse("pharmacies:dispensing", args=[done.pk])
    assert "/corriger/" in page_of(desk.get(page))
    assert "/corriger/" not in page_of(colleague.get(page))
    assert colleague.get(url(done)).status_code == 404
    assert colleague.post(url(done), {}).status_code == 404
    old = factories.a_signed(doctor, patient, at=timezone.localtime() - timedelta(days=5))
    late = factories.dispense_all(pharmacist, old, timezone.now() - timedelta(hours=73))
    assert desk.get(url(late)).status_code == 404
    assert "/corriger/" not in page_of(desk.get(reverse("pharmacies:dispensing", args=[late.pk])))


def test_who_fetched_may_be_corrected(desk: Client, done: Dispensing) -> None:
    data = typed(page_of(desk.get(url(done)))) | {
        "bearer": "Paul DURAND",
        "bearer_address": "3 rue du Port",
        "correction_reason": "Porteur oublié",
    }
    assert desk.post(url(done), data).status_code == 302
    new = Dispensing.objects.get(corrects=done)
    assert bearer_of(new) == ("Paul DURAND", "3 rue du Port") and bearer_of(done) == ("", "")


def test_a_box_is_read_on_the_page_of_a_correction_too(desk: Client, done: Dispensing) -> None:
    cip = DispensedLine.objects.get(dispensing=done).line.cip13
    data = typed(page_of(desk.get(url(done)))) | {"box": cip}
    page = page_of(desk.post(url(done), data))
    assert value_of(page, "l1-packs") == "1" and not Dispensing.objects.filter(corrects=done)
