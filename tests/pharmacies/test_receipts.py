"""The receipt of good faith and the signals of cloning: what the portal answered stands, and copies are told."""

import io
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.models import Opening, Prescription
from eprescription.refusal import Refusal
from pharmacies import actions, receipts
from pharmacies.signals import MANY, NEAR, RECENT, Presentation, Signal, signals, signals_of
from tests import factories

Way = Opening.Way
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)


def ways(prescription: Prescription) -> list[tuple[str, str]]:
    rows = Opening.objects.filter(prescription=prescription).order_by("at")
    return list(rows.values_list("way", "refused"))


@pytest.fixture
def prescription(doctor: Actor, patient: Any) -> Prescription:
    return factories.a_signed(doctor, patient, renewals=1)


@pytest.fixture
def receipt(prescription: Prescription, pharmacist: Actor) -> Opening:
    factories.open_at(pharmacist, prescription)
    return Opening.objects.get()


# --- Receipts


def test_an_opening_gives_a_signed_receipt(receipt: Opening, prescription: Prescription) -> None:
    assert receipt.remaining == [[1, 4]]
    assert receipts.is_true(receipt)
    text = receipts.text_of(receipt)
    assert f"number {prescription.number}" in text
    assert f"pharmacy {receipt.pharmacy.identifier}" in text
    assert "authentic, not revoked\nremaining 1:4" in text


def test_a_receipt_tells_no_name_and_no_medicine(
    receipt: Opening, prescription: Prescription
) -> None:
    printed = receipts.printed(receipt).lower()
    line = prescription.lines.get()
    for secret in ("martel", "jeanne", "lemoine", "roy", line.inn.lower(), line.cis):
        assert secret not in printed


def test_a_later_receipt_tells_what_is_left_then(
    prescription: Prescription, pharmacist: Actor
) -> None:
    factories.dispense_all(pharmacist, prescription)
    factories.open_at(pharmacist, prescription, factories.later(days=25))
    assert Opening.objects.order_by("-at")[0].remaining == [[1, 2]]


def test_a_printed_receipt_is_verified_from_its_text_alone(receipt: Opening) -> None:
    printed = receipts.printed(receipt)
    assert receipts.verified(printed)
    assert receipts.verified(f"\n  {printed.replace(chr(10), chr(13) + chr(10) + ' ')} \n\n")


@given(place=st.integers(min_value=0), letter=st.characters(codec="ascii"))
@pytest.mark.django_db
def test_one_changed_character_of_the_text_is_seen(place: int, letter: str) -> None:
    signed = "receipt 1\nnumber 0170\nremaining 1:4"
    seal = receipts._key().sign(signed.encode())
    place %= len(signed)
    changed = signed[:place] + letter + signed[place + 1 :]
    assert receipts._holds(changed, seal) == (changed == signed)


@pytest.mark.parametrize(
    "text", ["", "receipt 1", "signature ", "signature ?", "a\nsignature é", "😀"]
)
def test_what_is_no_receipt_is_said_false_and_breaks_nothing(text: str) -> None:
    assert not receipts.verified(text)


@given(st.text())
def test_no_text_breaks_the_verification(text: str) -> None:
    assert not receipts.verified(f"{text}\nsignature {text}")


def test_the_command_verifies_a_receipt(receipt: Opening, tmp_path: Path) -> None:
    file, out = tmp_path / "receipt.txt", io.StringIO()
    file.write_text(receipts.printed(receipt))
    call_command("verify_receipt", file, stdout=out)
    assert receipts.fingerprint() in out.getvalue()
    file.write_text(receipts.printed(receipt).replace("remaining 1:4", "remaining 1:9"))
    with pytest.raises(CommandError, match="not signed"):
        call_command("verify_receipt", file)


# --- Which presentations leave which trace


def test_each_way_of_presenting_is_told_apart(
    doctor: Actor, patient: Any, pharmacist: Actor
) -> None:
    by_code, by_number = (factories.a_signed(doctor, patient) for _time in range(2))
    factories.open_at(pharmacist, by_code)
    actions.claim(prescription=by_number, by=pharmacist, at=timezone.now(), way=Way.MAIL)
    assert (ways(by_code), ways(by_number)) == ([(Way.CODE, "")], [(Way.MAIL, "")])


def test_scanned_again_here_it_is_taken_up_again_once_a_minute(
    prescription: Prescription, pharmacist: Actor
) -> None:
    at = timezone.now()
    for seconds in (0, 10, 59, 60, 61, 119, 120):
        factories.open_at(pharmacist, prescription, at + timedelta(seconds=seconds))
    assert ways(prescription) == [(Way.CODE, ""), (Way.AGAIN, ""), (Way.AGAIN, "")]


def test_the_code_of_a_relative_is_told_even_in_hand(
    prescription: Prescription, pharmacist: Actor
) -> None:
    factories.open_at(pharmacist, prescription)
    actions.claim(prescription=prescription, by=pharmacist, at=timezone.now(), way=Way.COLLECT)
    assert ways(prescription) == [(Way.CODE, ""), (Way.COLLECT, "")]


def test_presented_elsewhere_the_refusal_is_kept_without_signature(
    prescription: Prescription, pharmacist: Actor
) -> None:
    factories.open_at(pharmacist, prescription)
    with pytest.raises(actions.ClaimedElsewhere):
        factories.open_at(factories.a_pharmacist(), prescription)
    assert ways(prescription) == [(Way.CODE, ""), (Way.CODE, "claimed_elsewhere")]
    assert not Opening.objects.get(refused="claimed_elsewhere").signature


def test_all_dispensed_the_refusal_is_kept_too(
    prescription: Prescription, pharmacist: Actor
) -> None:
    for days in (0, 25):
        factories.dispense_all(pharmacist, prescription, factories.later(days=days))
    with pytest.raises(Refusal):
        factories.open_at(pharmacist, prescription, factories.later(days=26))
    assert ways(prescription)[-1] == (Way.CODE, "case_dispensed")


# --- Signals


def seen(*marks: tuple[uuid.UUID, int], **more: Any) -> list[Presentation]:
    return [Presentation(place, NOON + timedelta(minutes=m), **more) for place, m in marks]


def told(*presentations: Presentation, minutes: int = 60, **more: Any) -> list[Signal]:
    at = NOON + timedelta(minutes=minutes)
    return signals(presentations, **{"reported": False, "here": HERE, "at": at} | more)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, True), (59, True), (60, True), (61, False), (300, False)]
)
def test_two_places_within_an_hour_are_a_signal(minutes: int, expected: bool) -> None:
    found = told(*seen((HERE, 0), (THERE, minutes)), minutes=minutes)
    assert (Signal.TWO_PLACES in found) is expected


def test_twice_in_one_place_is_none() -> None:
    assert told(*seen((HERE, 0), (HERE, 5), (HERE, 9))) == []


@pytest.mark.parametrize(("times", "expected"), [(MANY - 1, []), (MANY, [Signal.MANY])])
def test_five_times_within_a_day_are_a_signal(times: int, expected: list[Signal]) -> None:
    assert told(*seen(*((HERE, n) for n in range(times)))) == expected


def test_a_page_that_is_reopened_is_no_presentation() -> None:
    assert told(*seen(*((HERE, n) for n in range(20)), way=Way.AGAIN)) == []


def test_a_refused_presentation_counts() -> None:
    elsewhere = seen((THERE, 5), refused="claimed_elsewhere")
    assert told(*seen((HERE, 0)), *elsewhere) == [Signal.TWO_PLACES]
    assert told(*seen((HERE, 0)), *elsewhere, held_since=NOON) == [
        Signal.ELSEWHERE,
        Signal.TWO_PLACES,
    ]


def test_what_came_before_the_claim_is_not_elsewhere() -> None:
    held = NOON + timedelta(minutes=90)
    assert told(*seen((THERE, 0), (HERE, 90)), minutes=91, held_since=held) == []


def test_after_a_day_nothing_is_a_sign_any_more() -> None:
    day = int(RECENT.total_seconds() // 60)
    assert told(*seen((HERE, 0), (THERE, 5)), minutes=day + 6) == []


def test_a_report_is_a_signal_by_itself() -> None:
    assert told(reported=True) == [Signal.REPORTED]


PRESENTED = st.lists(
    st.builds(
        Presentation,
        place=st.sampled_from([HERE, THERE, uuid.UUID(int=3)]),
        at=st.integers(0, 2000).map(lambda m: NOON + timedelta(minutes=m)),
    ),
    max_size=8,
)


@given(PRESENTED, st.integers(0, 2000))
def test_two_places_mean_a_pair_within_the_hour(found: list[Presentation], minutes: int) -> None:
    at = NOON + timedelta(minutes=minutes)
    fresh = [p for p in found if at - RECENT <= p.at <= at]
    pair = any(a.place != b.place and abs(a.at - b.at) <= NEAR for a in fresh for b in fresh)
    assert (Signal.TWO_PLACES in signals(found, reported=False, at=at)) == pair


def test_who_holds_it_is_told_that_it_was_presented_elsewhere(
    prescription: Prescription, pharmacist: Actor
) -> None:
    factories.open_at(pharmacist, prescription)
    claim = prescription.case.claims.get()
    at = timezone.now()
    assert signals_of(prescription, by=pharmacist, claim=claim, at=at) == []
    with pytest.raises(Refusal):
        factories.open_at(factories.a_pharmacist(), prescription)
    found = signals_of(prescription, by=pharmacist, claim=claim, at=timezone.now())
    assert found == [Signal.ELSEWHERE, Signal.TWO_PLACES]
