"""Values of the drug base: a wrong code is an error, a value that cannot be read is unknown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.catalogue.sources import values
from tests.eprescription.catalogue.base import cip13


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("25,36", 2536),
        ("1,466,29", 146629),
        ("39,339,93", 3933993),
        ("12", 1200),
        ("3,5", 350),
        ("1 234,50", 123450),
        ("", None),
        ("libre", None),
        (",", None),
        ("-3,00", None),
        ("12,3,4,5", None),
    ],
)
def test_the_last_comma_of_a_price_is_the_decimal_mark(text, cents):
    assert values.cents(text) == cents


@given(st.integers(min_value=0, max_value=99_999_999))
def test_a_price_is_read_as_it_is_written(cents):
    assert values.cents(f"{cents // 100:,},{cents % 100:02d}") == cents


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("16/03/2011", date(2011, 3, 16)),
        ("2026-05-26", date(2026, 5, 26)),
        ("20240131", date(2024, 1, 31)),
        ("12/12/1910", date(1910, 12, 12)),
        ("29/11/2924", None),
        ("31/02/2020", None),
        ("", None),
    ],
)
def test_a_date_that_cannot_be_is_unknown(text, day):
    assert values.day(text) == day


@pytest.mark.parametrize(("text", "rate"), [("65%", "65%"), ("65 %", "65%"), ("", "")])
def test_a_rate_is_written_in_one_way(text, rate):
    assert values.rate(text) == rate


@pytest.mark.parametrize(("text", "said"), [("oui", True), ("Non", False), ("", None), ("?", None)])
def test_neither_yes_nor_no_says_nothing(text, said):
    assert values.yes_no(text) is said


@given(st.integers(min_value=0, max_value=9_999_999), st.integers(min_value=1, max_value=9))
def test_a_box_has_one_right_check_digit(number, off):
    right = cip13(number)
    wrong = right[:-1] + str((int(right[-1]) + off) % 10)

    assert values.cip13(right) == right
    with pytest.raises(ValueError, match="check digit"):
        values.cip13(wrong)


def test_the_short_code_of_a_box_stands_in_the_long_one():
    assert values.cip7_of(cip13(3000001), "3000001") == "3000001"
    with pytest.raises(ValueError, match="two boxes"):
        values.cip7_of(cip13(3000001), "3000002")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.cis, "6000001"),
        (values.cis, "６0000001"),
        (values.cip13, "3400123456789"),
        (values.substance, "1"),
        (values.atc, "N02"),
        (values.atc, "n02be01"),
    ],
)
def test_a_wrong_code_is_an_error(read, text):
    with pytest.raises(ValueError, match="not a"):
        read(text)


def test_leading_zeros_of_a_substance_count():
    assert values.substance("00001") == "00001"


def test_the_sign_that_stands_for_an_apostrophe_becomes_one():
    assert values.repaired("  boîte  de l¿enfant ") == "boîte de l'enfant"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("gélule gastro-résistant(e)", "gélule gastro-résistante"),
        (" comprimé enrobé  gastro-résistant(e)", "comprimé enrobé gastro-résistant"),
        ("gomme à mâcher médicamenteux(se)", "gomme à mâcher médicamenteuse"),
        ("pansement adhésif(ve)", "pansement adhésif"),
        (
            "poudre effervescent(e) pour solution buvable",
            "poudre effervescente pour solution buvable",
        ),
        ("plante(s) pour tisane", "plante(s) pour tisane"),
    ],
)
def test_the_adjectives_of_a_form_agree(written, read):
    assert values.form(written) == read
