"""The number of a prescription: what is printed under the code, read aloud and typed.

Eighteen characters, the shape of the only public sample (product, decision 1): the version ``01``,
fifteen random Crockford base-32 characters (75 bits) and one check character over the seventeen
before (ISO 7064, hybrid system MOD 37,36). It identifies; by itself it never authorises.
"""

import re
import secrets

VERSION = "01"
LENGTH = 18
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters without I, L, O and U, that people misread (Crockford, base 32)."""

_RANDOM_LENGTH = LENGTH - len(VERSION) - 1
_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = {character: value for value, character in enumerate(_CHECK_ALPHABET)}
_SHAPE = re.compile(rf"{VERSION}[{CROCKFORD}]{{{_RANDOM_LENGTH}}}[0-9A-Z]")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212\u00b7._/\u200b\u2060\ufeff]+")
_CONFUSIONS = str.maketrans("OIL", "011")
_LOOK_ALIKES = ("0O", "1IL")


def new_number() -> str:
    """Draw a number that nobody can guess, and in which two neighbours never swap unnoticed.

    MOD 37,36 sees every substitution, and all transpositions but those of two neighbouring values
    in one state out of 36. The few numbers that hold such a pair are drawn again.
    """
    while True:
        body = VERSION + "".join(secrets.choice(CROCKFORD) for _ in range(_RANDOM_LENGTH))
        number = body + check_character(body)
        if not _hides_a_transposition(number):
            return number


def is_valid(number: str) -> bool:
    """Say whether ``number``, in its canonical form, has the right shape and check character."""
    return _SHAPE.fullmatch(number) is not None and check_character(number[:-1]) == number[-1]


def normalise(text: str) -> str:
    """Give the canonical form of what a person typed; ``is_valid`` says whether it is a number.

    Case, blanks, dashes and dots do not count; in the first seventeen characters O reads 0, I and L
    read 1. The check character may be any letter: it is corrected only to the look-alike that the
    others call for.
    """
    compact = _SEPARATORS.sub("", text).upper()
    if len(compact) != LENGTH:
        return compact
    body = compact[:-1].translate(_CONFUSIONS)
    return body + _read_check(body, compact[-1])


def grouped(number: str) -> str:
    """Write the number as people read it: the version, then four groups of four."""
    starts = range(len(VERSION), len(number), 4)
    return " ".join([number[: len(VERSION)], *(number[start : start + 4] for start in starts)])


def check_character(body: str) -> str:
    """Compute the check character of ``body`` (ISO 7064, hybrid system MOD 37,36)."""
    product = 36
    for character in body:
        total = (product + _VALUES[character]) % 36 or 36
        product = total * 2 % 37
    return _CHECK_ALPHABET[(1 - product) % 36]


def _hides_a_transposition(number: str) -> bool:
    swaps = (number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(LENGTH - 1))
    return any(swapped != number and is_valid(swapped) for swapped in swaps)


def _read_check(body: str, typed: str) -> str:
    if not set(body) <= set(CROCKFORD):
        return typed
    expected = check_character(body)
    alike = any(typed in family and expected in family for family in _LOOK_ALIKES)
    return expected if alike else typed
