"""The files of languages: each says all that French says, in its own words, and counts as its people do."""

import re
import string
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from eprescription.posology import UNITS, Amount
from eprescription.posology.places import PLACES
from eprescription.posology.plain import LANGUAGES, tongue_of
from eprescription.posology.plain.plurals import RULES
from eprescription.posology.reasons import KNOWN_REASONS, reason_code
from eprescription.posology.steps import MEALS, MOMENTS, PERIODS

OTHERS = [code for code in LANGUAGES if code != "fr"]
# Words that are written alike in French and in another language.
ALIKE = {
    "mg", "g", "ml", "dose|doses", "sachet|sachets", "ampoule|ampoules", "film|films", "implant|implants",
    "granule|granules", "application|applications", "injection|injections",
}  # fmt: skip


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_all_that_french_says(code: str) -> None:
    french, other = tongue_of("fr").words, tongue_of(code).words

    assert other.keys() - {"reasons"} == french.keys()
    for section, words in french.items():
        assert other[section].keys() - {"part"} == words.keys(), section
        assert all(other[section].values()), section


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_knows_each_unit_place_meal_moment_and_reason(code: str) -> None:
    words = tongue_of(code).words

    assert words["units"].keys() == UNITS.keys() - {""}
    assert words["places"].keys() == PLACES.keys() - {""}
    assert words["meals"].keys() == {*MEALS} - {""}
    assert words["moments"].keys() == words["day"].keys() == MOMENTS.keys()
    assert words["every"].keys() == words["per"].keys() == words["and_per"].keys() == PERIODS.keys()
    if code != "fr":
        assert words["reasons"].keys() == {*map(reason_code, KNOWN_REASONS), "fever over"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_word_has_one_form_or_one_for_each_category(code: str) -> None:
    words, categories = tongue_of(code).words, RULES[code][0]
    for section in ("units", "counts", "every"):
        for key, forms in words[section].items():
            usual = [form for form in forms.split("|") if not form.startswith("=")]
            assert len(usual) in (1, len(categories)), (section, key)


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_are_those_of_french(code: str) -> None:
    for section, words in tongue_of("fr").words.items():
        for key, pattern in words.items():
            if section in ("counts", "every", "units", "page"):
                continue
            named = _placeholders(tongue_of(code).word(section, key))
            if key in ("clock", "full_hour"):
                assert named == {"time"}
            else:
                assert named == _placeholders(pattern), (section, key)


@pytest.mark.parametrize("code", OTHERS)
def test_no_word_of_another_language_is_french(code: str) -> None:
    french = tongue_of("fr").words
    for section in ("units", "moments", "day", "meals", "places", "weekdays", "per", "page"):
        for key, words in tongue_of(code).words[section].items():
            assert words != french[section][key] or words in ALIKE, (section, key)


@pytest.mark.parametrize("code", LANGUAGES)
@given(value=st.integers(0, 999_999) | st.decimals(0, 2000, places=1))
def test_the_forms_are_picked_as_unicode_says(code: str, value: int | Decimal) -> None:
    said = f"{Decimal(value).normalize():f}"

    assert RULES[code][1](Decimal(said)) == Locale.parse(code, sep="-").plural_form(Decimal(said))


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_unknown_form_is_taken_in_doses_and_never_in_nothing(code: str) -> None:
    tongue = tongue_of(code)

    for unknown in ("", "spoon of a kind that nobody has met"):
        assert tongue.unit(unknown) == tongue.word("units", "dose")
    assert re.search(r"1 \w", tongue.counted(tongue.unit(""), Amount.of(1)))


@pytest.mark.parametrize(
    ("code", "number", "words"),
    [
        ("fr", "1.5", "1½ comprimé"),
        ("en", "0.5", "½ tablet"),
        ("en", "1.5", "1½ tablets"),
        ("pl", "2", "2 tabletki"),
        ("pl", "5", "5 tabletek"),
        ("pl", "22", "22 tabletki"),
        ("pl", "0.5", "½ tabletki"),
        ("uk", "21", "21 таблетка"),
        ("uk", "11", "11 таблеток"),
        ("ro", "20", "20 de comprimate"),
        ("ro", "0.5", "½ comprimat"),
        ("ar", "2", "قرصان (2)"),
        ("ar", "3", "3 أقراص"),
        ("ar", "1.5", "1,5 قرص"),
        ("zh-Hans", "3", "3 片"),
        ("tr", "3", "3 tablet"),
    ],
)
def test_tablets_are_counted_as_people_count_them(code: str, number: str, words: str) -> None:
    tongue = tongue_of(code)

    assert tongue.counted(tongue.unit("tablet"), Amount.of(number)) == words


def test_turkish_keeps_the_dot_of_its_i() -> None:
    assert tongue_of("tr").capital("iki") == "İki"


def _placeholders(pattern: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(pattern) if name}
