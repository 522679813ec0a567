"""The lines on a screen say what the paper says, in the language of the page."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags

from eprescription.documents import wording
from eprescription.documents.paper import printed_line, printed_mentions
from eprescription.models import Line, LineKind, Prescription
from eprescription.presenters import line_view, sheet_mentions

EVERYTHING: dict[str, Any] = {
    "duration_days": 30,
    "quantity": 2,
    "renewals": 5,
    "ald": True,
    "non_substitutable": "MTE",
    "fraction_days": 7,
    "by_pump": True,
    "overlap": "dose augmentée",
    "off_label": True,
    "not_reimbursable": True,
    "cover": "atmp",
}


@pytest.fixture(autouse=True)
def french():
    with translation.override("fr"):
        yield


def a_line(**said: Any) -> Line:
    facts = {
        "id": uuid.uuid4(),
        "position": 1,
        "cis": "60000001",
        "inn": "Amoxicilline",
        "name": "CLAMOXYL 1 g, comprimé dispersible",
        "strength": "1 g",
        "form": "comprimé dispersible",
        "posology": "1 comprimé matin et soir",
    }
    return Line(**{**facts, **said})


def shown(*lines: Line, **more: Any) -> str:
    views = [line_view(line) for line in lines]
    page = render_to_string("eprescription/_sheet_lines.html", {"lines": views, **more})
    return " ".join(strip_tags(page).split())


@pytest.mark.parametrize(
    "said",
    [
        {},
        EVERYTHING,
        {"duration_days": 28},
        {"by_inn": True},
        {"single_delivery": True, "fraction_days": 7},
        {"kind": LineKind.DEVICE, "inn": "", "lpp": "2123456", "quantity": 3},
        {"kind": LineKind.NURSING, "inn": "", "duration_days": 15, "cover": "prevention"},
    ],
)
def test_screen_and_paper_say_the_same_of_a_line(said):
    line = a_line(**said)
    paper, page = printed_line(line), shown(line)
    for words in (
        *(paper.inn, paper.name, paper.strength, paper.form, paper.posology, paper.duration),
        *(paper.quantity, paper.total, paper.non_substitutable, paper.lpp, *paper.mentions),
        paper.renewals if line.renewals else "",
    ):
        assert words in page, words


def test_a_line_by_its_inn_shows_no_brand_but_keeps_the_product():
    view = line_view(a_line(by_inn=True))
    assert (view.name, view.under, view.title) == ("", "", "Amoxicilline")
    assert view.product == "CLAMOXYL 1 g, comprimé dispersible"
    assert "CLAMOXYL" not in shown(a_line(by_inn=True))
    assert "CLAMOXYL" in shown(a_line())


def test_a_device_is_called_by_its_name_with_its_kind_and_code():
    view = line_view(a_line(kind=LineKind.DEVICE, inn="", name="Canne", lpp="2123456"))
    assert (view.title, view.under) == ("Canne", "Dispositif médical · LPP 2123456")


def test_only_a_medicine_waits_for_its_posology():
    assert "posologie à écrire" in shown(a_line(posology=""))
    assert "posologie à écrire" not in shown(
        a_line(kind=LineKind.NURSING, inn="", posology="", duration_days=15)
    )


def test_mentions_say_the_zone_and_the_frame_first():
    assert line_view(a_line(**EVERYTHING)).mentions[:2] == (
        "ALD",
        "Non substituable (MTE : marge thérapeutique étroite)",
    )
    assert line_view(a_line()).mentions == ()


@pytest.mark.django_db
def test_the_whole_says_what_the_foot_of_the_paper_says_and_the_measures():
    prescription = Prescription(
        weight_kg=Decimal("12.50"), height_cm=86, pharmacy_named="Pharmacie de la Gare"
    )
    said = sheet_mentions(prescription, [])
    assert said == ("12,5\u00a0kg", "86\u00a0cm", *printed_mentions(prescription, []))
    assert said[0] == wording.weight(Decimal("12.50"))
    assert "Pharmacie désignée : Pharmacie de la Gare" in shown(a_line(), mentions=said)


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "{{ 7*7 }}", "</p></li>", "\u202e", "a\x00b"]
)
def test_hostile_words_are_shown_as_they_are(words):
    view = line_view(a_line(overlap=words, name=words, kind=LineKind.OTHER, inn=""))
    page = render_to_string("eprescription/_sheet_lines.html", {"lines": [view]})
    assert "<script" not in page and page.count("</li>") == 1
