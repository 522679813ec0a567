"""By which right a product stands in for another: generic groups of the base, lists of the law; strict beyond them."""

from datetime import date
from typing import Any

import pytest

from eprescription.catalogue.models import Medicine
from eprescription.models import Line
from eprescription.rules.delivery_facts import BIOSIMILAR, GENERIC, HYBRID
from pharmacies.links import Links, links_of, same_strength
from tests import factories

TODAY = date(2026, 11, 24)
LOTION = {"atc": "D07AC01", "inn": "bétaméthasone", "strength": "0,05 %", "routes": "cutanée"}


def medicine(cis: str, **told: Any) -> Medicine:
    return Medicine(cis=cis, name=cis, **told)


def linked(ours: dict[str, Any], theirs: dict[str, Any], *, on: date = TODAY) -> str:
    """How two invented products are tied."""
    pair = {"1": medicine("1", **ours), "2": medicine("2", **theirs)}
    return Links(pair).link(Line(cis="1"), "2", on=on)


@pytest.mark.django_db
def test_members_of_a_generic_group_stand_in_for_each_other() -> None:
    ours, theirs = (factories.a_medicine(name) for name in ("DUROGESIC 25", "FENTANYL ARROW 25"))
    links = links_of([ours.cis, theirs.cis])
    assert links.link(Line(cis=ours.cis), theirs.cis, on=TODAY) == GENERIC


@pytest.mark.django_db
def test_biosimilars_are_of_one_substance_strength_and_route() -> None:
    ours, theirs, weaker = (
        factories.a_medicine(name) for name in ("LOVENOX 4 000", "INHIXA 4 000", "DOLIPRANE 1000")
    )
    links = links_of([ours.cis, theirs.cis, weaker.cis])
    assert links.link(Line(cis=ours.cis), theirs.cis, on=TODAY) == BIOSIMILAR
    assert links.link(Line(cis=ours.cis), weaker.cis, on=TODAY) == ""
    assert links.is_biological(theirs.cis, on=TODAY)
    assert not links.is_biological(weaker.cis, on=TODAY)


@pytest.mark.django_db
def test_nothing_is_a_biosimilar_before_its_list_was_law() -> None:
    ours, theirs = (factories.a_medicine(name) for name in ("LOVENOX 4 000", "INHIXA 4 000"))
    links = links_of([ours.cis, theirs.cis])
    assert links.link(Line(cis=ours.cis), theirs.cis, on=date(2025, 2, 27)) == ""


@pytest.mark.django_db
def test_a_hybrid_is_of_a_class_of_the_list() -> None:
    of_the_list = LOTION | {"atc": "D01AC01"}
    assert linked(of_the_list, of_the_list) == HYBRID
    elsewhere = LOTION | {"atc": "J01CA04"}
    assert linked(elsewhere, elsewhere) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"strength": "0,1 %"},
        {"routes": "orale"},
        {"inn": "clobétasol"},
        {"atc": "D01AC02"},
    ],
)
def test_a_hybrid_differs_by_its_form_alone(other: dict[str, str]) -> None:
    ours = LOTION | {"atc": "D01AC01"}
    assert linked(ours, ours | {"form": "crème"}) == HYBRID
    assert linked(ours, ours | other) == ""


@pytest.mark.django_db
def test_half_a_code_ties_nothing() -> None:
    ours = LOTION | {"atc": "D01AC"}
    assert linked(ours, ours) == ""


def test_a_product_that_the_base_does_not_know_is_tied_to_nothing() -> None:
    links = Links({"1": medicine("1", **LOTION)})
    assert links.link(Line(cis="1"), "2", on=TODAY) == ""
    assert links.name_of("2") == ""
    assert not links.same_product(Line(cis="1", by_inn=True), "2")


def test_an_inn_names_all_products_of_its_key_and_a_brand_only_itself() -> None:
    pair = {"1": medicine("1", inn_key="k"), "2": medicine("2", inn_key="k")}
    assert Links(pair).same_product(Line(cis="1", by_inn=True), "2")
    assert not Links(pair).same_product(Line(cis="1"), "2")
    nameless = {"1": medicine("1"), "2": medicine("2")}
    assert not Links(nameless).same_product(Line(cis="1", by_inn=True), "2")


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("40 mg/0,4 ml", "40 mg dans 0,4 mL", True),
        ("1000 mg", "1 000 mg", True),
        ("40 mg", "80 mg", False),
    ],
)
def test_a_strength_is_the_same_however_it_is_written(ours: str, theirs: str, same: bool) -> None:
    assert same_strength(ours, theirs) is same
