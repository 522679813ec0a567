"""What an act or a page of the counter asks of the database does not grow with what the base holds."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eprescription.actor import Actor
from eprescription.models import Prescription
from tests import factories
from tests.pharmacies.page import filled, send

pytestmark = pytest.mark.django_db
PAGE = 14  # who asks (3), the transaction (2), seven readings, their ceiling and their trace
LINES = ("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000", "MIRTAZAPINE BIOGARAN 15")


def asked(act: Callable[[], Any], status: int) -> int:
    """How many queries an act makes, whose answer has this status."""
    with CaptureQueriesContext(connection) as seen:
        assert act().status_code == status
    return len(seen)


@pytest.fixture
def signed(doctor: Actor, patient: Any) -> Callable[..., Prescription]:
    return lambda *medicines: factories.a_signed(doctor, patient, *medicines)


def scan(desk: Client, prescription: Prescription) -> int:
    text = {"text": factories.code_of(prescription)}
    return asked(lambda: desk.post(reverse("pharmacies:scan"), text), 302)


def dispense(desk: Client, prescription: Prescription) -> int:
    data = filled(prescription)
    return asked(lambda: send(desk, prescription, data), 302)


def search(desk: Client, **fields: str) -> tuple[int, int]:
    """How many queries, and how many rows they found."""
    with CaptureQueriesContext(connection) as seen:
        page = desk.post(reverse("pharmacies:register"), fields)
    return len(seen), len(page.context["found"].entries)


def test_a_scan_asks_the_same_whatever_was_opened_and_dispensed_before(
    desk: Client, pharmacist: Actor, signed: Any
) -> None:
    scan(desk, signed())  # the first page of a session takes its seat
    first = scan(desk, signed())
    for _time in range(3):
        factories.dispense_all(pharmacist, signed(*LINES))

    assert scan(desk, signed(*LINES)) == first


def test_the_page_to_dispense_from_reads_no_table_twice(desk: Client, signed: Any) -> None:
    for prescription in (signed(), signed(*LINES)):
        scan(desk, prescription)
        page = reverse("pharmacies:prescription", args=[prescription.pk])
        desk.get(page)  # generic groups are kept from here on
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(page).status_code == 200
        read = [
            found[1] for q in seen if (found := re.search(r'^SELECT .*? FROM "(\w+)"', q["sql"]))
        ]
        assert len(read) == len(set(read)), read
        assert len(seen) <= PAGE, [q["sql"] for q in seen]


def test_what_was_delivered_before_costs_the_page_one_reading(
    desk: Client, pharmacist: Actor, signed: Any
) -> None:
    prescription = signed(*LINES)
    factories.open_at(pharmacist, prescription)
    first, *others = factories.decisions_for(prescription)
    later = [replace(d, quantity=0, refusal="later") for d in others]
    factories.dispense(pharmacist, prescription, [first, *later])
    scan(desk, prescription)
    page = reverse("pharmacies:prescription", args=[prescription.pk])
    desk.get(page)

    assert asked(lambda: desk.get(page), 200) <= PAGE + 1


def test_a_line_more_costs_a_dispensing_two_queries_at_most(desk: Client, signed: Any) -> None:
    one, three = signed(), signed(*LINES)
    scan(desk, one)
    scan(desk, three)
    dispense_first = dispense(desk, one)

    assert dispense(desk, three) <= dispense_first + 2 * 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"birth_name": "MARTEL", "birth_date": "04/03/1951"},
        {"since": "01/01/2020", "until": "01/01/2090"},
    ],
    ids=["latest", "patient", "dates"],
)
def test_the_register_asks_as_many_questions_for_one_as_for_many(
    desk: Client, pharmacist: Actor, signed: Any, fields: dict[str, str]
) -> None:
    factories.dispense_all(pharmacist, signed())
    search(desk, **fields)
    first, rows = search(desk, **fields)
    assert rows == 1
    for _time in range(4):
        factories.dispense_all(pharmacist, signed(*LINES))

    assert search(desk, **fields) == (first, 9)
