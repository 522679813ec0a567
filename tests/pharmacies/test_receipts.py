"""The receipt of good faith and the signals of cloning: what the portal answered stands, and copies are told."""

import hashlib
import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.documents.code import code_text, new_token
from eprescription.documents.number import new_number
from eprescription.models import (
    Claim,
    Deed,
    ForgeryReport,
    JournalEntry,
    Notice,
    Opening,
    Prescription,
)
from eprescription.once import KeyReused
from eprescription.refusal import Refusal
from pharmacies import actions, receipts
from pharmacies.presentations import RECENT, Presentation, presentations_of
from pharmacies.signals import MANY, NEAR, Signal, signals
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
    seal = receipts._keys()[0].sign(signed.encode())
    place %= len(signed)
    changed = signed[:place] + letter + signed[place + 1 :]
    assert (receipts._signer(changed, seal) is not None) == (changed == signed)


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
    assert receipts.fingerprint(receipts.public_keys()[0]) in out.getvalue()
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
    doctor: Actor, patient: Any, pharmacist: Actor
) -> None:
    once_only = factories.a_signed(doctor, patient)
    factories.dispense_all(pharmacist, once_only)
    with pytest.raises(Refusal):
        factories.open_at(pharmacist, once_only)
    assert ways(once_only)[-1] == (Way.CODE, "case_dispensed")


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


def signs(prescription: Prescription, claim: Claim) -> list[Signal]:
    at = timezone.now()
    seen = presentations_of(prescription, claim, at=at)
    held = {"here": claim.pharmacy_id, "held_since": claim.at}
    return signals(seen, reported=False, at=at, **held)


def test_who_holds_it_is_told_that_it_was_presented_elsewhere(
    prescription: Prescription, pharmacist: Actor
) -> None:
    factories.open_at(pharmacist, prescription)
    claim = prescription.case.claims.get()
    assert signs(prescription, claim) == []
    with pytest.raises(Refusal):
        factories.open_at(factories.a_pharmacist(), prescription)
    found = signs(prescription, claim)
    assert found == [Signal.ELSEWHERE, Signal.TWO_PLACES]


# --- The receipt on screen


def page_of(response: Any) -> str:
    return unescape(response.content.decode())


def test_the_dispensing_page_says_that_it_is_authentic(
    desk: Client, receipt: Opening, prescription: Prescription
) -> None:
    page = page_of(desk.get(reverse("pharmacies:prescription", args=[prescription.pk])))
    assert "Authentique, non révoquée, vérifiée le" in page
    assert reverse("pharmacies:receipt", args=[receipt.pk]) in page


def test_a_page_reopened_later_has_a_receipt_of_its_own(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    factories.open_at(pharmacist, prescription, factories.later(minutes=-2))
    for _time in range(2):
        desk.get(reverse("pharmacies:prescription", args=[prescription.pk]))
    assert ways(prescription) == [(Way.CODE, ""), (Way.AGAIN, "")]


def test_the_receipt_page_leaves_its_trace_and_tells_no_medicine(
    desk: Client, receipt: Opening, prescription: Prescription
) -> None:
    page = page_of(desk.get(reverse("pharmacies:receipt", args=[receipt.pk])))
    assert receipts.text_of(receipt) in page
    for secret in ("MARTEL", prescription.lines.get().inn, prescription.lines.get().name):
        assert secret not in page
    assert JournalEntry.objects.filter(deed=Deed.READ_DOCUMENT, prescription=prescription).exists()


def test_the_receipt_of_another_pharmacy_is_not_found(at_work: Any, receipt: Opening) -> None:
    other = at_work(factories.a_pharmacist())
    assert other.get(reverse("pharmacies:receipt", args=[receipt.pk])).status_code == 404


def test_whoever_holds_a_receipt_verifies_it(client: Client, receipt: Opening) -> None:
    url = reverse("pharmacies:verify_receipt")
    printed = receipts.printed(receipt)
    assert "le portail l'a signé" in page_of(client.post(url, {"receipt": printed}))
    changed = printed.replace("remaining 1:4", "remaining 1:5")
    assert "n'a pas signé" in page_of(client.post(url, {"receipt": changed}))
    assert client.post(url, {"receipt": ""}).status_code == 422


def test_the_public_key_verifies_without_the_portal(client: Client, receipt: Opening) -> None:
    told_key = client.get(reverse("pharmacies:receipt_key")).json()
    raw = bytes.fromhex(told_key["public_key"])
    assert told_key["fingerprint"].replace(" ", "") == hashlib.sha256(raw).hexdigest()
    Ed25519PublicKey.from_public_bytes(raw).verify(
        bytes(receipt.signature), receipts.text_of(receipt).encode()
    )


# --- Reports of forgery

REPORTED = "Une pharmacie a signalé cette ordonnance comme fausse."
CODE_REPORTED = "Une pharmacie l'a signalé comme faux"


def report(desk: Client, prescription: Prescription, key: uuid.UUID | None = None) -> Any:
    url = reverse("pharmacies:report", args=[prescription.pk])
    return desk.post(url, {"key": str(key or uuid.uuid4())})


def scan(desk: Client, text: str) -> Any:
    return desk.post(reverse("pharmacies:scan"), {"text": text})


def doubt_in(response: Any) -> str:
    found = re.search(r'name="doubt" value="([^"]+)"', page_of(response))
    return found[1] if found else ""


def test_a_report_is_asked_once_more_and_does_nothing_before(
    desk: Client, receipt: Opening, prescription: Prescription
) -> None:
    page = page_of(desk.get(reverse("pharmacies:report", args=[prescription.pk])))
    assert "Signaler un faux ?" in page
    assert not ForgeryReport.objects.exists()


def test_a_reported_prescription_warns_the_next_pharmacy_and_its_prescriber(
    desk: Client, at_work: Any, receipt: Opening, prescription: Prescription, pharmacist: Actor
) -> None:
    assert report(desk, prescription).status_code == 302
    assert Notice.objects.get().kind == Notice.Kind.FORGED
    trace = JournalEntry.objects.get(deed=Deed.REPORTED)
    assert (trace.prescription_id, trace.activity_id) == (prescription.pk, pharmacist.activity_id)
    # When the next pharmacy opens it
    factories.release(pharmacist, prescription)
    other = at_work(factories.a_pharmacist())
    page = page_of(other.get(scan(other, factories.code_of(prescription))["Location"]))
    assert REPORTED in page
    assert "Pharmacie de la Gare" not in page.split("<main")[1]


def test_pressed_twice_it_is_one_report_and_one_notice(
    desk: Client, receipt: Opening, prescription: Prescription
) -> None:
    key = uuid.uuid4()
    for _time in range(2):
        report(desk, prescription, key)
    report(desk, prescription)
    assert (ForgeryReport.objects.count(), Notice.objects.count()) == (1, 1)


def test_a_key_that_served_for_another_report_serves_no_more(
    receipt: Opening, prescription: Prescription, pharmacist: Actor
) -> None:
    key, at = uuid.uuid4(), timezone.now()
    actions.report(prescription=prescription, key=key, by=pharmacist, at=at)
    with pytest.raises(KeyReused):
        actions.report_code(digest=b"x" * 32, key=key, by=pharmacist, at=at)
    with pytest.raises(KeyReused):
        key = uuid.uuid4()
        for digest in (b"x" * 32, b"y" * 32):
            actions.report_code(digest=digest, key=key, by=pharmacist, at=at)
    assert ForgeryReport.objects.count() == 2


def test_what_was_not_presented_here_is_not_reported_here(
    desk: Client, prescription: Prescription, pharmacist: Actor
) -> None:
    assert report(desk, prescription).status_code == 404
    with pytest.raises(Refusal):
        actions.report(
            prescription=prescription, key=uuid.uuid4(), by=pharmacist, at=timezone.now()
        )
    assert not ForgeryReport.objects.exists()


def test_a_code_that_opens_nothing_is_reported_from_the_desk_and_warns_the_next(
    desk: Client, at_work: Any
) -> None:
    text = code_text(new_number(), new_token())
    refused = scan(desk, text)
    assert CODE_REPORTED not in page_of(refused)
    doubt = doubt_in(refused)
    url = reverse("pharmacies:report_code")
    assert "Signaler un faux ?" in page_of(desk.post(url, {"doubt": doubt}))
    assert not ForgeryReport.objects.exists()
    desk.post(url, {"doubt": doubt, "key": str(uuid.uuid4())})
    # Then the next pharmacy is warned, however its scanner writes; another code is not
    other = at_work(factories.a_pharmacist())
    assert CODE_REPORTED in page_of(scan(other, f"  {text.lower()} "))
    assert CODE_REPORTED not in page_of(scan(other, code_text(new_number(), new_token())))


def test_the_report_keeps_no_code(desk: Client) -> None:
    text = code_text(new_number(), new_token())
    doubt = doubt_in(scan(desk, text))
    desk.post(reverse("pharmacies:report_code"), {"doubt": doubt, "key": str(uuid.uuid4())})
    kept = ForgeryReport.objects.get()
    assert len(bytes(kept.digest)) == 32
    assert text.encode() not in bytes(kept.digest)
    assert text.partition(".")[2] not in doubt


def test_who_is_refused_because_it_is_elsewhere_may_report_it(
    desk: Client, at_work: Any, receipt: Opening, prescription: Prescription
) -> None:
    other = at_work(factories.a_pharmacist())
    doubt = doubt_in(scan(other, factories.code_of(prescription)))
    url = reverse("pharmacies:report_code")
    other.post(url, {"doubt": doubt, "key": str(uuid.uuid4())})
    page = page_of(desk.get(reverse("pharmacies:prescription", args=[prescription.pk])))
    assert REPORTED in page


@pytest.mark.parametrize("doubt", ["", "x", "a:b:c", "é"])
def test_a_doubt_that_the_portal_did_not_seal_reports_nothing(desk: Client, doubt: str) -> None:
    data = {"doubt": doubt, "key": str(uuid.uuid4())}
    assert desk.post(reverse("pharmacies:report_code"), data).status_code == 403
    assert not ForgeryReport.objects.exists()


def test_the_doubt_of_another_pharmacy_reports_nothing_here(desk: Client, at_work: Any) -> None:
    doubt = doubt_in(scan(desk, code_text(new_number(), new_token())))
    other = at_work(factories.a_pharmacist())
    data = {"doubt": doubt, "key": str(uuid.uuid4())}
    assert other.post(reverse("pharmacies:report_code"), data).status_code == 403
    assert not ForgeryReport.objects.exists()
