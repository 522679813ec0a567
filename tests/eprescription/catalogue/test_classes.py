"""An ATC class is inferred only where nothing speaks against it."""

import pytest

from eprescription.catalogue.classes import Made, best, inferred


def made(cis, *substances, routes=("orale",)):
    return Made(cis, frozenset(substances), frozenset(routes))


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (["N02BE", "N02BE01"], "N02BE01"),
        (["N02BE01", "N02BE"], "N02BE01"),
        (["N02BE71", "N02BE51"], "N02BE51"),
        (["N02BE"], "N02BE"),
        ([], ""),
    ],
)
def test_the_most_precise_code_wins(codes, code):
    assert best(codes) == code


def test_a_medicine_has_the_class_of_its_twins():
    twins = [made("1", "a", "b"), made("2", "b", "a"), made("3", "a", "b")]

    assert inferred(twins, {"1": "N02BE01", "2": "N02BE01"}) == {"3": "N02BE01"}


@pytest.mark.parametrize(
    ("twins", "told"),
    [
        ([made("1", "a"), made("2", "a"), made("3", "a")], {"1": "N02BE01", "2": "N02BE51"}),
        ([made("1", "a", "b"), made("3", "a")], {"1": "N02BE01"}),
        ([made("1", "a", routes=["cutanée"]), made("3", "a")], {"1": "D10AD01"}),
        ([made("1", "a"), made("3", "a")], {"1": "N02BE"}),
        ([made("1"), made("3")], {"1": "N02BE01"}),
    ],
    ids=["twins disagree", "not all substances", "another route", "no whole code", "no substance"],
)
def test_what_is_doubtful_stays_without_a_class(twins, told):
    assert inferred(twins, told) == {}


def test_a_local_twin_does_not_blur_what_is_swallowed():
    medicines = [made("1", "a"), made("2", "a", routes=["cutanée"]), made("3", "a")]

    assert inferred(medicines, {"1": "M01AE01", "2": "M02AA13"}) == {"3": "M01AE01"}


def test_a_class_that_is_told_is_not_inferred():
    assert inferred([made("1", "a"), made("2", "a")], {"1": "N02BE01", "2": "N02BE"}) == {}
