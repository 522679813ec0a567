"""Degraded, not down: health space, queue, mail and national sign-in are really stopped in turn, and work goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from eprescription import components, prepared
from eprescription.health_space import outbox
from eprescription.health_space.delivery import deliver
from eprescription.models import Deed, JournalEntry, Prescription, Push, PushState, User
from eprescription.national.registered import PSC, Provider
from eprescription.statuses import PUSHED
from tests import factories
from tests.journeys.accessibility import check
from tests.journeys.downtime import (
    HEALTH_SPACE,
    ISSUER,
    PORTAL,
    SPACE,
    National,
    Started,
    enter,
    started,
    told,
    write_and_sign,
)

__all__ = ["started"]
pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")


def measured() -> dict[str, bool]:
    """What the beat task does every thirty seconds."""
    return components.measure(at=timezone.now())


def sent() -> None:
    """What the sweep does every two seconds."""
    Push.objects.filter(state=PushState.WAITING).update(next_at=timezone.now())
    for pk in outbox.due(at=timezone.now()):
        deliver(pk, at=timezone.now())


def sign(page: Page, web: Any, subject_id: Any) -> Prescription:
    page.goto(f"{web.url}/prescripteur/patients/{subject_id}/")
    page.get_by_role("button", name="Nouvelle ordonnance").click()
    write_and_sign(page)
    return Prescription.objects.latest("created_at")


def test_without_the_health_space_one_signs_and_the_document_leaves_later_by_itself(
    new_page: Callable[..., Page], started: Started, settings: Any
) -> None:
    settings.HEALTH_SPACE_URL = HEALTH_SPACE
    doctor = factories.a_prescriber()
    subject_id, _account = factories.a_patient(doctor)
    web, space = started(PORTAL), started(SPACE)
    assert measured()["health_space"] is True
    page = new_page()
    enter(page, web, doctor)

    space.kill()
    measured()

    told(page, "L'espace santé ne répond pas")
    prescription = sign(page, web, subject_id)
    sent()
    page.reload()
    assert Push.objects.get(prescription=prescription).state == PushState.WAITING
    expect(page.get_by_text(str(PUSHED[PushState.WAITING].label)).first).to_be_visible()
    expect(page.get_by_text(str(PUSHED[PushState.DELIVERED].label))).to_have_count(0)

    space.start()
    measured()
    sent()
    assert Push.objects.get(prescription=prescription).state == PushState.DELIVERED
    page.reload()
    expect(page.get_by_text(str(PUSHED[PushState.DELIVERED].label)).first).to_be_visible()
    told(page, "L'espace santé ne répond pas", there=False)


def test_without_the_queue_one_signs_and_the_banner_says_what_waits(
    new_page: Callable[..., Page], started: Started, settings: Any, valkey: Any
) -> None:
    settings.HEALTH_SPACE_URL = HEALTH_SPACE
    doctor = factories.a_prescriber()
    subject_id, _account = factories.a_patient(doctor)
    web = started(PORTAL)
    page = new_page()
    enter(page, web, doctor)
    valkey.stop()
    try:
        assert measured()["broker"] is False
        told(page, "Signer et délivrer fonctionnent")
        assert sign(page, web, subject_id).state == "issued"
    finally:
        valkey.start()
    assert measured()["broker"] is True
    told(page, "Signer et délivrer fonctionnent", there=False)


def test_without_the_mail_the_patient_is_told_to_show_the_paper(
    new_page: Callable[..., Page], started: Started, settings: Any
) -> None:
    settings.HEALTH_SPACE_URL, settings.SMTP_URL = HEALTH_SPACE, "smtp+plain://127.0.0.1:8796"
    doctor = factories.a_prescriber()
    _subject, patient = factories.a_patient(doctor)
    web = started(PORTAL)
    page = new_page()
    enter(page, web, patient)
    assert measured()["mail"] is False
    told(page, "remettez le papier ou présentez le code")


def test_without_the_national_sign_in_a_known_professional_enters_with_a_printed_code(
    new_page: Callable[..., Page], started: Started, settings: Any, tmp_path: Path
) -> None:
    settings.HEALTH_SPACE_URL = HEALTH_SPACE
    settings.NATIONAL_PROVIDERS = {
        PSC: Provider(PSC, "Pro Santé Connect", ISSUER, "x", "x", "openid", ("eidas1",), "RS256")
    }
    doctor = factories.a_prescriber(factories.a_user("claire"))
    user = User.objects.get(pk=doctor.user_id)
    national = National(tmp_path / "national")
    web = started(PORTAL, PSC_ISSUER=ISSUER, PSC_CLIENT_ID="x", PSC_CLIENT_SECRET="x")
    codes = prepared.prepare(user, at=timezone.now())
    connections.close_all()
    page = new_page()
    try:
        # Given that it answers, then codes are no way around it
        assert measured()["identity"] is True
        page.goto(f"{web.url}/connexion/panne/")
        expect(page.get_by_text("ne servent que pendant ses pannes")).to_be_visible()

        # When it is stopped, then the page of sign-in says what to do
        national.kill()
        measured()
        page.goto(f"{web.url}/connexion/")
        told(page, "La connexion nationale ne répond pas")
        page.get_by_role("link", name="Entrer avec un code imprimé").click()
        check(page)
        page.get_by_label("Identifiant ou RPPS").fill("claire")
        page.get_by_label("Mot de passe").fill(factories.PASSWORD)
        page.get_by_label("Un code imprimé").fill(codes[0])
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Pour quel patient ?")).to_be_visible()
        marked = JournalEntry.objects.filter(deed=Deed.SIGNED_IN_CODE)
        assert marked.get().activity_id == doctor.activity_id

        # And when it is back, the banner goes by itself
        national.start()
        measured()
        told(page, "La connexion nationale ne répond pas", there=False)
    finally:
        national.kill()


def test_the_public_page_tells_each_part_since_when_and_month_by_month(
    new_page: Callable[..., Page], started: Started, settings: Any
) -> None:
    settings.HEALTH_SPACE_URL = HEALTH_SPACE
    web, space = started(PORTAL), started(SPACE)
    measured()
    space.kill()
    measured()
    page = new_page()
    page.goto(f"{web.url}/etat/")
    row = page.get_by_role("row", name="Espace santé")
    expect(row).to_contain_text("Ne répond pas")
    expect(row).to_contain_text("1 panne")
    check(page)
