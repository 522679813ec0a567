"""What is sealed opens at its place, with its key, unchanged, and in no other case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.identity.crypto import KEY_BYTES, Tampered, blind_index, derive, seal, unseal

KEY = derive("a secret of the tests, long and random enough", purpose="tests")
PLACE = "table|column|row 1"


@given(st.binary(), st.text())
def test_opens_what_was_sealed_here(plain, place):
    assert unseal(seal(plain, aad=place, key=KEY), aad=place, key=KEY) == plain


def test_the_sealed_text_shows_nothing_and_never_repeats():
    first, second = (seal(b"DURAND", aad=PLACE, key=KEY) for _ in range(2))

    assert b"DURAND" not in first
    assert first != second


@given(st.data())
def test_one_changed_bit_anywhere_is_seen(data):
    sealed = bytearray(seal(b"DURAND Jeanne", aad=PLACE, key=KEY))
    rank = data.draw(st.integers(0, len(sealed) - 1))
    sealed[rank] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Tampered):
        unseal(bytes(sealed), aad=PLACE, key=KEY)


@given(st.integers(0, 40))
def test_a_text_that_was_cut_does_not_open(length):
    with pytest.raises(Tampered):
        unseal(seal(b"DURAND Jeanne", aad=PLACE, key=KEY)[:length], aad=PLACE, key=KEY)


def test_a_text_moved_to_another_row_does_not_open():
    with pytest.raises(Tampered, match="moved"):
        unseal(seal(b"DURAND", aad=PLACE, key=KEY), aad="table|column|row 2", key=KEY)


def test_another_key_does_not_open():
    other = derive("another secret of the tests, as long as it is", purpose="tests")

    with pytest.raises(Tampered):
        unseal(seal(b"DURAND", aad=PLACE, key=KEY), aad=PLACE, key=other)


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
