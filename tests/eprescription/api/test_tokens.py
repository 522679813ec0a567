"""Tokens: only listed, valid software that signed, for a professional who practises there, for ten minutes, once."""

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from joserfc.jwk import OctKey

from eprescription import limits
from eprescription.actor import Actor
from eprescription.api import tokens
from eprescription.api.problems import Problem
from eprescription.models import Activity, JournalEntry, Profession, Software, SoftwareToken
from eprescription.operators import software as registry
from tests import factories as f
from tests.eprescription.api.softwares import Program, a_key, a_program, public

pytestmark = pytest.mark.django_db
TOKEN = "/api/token"


@pytest.fixture(autouse=True)
def address(settings: Any) -> None:
    settings.BASE_URL = "https://localhost"


def asked(program: Program, who: Actor, **more: Any) -> dict[str, str]:
    """A token request as it should be; `client` and `person` change claims, the rest the parameters."""
    activity = Activity.objects.get(pk=who.activity_id)
    assert activity.place
    person = {
        "sub": activity.identifier,
        "place": activity.place.identifier,
        "auth_time": int(time.time()),
    } | more.pop("person", {})
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": tokens.ASSERTION_TYPE,
        "client_assertion": program.signed(**more.pop("client", {})),
        "assertion": program.signed(**person),
    } | more


def post(data: dict[str, str]) -> Any:
    return Client().post(
        TOKEN,
        "&".join(f"{k}={v}" for k, v in data.items()),
        content_type="application/x-www-form-urlencoded",
    )


@pytest.fixture
def doctor(db: Any) -> Actor:
    return f.a_prescriber()


@pytest.mark.parametrize("alg", ["ES256", "EdDSA", "PS256"])
def test_listed_software_gets_a_token_for_its_professional(doctor: Actor, alg: str) -> None:
    program = a_program(alg=alg)
    answer = post(asked(program, doctor))
    told = answer.json()
    assert answer.status_code == 200, told
    assert told["token_type"] == "Bearer" and told["expires_in"] <= 600
    grant = tokens.grant_of(told["access_token"], at=timezone.now())
    assert grant.actor.activity_id == doctor.activity_id and grant.software == program.row
    assert "prescription.write" in grant.scopes and "prescription.dispense" not in grant.scopes
    assert answer["Cache-Control"] == "no-store"
    trace = JournalEntry.objects.filter(deed="signed_in").latest("pk")
    assert trace.activity_id == doctor.activity_id and program.row.pk.hex in trace.code


def test_nothing_of_the_token_is_kept_but_its_digest(doctor: Actor) -> None:
    token = post(asked(a_program(), doctor)).json()["access_token"]
    row = SoftwareToken.objects.values().get()
    assert token not in str(row) and token.encode() not in bytes(row["digest"])


def problem(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["type"].endswith(":" + code) and told["status"] == status
    assert told["title"] and told["detail"]


def test_unlisted_software_is_refused(doctor: Actor) -> None:
    program = a_program()
    Software.objects.all().delete()
    problem(post(asked(program, doctor)), 401, "unknown_software")


def test_a_signature_of_another_key_is_told_as_unlisted(doctor: Actor) -> None:
    program = a_program()
    said = asked(program, doctor, client={"key": a_key("k1")})
    problem(post(said), 401, "unknown_software")


def test_a_key_that_was_taken_from_the_registry_opens_nothing(doctor: Actor) -> None:
    program, operator = a_program(), f.an_operator()
    values = {"keys": public(a_key("k2")), "valid_until": program.row.valid_until}
    registry.renew(pk=program.row.pk, values=values, by=operator, at=timezone.now())
    problem(post(asked(program, doctor)), 401, "unknown_software")


def test_suspended_and_expired_software_is_refused_and_told_so(doctor: Actor) -> None:
    program = a_program()
    registry.suspend(pk=program.row.pk, by=f.an_operator(), at=timezone.now())
    problem(post(asked(program, doctor)), 403, "suspended_software")
    yesterday = timezone.localdate() - timedelta(days=1)
    old = a_program(valid_until=yesterday)
    problem(post(asked(old, doctor)), 403, "expired_software")
    young = a_program(valid_from=timezone.localdate() + timedelta(days=1))
    problem(post(asked(young, doctor)), 403, "expired_software")


def test_who_does_not_hold_the_key_is_not_told_that_it_is_suspended(doctor: Actor) -> None:
    program = a_program()
    registry.suspend(pk=program.row.pk, by=f.an_operator(), at=timezone.now())
    said = asked(program, doctor, client={"key": a_key("k1")})
    problem(post(said), 401, "unknown_software")


def test_a_token_ends_with_the_suspension_and_with_its_time(doctor: Actor) -> None:
    program = a_program()
    token = post(asked(program, doctor)).json()["access_token"]
    later = timezone.now() + timedelta(minutes=10, seconds=1)
    with pytest.raises(Problem):
        tokens.grant_of(token, at=later)
    Software.objects.update(suspended_at=timezone.now())
    with pytest.raises(Problem) as refused:
        tokens.grant_of(token, at=timezone.now())
    assert refused.value.code == "suspended_software"


def test_a_token_ends_with_the_certification(doctor: Actor) -> None:
    token = post(asked(a_program(), doctor)).json()["access_token"]
    Software.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Problem) as refused:
        tokens.grant_of(token, at=timezone.now())
    assert refused.value.code == "expired_software"


def test_a_token_ends_when_the_professional_is_struck_off(doctor: Actor) -> None:
    token = post(asked(a_program(), doctor)).json()["access_token"]
    Activity.objects.filter(pk=doctor.activity_id).update(is_active=False)
    with pytest.raises(Problem):
        tokens.grant_of(token, at=timezone.now())


@pytest.mark.parametrize("which", ["client", "person"])
def test_an_assertion_serves_once(doctor: Actor, which: str) -> None:
    program = a_program()
    jti = {which: {"jti": uuid.uuid4().hex}}
    assert post(asked(program, doctor, **jti)).status_code == 200
    problem(post(asked(program, doctor, **jti)), 400, "spent_assertion")


NOW = int(time.time())
BAD: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "https://elsewhere.example/token"},
    "no audience": {"aud": None},
    "no identifier": {"jti": None},
    "a short identifier": {"jti": "1"},
    "an hour": {"exp": NOW + 3600},
    "of yesterday": {"iat": NOW - 86400, "exp": NOW - 86400 + 60},
    "of tomorrow": {"iat": NOW + 86400, "exp": NOW + 86400 + 60},
    "no end": {"exp": None},
    "no beginning": {"iat": None},
    "an end in words": {"exp": "demain"},
    "another subject": {"sub": 7},
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("which", ["client", "person"])
def test_an_assertion_that_is_not_for_us_and_of_now_is_refused(
    doctor: Actor, which: str, name: str
) -> None:
    answer = post(asked(a_program(), doctor, **{which: BAD[name]}))
    problem(answer, 401 if which == "client" else 400, "bad_assertion")
    assert not SoftwareToken.objects.exists()


def test_the_professionals_assertion_is_signed_by_the_same_software(doctor: Actor) -> None:
    program, other = a_program(), a_program()
    said = asked(program, doctor) | {"assertion": asked(other, doctor)["assertion"]}
    problem(post(said), 400, "bad_assertion")


def test_no_algorithm_but_those_that_are_pinned(doctor: Actor) -> None:
    program = a_program()
    forged = OctKey.import_key(str(program.row.keys), {"kid": "k1"})
    said = asked(program, doctor, client={"key": forged, "alg": "HS256"})
    problem(post(said), 401, "unknown_software")
    none = "eyJhbGciOiJub25lIn0." + program.signed().split(".")[1] + "."
    problem(post(asked(program, doctor) | {"client_assertion": none}), 401, "unknown_software")


@pytest.mark.parametrize(
    "person",
    [{"sub": "81000000016"}, {"sub": ""}, {"place": "999999999"}],
    ids=["nobody", "nothing", "elsewhere"],
)
def test_who_does_not_practise_there_is_refused(doctor: Actor, person: dict[str, str]) -> None:
    problem(post(asked(a_program(), doctor, person=person)), 403, "unknown_professional")


def test_a_pharmacist_does_not_prescribe_and_a_doctor_does_not_dispense(doctor: Actor) -> None:
    problem(post(asked(a_program("LAP"), f.a_pharmacist())), 403, "unknown_professional")
    problem(post(asked(a_program("LGO"), doctor)), 403, "unknown_professional")


def test_a_preparer_works_with_the_software_too(db: Any) -> None:
    who = f.a_pharmacist()
    Activity.objects.filter(pk=who.activity_id).update(profession=Profession.PREPARER)
    assert post(asked(a_program("LGO"), who)).status_code == 200


def test_the_scope_is_for_the_kind_and_what_is_asked(doctor: Actor) -> None:
    told = post(asked(a_program(), doctor, scope="prescription.read")).json()
    assert told["scope"] == "prescription.read"
    answer = post(asked(a_program(), doctor, scope="prescription.dispense"))
    problem(answer, 400, "bad_scope")
    assert answer.json()["error"] == "invalid_scope"


def test_the_professional_signed_in_today(doctor: Actor) -> None:
    old = {"auth_time": int(time.time()) - 9 * 3600}
    problem(post(asked(a_program(), doctor, person=old)), 400, "old_proof")


def test_what_is_no_token_request_is_told_what_is_missing(doctor: Actor) -> None:
    program = a_program()
    problem(post(asked(program, doctor, grant_type="password")), 400, "bad_request")
    problem(post(asked(program, doctor, client_assertion_type="")), 400, "bad_request")
    problem(
        post(asked(program, doctor) | {"client_assertion": "x" * 9000}), 401, "unknown_software"
    )
    problem(post({"a": "x" * 30_000}), 413, "bad_request")
    assert Client().get(TOKEN).status_code == 405
    answer = Client().post(TOKEN, {"grant_type": "x"})  # multipart
    problem(answer, 415, "bad_request")


def test_beyond_its_calls_a_minute_it_waits(doctor: Actor, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "CALLS_OF_A_PROFESSIONAL_PER_MINUTE", 2)
    program = a_program()
    at = timezone.now()
    for _call in range(2):
        tokens.give(asked(program, doctor), at=at)
    with pytest.raises(Problem) as refused:
        tokens.give(asked(program, doctor), at=at)
    assert refused.value.status == 429 and refused.value.again_at
    other = f.a_prescriber()
    tokens.give(asked(program, other), at=at)
    monkeypatch.setattr(limits, "CALLS_OF_A_SOFTWARE_PER_MINUTE", 3)
    with pytest.raises(Problem):
        tokens.give(asked(program, other), at=at)
    tokens.give(asked(a_program(), other), at=at)
