"""What one INN prescription names has one key, whatever the brand and the writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.catalogue.inn import inn_key

DOLIPRANE = {"inn": "paracétamol", "strength": "1000 mg", "form": "comprimé"}


def key(group=None, **changed):
    return inn_key(group=group, **(DOLIPRANE | changed))


def test_an_interchangeable_group_is_the_key_whatever_the_writing():
    assert key(group="716", form="dispositif transdermique") == key(group="716") == "g:716"


@pytest.mark.parametrize(
    "other", [{"strength": "1 g"}, {"inn": "PARACETAMOL"}, {"form": "Comprimé "}]
)
def test_without_a_group_the_same_thing_written_otherwise_has_the_same_key(other):
    assert key(**other) == key()


@pytest.mark.parametrize(
    "other", [{"strength": "500 mg"}, {"inn": "ibuprofène"}, {"form": "gélule"}, {"group": "1"}]
)
def test_another_strength_form_or_substance_has_another_key(other):
    assert key(**other) != key()


def test_the_key_never_changes_between_processes():
    assert key() == "n:05b3a5d7e5c3a1817d7df00c3be9a487"


def test_words_do_not_slip_from_one_field_into_the_next():
    assert key(inn="a b", strength="c") != key(inn="a", strength="b c")


@given(st.none() | st.from_regex(r"[0-9]{1,10}", fullmatch=True), st.text(), st.text(), st.text())
def test_any_text_gives_a_key_that_fits(group, inn, strength, form):
    made = inn_key(group=group, inn=inn, strength=strength, form=form)

    assert 2 < len(made) <= 64
    assert made == inn_key(group=group, inn=inn, strength=strength, form=form)
