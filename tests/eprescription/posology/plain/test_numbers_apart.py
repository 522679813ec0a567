"""A dose and how often it is taken never stand as two bare numbers side by side: "(2) 3" could be read as 23."""

import re

import pytest

from eprescription.posology import UNITS, Amount, Posology, Step
from eprescription.posology.plain import LANGUAGES, said, tongue_of

TOUCHING = re.compile(r"[\d½¼¾]\)? +\(?\d")


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_dose_touches_the_number_of_takes(code: str) -> None:
    tongue = tongue_of(code)
    for unit in UNITS:
        for dose in ("0.5", "1", "2", "3", "11", "21"):
            for times in (1, 2, 3):
                step = Step(amount=Amount.of(dose), unit=unit, times=Amount.of(times))
                told = said(Posology((step,)), tongue).text
                assert not TOUCHING.search(told), told
