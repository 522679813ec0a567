"""The second code: 100 genuine ones are accepted, 100 altered ones refused, with the public keys and nothing else."""

import json
import random
from datetime import date, timedelta

import pytest
import segno
from django.conf import settings
from django.db import ProgrammingError
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.documents import attestation, codes, paper
from eprescription.documents.attestation import Attested, Book, Kind, Problem, verify
from eprescription.documents.attestation import code as codec
from eprescription.documents.attestation.keys import public_halves, sign
from eprescription.documents.attestation.lines import lines_digest, lines_text
from eprescription.documents.number import CROCKFORD, new_number
from prescribers import actions
from tests import factories

from .pages import LINE, LONG_LINE, MORPHINE

TODAY = date(2026, 11, 24)
LINES = lines_text((LINE, LONG_LINE, MORPHINE))
OTHER_KEY = "q" * 20 + "another key that nobody published, of enough characters"
CLASSES = {  # a byte of each part of the code
    "kind": 0, "key": 2, "number": 9, "issued": 16, "expires": 18, "prescriber": 23,
    "lines": 24, "boxes": 25, "digest": 26, "end of digest": 43, "signature": 44, "end": 107,
}  # fmt: skip


def a_code(**more: object) -> str:
    number = str(more.pop("number", "") or new_number())
    values = {
        "kind": Kind.PRESCRIPTION,
        "number": number,
        "issued_on": TODAY,
        "expires_on": TODAY + timedelta(days=365),
        "prescriber": "81000000012",
        "lines": 3,
        "boxes": 5,
        "digest": lines_digest(number, LINES),
    } | more
    what = Attested(**values)  # type: ignore[arg-type]
    return codec.text_of(*sign(lambda key: codec.content_of(what, key=key)))


def a_book(**more: object) -> Book:
    values = {
        "keys": dict(public_halves()),
        "revoked": frozenset(),
        "cancelled": frozenset(),
        "made_at": "",
    } | more
    return Book(**values)  # type: ignore[arg-type]


def flipped(text: str, byte: int, bit: int = 0) -> str:
    """The same code with one bit of one byte changed."""
    signed = codec.signed_in(text)
    assert signed
    raw = bytearray(signed.content + signed.signature)
    raw[byte] ^= 1 << bit
    return codec.text_of(bytes(raw[: codec.CONTENT]), bytes(raw[codec.CONTENT :]))


def test_a_hundred_genuine_codes_are_accepted_with_their_lines():
    for _time in range(100):
        number = new_number()
        verdict = verify(a_code(number=number), a_book(), on=TODAY, lines=LINES)
        assert verdict.problem is None
        assert verdict.attested and verdict.attested.number == number


def test_a_hundred_altered_codes_are_refused():
    chance = random.Random(6)
    altered = [
        flipped(a_code(), chance.randrange(108), chance.randrange(8)) for _time in range(100)
    ]
    assert [verify(text, a_book(), on=TODAY).problem for text in altered].count(None) == 0
    assert not any(verify(text, a_book(), on=TODAY).attested for text in altered)


@pytest.mark.parametrize("part", CLASSES)
def test_a_bit_changed_in_any_part_is_refused(part):
    verdict = verify(flipped(a_code(), CLASSES[part]), a_book(), on=TODAY)
    assert verdict.problem in (Problem.FORGED, Problem.KEY_UNKNOWN) and not verdict.attested


@given(place=st.integers(2, codec.LENGTH - 1), other=st.sampled_from(CROCKFORD))
def test_any_other_character_is_refused(place, other):
    text = a_code()
    if text[place] != other:
        assert verify(text[:place] + other + text[place + 1 :], a_book(), on=TODAY).problem


def test_the_bit_that_says_nothing_is_not_free_either():
    text = a_code()
    twin = text[:-1] + CROCKFORD[CROCKFORD.index(text[-1]) ^ 1]
    verdict = verify(twin, a_book(), on=TODAY)  # on some other keyboard it may have the shape
    assert verdict.problem in (Problem.SHAPE, Problem.KEY_UNKNOWN, Problem.FORGED)
    assert verdict.attested is None


@given(st.text(max_size=400))
def test_whatever_is_typed_is_answered(text):
    assert verify(text, a_book(), on=TODAY).problem is Problem.SHAPE


@pytest.mark.parametrize("length", [0, 1, 2, 100, codec.LENGTH - 1])
def test_a_truncated_code_is_refused(length):
    assert verify(a_code()[:length], a_book(), on=TODAY).problem is Problem.SHAPE


def test_a_code_of_another_portal_is_refused():
    book = a_book()
    with override_settings(PROOF_KEY=OTHER_KEY):
        assert verify(a_code(), book, on=TODAY).problem is Problem.KEY_UNKNOWN


def test_a_forged_code_under_the_name_of_our_key_is_refused():
    (name, _public), *_others = public_halves()
    with override_settings(PROOF_KEY=OTHER_KEY):
        signed = codec.signed_in(a_code())
        assert signed
    content = signed.content[:1] + name + signed.content[5:]
    forged = codec.text_of(content, signed.signature)
    assert verify(forged, a_book(), on=TODAY).problem is Problem.FORGED


def test_after_a_rotation_both_keys_verify_and_the_new_one_signs():
    before = a_code()
    with override_settings(PROOF_KEY=OTHER_KEY, PROOF_KEY_FORMER=[settings.PROOF_KEY]):
        assert not verify(before, a_book(), on=TODAY).problem
        assert not verify(a_code(), a_book(), on=TODAY).problem
    assert verify(before, a_book(), on=TODAY).problem is None


def test_what_a_revoked_key_signed_is_refused_even_while_it_still_verifies():
    (name, _public), *_others = public_halves()
    verdict = verify(a_code(), a_book(revoked=frozenset([name])), on=TODAY)
    assert verdict.problem is Problem.KEY_REVOKED and not verdict.attested


def test_other_lines_are_refused_and_the_same_lines_copied_by_hand_are_not():
    text = a_code()
    copied = "\n\n  ".join(LINES.upper().replace(" · ", "  ").replace(", ", " ").splitlines())
    assert not verify(text, a_book(), on=TODAY, lines=copied).problem
    for other in (
        LINES.replace("7 jours", "70 jours"),
        LINES.replace("62,5", "625"),
        "\n".join(reversed(LINES.splitlines())),
        LINES + "\nZolpidem 10 mg",
        LINES.splitlines()[0],
    ):
        if other != LINES:
            assert verify(text, a_book(), on=TODAY, lines=other).problem is Problem.LINES


def test_a_decimal_comma_counts():
    assert lines_digest("x", "Prednisolone 1,5 mg") != lines_digest("x", "Prednisolone 15 mg")


def test_what_has_run_out_is_genuine_and_says_so():
    verdict = verify(a_code(expires_on=TODAY), a_book(), on=TODAY + timedelta(days=1))
    assert verdict.problem is Problem.EXPIRED and verdict.attested


def test_a_hand_scanner_on_another_keyboard_is_understood():
    text = a_code()
    garbled = text.translate(str.maketrans("AQZWM0123456789.", "QAWZ?à&é\"'(-è_ç:"))
    assert not verify(text.lower(), a_book(), on=TODAY).problem
    assert not verify(f"]Q1{text}", a_book(), on=TODAY).problem
    assert verify(garbled, a_book(), on=TODAY).problem in (None, Problem.SHAPE)


def test_the_code_takes_180_bytes_at_most_and_a_version_7_symbol():
    text = a_code(lines=999, boxes=999)
    assert len(text) == 175
    assert segno.make(text, error="m", mode="alphanumeric", boost_error=False).version == 7


# --- Made at the signature


@pytest.fixture
def prescription(db, catalogue):
    doctor = factories.a_prescriber()
    patient, _account = factories.a_patient(doctor, account=False)
    return factories.a_signed(doctor, patient, "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")


def test_given_a_signature_then_the_page_bears_a_code_over_the_lines_that_it_prints(prescription):
    page = paper.ordonnance_of(prescription, None)
    book = Book.read(json.loads(json.dumps(attestation.published(at=timezone.now()))))

    verdict = verify(
        page.attestation or "", book, on=timezone.localdate(), lines=lines_text(page.lines)
    )

    assert verdict.problem is None
    assert verdict.attested == Attested(
        kind=Kind.PRESCRIPTION,
        number=prescription.number,
        issued_on=timezone.localdate(prescription.signed_at),
        expires_on=prescription.expires_on,
        prescriber=prescription.author.identifier,
        lines=2,
        boxes=4,
        digest=lines_digest(prescription.number, lines_text(page.lines)),
    )


def test_given_a_signed_one_then_nobody_changes_its_code(prescription):
    with pytest.raises(ProgrammingError):
        type(prescription).objects.filter(pk=prescription.pk).update(attestation="")


def test_given_a_page_without_its_first_code_then_it_attests_nothing(prescription):
    codes.end_code(prescription, kind=codes.OWN)
    assert paper.ordonnance_of(prescription, None).attestation is None


def test_given_a_cancelled_one_then_the_published_list_refuses_it_without_naming_it(prescription):
    doctor = factories._actor(prescription.author)
    actions.cancel(prescription=prescription, by=doctor, at=timezone.now())
    body = json.dumps(attestation.published(at=timezone.now()))
    verdict = verify(prescription.attestation, Book.read(json.loads(body)), on=timezone.localdate())
    assert verdict.problem is Problem.CANCELLED
    assert prescription.number not in body
