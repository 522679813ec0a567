"""The fields that both desks share: days as people type them, and text that paper can show."""

from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from eprescription.documents.glyphs import deceiving, told, unprintable
from eprescription.fields import (
    DATES,
    OLDEST_BIRTH,
    BirthDateField,
    DayField,
    PrintableField,
)
from pharmacies.forms import NumberForm
from pharmacies.register_form import RegisterForm
from prescribers.forms import FindPatientForm, PatientForm


def refused(field: forms.Field, typed: str) -> str:
    with pytest.raises(ValidationError) as found:
        field.clean(typed)
    return " ".join(found.value.messages)


@given(
    day=st.dates(OLDEST_BIRTH, timezone.localdate()),
    written=st.sampled_from([d for d in DATES if "%Y-" not in d]),
)
def test_a_birth_date_is_understood_however_it_is_typed(day: date, written: str) -> None:
    typed = day.strftime(written)
    assert BirthDateField().clean(f" {typed} ") == day


@pytest.mark.parametrize("typed", ["31/02/1980", "4 mars 1951", "03/1951", "٤/٣/١٩٥١x", "0" * 20])
def test_what_is_no_day_says_how_to_write_one(typed: str) -> None:
    assert refused(BirthDateField(), typed) == "Écrivez le jour, le mois et l'année : 04/03/1951."


def test_nobody_who_lives_was_born_tomorrow_or_in_another_century() -> None:
    days = (timezone.localdate() + timedelta(days=1), OLDEST_BIRTH - timedelta(days=1))
    for day in days:
        said = refused(BirthDateField(), f"{day:%d/%m/%Y}")
        assert said == "Cette date de naissance n'est pas possible."
        assert DayField().clean(f"{day:%d/%m/%Y}") == day


def test_an_empty_day_is_none_where_it_may_be() -> None:
    assert BirthDateField(required=False).clean("") is None
    with pytest.raises(ValidationError):
        BirthDateField().clean("")


@given(st.text(min_size=1, max_size=40))
def test_printable_text_passes_and_the_rest_is_told(text: str) -> None:
    field = PrintableField(required=False)
    clean = text.strip()
    if not (unprintable(clean) or deceiving(clean) or "\x00" in text):
        assert field.clean(text) == clean
        return
    said = refused(field, text)
    assert "\x00" in text or told((deceiving(clean) or unprintable(clean))[0]) in said


def test_what_paper_cannot_show_is_told_in_the_language_of_the_page() -> None:
    with override("en"):
        assert refused(PrintableField(), "处方") == "These characters cannot be printed: 处 方"


def test_one_birth_date_field_serves_both_desks() -> None:
    for form in (NumberForm, RegisterForm, FindPatientForm, PatientForm):
        assert isinstance(form.base_fields["birth_date"], BirthDateField)
