"""One line of input: what belongs to the medicine, what to its posology."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.posology import split


@pytest.mark.parametrize(
    ("line", "medicine", "posology"),
    [
        ("amox 1g 1 cp matin soir 7j", "amox 1g", "1 cp matin soir 7j"),
        ("doliprane 1g 3/j", "doliprane 1g", "3/j"),
        ("doliprane 1 g 3/j", "doliprane 1 g", "3/j"),
        ("doliprane 1g, 1 cp 3x/j", "doliprane 1g", "1 cp 3x/j"),
        ("zolpidem 10 1 cp au coucher 28j", "zolpidem 10", "1 cp au coucher 28j"),
        ("lantus 100 ui/ml 20 ui soir", "lantus 100 ui/ml", "20 ui soir"),
        ("lantus 20 ui soir", "lantus", "20 ui soir"),
        (
            "vitamine d 100000 ui 1 ampoule tous les 3 mois",
            "vitamine d 100000 ui",
            "1 ampoule tous les 3 mois",
        ),
        (
            "prednisolone 20 mg 40 mg 3 j puis 20 mg 3 j",
            "prednisolone 20 mg",
            "40 mg 3 j puis 20 mg 3 j",
        ),
        ("prednisolone 20 mg 40 mg le matin 5 j", "prednisolone 20 mg", "40 mg le matin 5 j"),
        ("prednisone 40 mg/j", "prednisone", "40 mg/j"),
        ("amoxicilline 80 mg/kg/j en 3 prises 7j", "amoxicilline", "80 mg/kg/j en 3 prises 7j"),
        ("levothyrox 75 1 le matin", "levothyrox 75", "1 le matin"),
        ("levothyrox 75 µg 1 cp à jeun le matin", "levothyrox 75 µg", "1 cp à jeun le matin"),
        ("kardegic 75 1-0-0 qsp 3 mois", "kardegic 75", "1-0-0 qsp 3 mois"),
        ("augmentin 1g/125 1 sachet 3x/j", "augmentin 1g/125", "1 sachet 3x/j"),
        ("ventoline 2 bouffées si besoin max 8/j", "ventoline", "2 bouffées si besoin max 8/j"),
        ("doliprane dose 12 kg x4/j", "doliprane", "dose 12 kg x4/j"),
        ("lovenox 4000 ui 1 inj/j 10 j", "lovenox 4000 ui", "1 inj/j 10 j"),
        ("1 cp matin", "", "1 cp matin"),
    ],
)
def test_the_posology_begins_where_the_rest_of_the_line_reads_as_one(line, medicine, posology):
    assert split(line) == (medicine, posology)


@pytest.mark.parametrize(
    ("line", "medicine", "posology"),
    [
        ("lasilix 40 1/2 cp matin", "lasilix 40", "1/2 cp matin"),
        ("amlodipine 5 1/2 cp le matin", "amlodipine 5", "1/2 cp le matin"),
        ("coumadine 2 1 1/2 cp soir", "coumadine 2", "1 1/2 cp soir"),
        ("amlodipine 5 1/j", "amlodipine 5", "1/j"),
        ("bisoprolol 2 1/2 cp matin", "bisoprolol 2", "1/2 cp matin"),
    ],
)
def test_a_strength_before_a_half_is_never_added_to_it(line, medicine, posology):
    assert split(line) == (medicine, posology)


@pytest.mark.parametrize(
    ("line", "medicine", "posology"),
    [
        ("amox 1g matin soir", "amox 1g", "matin soir"),
        ("amox 1g 7j", "amox 1g", "7j"),
        ("levothyrox 75 le matin", "levothyrox 75", "le matin"),
        ("amox 1g 1 cp selon protocole", "amox 1g", "1 cp selon protocole"),
        ("doliprane qsp 1 mois", "doliprane", "qsp 1 mois"),
    ],
)
def test_what_is_only_a_part_of_a_posology_leaves_the_name_all_the_same(line, medicine, posology):
    assert split(line) == (medicine, posology)


@pytest.mark.parametrize("line", ["amoxicilline", "amox 1 g", "levothyrox 75", "", "vitamine b12"])
def test_a_medicine_alone_has_no_posology(line):
    assert split(line) == (line, "")


WORDS = st.sampled_from(
    [
        "amox",
        "1g",
        "lp",
        "20",
        "mg",
        "1",
        "1/2",
        "cp",
        "ui",
        "matin",
        "soir",
        "3/j",
        "7j",
        "puis",
        ",",
        "si",
        "kg",
    ]
)


@given(st.lists(WORDS, max_size=10).map(" ".join) | st.text(max_size=60))
def test_splitting_loses_and_repeats_nothing(line):
    def letters(text: str) -> str:
        return "".join(text.replace(",", "").replace(";", "").replace(":", "").split())

    assert letters("".join(split(line))) == letters(line)


def test_a_text_too_long_for_a_line_is_no_posology():
    line = "amox 1g " + "1 cp matin " * 60
    assert split(line) == (line.strip(), "")
