"""The code: what it holds, how it is drawn, and how scanners garble it."""

import io
import re
from unittest import mock
from xml.etree import ElementTree

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from eprescription.documents import code as codes
from eprescription.documents import number as numbers
from tests import keyboards

KEY = b"k" * 32
# A scanner that believes in QWERTY presses keys; the machine reads them as AZERTY.
AZERTY_PLAIN = dict(zip("1234567890.-", "&é\"'(-è_çà:)", strict=True))
AZERTY_CAPITALS = dict(zip("AQZWM", "QAWZ?", strict=True))
AZERTY_CAPS_LOCK = dict(zip("1234567890.AQZWM", "1234567890/qawz,", strict=True))


def a_code() -> str:
    return codes.code_text(numbers.new_number(), codes.new_token())


def any_code() -> st.SearchStrategy[str]:
    """Any number and any token, drawn anew for each example."""

    def code(body: str, bits: int) -> str:
        with mock.patch.object(codes.secrets, "randbits", return_value=bits):
            return codes.code_text(body + numbers.check_character(body), codes.new_token())

    bodies = st.text(numbers.CROCKFORD, min_size=15, max_size=15).map("01".__add__)
    return st.builds(code, bodies, st.integers(0, 2**128 - 1))


def typed_in_azerty(text: str) -> str:
    return "".join({**AZERTY_PLAIN, **AZERTY_CAPITALS}.get(key, key) for key in text)


def typed_in_azerty_with_caps_lock(text: str) -> str:
    return "".join(AZERTY_CAPS_LOCK.get(key, key.lower()) for key in text)


def read(png: bytes) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return found


def test_a_thousand_codes_have_one_shape_and_one_length():
    drawn = {a_code() for _ in range(1_000)}
    assert len(drawn) == 1_000
    assert {len(text) for text in drawn} == {45}
    shape = re.compile(r"01[0-9A-HJKMNP-TV-Z]{15}[0-9A-Z]\.[0-7][0-9A-HJKMNP-TV-Z]{25}")
    assert all(shape.fullmatch(text) for text in drawn)


def test_every_bit_of_a_token_varies():
    values = [
        sum(numbers.CROCKFORD.index(c) << 5 * i for i, c in enumerate(reversed(codes.new_token())))
        for _ in range(200)
    ]
    seen_set = seen_clear = 0
    for value in values:
        seen_set |= value
        seen_clear |= ~value
    assert seen_set == 2**128 - 1
    assert seen_clear & (2**128 - 1) == 2**128 - 1


def test_the_digest_depends_on_the_token_and_on_the_key():
    token = codes.new_token()
    digest = codes.token_digest(token, key=KEY)
    assert len(digest) == 32
    assert digest == codes.token_digest(token, key=KEY)
    assert digest != codes.token_digest(token, key=b"x" * 32)
    assert digest != codes.token_digest(codes.new_token(), key=KEY)
    assert token.encode() not in digest


@given(any_code(), st.sampled_from(["", " ", "\r\n", "\t", "\u00a0"]))
def test_what_is_written_is_read_with_blanks_and_in_lower_case(text, blank):
    number, token = text.split(".")
    expected = codes.Code(number, token)
    assert codes.parse(blank + text + blank) == expected
    assert codes.parse(text.lower()) == expected
    assert codes.parse("]Q1" + text) == expected


@given(any_code())
def test_a_qwerty_scanner_on_an_azerty_machine_is_understood(text):
    expected = codes.parse(text)
    assert codes.parse(typed_in_azerty(text)) == expected
    assert codes.parse(typed_in_azerty(text).lower()) == expected
    assert codes.parse(typed_in_azerty(text).replace(":", ";")) == expected
    assert expected in codes.readings_of(typed_in_azerty_with_caps_lock(text))


def test_a_number_without_moving_letters_still_moves_its_token():
    """The check character alone could not tell: the signs of AZERTY do."""
    body = "01B2C3D4E5F6G7H8J"
    text = f"{body}{numbers.check_character(body)}.{'0AQZWM' + '1' * 20}"
    assert not set(text[:18]) & set("AQZWM")
    assert codes.parse(typed_in_azerty(text)) == codes.parse(text)


@pytest.mark.parametrize("keypad", [False, True], ids=["keys", "keypad"])
@pytest.mark.parametrize("caps_lock", ["", "letters", "every key"])
@pytest.mark.parametrize("scanner", ["QWERTY", "AZERTY"])
@pytest.mark.parametrize(
    "machine", ["QWERTY", "AZERTY", "AZERTY_MAC", "BELGIUM", "QWERTZ", "SWISS"]
)
@given(text=any_code(), prefix=st.sampled_from(["", "]Q1"]))
def test_a_code_is_among_its_readings_on_any_keyboard(
    machine, scanner, caps_lock, keypad, text, prefix
):
    machine, scanner = getattr(keyboards, machine), getattr(keyboards, scanner)
    prefix = prefix if scanner is keyboards.QWERTY else ""  # AZERTY writes ] with AltGr
    typed = keyboards.typed_on(
        machine, prefix + text, scanner=scanner, caps_lock=caps_lock, keypad=keypad
    )
    number, token = text.split(".")
    found = codes.readings_of(typed)
    assert codes.Code(number, token) in found
    assert len(found) <= 12


@given(any_code(), st.integers(0, 16), st.sampled_from(numbers.CROCKFORD))
def test_a_number_that_was_misread_is_refused_or_is_not_another(text, place, character):
    garbled = text[:place] + character + text[place + 1 :]
    found = codes.parse(garbled)
    assert found is None or garbled == text or found.number != garbled[:18]


@given(st.text(max_size=80))
def test_anything_else_is_nothing(text):
    assert codes.parse(text) is None


@pytest.mark.parametrize("cut", [lambda t: t[:-1], lambda t: t + "0", lambda t: t.replace(".", "")])
def test_a_code_that_is_not_whole_is_nothing(cut):
    assert codes.parse(cut(a_code())) is None


def test_the_picture_is_read_and_is_version_3_at_level_q():
    text = a_code()
    found = read(codes.qr_png(text))
    assert found.text == text
    assert str(found.ec_level) == "Q"
    assert Image.open(io.BytesIO(codes.qr_png(text, scale=1))).size == (29 + 8, 29 + 8)


def test_the_svg_has_a_quiet_zone_and_nothing_that_a_strict_policy_refuses():
    svg = codes.qr_svg(a_code())
    root = ElementTree.fromstring(svg)
    assert root.attrib["viewBox"] == "0 0 37 37"
    assert "style" not in svg and "script" not in svg and "on" not in root.attrib
    names = {element.tag.split("}")[1] for element in root.iter()}
    assert names == {"svg", "path"}


def test_a_text_that_needs_a_larger_code_is_refused():
    with pytest.raises(ValueError):
        codes.qr_svg(a_code() + "ABC")
