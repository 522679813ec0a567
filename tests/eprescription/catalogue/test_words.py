"""Names and queries become the same words, however they are written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.catalogue.words import (
    LONGEST_WORD,
    forgive_units,
    index_words,
    query_words,
    same_words,
)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Paracétamol", ["paracetamol"]),
        ("500mg", ["500mg"]),
        ("500 MG", ["500mg"]),
        ("500 milligrammes", ["500mg"]),
        ("0,5 g", ["0.5g"]),
        ("2,40 g", ["2.4g"]),
        ("50 µg", ["50microg"]),
        ("50 mcg", ["50microg"]),
        ("100 000 U.I.", ["100000ui"]),
        ("2,4 POUR CENT", ["2.4%"]),
        ("1 g/125 mg", ["1g", "125mg"]),
        ("L-Thyroxin", ["l", "thyroxin"]),
        ("Œstradiol", ["oestradiol"]),
        ("vitamine d3", ["vitamine", "d", "3"]),
        ("amoxicilline 500 m", ["amoxicilline", "500m"]),
        ("amoxicilline 3 fois", ["amoxicilline", "3", "fois"]),
        ("500 m gélule", ["500", "m", "gelule"]),
        ("doliprane doliprane", ["doliprane"]),
        ("'; DROP TABLE --", ["drop", "table"]),
        ("", []),
    ],
)
def test_understands_what_people_type(typed, words):
    assert query_words(typed) == words


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("1 g", "1000mg"),
        ("1000 mg", "1g"),
        ("500 mg", "0.5g"),
        ("0,05 mg", "50microg"),
        ("50 microgrammes", "0.05mg"),
        ("2,4 g", "2400mg"),
    ],
)
def test_finds_a_dose_in_another_unit(written, also):
    assert also in index_words(written)
    assert query_words(written)[0] in index_words(written)


def test_finds_a_dose_whose_unit_is_a_letter():
    assert set(query_words("havrix 1440 U")) <= set(index_words("HAVRIX 1440 U/1 mL ADULTES"))


def test_does_not_flood_the_index_with_units_that_nobody_writes():
    assert index_words("5 mg") == ["5mg"]


def test_finds_a_hyphenated_name_typed_in_one_word():
    assert "mmrvaxpro" in index_words("M-M-RVAXPRO")


@given(st.text())
def test_what_is_indexed_is_found_by_typing_it_whole(text):
    indexed = index_words(text)

    assert {word[:LONGEST_WORD] for word in query_words(text)} <= set(indexed)
    assert all(len(word) <= LONGEST_WORD for word in indexed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("500 mg", "0,5 g"),
        ("1 g/125 mg", "1000 MG / 125mg"),
        ("50 µg", "0.05 milligrammes"),
        ("Comprimé  pelliculé", "comprime pellicule"),
    ],
)
def test_one_thing_has_one_writing(one, other):
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(
    ("one", "other"), [("5 mg/5 mg", "5 mg"), ("5 mg/10 mg", "10 mg/5 mg"), ("1 mg", "1 g")]
)
def test_two_things_have_two_writings(one, other):
    assert same_words(one) != same_words(other)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("levothyrox 125 mcrogrammes", ["levothyrox", "125microg"]),
        ("500 miligrammes/5 ml", ["500mg", "5ml"]),
        ("2,4 poor cent", ["2.4%"]),
        ("300 kunites/ml", ["300ui", "ml"]),
    ],
)
def test_a_unit_may_have_one_typing_error_after_a_number(typed, words):
    assert query_words(forgive_units(typed)) == words


@pytest.mark.parametrize(
    "typed", ["5 mh", "mcrogrammes 125", "100 comprimes", "2 pour moi", "5 mhui"]
)
def test_nothing_else_becomes_a_unit(typed):
    assert query_words(forgive_units(typed)) == query_words(typed)


@given(st.from_regex(r"[0-9]{1,4} ?[a-z]{1,12} ?[a-z]{0,5}", fullmatch=True))
def test_a_number_is_never_guessed(text):
    assert re.sub(r"\D", "", forgive_units(text)) == re.sub(r"\D", "", text)


def test_prolonged_release_is_found_however_it_is_written() -> None:
    for written in ("SKENAN L.P. 10 mg", "TRAMADOL LP 100 mg", "gélule à libération prolongée"):
        assert "lp" in index_words(written)
    assert query_words("morphine l.p 10") == query_words("morphine lp 10")
