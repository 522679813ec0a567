"""Numbers that people type are checked before anything is done with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.identity import numbers

INS = ["279035121518989", "295109912611193", "253072A07300443", "253072B07300470"]

bodies = st.one_of(
    st.from_regex(r"[1-478][0-9]{12}", fullmatch=True),
    st.from_regex(r"[1-478][0-9]{4}2[AB][0-9]{6}", fullmatch=True),
)


@pytest.mark.parametrize("rpps", ["99700366240", "01234567897"])
def test_accepts_the_number_of_a_professional(rpps):
    assert numbers.rpps_ok(rpps)


@pytest.mark.parametrize(
    "wrong", ["07505123456", "99700366241", "9970036624", "", "9970036624a", "9970036624²"]
)
def test_refuses_a_mistyped_number_of_a_professional(wrong):
    assert not numbers.rpps_ok(wrong)


@pytest.mark.parametrize(
    "finess", ["750712184", "690781810", "130786049", "2A0000014", "2B9999999"]
)
def test_accepts_the_number_of_an_establishment_corsica_without_its_key(finess):
    assert numbers.finess_ok(finess)


@pytest.mark.parametrize("wrong", ["750712185", "75071218", "2C0000014", "A20000014", ""])
def test_refuses_a_mistyped_number_of_an_establishment(wrong):
    assert not numbers.finess_ok(wrong)


@pytest.mark.parametrize("ins", INS)
def test_accepts_an_ins_corsica_included(ins):
    assert numbers.ins_ok(ins)


@pytest.mark.parametrize(
    "wrong",
    [
        "253072C07300443",
        "295109912611199",
        "2790351215189",
        "",
        "979035121518989",
        "27903512151898a",
    ],
)
def test_refuses_what_cannot_be_an_ins(wrong):
    assert not numbers.ins_ok(wrong)


def test_reads_an_ins_as_it_is_printed_in_groups():
    assert numbers.normalise_ins(" 2 53 07 2a 073 004-43\u00a0") == "253072A07300443"
    assert numbers.ins_ok("2 53 07 2a 073 004 43")


@pytest.mark.parametrize("body", ["2555555911042", "2555555911030", "2555555750999"])
def test_a_number_invented_for_secret_billing_is_nobodys_ins(body):
    invented = body + numbers.nir_key(body)

    assert numbers.nir_ok(invented)
    assert not numbers.ins_ok(invented)


def test_the_published_secret_number_is_nobodys_ins():
    assert numbers.nir_ok("255555591104274")
    assert not numbers.ins_ok("255555591104274")


def test_a_key_is_asked_for_thirteen_characters_only():
    with pytest.raises(ValueError, match="13 characters"):
        numbers.nir_key("279035121518989")


@given(bodies)
def test_every_number_passes_with_its_own_key(body):
    assert numbers.nir_ok(body + numbers.nir_key(body))


@given(bodies, st.data())
def test_one_mistyped_digit_is_always_seen(body, data):
    right = body + numbers.nir_key(body)
    places = [rank for rank, character in enumerate(right) if character.isdigit()]
    rank = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != right[rank]]))

    assert not numbers.nir_ok(right[:rank] + digit + right[rank + 1 :])


@given(bodies)
def test_corsica_south_is_never_taken_for_corsica_north(body):
    if body[5:7] in ("2A", "2B"):
        other = {"2A": "2B", "2B": "2A"}[body[5:7]]
        assert not numbers.nir_ok(body[:5] + other + body[7:] + numbers.nir_key(body))


@given(st.from_regex(r"[0-9]{10}", fullmatch=True), st.integers(0, 10), st.data())
def test_one_mistyped_digit_of_a_professional_is_always_seen(body, rank, data):
    right = next(body + key for key in "0123456789" if numbers.luhn_ok(body + key))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != right[rank]]))

    assert not numbers.rpps_ok(right[:rank] + digit + right[rank + 1 :])
