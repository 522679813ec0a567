"""Signing in: password, code, passkey; one role at a time; a pause ends the session; two languages."""

import re
import time
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from eprescription.models import Activity, Deed, JournalEntry, Role, Subject, User
from tests import factories as f
from tests.journeys.accessibility import check
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doctor(catalogue: None) -> Any:
    return f.a_prescriber(f.a_user("claire"))


@pytest.fixture
def invited(settings: Any) -> None:
    """The installation invites to a second factor and does not ask for it, as the demo does."""
    settings.SECOND_FACTOR = "invited"


def by_password(page: Page, live_server: Any, username: str = "claire") -> None:
    page.goto(live_server.url + "/connexion/")
    page.get_by_label("Identifiant").fill(username)
    page.get_by_label("Mot de passe", exact=True).fill(f.PASSWORD)
    page.keyboard.press("Enter")


def test_a_professional_without_second_factor_is_led_to_one(
    page: Page, live_server: Any, doctor: Any
) -> None:
    by_password(page, live_server)
    expect(page.get_by_text("Un second facteur est exigé").first).to_be_visible()
    page.goto(live_server.url + "/prescripteur/")
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_have_count(0)


def test_password_and_code_open_the_home_of_the_role(
    page: Page, live_server: Any, doctor: Any
) -> None:
    """Given an authenticator app, when the password and its code are given, then the home of the role opens."""
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(User.objects.get(username="claire"), secret)
    by_password(page, live_server)
    page.get_by_label(re.compile("Code", re.I)).first.fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".field--invalid, .alert--danger").first).to_be_visible()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label(re.compile("Code", re.I)).first.fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_be_visible()


def test_the_secret_of_the_second_factor_rests_sealed(doctor: Any) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(User.objects.get(username="claire"), secret)
    assert secret not in str(Authenticator.objects.get().data)


def test_a_passkey_signs_in_without_password(
    page: Page, live_server: Any, doctor: Any, invited: None
) -> None:
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    by_password(page, live_server)
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_be_visible()
    page.goto(live_server.url + "/compte/second-facteur/webauthn/add/")
    page.get_by_label("Mot de passe", exact=True).fill(f.PASSWORD)  # a fresh proof first
    page.keyboard.press("Enter")
    page.get_by_label("Nom de la clé").fill("Poste du cabinet")
    page.get_by_role("checkbox", name=re.compile("sans mot de passe")).check()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("heading", name="Ajouter une clé")).to_have_count(0)
    page.context.clear_cookies()
    page.goto(live_server.url + "/connexion/")
    page.get_by_role("button", name=re.compile("clé d.accès", re.I)).click()
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_be_visible()


def test_a_person_with_two_roles_chooses_one_and_switching_renews_the_session(
    page: Page, live_server: Any, doctor: Any, invited: None
) -> None:
    user = User.objects.get(username="claire")
    subject, _none = f.a_patient(doctor, account=False)
    Subject.objects.filter(pk=subject).update(user=user)
    Activity.objects.create(user=user, role=Role.PATIENT)
    by_password(page, live_server)
    expect(page.get_by_role("heading", name="Dans quel rôle entrez-vous ?")).to_be_visible()
    check(page)
    page.get_by_role("button", name=re.compile("Prescripteur")).click()
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_be_visible()
    before = session_of(page)
    page.get_by_text("Compte", exact=True).click()
    page.get_by_role("link", name="Changer de rôle").click()
    page.get_by_role("button", name=re.compile("Patient")).click()
    expect(page.locator("body[data-role=patient]")).to_be_visible()
    assert session_of(page) != before
    page.goto(live_server.url + "/prescripteur/")
    expect(page.get_by_text("Cette page n'existe pas")).to_be_visible()
    assert JournalEntry.objects.filter(deed=Deed.SIGNED_IN).count() == 2


def session_of(page: Page) -> str:
    return next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")


def test_a_pause_ends_the_session_and_says_so(page: Page, live_server: Any, doctor: Any) -> None:
    from eprescription.models.session import SessionStore

    sign_in(page, live_server, doctor)
    session = SessionStore(session_key=session_of(page))
    session["seen"] = time.time() - 3600
    session.save()
    page.goto(live_server.url + "/prescripteur/ordonnances/")
    expect(page.get_by_text("Vous avez été déconnecté après une pause").first).to_be_visible()


def test_signing_out_leaves_nothing_behind_the_back_button(
    page: Page, live_server: Any, doctor: Any
) -> None:
    sign_in(page, live_server, doctor)
    page.get_by_text("Compte", exact=True).click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(live_server.url + "/")
    page.go_back()
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_have_count(0)


def test_the_language_of_the_page_changes_and_the_page_stays(
    page: Page, live_server: Any, doctor: Any
) -> None:
    sign_in(page, live_server, doctor)
    page.goto(live_server.url + "/prescripteur/patients/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html[lang=en]")).to_have_count(1)
    assert page.url.endswith("/prescripteur/patients/")
    check(page)


def test_guessing_a_password_is_slowed_down_and_the_answer_is_uniform(doctor: Any) -> None:
    client = Client()
    answers = []
    for name in ["claire", "personne"]:
        data = {"login": name, "password": "pas le bon du tout"}
        answers.append(client.post("/connexion/", data).content.decode().replace(name, ""))
    cut = [re.sub(r'value="\w{40,}"', "", a) for a in answers]
    assert cut[0] == cut[1]
    for _ in range(6):
        client.post("/connexion/", {"login": "claire", "password": "pas le bon du tout"})
    right = client.post("/connexion/", {"login": "claire", "password": f.PASSWORD})
    assert right.status_code != 302


@pytest.mark.parametrize(
    "url", ["/connexion/", "/", "/etat/", "/accessibilite/", "/mentions-legales/"]
)
@pytest.mark.parametrize("width", [360, 1440])
def test_no_open_page_has_a_barrier(new_page: Any, live_server: Any, url: str, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 2000})
    page.goto(live_server.url + url)
    check(page)


@pytest.mark.parametrize(
    "path", ["compte/", "compte/second-facteur/", "compte/mot-de-passe/", "role/"]
)
def test_no_page_of_the_account_has_a_barrier(
    page: Page, live_server: Any, doctor: Any, path: str
) -> None:
    sign_in(page, live_server, doctor)
    page.goto(f"{live_server.url}/{path}")
    check(page)
