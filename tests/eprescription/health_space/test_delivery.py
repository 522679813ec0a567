"""What becomes of a push, whatever the receiver, the network and the law do."""

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from eprescription.cda.nodes import oid
from eprescription.documents.ordonnance import UnprintableText
from eprescription.health_space import delivery, outbox
from eprescription.identity import vault
from eprescription.identity.traits import IdentityStatus
from eprescription.models import Deed, JournalEntry, Prescription, Push, PushState
from eprescription.outbox import Answer
from eprescription.tasks import sweep_pushes
from patients.models import ReceivedDocument
from patients.receiving import content_of
from prescribers import actions
from tests import factories
from tests.eprescription.cda.finding import one_at, root_of
from tests.eprescription.cda.independent import faults
from tests.eprescription.health_space.receivers import DoorOfThePortal

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def signed(status: IdentityStatus = IdentityStatus.QUAL, at: datetime = NOW) -> Prescription:
    doctor = factories.a_prescriber()
    who = factories.traits() if status is IdentityStatus.QUAL else unqualified(status)
    subject_id, _patient = factories.a_patient(doctor, who, account=False)
    return factories.a_signed(doctor, subject_id, at=at)


def unqualified(status: IdentityStatus) -> Any:
    kept = {} if status is IdentityStatus.RECUP else {"ins": "", "ins_oid": ""}
    return factories.traits(status=status, **kept)


def push_of(prescription: Prescription, occasion: str = "signed") -> Push:
    return Push.objects.get(prescription=prescription, occasion=occasion)


def deliver(prescription: Prescription, occasion: str = "signed", at: datetime = NOW) -> Push:
    delivery.deliver(push_of(prescription, occasion).pk, at=at)
    return push_of(prescription, occasion)


def next_try(push: Push) -> datetime:
    return push.next_at + timedelta(milliseconds=1)


# --- The good way


def test_the_signed_page_arrives_sealed_in_the_space_of_the_patient(
    receiver: DoorOfThePortal,
) -> None:
    prescription = signed()

    push = deliver(prescription)

    assert (push.state, push.attempts, push.last_code) == (PushState.DELIVERED, 1, "http_200")
    document = ReceivedDocument.objects.get()
    assert document.subject_id == prescription.subject_id
    assert document.number == prescription.number
    assert content_of(document).startswith(b"%PDF-")
    assert b"%PDF-" not in bytes(document.sealed)
    assert JournalEntry.objects.filter(deed=Deed.PUSHED, outcome="done").count() == 1


def test_the_request_bears_the_idempotency_key_and_the_token(receiver: DoorOfThePortal) -> None:
    push = deliver(signed())

    request = receiver.requests[0]
    assert request.headers["idempotency-key"] == str(push.pk)
    assert request.headers["authorization"].startswith("Bearer ")
    assert request.headers["content-type"] == "application/fhir+json"


def test_a_delivered_push_is_never_sent_again(receiver: DoorOfThePortal) -> None:
    prescription = signed()
    deliver(prescription)

    assert delivery.deliver(push_of(prescription).pk, at=NOW + timedelta(days=1)) is None
    assert len(receiver.requests) == 1


# --- The law is asked again at sending


@pytest.mark.parametrize("status", [s for s in IdentityStatus if s is not IdentityStatus.QUAL])
def test_without_a_qualified_identity_nothing_leaves(
    receiver: DoorOfThePortal, status: IdentityStatus
) -> None:
    push = deliver(signed(status))

    assert push.state == PushState.WITHHELD
    assert push.last_code == "only_qualified_identities_leave"
    assert receiver.requests == []


def test_an_identity_that_is_no_longer_qualified_is_seen_at_sending(
    receiver: DoorOfThePortal,
) -> None:
    prescription = signed()
    known = vault.read(prescription.subject_id)
    vault.keep(
        subject_id=prescription.subject_id,
        traits=replace(known, status=IdentityStatus.VALI, ins="", ins_oid=""),
    )

    assert deliver(prescription).state == PushState.WITHHELD
    assert receiver.requests == []


def test_a_corrected_ins_is_the_address_even_of_an_older_prescription(
    receiver: DoorOfThePortal,
) -> None:
    prescription = signed()
    wrong = vault.read(prescription.subject_id)
    right = factories.an_ins()
    vault.keep(subject_id=prescription.subject_id, traits=replace(wrong, ins=right))
    doctor = factories.a_prescriber()
    stranger, _account = factories.a_patient(
        doctor, factories.traits(birth_name="AUTRE", ins=wrong.ins), account=False
    )

    deliver(prescription)

    assert ReceivedDocument.objects.filter(subject_id=stranger).count() == 0
    assert ReceivedDocument.objects.get().subject_id == prescription.subject_id


def test_after_a_cancellation_the_new_page_says_so_and_takes_the_place_of_the_first(
    receiver: DoorOfThePortal,
) -> None:
    prescription = signed()
    deliver(prescription)
    author = factories.load(prescription.author_id, prescription.author.user)
    assert author is not None
    actions.cancel(prescription=prescription, by=author, at=NOW + timedelta(seconds=1))

    deliver(prescription, "cancelled", NOW + timedelta(seconds=2))

    first, second = ReceivedDocument.objects.order_by("received_at")
    assert (first.status, second.status) == ("superseded", "current")
    assert "ANNULÉE" in text_of(content_of(second))
    assert "ANNULÉE" not in text_of(content_of(first))


def test_a_push_that_was_still_waiting_when_it_was_cancelled_says_so_too(
    receiver: DoorOfThePortal,
) -> None:
    prescription = signed()
    author = factories.load(prescription.author_id, prescription.author.user)
    assert author is not None
    actions.cancel(prescription=prescription, by=author, at=NOW + timedelta(seconds=1))

    deliver(prescription, at=NOW + timedelta(seconds=2))

    assert "ANNULÉE" in text_of(content_of(ReceivedDocument.objects.get()))


def text_of(content: bytes) -> str:
    import pypdfium2

    return pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()


# --- What goes wrong on the way


def test_an_answer_that_was_lost_gives_one_document_all_the_same(receiver: DoorOfThePortal) -> None:
    receiver.does = ["keeps it and loses the answer"]
    prescription = signed()

    push = deliver(prescription)
    assert (push.state, push.last_code) == (PushState.WAITING, "ReadTimeout")
    assert ReceivedDocument.objects.count() == 1
    push = deliver(prescription, at=next_try(push))

    assert (push.state, push.attempts) == (PushState.DELIVERED, 2)
    assert ReceivedDocument.objects.count() == 1


@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("answers 500", "http_500"),
        ("answers 503", "http_503"),
        ("answers 429", "http_429"),
        ("answers 408", "http_408"),
        ("answers 401", "http_401"),
        ("answers 302", "http_302"),
        ("is silent", "ReadTimeout"),
        ("refuses the connection", "ConnectError"),
        ("is a proxy that says hello", "not_a_receipt"),
    ],
)
def test_what_may_pass_is_tried_again_later(
    receiver: DoorOfThePortal, does: str, code: str
) -> None:
    receiver.does = [does]
    prescription = signed()

    push = deliver(prescription)

    assert (push.state, push.last_code, push.attempts) == (PushState.WAITING, code, 1)
    assert NOW < push.next_at <= NOW + timedelta(seconds=6)
    assert deliver(prescription, at=next_try(push)).state == PushState.DELIVERED


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_what_the_receiver_refuses_for_good_is_not_tried_again(
    receiver: DoorOfThePortal, status: int
) -> None:
    receiver.does = [f"answers {status}"]

    push = deliver(signed())

    assert (push.state, push.last_code) == (PushState.DEAD, f"http_{status}")


def test_after_eight_attempts_the_push_is_dead_and_says_so(
    receiver: DoorOfThePortal, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.does = ["answers 500"] * 20
    prescription, at = signed(), NOW
    states = []
    for _ in range(8):
        push = deliver(prescription, at=at)
        states.append(push.state)
        at = next_try(push)

    assert states == [PushState.WAITING] * 7 + [PushState.DEAD]
    assert push.attempts == len(receiver.requests) == 8
    assert outbox.due(at=at + timedelta(days=30)) == []
    assert "push_dead" in caplog.text
    assert JournalEntry.objects.filter(deed=Deed.PUSHED, outcome="failed").count() == 8


def test_a_push_that_kills_its_workers_ends_as_dead(
    receiver: DoorOfThePortal, settings: Any
) -> None:
    prescription = signed()
    push, at = push_of(prescription), NOW
    for _ in range(8):
        assert outbox.lease(push.pk, at=at)  # and the worker dies
        at += settings.PUSH_LEASE

    assert deliver(prescription, at=at).state == PushState.DEAD
    assert receiver.requests == []


def test_a_page_that_cannot_be_made_blocks_nobody_and_ends_as_dead(
    receiver: DoorOfThePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, *good = [signed(at=NOW + timedelta(milliseconds=i)) for i in range(4)]
    page_of = delivery.page_of

    def page_or_poison(prescription: Prescription, traits: Any) -> bytes:
        if prescription == poison:
            raise UnprintableText("☠")
        return page_of(prescription, traits)

    monkeypatch.setattr(delivery, "page_of", page_or_poison)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=1))

    sweep_pushes()

    assert push_of(poison).state == PushState.WAITING
    assert {push_of(p).state for p in good} == {PushState.DELIVERED}
    at = NOW
    for _ in range(7):
        at = next_try(deliver(poison, at=at + timedelta(hours=2)))
    assert (push_of(poison).state, push_of(poison).last_code) == (
        PushState.DEAD,
        "UnprintableText",
    )


def test_a_worker_that_comes_back_too_late_changes_nothing(
    receiver: DoorOfThePortal, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    prescription = signed()
    push = push_of(prescription)
    send = delivery.client.send

    def another_one_is_faster(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(delivery.client, "send", send)
        delivery.deliver(push.pk, at=NOW + settings.PUSH_LEASE)
        return send(*args, **kwargs)

    monkeypatch.setattr(delivery.client, "send", another_one_is_faster)

    assert delivery.deliver(push.pk, at=NOW) is None
    assert push_of(prescription).state == PushState.DELIVERED
    assert push_of(prescription).attempts == 2
    assert ReceivedDocument.objects.count() == 1


def test_a_dead_push_that_is_tried_again_does_not_come_over_its_successor(
    receiver: DoorOfThePortal,
) -> None:
    receiver.does = ["answers 422"]
    prescription = signed()
    deliver(prescription)
    author = factories.load(prescription.author_id, prescription.author.user)
    assert author is not None
    actions.cancel(prescription=prescription, by=author, at=NOW + timedelta(seconds=1))
    deliver(prescription, "cancelled", NOW + timedelta(seconds=2))
    Push.objects.filter(occasion="signed").update(state=PushState.WAITING)

    assert deliver(prescription, at=NOW + timedelta(hours=1)).state == PushState.WITHHELD
    assert ReceivedDocument.objects.get().status == "current"


def test_messages_carry_an_id_and_nothing_else(receiver: DoorOfThePortal) -> None:
    prescription = signed()
    deliver(prescription)

    shown = json.dumps(list(Push.objects.values()), default=str)
    assert "MARTEL" not in shown
    assert prescription.number not in shown


def test_where_the_receiver_asks_for_cda_the_page_leaves_in_its_document(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """And takes the place of the one before, by the same identifiers."""
    sent: list[dict[str, Any]] = []

    def keep(bundle: dict[str, Any], *, key: Any) -> Answer:
        sent.append(bundle)
        return Answer(True, True, "201")

    monkeypatch.setattr(delivery.client, "send", keep)
    settings.HEALTH_SPACE_CDA = True
    push = deliver(signed())
    [reference, binary] = [
        next(e["resource"] for e in sent[0]["entry"] if e["resource"]["resourceType"] == kind)
        for kind in ("DocumentReference", "Binary")
    ]
    content = base64.b64decode(binary["data"])
    attachment = reference["content"][0]["attachment"]
    assert reference["content"][0]["format"]["code"] == "urn:ihe:pharm:pre:2010"
    assert binary["contentType"] == attachment["contentType"] == "text/xml"
    assert attachment["size"] == len(content)
    assert faults(content) == []
    document = root_of(content)
    assert one_at(document, "id").get("root") == oid(push.pk)
    assert reference["masterIdentifier"]["value"] == f"urn:uuid:{push.pk}"
    assert one_at(document, "setId").get("root") == oid(push.prescription_id)
