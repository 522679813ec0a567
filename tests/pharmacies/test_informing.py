"""What the law tells and asks nothing for stands quietly beside its line, before anything is delivered."""

import re
from typing import Any

import pytest
from django.test import Client

from eprescription.actor import Actor
from eprescription.models import Dispensing, Prescription
from tests import factories
from tests.pharmacies.page import box_of, counter, filled, page_of, scanned, send

NUMBERED = "Inscrit à l'ordonnancier sous le numéro suivant"
BIOSIMILAR = "Informez le patient du biosimilaire, il peut le refuser"
IDENTITY = "demandez une pièce d'identité à qui vous ne connaissez pas"


def opened(doctor: Actor, pharmacist: Actor, patient: Any, *names: str, **line: Any) -> Any:
    found = factories.a_signed(doctor, patient, *names, **line)
    factories.open_at(pharmacist, found)
    return found


@pytest.fixture
def enoxaparin(doctor: Actor, pharmacist: Actor, patient: Any) -> Prescription:
    daily = {"posology": "1 injection par jour", "duration_days": 6, "quantity": 1}
    return opened(doctor, pharmacist, patient, "LOVENOX 4 000 UI", **daily)


def words(page: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", page).replace("&#x27;", "'")
    return " ".join(plain.split())


def line_of(page: str, position: int) -> str:
    """The words of one line of the page."""
    lines = re.findall(r"<tbody.*?</tbody>", page, re.DOTALL)
    return words(lines[position - 1])


def test_a_listed_medicine_says_that_it_is_numbered_and_an_unlisted_one_says_nothing(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    found = opened(
        doctor, pharmacist, patient, "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000", quantity=1
    )
    page = page_of(desk.get(counter(found)))
    assert NUMBERED in line_of(page, 1) and "CSP R. 5132-9" in line_of(page, 1)
    assert NUMBERED not in line_of(page, 2)
    assert not Dispensing.objects.exists()


def test_a_biosimilar_that_is_read_says_to_tell_the_patient(
    desk: Client, enoxaparin: Prescription
) -> None:
    assert BIOSIMILAR not in words(page_of(desk.get(counter(enoxaparin))))
    read = scanned(desk, enoxaparin, box_of("INHIXA 4 000"))
    assert BIOSIMILAR in line_of(read, 1)


def test_it_is_told_again_on_a_page_that_comes_back_with_a_fault(
    desk: Client, enoxaparin: Prescription
) -> None:
    similar = {"l1_cis": factories.a_medicine("INHIXA 4 000").cis}
    back = send(desk, enoxaparin, filled(enoxaparin, **similar))
    assert back.status_code == 422 and BIOSIMILAR in line_of(page_of(back), 1)
    broken = send(desk, enoxaparin, filled(enoxaparin, **similar, l1_quantity="x"))
    assert broken.status_code == 422


def test_what_would_stop_the_delivery_is_not_told_before_one_delivers(
    desk: Client, enoxaparin: Prescription
) -> None:
    similar = filled(enoxaparin, l1_cis=factories.a_medicine("INHIXA 4 000").cis)
    page = page_of(send(desk, enoxaparin, similar | {"act": "box", "box": "pas une boîte"}))
    assert BIOSIMILAR in line_of(page, 1)
    assert "L. 5125-23-2" in line_of(page, 1) and line_of(page, 1).count("5125-23-2") == 1


def test_a_refusal_for_health_says_who_is_told(desk: Client, enoxaparin: Prescription) -> None:
    unsafe = {"l1_quantity": "0", "l1_refusal": "unsafe"}
    box = filled(enoxaparin, **unsafe) | {"act": "box", "box": "pas une boîte"}
    page = page_of(send(desk, enoxaparin, box))
    assert "le prescripteur en est informé" in line_of(page, 1)
    assert NUMBERED not in line_of(page, 1), "nothing is handed over"


def test_what_concerns_the_whole_stands_where_one_hands_over(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    morphine = {"posology": "1 gélule matin et soir", "duration_days": 7}
    found = opened(doctor, pharmacist, patient, "SKENAN L.P. 10 mg", **morphine)
    page = page_of(desk.get(counter(found)))
    handing = re.search(r"<details class=\"counter__bearer\".*?</details>", page, re.DOTALL)
    assert handing and IDENTITY in words(handing[0])
    plain = opened(doctor, pharmacist, patient)
    assert IDENTITY not in words(page_of(desk.get(counter(plain))))
