"""The prepared second factor: a printed code and a password, while the national service is down and only then."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eprescription import components, prepared
from eprescription.models import Activity, Deed, JournalEntry, PreparedCode, User
from eprescription.national.registered import PSC, Provider
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def national(settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """A national provider that is down until told otherwise."""
    state = {"up": False}
    settings.NATIONAL_PROVIDERS = {
        PSC: Provider(PSC, "Pro Santé Connect", "http://127.0.0.1:1", "x", "x", "openid", ("eidas1",), "RS256")
    }  # fmt: skip
    monkeypatch.setattr(components, "identity_answers", lambda: state["up"])
    return state


@pytest.fixture
def doctor() -> Any:
    return factories.a_prescriber(factories.a_user("claire"))


@pytest.fixture
def codes(doctor: Any) -> list[str]:
    return prepared.prepare(User.objects.get(pk=doctor.user_id), at=timezone.now())


def tried(code: str, login: str = "claire", password: str = factories.PASSWORD) -> Any:
    client = Client()
    answer = client.post("/connexion/panne/", {"login": login, "password": password, "code": code})
    return answer, client


def test_a_code_lets_in_once_and_the_journal_tells_it(
    national: Any, doctor: Any, codes: list[str]
) -> None:
    answer, client = tried(codes[0].lower())
    assert answer.status_code == 302
    assert client.get("/role/", follow=True).status_code == 200
    assert client.get("/prescripteur/").status_code == 200, "a code is a second factor"
    marked = JournalEntry.objects.filter(deed=Deed.SIGNED_IN_CODE, activity=doctor.activity_id)
    assert marked.count() == 1
    assert not JournalEntry.objects.filter(deed=Deed.SIGNED_IN).exists()
    assert tried(codes[0])[0].status_code == 422
    assert tried(codes[1])[0].status_code == 302


def test_the_rpps_serves_as_login(national: Any, doctor: Any, codes: list[str]) -> None:
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    assert tried(codes[0], login=rpps)[0].status_code == 302


def test_while_the_national_service_answers_codes_open_nothing(
    national: dict[str, bool], doctor: Any, codes: list[str]
) -> None:
    national["up"] = True
    answer, client = tried(codes[0])
    assert answer.status_code == 200 and "ne servent que pendant" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert not PreparedCode.objects.exclude(used_at=None).exists()


def test_without_a_national_service_there_is_nothing_to_go_around(
    settings: Any, doctor: Any, codes: list[str]
) -> None:
    settings.NATIONAL_PROVIDERS = {}
    assert tried(codes[0])[0].status_code == 200


@pytest.mark.parametrize(
    ("login", "password", "code"),
    [("claire", "faux", ""), ("personne", factories.PASSWORD, ""), ("claire", factories.PASSWORD, "AAAAA-AAAAA")],
)  # fmt: skip
def test_a_miss_says_nothing_of_what_was_wrong_and_is_traced(
    national: Any, doctor: Any, codes: list[str], login: str, password: str, code: str
) -> None:
    answer, client = tried(code or codes[0], login, password)
    assert answer.status_code == 422 and "refusé" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert JournalEntry.objects.filter(code="prepared_code", outcome="refused").count() == 1
    assert not PreparedCode.objects.exclude(used_at=None).exists()


def test_tries_are_counted(national: Any, doctor: Any, codes: list[str]) -> None:
    client = Client()
    wrong = {"login": "claire", "password": "faux", "code": "x"}
    for _time in range(10):
        client.post("/connexion/panne/", wrong)
    right = wrong | {"password": factories.PASSWORD, "code": codes[0]}
    assert client.post("/connexion/panne/", right).status_code == 422


def test_a_code_opens_professional_roles_alone(national: Any) -> None:
    user = factories.a_user("double")
    doctor = factories.a_prescriber(user)
    subject_id, _none = factories.a_patient(doctor, account=False)
    factories.a_patient_actor(subject_id, user)
    codes = prepared.prepare(user, at=timezone.now())
    _answer, client = tried(codes[0], login="double")
    client.get("/role/", follow=True)
    assert client.get("/prescripteur/").status_code == 200
    assert client.get("/espace/").status_code == 404


def test_a_struck_off_professional_does_not_enter(
    national: Any, doctor: Any, codes: list[str]
) -> None:
    Activity.objects.filter(pk=doctor.activity_id).update(is_active=False)
    assert tried(codes[0])[0].status_code == 422


def test_new_codes_end_the_former_ones(national: Any, doctor: Any, codes: list[str]) -> None:
    prepared.prepare(User.objects.get(pk=doctor.user_id), at=timezone.now())
    assert tried(codes[0])[0].status_code == 422


def test_codes_are_made_with_the_password_and_shown_once(doctor: Any) -> None:
    client = acting(doctor)
    assert client.post("/compte/codes-de-panne/", {"password": "faux"}).status_code == 422
    page = client.post("/compte/codes-de-panne/", {"password": factories.PASSWORD}).content.decode()
    assert page.count('<li class="code">') == prepared.COUNT
    assert '<li class="code">' not in client.get("/compte/codes-de-panne/").content.decode()
    shown = page.split('<li class="code">')[1].split("<")[0]
    assert not PreparedCode.objects.filter(digest=shown.encode()).exists()


def test_who_has_no_password_chooses_one_and_stays_signed_in(doctor: Any) -> None:
    user = User.objects.get(pk=doctor.user_id)
    user.set_unusable_password()
    user.save()
    client = acting(doctor)
    assert client.post("/compte/codes-de-panne/", {"password": "court"}).status_code == 422
    answer = client.post("/compte/codes-de-panne/", {"password": "une phrase pour la panne"})
    assert answer.status_code == 200
    assert client.get("/prescripteur/").status_code == 200
    user.refresh_from_db()
    assert user.check_password("une phrase pour la panne")
