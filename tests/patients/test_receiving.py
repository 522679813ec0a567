"""The door of the health space: keeps what is right once, and says what is wrong without ever breaking."""

import base64
import copy
import hashlib
import json
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eprescription.documents.number import new_number
from eprescription.health_space.payload import Document, bundle
from patients.models import ReceivedDocument
from patients.receiving import content_of
from tests import factories

pytestmark = pytest.mark.django_db
Bundle = dict[str, Any]


def a_person(birth_name: str = "MARTEL") -> tuple[Any, str]:
    """A known person: subject and INS."""
    who = factories.traits(birth_name=birth_name)
    subject_id, _account = factories.a_patient(factories.a_prescriber(), who, account=False)
    return subject_id, who.ins


def a_bundle(ins: str, content: bytes = b"%PDF-1.7 page", **more: Any) -> Bundle:
    values: dict[str, Any] = {
        "key": uuid.uuid4(),
        "number": new_number(),
        "ins": ins,
        "ins_oid": factories.INS_NIR,
        "author_rpps": "81000000017",
        "author_name": "Claire Lemoine",
        "signed_at": timezone.now(),
        "content": content,
    }
    return bundle(Document(**values | more))


def post(body: Any, **headers: str) -> Any:
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    token = {"authorization": f"Bearer {settings.HEALTH_SPACE_TOKEN}"}
    return Client(raise_request_exception=False).post(
        "/espace-sante/fhir",
        data=data,
        content_type="application/fhir+json",
        headers=token | headers,
    )


def refused(answer: Any) -> bool:
    """A 4xx with an OperationOutcome that says one thing."""
    outcome = answer.json()
    return (
        400 <= answer.status_code < 500
        and answer["content-type"].startswith("application/fhir+json")
        and outcome["resourceType"] == "OperationOutcome"
        and len(outcome["issue"]) == 1
    )


# --- What is right


def test_a_document_is_kept_and_each_part_is_acknowledged() -> None:
    subject_id, ins = a_person()

    answer = post(a_bundle(ins))

    assert answer.status_code == 200
    assert answer.json()["type"] == "transaction-response"
    assert [e["response"]["status"] for e in answer.json()["entry"]] == ["201 Created"] * 3
    document = ReceivedDocument.objects.get()
    assert (document.subject_id, document.author) == (subject_id, "Claire Lemoine")
    assert content_of(document) == b"%PDF-1.7 page"


def test_a_repeat_is_answered_as_a_success_and_changes_nothing() -> None:
    _subject, ins = a_person()
    sent = a_bundle(ins)

    answers = [post(sent) for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 200]
    assert answers[2].json()["entry"][0]["response"]["status"] == "200 OK"
    assert ReceivedDocument.objects.count() == 1


def test_a_document_never_lands_in_the_space_of_somebody_else() -> None:
    people = [a_person(name) for name in ("MARTEL", "DURAND", "PETIT")]

    for _subject, ins in people:
        post(a_bundle(ins))

    for subject_id, _ins in people:
        assert ReceivedDocument.objects.filter(subject_id=subject_id).count() == 1


def test_a_replacement_marks_the_earlier_one_of_the_same_person_only() -> None:
    _one, ins = a_person("MARTEL")
    _other, other_ins = a_person("DURAND")
    first, foreign = uuid.uuid4(), uuid.uuid4()
    post(a_bundle(ins, key=first))
    post(a_bundle(other_ins, key=foreign))

    post(a_bundle(ins, replaces=first))
    post(a_bundle(ins, replaces=foreign))

    assert ReceivedDocument.objects.get(key=first).status == "superseded"
    assert ReceivedDocument.objects.get(key=foreign).status == "current"


# --- Who may send


@pytest.mark.parametrize(
    "header",
    [
        "Bearer a-fully-wrong-token",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "",
        f"Bearer {settings.HEALTH_SPACE_TOKEN}x",
        "Bearer é",
    ],
)
def test_without_the_token_nothing_is_read(header: str) -> None:
    _subject, ins = a_person()

    answer = post(a_bundle(ins), authorization=header)

    assert answer.status_code == 401
    assert answer["www-authenticate"] == "Bearer"
    assert refused(answer)
    assert not ReceivedDocument.objects.exists()


def test_a_signed_in_person_is_no_sender() -> None:
    doctor = factories.a_prescriber()
    client = Client(raise_request_exception=False)
    client.force_login(factories.User.objects.get(pk=doctor.user_id))

    answer = client.post("/espace-sante/fhir", data="{}", content_type="application/fhir+json")

    assert answer.status_code == 401


def test_only_posting_is_understood() -> None:
    token = {"authorization": f"Bearer {settings.HEALTH_SPACE_TOKEN}"}

    assert refused(Client().get("/espace-sante/fhir", headers=token))


# --- What is wrong


def at(path: str, value: Any) -> Callable[[Bundle], None]:
    """Puts `value` at a dotted path; `...` takes it away."""

    def change(body: Bundle) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = body
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value

    return change


LIST, REFERENCE, BINARY = (f"entry.{i}.resource" for i in range(3))
ATTACHMENT = f"{REFERENCE}.content.0.attachment"
INS = f"{REFERENCE}.subject.identifier"
WRONG = {
    "not a bundle": at("resourceType", "Patient"),
    "no transaction": at("type", "batch"),
    "no entry": at("entry", []),
    "entries that are none": at("entry", {"a": 1}),
    "entries of numbers": at("entry", [1, 2, 3]),
    "no submission set": at("entry.0", ...),
    "no document": at("entry.1", ...),
    "no binary": at("entry.2", ...),
    "a resource that is a text": at(REFERENCE, "DocumentReference"),
    "no attachment": at(f"{REFERENCE}.content", []),
    "a hash of something else": at(f"{ATTACHMENT}.hash", "AAAA"),
    "a size of something else": at(f"{ATTACHMENT}.size", 3),
    "an address of nothing": at(f"{ATTACHMENT}.url", "urn:uuid:0"),
    "an address that is an object": at(f"{ATTACHMENT}.url", {"a": []}),
    "data that is no base64": at(f"{BINARY}.data", "é à"),
    "data that is a number": at(f"{BINARY}.data", 12),
    "no data": at(f"{BINARY}.data", ...),
    "no key": at(f"{REFERENCE}.masterIdentifier", ...),
    "a key that is no uuid": at(f"{REFERENCE}.masterIdentifier.value", "urn:uuid:x"),
    "a key that is a list": at(f"{REFERENCE}.masterIdentifier.value", []),
    "no subject": at(f"{REFERENCE}.subject", ...),
    "an unknown person": at(f"{LIST}.subject.identifier.value", "251033155599999"),
    "two different people": at(f"{INS}.value", "251033155599999"),
    "an identifier that is no INS": at(f"{INS}.system", "urn:oid:1.2.3"),
    "an INS that is an object": at(f"{INS}.value", {"$gt": ""}),
    "an INS with a NUL": at(f"{INS}.value", "2510331\x00"),
    "a number with a NUL": at(f"{REFERENCE}.context.related.0.identifier.value", "01\x00"),
    "a number that is none": at(f"{REFERENCE}.context.related.0.identifier.value", "DOLIPRANE"),
    "no number": at(f"{REFERENCE}.context", ...),
    "a name with half a surrogate": at(f"{REFERENCE}.author.0.display", "\ud800"),
    "a name with a NUL": at(f"{REFERENCE}.author.0.display", "Dr\x00"),
    "no author": at(f"{REFERENCE}.author", []),
    "no date": at(f"{REFERENCE}.date", ...),
    "a date that is none": at(f"{REFERENCE}.date", "2026-13-45T00:00:00Z"),
    "a date without zone": at(f"{REFERENCE}.date", "2026-11-24T09:30:00"),
    "a date that is a number": at(f"{REFERENCE}.date", 5),
    "the last moment of time": at(f"{REFERENCE}.date", "9999-12-31T23:59:59-14:00"),
    "the first moment of time": at(f"{REFERENCE}.date", "0001-01-01T00:00:00+14:00"),
    "a relation that is none": at(f"{REFERENCE}.relatesTo", [{"code": "replaces"}]),
    "relations that are a text": at(f"{REFERENCE}.relatesTo", "replaces"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_transaction_is_refused_with_its_reason(name: str) -> None:
    _subject, ins = a_person()
    body = copy.deepcopy(a_bundle(ins))
    WRONG[name](body)

    assert refused(post(body)), name
    assert not ReceivedDocument.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"12",
        b"\xff\xfe\x00",
        b'{"resourceType": NaN}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 10_000,
    ],
    ids=lambda b: repr(b[:12]),
)
def test_what_is_not_a_transaction_at_all_is_refused(body: bytes) -> None:
    assert refused(post(body))


def test_a_page_that_is_not_a_pdf_is_refused() -> None:
    _subject, ins = a_person()

    assert refused(post(a_bundle(ins, b"<html>")))


def test_a_page_over_a_megabyte_is_refused() -> None:
    _subject, ins = a_person()

    answer = post(a_bundle(ins, b"%PDF-" + b"0" * 1024 * 1024))

    assert refused(answer)
    assert answer.status_code == 413


def test_a_body_over_two_megabytes_is_not_even_read() -> None:
    answer = post(b'{"a": "' + b"x" * (2 * 1024 * 1024) + b'"}')

    assert refused(answer)
    assert answer.status_code == 413


def test_a_hash_that_matches_another_content_is_refused() -> None:
    _subject, ins = a_person()
    body = a_bundle(ins)
    body["entry"][2]["resource"]["data"] = base64.b64encode(b"%PDF-1.7 fals").decode()

    assert hashlib.sha1(b"%PDF-1.7 fals").digest() != hashlib.sha1(b"%PDF-1.7 page").digest()
    assert refused(post(body))


def test_the_key_of_somebody_elses_document_is_a_conflict() -> None:
    owner, ins = a_person("MARTEL")
    _other, other_ins = a_person("DURAND")
    key = uuid.uuid4()
    post(a_bundle(ins, key=key))

    answer = post(a_bundle(other_ins, key=key, content=b"%PDF-autre"))

    assert refused(answer)
    assert answer.status_code == 409
    assert ReceivedDocument.objects.get().subject_id == owner


def test_a_document_from_the_future_is_refused() -> None:
    _subject, ins = a_person()

    assert refused(post(a_bundle(ins, signed_at=timezone.localtime() + timedelta(days=400))))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_put_anywhere_the_door_answers(db: Any, data: st.DataObject) -> None:
    body = a_bundle("251033155512345")
    paths = list(_paths(body))
    at(data.draw(st.sampled_from(paths)), data.draw(JSON | st.just(...)))(body)

    assert refused(post(body))


def _paths(value: Any, here: str = "") -> Any:
    """All places of a bundle whose steps hold no dot."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        path = f"{here}.{step}" if here else str(step)
        yield path
        if isinstance(inner, (dict, list)):
            yield from _paths(inner, path)


@pytest.mark.django_db(transaction=True)
def test_twenty_deliveries_of_one_document_at_once_keep_one() -> None:
    _subject, ins = a_person()
    sent, answers = a_bundle(ins), []

    def deliver() -> None:
        answers.append(post(sent).status_code)
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 20
    assert ReceivedDocument.objects.count() == 1
