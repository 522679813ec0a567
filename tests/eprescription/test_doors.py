"""Every URL, every role: the matrix is made from the resolver, so that a new route without expectation fails."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import URLPattern, path

from eprescription import doors
from eprescription.actor import Actor
from eprescription.models import Role, User
from eprescription.permissions import ROLES, visible_to
from tests import factories as f
from tests.sessions import acting

OPEN_TO_VISITORS = {
    "home", "set_language", "accessibility", "legal", "status", "live", "ready",
    "health_space_receive", "verify_receipt", "receipt_key",
    "verify", "verify_book", "verify_keeper", "prepared_enter",
    "pro-sante-connect", "pro-sante-connect-return", "franceconnect", "franceconnect-return",
    "leave", "left",
}  # fmt: skip
FOR_SOFTWARE = {  # a token of its own (tests/eprescription/api); who comes without one is told so
    "api_read", "api_execution", "api_prescriptions", "api_cancel", "api_document",
    "api_present", "api_dispense", "api_release", "api_dispensed_document",
}  # fmt: skip
PUBLISHED = {"api_token", "api_schema", "api_metadata"}  # what software reads before it has a token
SIGNED_IN_ONLY = {
    "prove",
    "account_set_password",
    "choose_activity",
    "account_security",
    "end_session",
    "set_density",
    "prepared_codes",
}


def urls() -> Iterator[tuple[str, URLPattern]]:
    for route, pattern in doors.routes():
        if not doors.of_library(pattern):
            yield "/" + re.sub(r"<uuid:\w+>", str(uuid.UUID(int=7)), route), pattern


URLS = list(urls())
GUARDED = [(u, p) for u, p in URLS if (d := doors.door_of(p)) and d.role]


@pytest.fixture
def people(db: Any) -> dict[str, Actor]:
    doctor = f.a_prescriber()
    patient = f.a_patient(doctor)[1]
    return {
        Role.PRESCRIBER: doctor,
        Role.PHARMACIST: f.a_pharmacist(),
        Role.PATIENT: patient,
        Role.OPERATOR: f.an_operator(),
    }


def test_every_url_has_a_door_and_the_start_up_check_says_so() -> None:
    assert not [e for e in run_checks() if e.id == "portal.E001"]


def test_a_url_without_door_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = path("nu/", lambda request: None, name="bare")
    monkeypatch.setattr(doors, "routes", lambda: iter([("nu/", bare)]))
    assert [e.id for e in doors.every_url_has_a_door(None)] == ["portal.E001"]


def test_every_route_is_expected_by_this_matrix() -> None:
    names = {p.name for _u, p in URLS if not (d := doors.door_of(p)) or not d.role}
    assert names == OPEN_TO_VISITORS | SIGNED_IN_ONLY | FOR_SOFTWARE | PUBLISHED


@pytest.mark.django_db
@pytest.mark.parametrize("url", [u for u, p in URLS if p.name in FOR_SOFTWARE])
def test_software_without_token_meets_a_closed_door(url: str) -> None:
    doctor = f.a_prescriber()
    for client in (Client(), acting(doctor)):  # the session of a browser is no token
        for method in ("get", "post", "put", "delete"):
            assert getattr(client, method)(url).status_code in (401, 405)


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "pattern"), GUARDED, ids=[u for u, _p in GUARDED])
def test_a_visitor_is_sent_to_sign_in(client: Client, url: str, pattern: URLPattern) -> None:
    for method in ("get", "post"):
        answer = getattr(client, method)(url)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/connexion/")


@pytest.mark.parametrize(("url", "pattern"), GUARDED, ids=[u for u, _p in GUARDED])
def test_another_role_finds_nothing_there(
    people: dict[str, Actor], url: str, pattern: URLPattern
) -> None:
    door = doors.door_of(pattern)
    assert door and door.role
    for role, actor in people.items():
        if role != door.role:
            client = acting(actor)
            assert client.get(url, follow=True).status_code in (404, 405)
            assert client.post(url).status_code in (404, 405)


@pytest.mark.parametrize(("url", "pattern"), GUARDED, ids=[u for u, _p in GUARDED])
def test_the_own_role_never_meets_an_error_nor_an_object_that_is_not_its_own(
    people: dict[str, Actor], url: str, pattern: URLPattern
) -> None:
    door = doors.door_of(pattern)
    assert door and door.role
    client = acting(people[door.role])
    for method in ("get", "post", "put", "delete", "options", "head"):
        status = getattr(client, method)(url).status_code
        assert status < 500
        if str(uuid.UUID(int=7)) in url and method in ("get", "post"):
            assert status in (302, 403, 404, 405), (method, status)


def test_actions_and_doors_name_the_same_roles() -> None:
    for _url, pattern in GUARDED:
        door = doors.door_of(pattern)
        assert door and door.action and door.role in ROLES[door.action]


def test_a_struck_off_professional_is_out_at_the_next_request(people: dict[str, Actor]) -> None:
    from eprescription.models import Activity

    client = acting(people[Role.PRESCRIBER])
    assert client.get("/prescripteur/").status_code == 200
    Activity.objects.filter(pk=people[Role.PRESCRIBER].activity_id).update(is_active=False)
    assert client.get("/prescripteur/").status_code == 302


def test_a_superuser_may_nothing_more(people: dict[str, Actor]) -> None:
    doctor = people[Role.PRESCRIBER]
    f.a_signed(doctor, f.a_patient(doctor)[0])
    stranger = f.a_prescriber()
    User.objects.filter(pk=stranger.user_id).update(is_superuser=True, is_staff=True)
    assert not visible_to(stranger).exists()
    assert acting(stranger).get("/admin/").status_code == 404


def test_the_role_comes_from_the_session_and_from_nowhere_else(people: dict[str, Actor]) -> None:
    client = acting(people[Role.PATIENT])
    headers = {"X-Role": "prescriber", "X-Activity": str(people[Role.PRESCRIBER].activity_id)}
    assert client.get("/prescripteur/?role=prescriber", headers=headers).status_code == 404
    session = client.session
    session["activity"] = str(people[Role.PRESCRIBER].activity_id)  # somebody else's
    session.save()
    assert client.get("/prescripteur/").status_code == 302


PAGES = ["/", "/connexion/", "/etat/", "/accessibilite/", "/mentions-legales/", "/nulle-part/"]


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES)
def test_each_page_is_hard(client: Client, url: str) -> None:
    answer = client.get(url)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") or "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in answer["Permissions-Policy"]


@pytest.mark.parametrize(("url", "pattern"), GUARDED, ids=[u for u, _p in GUARDED])
def test_nothing_is_changed_without_the_token_of_the_form(
    people: dict[str, Actor], url: str, pattern: URLPattern
) -> None:
    door = doors.door_of(pattern)
    assert door and door.role
    client = acting(people[door.role])
    client.handler.enforce_csrf_checks = True
    assert client.post(url).status_code == 403


HOSTILE = {
    "Host": "evil.example",
    "Accept-Language": "\x00zz;q=x",
    "X-Forwarded-For": "' OR 1=1 --",
    "Cookie": "sessionid=%00%ff; csrftoken=x",
    "Content-Type": "multipart/form-data; boundary=",
    "Range": "bytes=-1",
    "If-Modified-Since": "hier",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), HOSTILE.items(), ids=list(HOSTILE))
def test_no_header_makes_an_error_of_the_server(client: Client, name: str, value: str) -> None:
    for url in ("/", "/connexion/", "/health/ready", "/espace-sante/fhir"):
        assert client.get(url, headers={name: value}).status_code < 500
        if name != "Content-Type":
            assert client.post(url, headers={name: value}).status_code < 500


def test_a_refusal_leaves_its_row_with_who_and_why(people: dict[str, Actor]) -> None:
    from eprescription.models import JournalEntry

    doctor = people[Role.PRESCRIBER]
    stranger = f.a_patient(f.a_prescriber(), f.traits("AUTRE"), account=False)[0]
    answer = acting(doctor).post(f"/prescripteur/patients/{stranger}/ordonnance/")
    assert answer.status_code == 403
    row = JournalEntry.objects.get(deed="refused")
    assert (row.activity_id, row.code, row.outcome) == (doctor.activity_id, "no_care", "refused")
