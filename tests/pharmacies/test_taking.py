"""The label says what to take when, and until which day; the slip names the product of a line by its INN."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from eprescription.actor import Actor
from eprescription.models import DispensedLine, Line
from eprescription.posology import read
from pharmacies.taking import day_of, last_day
from tests import factories
from tests.pharmacies.judged import CHRONIC, MIRTAZAPINE, days_ago, give
from tests.pharmacies.test_papers import paper

TODAY = date(2026, 11, 23)
GIVEN = {"quantity": 2, "exceptional": "", "lost": 0, "posology": ""}


def a_line(posology: str, **more: Any) -> Line:
    taken = read(posology).posology
    return Line(cis="61234567", posology=posology, dosing=taken and taken.to_json(), **more)


@pytest.mark.parametrize(
    ("posology", "said"),
    [
        ("1 comprimé matin et soir", ["1", "", "1", ""]),
        ("1 comprimé le matin, ½ à midi et 2 au coucher", ["1", "½", "", "2"]),
        ("1 comprimé le soir", ["", "", "1", ""]),
    ],
)
def test_the_day_has_four_moments(posology: str, said: list[str]) -> None:
    day = day_of(a_line(posology))
    assert [name for name, _count in day] == ["Matin", "Midi", "Soir", "Coucher"]
    assert [count for _name, count in day] == said


@pytest.mark.parametrize(
    "posology",
    [
        "1 comprimé 3 fois par jour",
        "1 comprimé matin et soir si besoin",
        "1 comprimé le matin un jour sur deux",
        "1 comprimé le matin le lundi",
        "1 à 2 comprimés matin et soir",
        "2 comprimés le matin pendant 3 jours puis 1 comprimé le matin pendant 3 jours",
        "selon avis",
    ],
)
def test_what_four_moments_do_not_say_is_left_to_the_sentence(posology: str) -> None:
    assert day_of(a_line(posology)) == ()


def test_a_posology_that_the_pharmacist_changed_shows_no_day_of_the_former_one() -> None:
    assert day_of(a_line("1 comprimé matin et soir"), "1 comprimé le soir") == ()


def until(before: int, **done: Any) -> date | None:
    line = a_line("1 comprimé matin et soir", quantity=2, duration_days=7)
    row = DispensedLine(**{**GIVEN, **done})
    return last_day(line, row, before=before, weight=None, on=TODAY)


def test_a_treatment_that_begins_here_ends_on_a_day() -> None:
    assert until(0) == until(2) == until(4) == date(2026, 11, 29)


def test_the_rest_of_a_delivery_and_what_is_counted_otherwise_say_no_day() -> None:
    assert until(1) is None, "the other box began it"
    assert until(0, quantity=0) is None
    for other in ({"exceptional": "chronic"}, {"lost": 3}, {"posology": "1 le soir"}):
        assert until(0, **other) is None
    endless = a_line("1 comprimé le matin", quantity=1)
    row = DispensedLine(**GIVEN)
    assert last_day(endless, row, before=0, weight=None, on=TODAY) is None


def test_a_label_shows_the_day_and_the_last_one_of_the_treatment(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    done = factories.dispense_all(pharmacist, factories.a_signed(doctor, patient))
    last = date_format(timezone.localdate() + timedelta(days=6), "DATE_FORMAT")
    for size in ("", "roll"):
        said = paper(desk, "labels", done, paper=size)
        assert f"jusqu'au {last} inclus" in said.replace("’", "'")
        for moment in ("Matin 1", "Midi –", "Soir 1", "Coucher –"):
            assert moment in said


def test_a_renewal_counts_its_own_days_and_an_owed_box_none(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    renewed = factories.a_signed(doctor, patient, MIRTAZAPINE, at=days_ago(40), **CHRONIC)
    give(pharmacist, renewed, at=days_ago(30))
    now = give(pharmacist, renewed).dispensing
    last = date_format(timezone.localdate() + timedelta(days=29), "DATE_FORMAT")
    assert last in paper(desk, "labels", now)
    two = factories.a_signed(doctor, patient)
    give(pharmacist, two, refusal="later")
    rest = give(pharmacist, two).dispensing
    assert "inclus" not in paper(desk, "labels", rest)


def test_the_slip_and_the_page_name_the_product_of_a_line_by_its_inn(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    for by_inn in (True, False):
        signed = factories.a_signed(doctor, patient, by_inn=by_inn)
        done = factories.dispense_all(pharmacist, signed)
        named = f"Produit : {done.lines.get().name}"
        assert (named in paper(desk, "slip", done)) is by_inn
        page = desk.get(reverse("pharmacies:dispensing", args=[done.pk])).content.decode()
        assert ("Produit :</strong>" in page) is by_inn
