"""What is sealed opens at its place, with its key, unchanged, and in no other case."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from eprescription.identity.crypto import (
    KEY_BYTES,
    NAMELESS,
    Tampered,
    blind_index,
    derive,
    indexes,
    keys_of,
    seal,
    unseal,
)

SECRET, NEXT = "a secret of the tests, long and random enough", "the secret that comes after it"
KEYS = keys_of(SECRET, purpose="tests")
KEY = derive(SECRET, purpose="tests")
PLACE = "table|column|row 1"


@given(st.binary(), st.text())
def test_opens_what_was_sealed_here(plain, place):
    assert unseal(seal(plain, aad=place, keys=KEYS), aad=place, keys=KEYS) == plain


def test_the_sealed_text_shows_nothing_and_never_repeats():
    first, second = (seal(b"DURAND", aad=PLACE, keys=KEYS) for _ in range(2))

    assert b"DURAND" not in first
    assert first != second


@given(st.data())
def test_one_changed_bit_anywhere_is_seen(data):
    sealed = bytearray(seal(b"DURAND Jeanne", aad=PLACE, keys=KEYS))
    rank = data.draw(st.integers(0, len(sealed) - 1))
    sealed[rank] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Tampered):
        unseal(bytes(sealed), aad=PLACE, keys=KEYS)


@given(st.integers(0, 40))
def test_a_text_that_was_cut_does_not_open(length):
    with pytest.raises(Tampered):
        unseal(seal(b"DURAND Jeanne", aad=PLACE, keys=KEYS)[:length], aad=PLACE, keys=KEYS)


def test_a_text_moved_to_another_row_does_not_open():
    with pytest.raises(Tampered, match="moved"):
        unseal(seal(b"DURAND", aad=PLACE, keys=KEYS), aad="table|column|row 2", keys=KEYS)


def test_another_key_does_not_open():
    other = keys_of("another secret of the tests, as long as it is", purpose="tests")

    with pytest.raises(Tampered):
        unseal(seal(b"DURAND", aad=PLACE, keys=KEYS), aad=PLACE, keys=other)


def test_each_purpose_has_a_key_of_its_own():
    keys = {derive("one secret", purpose=purpose) for purpose in ("a", "b", "ab")}

    assert len(keys) == 3
    assert {len(key) for key in keys} == {KEY_BYTES}
    assert derive("one secret", purpose="a") == derive("one secret", purpose="a")


def test_keys_do_not_change_with_a_release():
    """A golden value: changing how keys are made would close every vault."""
    assert derive("one secret", purpose="a").hex() == (
        "9da8969af1e386b59db3eed4f2e5085dd54a69a7bf40b7bd29004cd59e6dc3ee"
    )
    assert blind_index("value", key=bytes(32), purpose="p").hex() == (
        "8f3b6f2fee405512d03d2c4626caaa827a963032c9749eab3581c03bc7cb6320"
    )


def test_equal_values_find_each_other_in_one_column_only():
    def index(value, purpose="ins", key=KEY):
        return blind_index(value, key=key, purpose=purpose)

    assert index("295109912611193") == index("295109912611193")
    assert index("295109912611193") != index("279035121518989")
    assert index("295109912611193") != index("295109912611193", purpose="birth")
    assert index("295109912611193") != index("295109912611193", key=bytes(KEY_BYTES))
    assert index("bc", purpose="a") != index("c", purpose="ab")


class TestAChangeOfKeys:
    """The present key seals; what a former one sealed opens for as long as it is known."""

    def test_what_a_former_key_sealed_still_opens(self):
        sealed = seal(b"DURAND", aad=PLACE, keys=KEYS)

        assert unseal(sealed, aad=PLACE, keys=keys_of(NEXT, SECRET, purpose="tests")) == b"DURAND"

    def test_nothing_more_is_sealed_under_a_former_key(self):
        sealed = seal(b"DURAND", aad=PLACE, keys=keys_of(NEXT, SECRET, purpose="tests"))

        assert unseal(sealed, aad=PLACE, keys=keys_of(NEXT, purpose="tests")) == b"DURAND"

    def test_it_does_not_open_once_the_former_key_is_taken_away(self):
        with pytest.raises(Tampered):
            unseal(
                seal(b"DURAND", aad=PLACE, keys=KEYS),
                aad=PLACE,
                keys=keys_of(NEXT, purpose="tests"),
            )

    def test_what_was_sealed_before_keys_had_names_opens_with_the_one_that_fits(self):
        nonce = bytes(12)
        kept = NAMELESS + nonce + AESGCM(KEY).encrypt(nonce, b"DURAND", NAMELESS + PLACE.encode())

        assert unseal(kept, aad=PLACE, keys=keys_of(NEXT, SECRET, purpose="tests")) == b"DURAND"

    def test_the_name_of_a_key_cannot_be_changed_for_another(self):
        sealed = bytearray(seal(b"DURAND", aad=PLACE, keys=KEYS))
        both = keys_of(NEXT, SECRET, purpose="tests")
        sealed[1:5] = both.present.name

        with pytest.raises(Tampered):
            unseal(bytes(sealed), aad=PLACE, keys=both)

    def test_an_index_is_looked_for_under_each_key_and_written_under_the_present_one(self):
        before = indexes("DURAND", keys=KEYS, purpose="birth")
        after = indexes("DURAND", keys=keys_of(NEXT, SECRET, purpose="tests"), purpose="birth")

        assert len(before) == 1 and len(after) == 2
        assert after[0] != before[0] and after[1] == before[0]
