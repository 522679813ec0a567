"""Where somebody is signed in: listed, ended, renewed, and never longer than a day's work."""

import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from eprescription.actor import Actor
from eprescription.addresses import browser_of
from eprescription.models import Activity, Role, SignedIn, User
from eprescription.sessions import mark_of
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
HERE = "account_security"


@pytest.fixture
def patient() -> Actor:
    _subject, actor = factories.a_patient(factories.a_prescriber())
    assert actor is not None
    return actor


def signed_in(actor: Actor, agent: str = FIREFOX) -> Client:
    """By the page of sign-in, as people do."""
    client = Client(headers={"user-agent": agent})
    user = User.objects.get(pk=actor.user_id)
    sent = {"login": user.username, "password": factories.PASSWORD}
    assert client.post(reverse("account_login"), sent).status_code == 302
    client.get(reverse("home"), follow=True)
    return client


def key(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def test_a_person_sees_where_he_is_signed_in_and_ends_it(patient: Actor) -> None:
    here, there = signed_in(patient), signed_in(patient, PHONE)
    page = here.get(reverse(HERE)).content.decode()
    assert "Firefox · Linux" in page and "Chrome · Android" in page and "ici même" in page
    assert key(here) not in page and key(there) not in page
    here.post(reverse("end_session"), {"mark": mark_of(key(there))})
    assert there.get(reverse(HERE)).status_code == 302
    assert here.get(reverse(HERE)).status_code == 200


def test_everywhere_else_at_once(patient: Actor) -> None:
    here, others = signed_in(patient), [signed_in(patient) for _ in range(3)]
    here.post(reverse("end_session"))
    assert [client.get(reverse(HERE)).status_code for client in others] == [302] * 3
    assert here.get(reverse(HERE)).status_code == 200


def test_nobody_ends_the_session_of_another(patient: Actor) -> None:
    stranger = factories.a_patient_actor(
        factories.a_patient(factories.a_prescriber(), factories.traits("AUTRE"), account=False)[0]
    )
    mine, his = signed_in(patient), signed_in(stranger)
    his.post(reverse("end_session"), {"mark": mark_of(key(mine))})
    his.post(reverse("end_session"))
    assert mine.get(reverse(HERE)).status_code == 200


def test_the_key_changes_at_sign_in_and_at_the_choice_of_a_role(patient: Actor) -> None:
    user = User.objects.get(pk=patient.user_id)
    Activity.objects.create(
        user=user, role=Role.PHARMACIST, place=factories.a_place(), profession="21",
        identifier=factories.an_rpps(), surname="Roy", first_name="Inès",
    )  # fmt: skip
    client = Client()
    client.get(reverse("account_login"))
    client.session["planted"] = True
    sent = {"login": user.username, "password": factories.PASSWORD}
    client.post(reverse("account_login"), sent)
    first = key(client)
    client.post(reverse("choose_activity"), {"activity": str(patient.activity_id)})
    second = key(client)
    assert first != second
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = first
    assert old.get(reverse("patients:home")).status_code == 302


def test_a_session_ends_eight_hours_after_the_sign_in_however_busy(patient: Actor) -> None:
    client = acting(patient)
    session = client.session
    session["signed_in_at"] = time.time() - settings.ABSOLUTE_LIMIT.total_seconds() - 1
    session["seen"] = time.time()
    session.save()
    answer = client.get(reverse("patients:home"), follow=True)
    assert answer.redirect_chain and "/connexion/" in answer.redirect_chain[-1][0]
    assert "huit heures" in answer.content.decode()
    session = acting(patient).session
    session["signed_in_at"] = time.time() - settings.ABSOLUTE_LIMIT.total_seconds() + 60
    session.save()


def test_just_before_it_goes_on(patient: Actor) -> None:
    client = acting(patient)
    session = client.session
    session["signed_in_at"] = time.time() - settings.ABSOLUTE_LIMIT.total_seconds() + 60
    session.save()
    assert client.get(reverse("patients:home")).status_code == 200


def test_sign_out_leaves_no_session(patient: Actor) -> None:
    client = signed_in(patient)
    assert SignedIn.objects.filter(user=patient.user_id).count() == 1
    client.post(reverse("account_logout"))
    assert not SignedIn.objects.filter(user=patient.user_id).exists()


@pytest.mark.parametrize(
    ("agent", "said"),
    [(FIREFOX, "Firefox · Linux"), (PHONE, "Chrome · Android"), ("", ""), ("<script>", "")],
)
def test_a_browser_is_told_in_two_words(rf: Any, agent: str, said: str) -> None:
    assert browser_of(rf.get("/", headers={"user-agent": agent})) == said


@pytest.mark.parametrize("wrong", ["x", "\x00", "é" * 5000])
def test_a_mark_that_is_none_ends_nothing(patient: Actor, wrong: str) -> None:
    client, other = signed_in(patient), signed_in(patient)
    assert client.post(reverse("end_session"), {"mark": wrong}).status_code == 302
    assert other.get(reverse(HERE)).status_code == 200
