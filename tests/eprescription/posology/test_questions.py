"""What does not agree is asked, in plain words and in both languages; what agrees is not."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.posology import Posology, Question, questions, read
from tests.eprescription.posology.strategies import posologies


def asked(typed: str, **line: Any) -> list[Question]:
    posology = read(typed).posology
    assert posology is not None
    return questions(posology, **line)


def codes(typed: str, **line: Any) -> list[str]:
    return [question.code for question in asked(typed, **line)]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (
            "1 cp matin et soir 7j",
            {"duration_days": 7, "boxes": 1, "box_units": 16, "unit": "tablet"},
        ),
        ("1 cp/j", {"duration_days": 90, "boxes": 3, "box_units": 30, "renewals": 3}),
        ("10 cp matin", {}),
        ("1 cp si besoin max 4/j", {"duration_days": 10, "boxes": 1, "box_units": 8}),
        ("1 cp toutes les 5h", {}),
        ("60 mg/kg/j en 3 prises", {"weight_kg": Decimal(15), "age_years": 3}),
        ("1 cp matin", {"unit": "capsule"}),
        ("20 ui le soir", {"unit": "injection"}),
        ("1 cp 3x/j max 3/j", {}),
        ("1 cp/j", {"duration_days": 30, "boxes": 2, "box_units": 28}),
    ],
)
def test_a_line_that_agrees_asks_nothing(typed, line):
    assert asked(typed, **line) == []


@pytest.mark.parametrize(
    ("typed", "line", "code"),
    [
        ("11 cp matin", {}, "large_dose"),
        ("40 cp matin", {}, "large_dose"),
        ("matin 1 cp, soir 12 cp", {}, "large_dose"),
        ("6 g 3x/j", {"strength_mg": Decimal(500), "unit": "tablet"}, "large_dose"),
        (
            "100 g/kg/j en 2 prises",
            {"weight_kg": Decimal(20), "strength_mg": Decimal(500), "unit": "tablet"},
            "large_dose",
        ),
        ("1 cp si douleur", {}, "no_ceiling"),
        ("2 cp 3x/j max 4/j", {}, "beyond_ceiling"),
        ("1 cp 3x/j max 2 prises/j", {}, "beyond_ceiling"),
        ("10 gouttes matin", {"unit": "tablet"}, "other_unit"),
        ("60 mg/kg/j en 3 prises", {}, "no_weight"),
        ("1 dose-poids 4x/j", {}, "no_weight"),
        ("60 mg/kg/j en 3 prises", {"weight_kg": Decimal(70), "age_years": 3}, "unlikely_weight"),
        ("60 mg/kg/j en 3 prises", {"weight_kg": Decimal(12), "age_years": 40}, "unlikely_weight"),
        ("1 cp/j", {"duration_days": 0}, "odd_duration"),
        ("1 cp/j", {"duration_days": 367}, "odd_duration"),
        ("1 cp/j", {"duration_days": -3}, "odd_duration"),
        ("1 cp/j 7j", {"duration_days": 28}, "other_duration"),
        ("3 cp 3j, 2 cp 3j, 1 cp 3j", {"duration_days": 10}, "other_duration"),
        ("1 cp/j", {"duration_days": 90, "renewals": 5}, "beyond_a_year"),
        ("1 cp/j", {"duration_days": 30, "boxes": 3, "box_units": 30}, "many_boxes"),
        ("1 cp 3x/j", {"duration_days": 30, "boxes": 1, "box_units": 30}, "few_boxes"),
        ("1 cp 3x/j 7j", {"boxes": 1, "box_units": 8}, "few_boxes"),
    ],
)
def test_what_does_not_agree_is_asked_once(typed, line, code):
    assert codes(typed, **line) == [code]


def test_a_question_names_the_field_and_the_figures_in_both_languages():
    (question,) = asked("1 cp/j", duration_days=30, boxes=5, box_units=30)
    assert question.field == "quantity"
    assert question.text_fr == "5 boîtes : la posologie et la durée en demandent 1."
    assert question.text_en == "5 boxes: the posology and the duration need 1."


def test_a_taper_of_large_doses_asks_once():
    assert codes("20 cp matin 3j puis 15 cp matin 3j") == ["large_dose"]


def test_what_is_taken_as_needed_may_come_in_fewer_boxes():
    assert codes("1 cp si douleur max 6/j", duration_days=30, boxes=1, box_units=16) == []


@given(
    posologies(),
    st.none() | st.integers(-10, 500),
    st.none() | st.integers(0, 99),
    st.none() | st.integers(0, 11),
    st.none() | st.integers(0, 100),
    st.none() | st.integers(0, 120),
)
def test_any_line_may_be_asked_about(
    posology: Posology,
    days: int | None,
    boxes: int | None,
    renewals: int | None,
    box_units: int | None,
    age: int | None,
) -> None:
    found = questions(
        posology,
        duration_days=days,
        boxes=boxes,
        renewals=renewals,
        box_units=box_units,
        unit="tablet",
        age_years=age,
    )
    assert len({question.code for question in found}) == len(found)
    for question in found:
        assert question.text_fr and question.text_en
        assert question.field in ("posology", "duration", "quantity", "renewals", "weight")
