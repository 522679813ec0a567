"""What a person typed says what it seems to say: nothing unseen, nothing that turns the order of reading."""

import unicodedata

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from eprescription.documents.glyphs import deceiving, unprintable
from eprescription.legible import Illegible, blank_on_paper, check_legible, deceit_of
from eprescription.models import LineKind, Prescription, PrescriptionState
from eprescription.refusal import Refusal
from prescribers.lines import of_text
from tests import factories
from tests.sessions import acting

TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\u2063\ufeff\u3164\u2800\x0b\x1c\x7f\x85\u2028\U000e0041"
NAMES = ["Zoë Đặng", "Иванова", "Şükrü Ağaoğlu", "ნინო", "שרה", "فاطمة", "O’Neill-D'Arc"]


@pytest.mark.parametrize("sign", TURNS + UNSEEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_turns_or_hides_is_refused_and_named_by_its_code(sign: str) -> None:
    said = deceit_of(f"10{sign}0 mg")

    assert f"U+{ord(sign):04X}" in said
    assert sign not in said  # it would turn the message too
    with pytest.raises(Illegible):
        check_legible(f"10{sign}0 mg")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_world_are_read_as_they_are_written(name: str) -> None:
    check_legible(name, unicodedata.normalize("NFD", name))


def test_a_tower_of_accents_is_refused_and_two_are_a_letter() -> None:
    assert deceit_of("o\u0302\u0323") == ""
    assert "U+0301" in deceit_of("q" + "\u0301" * 9)


def test_what_no_font_holds_is_told_as_itself() -> None:
    assert blank_on_paper("处方 1") == "Ces caractères ne peuvent pas être imprimés : 处 方"
    assert deceit_of("处方") == ""


@given(st.text(max_size=60))
def test_what_passes_holds_nothing_that_a_reader_cannot_see(text: str) -> None:
    try:
        check_legible(text)
    except Illegible as refusal:
        assert deceiving(text) or unprintable(text)
        assert all(c.isprintable() for c in refusal.text)
        return
    kinds = {unicodedata.category(c) for c in text if c not in "\t\n\r"}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


# --- Acts, whoever calls them


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Bas \u202eGPJ.exe", "处方", "Attelle\u200b"])
def test_a_free_line_is_refused_before_it_stands_on_a_draft(typed: str) -> None:
    with pytest.raises(Illegible):
        of_text(LineKind.OTHER, typed)
    doctor = factories.a_prescriber()
    draft = factories.a_draft(doctor, factories.a_patient(doctor, account=False)[0])

    answer = acting(doctor).post(
        reverse("prescribers:write", args=[draft.pk]),
        {"version": draft.version, "act": "text", "search": typed, "kind": "other"},
    )

    assert answer.status_code == 422
    assert draft.lines.count() == 1
    assert typed in answer.content.decode()  # nothing typed is lost


@pytest.mark.django_db
@pytest.mark.parametrize("posology", ["1 cp \u202eriosel", "一日两次"])
def test_what_cannot_be_printed_is_not_signed_whichever_way_it_came(posology: str) -> None:
    doctor = factories.a_prescriber()
    subject_id, _account = factories.a_patient(doctor, account=False)
    draft = factories.a_draft(doctor, subject_id, posology=posology)
    factories.give_reasons(doctor, draft)

    with pytest.raises(Refusal) as refusal:
        factories.prescriber_acts.sign(
            prescription=draft, may_follow=True, paper="paper", by=doctor, at=factories.later()
        )

    assert refusal.value.code == "unprintable"
    assert Prescription.objects.get(pk=draft.pk).state == PrescriptionState.DRAFT


@pytest.mark.django_db
def test_the_page_of_the_signature_says_so() -> None:
    doctor = factories.a_prescriber()
    subject_id, _account = factories.a_patient(doctor, account=False)
    draft = factories.a_draft(doctor, subject_id, posology="1 cp \u202eriosel")
    factories.give_reasons(doctor, draft)

    answer = acting(doctor).post(
        reverse("prescribers:sign", args=[draft.pk]),
        {"version": draft.version, "may_follow": "yes", "paper": "paper"},
    )

    assert answer.status_code == 422
    assert "U+202E" in answer.content.decode()


@pytest.mark.django_db
def test_a_reason_is_legible_too() -> None:
    doctor = factories.a_prescriber()
    subject_id, _account = factories.a_patient(doctor, account=False)
    twice = ["AMOXICILLINE VIATRIS 1 g"] * 2  # a warning asks for a reason
    draft = factories.a_draft(doctor, subject_id, *twice)

    with pytest.raises(Illegible):
        factories.give_reasons(doctor, draft, reason="Pesé\u202e")
