"""Signing in by Pro Santé Connect and by FranceConnect in Chromium, at real providers that the test starts."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eprescription.models import Activity, Place, Prescription, User
from eprescription.models.session import SessionStore
from eprescription.national.registered import FRANCECONNECT, PSC
from tests import factories as f
from tests.journeys.accessibility import check
from tests.national import Nation, account_of, card_of, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nation(live_server: Any, settings: Any) -> Iterator[Nation]:
    settings.BASE_URL = live_server.url
    with running() as nation:
        nation.forget()
        for realm in nation.realms.values():
            realm.portal = live_server.url
        settings.NATIONAL_PROVIDERS = {key: nation.registered(key) for key in (PSC, FRANCECONNECT)}
        yield nation


@pytest.fixture
def doctor(catalogue: None) -> Any:
    return f.a_prescriber()


def goes_to(page: Page, live_server: Any, provider: str) -> None:
    page.goto(f"{live_server.url}/connexion/")
    page.get_by_role("link", name=f"S'identifier avec {provider}").click()
    expect(page.get_by_text("Ce n'est pas le vrai service")).to_be_visible()


def aged(page: Page, minutes: int) -> None:
    """The proof of this browser's session was given that long ago."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    session = SessionStore(session_key=key)
    session["proved_at"] = time.time() - minutes * 60
    session.save()


def test_a_doctor_enters_with_his_card_chooses_his_practice_signs_and_leaves_nothing_open(
    page: Page, live_server: Any, doctor: Any, nation: Nation
) -> None:
    """Given two practices and a proof of an hour ago, when he signs, then his card is asked for again, and once."""
    town = f.a_place(Place.Kind.PRACTICE, "Cabinet du Port")
    second = f.a_prescriber(User.objects.get(pk=doctor.user_id), town)
    first = Activity.objects.select_related("place").get(pk=doctor.activity_id)
    Activity.objects.filter(pk=second.activity_id).update(identifier=first.identifier)
    assert first.place
    places = [(first.place.identifier, first.place.name), (town.identifier, town.name)]
    clinic = ("310000042", "Clinique des Tilleuls")
    card = card_of(doctor, places=[*places, clinic], called="Dr Claire Lemoine")
    nation.realms[PSC].people["lemoine"] = card
    subject, _actor = f.a_patient(doctor)

    page.goto(f"{live_server.url}/connexion/")
    check(page)
    goes_to(page, live_server, "Pro Santé Connect")
    page.get_by_role("button", name="Dr Claire Lemoine").click()
    expect(page.get_by_role("heading", name="Dans quel rôle entrez-vous ?")).to_be_visible()
    expect(page.get_by_text("non ouverts ici : Clinique des Tilleuls").first).to_be_visible()
    check(page)
    page.get_by_role("button", name=re.compile("Cabinet des Lilas")).click()
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_be_visible()

    draft = f.a_draft(doctor, subject)
    aged(page, 60)
    page.goto(f"{live_server.url}/prescripteur/ordonnances/{draft.pk}/signer/")
    expect(page.get_by_label("Votre mot de passe")).to_have_count(0)
    check(page)
    page.get_by_role("link", name="Prouver mon identité").click()
    page.get_by_role("button", name="Dr Claire Lemoine").click()
    expect(page.get_by_role("heading", name="Signer l'ordonnance")).to_be_visible()
    expect(page.get_by_text("Votre identité est prouvée").first).to_be_visible()
    page.get_by_role("radio", name=re.compile("Oui, je pourrai")).check()
    page.get_by_role("radio", name=re.compile("Papier et")).check()
    page.get_by_role("button", name="Signer").click()
    expect(page.get_by_role("link", name=re.compile("Imprimer"))).to_be_visible()
    assert Prescription.objects.get().state == "issued"

    page.get_by_text("Compte", exact=True).click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("ici et auprès du service national").first).to_be_visible()
    goes_to(page, live_server, "Pro Santé Connect")  # asks who it is: no session was left there


def test_a_patient_enters_by_franceconnect_and_finds_his_prescription(
    page: Page, live_server: Any, doctor: Any, nation: Nation
) -> None:
    """Given a person without account whom a doctor registered, when she proves who she is, then her space opens."""
    who = f.traits()
    subject, _none = f.a_patient(doctor, who, account=False)
    f.a_signed(doctor, subject)
    people = nation.realms[FRANCECONNECT].people
    people["jeanne"] = account_of(who, called="Jeanne Martel")
    people["lucie"] = account_of(f.traits("ARNAUD"), called="Lucie Arnaud")
    goes_to(page, live_server, "FranceConnect")
    page.get_by_role("button", name="Lucie Arnaud").click()
    expect(
        page.get_by_role("heading", name="Connexion par FranceConnect impossible")
    ).to_be_visible()
    expect(page.get_by_text("dès qu'un médecin vous y a enregistré")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Fermer la session FranceConnect").click()
    expect(page.get_by_text("ici et auprès du service national").first).to_be_visible()
    goes_to(page, live_server, "FranceConnect")
    page.get_by_role("button", name="Jeanne Martel").click()
    expect(page.locator("body[data-role=patient]")).to_be_visible()
    expect(page.get_by_text(re.compile("amoxicilline", re.I)).first).to_be_visible()


def test_when_a_provider_is_down_the_page_says_so_and_the_password_still_opens(
    page: Page, live_server: Any, doctor: Any, nation: Nation, settings: Any
) -> None:
    settings.SECOND_FACTOR = "invited"
    nation.server.stop()
    page.goto(f"{live_server.url}/connexion/")
    page.get_by_role("link", name="S'identifier avec Pro Santé Connect").click()
    expect(page.get_by_role("heading", name="Pro Santé Connect est injoignable")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Revenir à la page de connexion").click()
    page.get_by_label("Identifiant").fill(User.objects.get(pk=doctor.user_id).username)
    page.get_by_label("Mot de passe", exact=True).fill(f.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pour quel patient ?")).to_be_visible()
