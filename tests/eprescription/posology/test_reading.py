"""What doctors type is understood, said back, and never misread; the rest stays free text."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eprescription.documents.glyphs import unprintable
from eprescription.posology import Posology, read, sentence, split
from tests.eprescription.posology.shapes import Row, rows, shape
from tests.eprescription.posology.strategies import posologies

UNDERSTOOD = [row for row in rows() if row.sentence]
FREE = [row.typed for row in rows() if not row.sentence]


@pytest.mark.parametrize("row", UNDERSTOOD, ids=lambda row: row.typed)
def test_a_shorthand_becomes_a_structure_and_a_sentence(row: Row) -> None:
    posology = read(row.typed).posology
    assert posology is not None
    assert shape(posology) == row.shape
    assert sentence(posology) == row.sentence


@pytest.mark.parametrize("row", UNDERSTOOD, ids=lambda row: row.typed)
def test_the_sentence_is_read_as_the_same_posology(row: Row) -> None:
    reading = read(row.sentence)
    assert reading.posology is not None
    assert shape(reading.posology) == row.shape
    assert reading.unread == ""


@pytest.mark.parametrize("typed", FREE)
def test_what_is_not_sure_stays_free_text(typed: str) -> None:
    assert read(typed).posology is None


@pytest.mark.parametrize(
    ("typed", "duration", "boxes", "renewals"),
    [
        ("1 cp/j 7j", 7, None, None),
        ("1 cp/j pdt 10 j", 10, None, None),
        ("1 cp/j qsp 1 mois", 30, None, None),
        ("1 cp/j QSP 28j AR 5", 28, None, 5),
        ("1 cp/j 3 mois", 90, None, None),
        ("1 cp/j 1 semaine", 7, None, None),
        ("1 cp/j à renouveler 5 fois", None, None, 5),
        ("1 cp/j renouvelable 5 fois", None, None, 5),
        ("1 cp/j AR5", None, None, 5),
        ("1 cp/j NR", None, None, 0),
        ("1 cp/j non renouvelable", None, None, 0),
        ("1 cp/j 2 bt", None, 2, None),
        ("1 cp/j, 2 boîtes", None, 2, None),
        ("qsp 2 boites", None, 2, None),
        ("1 c à s le soir 1 flacon", None, 1, None),
        ("40 mg 3 j puis 20 mg 3 j puis 10 mg 3 j", 9, None, None),
        ("1 cp/j 7j puis 2 cp/j", None, None, None),
        ("1 cp/j 0 jour", 0, None, None),
        ("1 cp 3x/j 5-7j", None, None, None),
        ("1 cp matin puis autre chose après 1 semaine", None, None, None),
        ("schéma A 2j, schéma B 2j", None, None, None),
        ("1 cp 3x/j pendant 5 à 7 jours", None, None, None),
        ("1 cp/j 7j 10j", None, None, None),
        ("selon protocole, 3 mois, AR 2", 90, None, 2),
    ],
)
def test_duration_boxes_and_renewals_are_read_beside(typed, duration, boxes, renewals):
    reading = read(typed)
    assert (reading.duration_days, reading.boxes, reading.renewals) == (duration, boxes, renewals)


@pytest.mark.parametrize(
    ("typed", "unread"),
    [
        ("1 gélule LP matin", "LP"),
        ("1 cp/j renouvelable", "renouvelable"),
        ("1 cp matin xyz", "xyz"),
        ("1 cp selon INR, 3 mois, 2 bt", "1 cp selon INR"),
        ("1 noisette matin et soir pendant 7 jours", "1 noisette matin et soir"),
        ("1 cp matin et soir", ""),
    ],
)
def test_what_is_not_understood_is_handed_back(typed, unread):
    assert read(typed).unread == unread


@pytest.mark.parametrize(
    "typed",
    [
        "1 cp matin pas le soir",
        "1 cp matin ou soir",
        "1 cp matin sauf dimanche",
        "2 cp le soir si besoin 1 cp",
        "matin 1 cp, soir",
        "1 patch du matin au soir",
        "1 patch de 8h à 20h",
        "lantus 100 ui/ml soir",
        "1 cp matin 5 %",
        "1 cp matin 3 fois",
        "3 cp par jour matin et soir",
        "1 cp J2 à J5",
        "1 patch le matin zut le soir",
        "2x500 mg",
        "1 x500 mg",
        "1 cp x2 cp/j",
        "2 x 500 mg le soir",
        "1 cp matin, stop le soir",
        "1 cp matin et arrêt si saignement",
        "1 cp par jour, 1 mois sur 2",
        "1 bouffée x 2 matin et soir",
        "1 cp de plus si besoin",
        "1 dosette 4 fois par jour",
        "1 cp matin augmenter à 2 cp après 1 semaine",
        "1 cp 3x/j 2 cp",
        "1 cp 2 cp matin",
        "1 cp matin 1-0-1",
        "1 cp 3x/j 2x/j",
        "1 cp toutes les 8h toutes les 6h",
        "1 cp matin J2 à J5",
        "2 cp matin J1 puis 1 cp matin J3 à J5",
        "3 cp par jour lundi jeudi",
        "3 cp par jour un jour sur deux",
        "1 cp par jour et par semaine",
        "1 500 mg matin",
        "1 cp matin, 1 cp toutes les 8h",
        "1 cp 10 mg le soir",
        "1 cp matin et 1 gélule le soir",
        "2 mg/kg matin et 2 mg le soir",
        "2 cp 1-0-1",
        "1 cp 1-0-1 le soir",
        "1-0-0 le soir",
        "1-0-0 puis 1 le soir",
        "1 cp toutes les 8h 2 fois par jour",
        "1 cp toutes les 8h un jour sur deux",
        "3 cp par jour 3 fois par jour",
        "1 g en 2 prises",
        "1 cp tous les 2 jours et par semaine",
        "1 cp 3 fois par jour 1 fois par semaine",
        "1 cp un jour sur deux le lundi",
        "1 cp 2 fois par semaine lundi mercredi vendredi",
        "2 cp 3x/j 3j puis 1 cp 3j",
        "1 cp matin avant le repas après le repas",
        "1 cp matin max 3/j max 4/j",
        "60 mg/kg/j en 3 prises matin et soir",
        "2 cp puis 1 cp matin",
        "1 cp matin puis soir",
    ],
)
def test_a_half_understood_order_is_never_turned_into_another_one(typed):
    assert read(typed).posology is None


def test_moments_told_before_their_doses_keep_each_its_own():
    posology = read("matin 1 cp, soir 2 cp").posology
    assert sentence(posology) == "1 comprimé le matin et 2 comprimés le soir"


def test_bedtime_after_a_comma_is_one_more_moment():
    posology = read("1 cp le soir, au coucher").posology
    assert sentence(posology) == "1 comprimé le soir et au coucher"


def test_a_dose_divided_among_its_moments_gives_each_its_part():
    posology = read("60 mg/kg/j en 3 prises matin midi soir").posology
    assert sentence(posology) == "20 mg par kg le matin, à midi et le soir"


def test_a_step_keeps_the_rhythm_of_the_one_before_and_not_its_note():
    posology = read("3 cp matin à croquer 3j puis 2 cp 3j").posology
    words = "3 comprimés le matin, pendant 3 jours (à croquer), puis 2 comprimés le matin, pendant 3 jours"
    assert sentence(posology) == words


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("tablet", "1 comprimé le matin et le soir"),
        ("drop", "1 goutte le matin et le soir"),
        ("", "1 le matin et le soir"),
        ("no such unit", "1 le matin et le soir"),
    ],
)
def test_a_number_alone_takes_the_unit_of_the_medicine(unit, words):
    assert sentence(read("1-0-1", unit=unit).posology) == words


@pytest.mark.parametrize("unit", ["ml", "mg", "ui"])
def test_a_number_alone_is_never_a_volume_nor_a_mass(unit):
    assert read("1-0-1", unit=unit).posology is None


def test_a_typed_unit_prevails_over_that_of_the_medicine():
    assert sentence(read("1 gél le soir", unit="tablet").posology) == "1 gélule le soir"


def test_the_weight_is_written_into_a_dose_per_kilogram_only():
    weight = Decimal("12.5")
    by_weight = read("60 mg/kg/j en 3 prises", weight_kg=weight).posology
    assert sentence(by_weight) == "60 mg par kg et par jour, en 3 prises, pour 12,5 kg"
    assert sentence(read("1 cp matin", weight_kg=weight).posology) == "1 comprimé le matin"


def test_the_weight_that_was_typed_prevails():
    posology = read("1 dose 12 kg x4/j", weight_kg=Decimal(30)).posology
    assert sentence(posology) == "1 dose-poids 4 fois par jour, pour 12 kg"


@given(posologies())
def test_any_posology_is_read_back_from_its_sentence(posology: Posology) -> None:
    reading = read(sentence(posology))
    assert reading.posology == posology
    assert reading.unread == ""


WORDS = st.sampled_from(
    [
        "1",
        "2",
        "½",
        "1/2",
        "0",
        "cp",
        "mg",
        "ml",
        "/kg",
        "matin",
        "soir",
        "midi",
        "coucher",
        "x3",
        "/j",
        "par",
        "jour",
        "3",
        "fois",
        "toutes",
        "les",
        "8h",
        "si",
        "douleur",
        "max",
        "puis",
        "pendant",
        "7j",
        "qsp",
        "AR",
        "(",
        ")",
        ",",
        ";",
        "-",
        "à",
        "en",
        "prises",
        "lundi",
        "semaine",
        "tous",
        "1-0-1",
        "J1",
        "J2",
        "kg",
        "dose",
        "ne",
        "pas",
    ]
)


@given(st.text(max_size=80) | st.lists(WORDS, max_size=14).map(" ".join))
@example("1 cp si")
@example("((")
@example("½½")
@example("1/0")
@example("9999999999 cp/j")
@example("1 cp toutes les 0 h")
@example("1 cp " * 200)
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    reading = read(text)
    if reading.posology is not None:
        assert not unprintable(sentence(reading.posology, "en")) or unprintable(text)
        assert read(sentence(reading.posology)).posology == reading.posology


@given(st.text(max_size=60).filter(lambda text: text.strip()))
def test_words_are_understood_or_handed_back(text: str) -> None:
    reading = read(text)
    understood = reading.posology or reading.boxes or reading.renewals is not None
    letters = any(letter.isalnum() for letter in text)
    assert understood or reading.duration_days is not None or reading.unread or not letters


def test_a_text_too_long_for_a_posology_is_handed_back_whole():
    text = "1 cp matin " * 100
    assert read(text).posology is None
    assert read(text).unread == text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "10 mg toutes les 4 h si douleur max 6/j",
            "10 mg toutes les 4 heures si douleur, au maximum 6 prises par jour",
        ),
        (
            "1 cp toutes les 8 h si douleur max 3/j",
            "1 comprimé toutes les 8 heures si douleur, au maximum 3 comprimés par jour",
        ),
        ("2 cp si douleur max 6/j", "2 comprimés si douleur, au maximum 6 comprimés par jour"),
    ],
)
def test_a_ceiling_below_one_dose_counts_takes(typed: str, said: str) -> None:
    taken = read(typed).posology
    assert taken is not None and sentence(taken) == said


def test_a_syrup_is_no_condition() -> None:
    assert split("amoxicilline sirop 80 mg/kg/j en 2 prises 6 j") == (
        "amoxicilline sirop",
        "80 mg/kg/j en 2 prises 6 j",
    )
