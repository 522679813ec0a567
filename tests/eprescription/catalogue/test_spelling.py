"""One typing error a word is forgiven; a dose is never guessed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eprescription.catalogue.spelling import MOST_GUESSES, Vocabulary, meant

KNOWN = {"amoxicilline", "doliprane", "zolpidem", "zopiclone", "zocor", "500mg", "d"}


def vocabulary(words):
    return Vocabulary(dict.fromkeys(words, 1), stamp=(1, None))


WORDS = vocabulary(KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("doliprne", "doliprane"),
        ("dolipprane", "doliprane"),
        ("dolirpane", "doliprane"),
        ("doliprame", "doliprane"),
        ("soliprane", "doliprane"),
        ("amoxiciline", "amoxicilline"),
        ("amixi", "amoxi"),
    ],
)
def test_forgives_a_missing_an_extra_a_swapped_or_a_wrong_letter(typed, meant):
    assert meant in WORDS.near(typed)


@pytest.mark.parametrize("typed", ["dlprne", "xyzzy", "xoc", "500my", "600mg", "zz"])
def test_guesses_neither_two_errors_nor_short_words_nor_doses(typed):
    assert WORDS.near(typed) == []


def test_a_word_of_three_letters_may_only_lack_one():
    words = vocabulary({"teva", "tvo", "tvardar"})

    assert words.near("tva") == ["tva", "teva"]
    assert words.near("tve") == []


def test_a_name_is_meant_one_error_away_and_no_further():
    assert meant("mcrogramme", {"microgramme", "milligramme"}) == "microgramme"
    assert meant("mcrogrmme", {"microgramme"}) is None


def test_a_known_beginning_comes_first():
    assert WORDS.near("doli")[0] == "doli"


def test_whole_words_come_before_beginnings():
    guesses = vocabulary({"lasilix", "lasilixspecial", "lasolixe"}).near("lasylix")

    assert guesses[0] == "lasilix"


def test_what_is_used_more_is_guessed_first():
    used = Vocabulary({"tanta": 1, "vanta": 3, "wantaril": 9, "wantax": 1}, stamp=(1, None))

    assert used.near("zanta") == ["vanta", "tanta", "wanta"]


def test_a_beginning_weighs_what_all_its_words_weigh():
    used = Vocabulary({"am": 1, "amox": 2, "amoxicilline": 4, "an": 8}, stamp=(1, None))

    assert [used.weight(start) for start in ("am", "amox", "a", "b")] == [7, 6, 15, 0]


def test_a_guess_never_becomes_a_long_list():
    many = vocabulary({f"{letter}anta" for letter in "bcdfghjklmnpqrst"})

    assert len(many.near("zanta")) == MOST_GUESSES


@given(st.sampled_from(sorted(KNOWN)), st.data())
def test_any_single_error_in_a_known_word_is_forgiven(word, data):
    assume(word.isalpha() and len(word) > 5)
    rank = data.draw(st.integers(0, len(word) - 1))
    wrong = data.draw(
        st.sampled_from(
            [
                word[:rank] + word[rank + 1 :],
                word[:rank] + "k" + word[rank + 1 :],
                word[:rank] + "k" + word[rank:],
            ]
        )
    )

    assert any(word.startswith(guess) and len(guess) > 3 for guess in WORDS.near(wrong))
