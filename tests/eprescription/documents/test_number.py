"""The number: shape, check character, and what people do to it when they type."""

import random
import string
from unittest import mock

from hypothesis import assume, given
from hypothesis import strategies as st

from eprescription.documents import number as numbers

LETTERS_AND_DIGITS = string.digits + string.ascii_uppercase
DRAWS = 1_000


def bodies() -> st.SearchStrategy[str]:
    """Seventeen characters: the version and any fifteen of Crockford's."""
    return st.text(numbers.CROCKFORD, min_size=15, max_size=15).map(lambda drawn: "01" + drawn)


def all_numbers() -> st.SearchStrategy[str]:
    return bodies().map(lambda body: body + numbers.check_character(body))


def issued_numbers() -> st.SearchStrategy[str]:
    """The numbers as the portal draws them, from figures that can be drawn again."""

    def drawn_by(chance: random.Random) -> str:
        with mock.patch.object(numbers.secrets, "choice", chance.choice):
            return numbers.new_number()

    return st.builds(drawn_by, st.randoms(use_true_random=True))


def replaced(number: str, place: int, character: str) -> str:
    return number[:place] + character + number[place + 1 :]


def swapped(number: str, place: int) -> str:
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def test_the_check_character_is_that_of_iso_7064():
    """The example of the GRid standard, which uses MOD 37,36 too."""
    assert numbers.check_character("A12425GABC1234002") == "M"


@given(issued_numbers())
def test_a_new_number_is_valid_and_has_the_shape(number):
    assert len(number) == 18
    assert number.startswith("01")
    assert set(number[2:17]) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert numbers.is_valid(number)


def test_numbers_do_not_repeat_and_use_the_whole_alphabet():
    drawn = [numbers.new_number() for _ in range(DRAWS)]
    assert len(set(drawn)) == DRAWS
    assert set("".join(number[2:17] for number in drawn)) == set(numbers.CROCKFORD)


@given(all_numbers(), st.integers(0, 17), st.sampled_from(LETTERS_AND_DIGITS))
def test_every_substitution_is_seen(number, place, character):
    assume(number[place] != character)
    assert not numbers.is_valid(replaced(number, place, character))


def test_every_swap_of_neighbours_is_seen_in_the_numbers_that_are_issued():
    for number in (numbers.new_number() for _ in range(DRAWS)):
        wrong = {swapped(number, place) for place in range(17)} - {number}
        assert not [text for text in wrong if numbers.is_valid(text)], number


@given(st.text(max_size=30))
def test_nothing_else_is_valid(text):
    assert not numbers.is_valid(text)


@given(all_numbers())
def test_the_canonical_form_alone_is_valid(number):
    for text in (number.lower() + " ", f" {number}", number + "\n", numbers.grouped(number)):
        assert not numbers.is_valid(text)


@given(all_numbers(), st.data())
def test_what_people_type_is_normalised(number, data):
    faces = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(
        data.draw(st.sampled_from(faces.get(character, character + character.lower())))
        + data.draw(st.sampled_from(["", "", " ", "-", "\u2011", "\u00a0", "."]))
        for character in number
    )
    assert numbers.normalise(typed) == number


@given(all_numbers(), st.sampled_from(LETTERS_AND_DIGITS))
def test_a_wrong_check_character_is_never_made_right(number, character):
    families = ("0O", "1IL")
    assume(character != number[-1])
    assume(not any(character in family and number[-1] in family for family in families))
    assert numbers.normalise(number[:-1] + character) == number[:-1] + character


@given(st.text(max_size=40))
def test_normalise_takes_anything_and_settles(text):
    once = numbers.normalise(text)
    assert numbers.normalise(once) == once


@given(all_numbers())
def test_groups_hide_nothing(number):
    grouped = numbers.grouped(number)
    assert [len(group) for group in grouped.split(" ")] == [2, 4, 4, 4, 4]
    assert numbers.normalise(grouped) == number
