"""Scenario 12: a girl of fifteen keeps care secret (L. 1111-5); the doctor says so, and her mother sees nothing of it."""

from datetime import date
from typing import Any

import httpx
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from eprescription.health_space import client, delivery
from eprescription.health_space.payload import HIDDEN
from eprescription.models import MailNotice, Prescription
from patients.models import ReceivedDocument
from tests import factories as f
from tests.eprescription.health_space.receivers import DoorOfThePortal
from tests.journeys.people import sign_in
from tests.patients.test_telling import wants

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 740}}


class Story:
    """A doctor, a girl of fifteen with her account, her mother with hers, told by e-mail; one draft."""

    def __init__(self) -> None:
        self.doctor = f.a_prescriber()
        born = date(timezone.localdate().year - 15, 1, 1)
        who = f.traits("PETIT", born, first_names="LEA")
        self.child, self.girl = f.a_patient(self.doctor, who)
        adult = f.traits("GRAND", date(1984, 5, 6), first_names="ANNE")
        self.mother = f.a_patient(f.a_prescriber(), adult)[1]
        f.a_link(self.mother.user_id, self.child)
        wants(self.mother)
        self.draft = f.a_draft(self.doctor, self.child)


@pytest.fixture
def story(catalogue: None, settings: Any) -> Story:
    return Story()


def words(page: Page, live_server: Any, name: str, *args: Any) -> str:
    page.goto(live_server.url + reverse(f"patients:{name}", args=args))
    return page.inner_text("main")


def test_12_secret_care_is_labelled_and_unknown_to_the_mother(
    new_page: Any, live_server: Any, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, phone, hers = new_page(), new_page(**PHONE), new_page(**PHONE)
    # Given the mother in her daughter's space, before anything
    sign_in(phone, live_server, story.mother)
    phone.get_by_role("link", name="Espaces").click()
    phone.get_by_role("button", name="Ouvrir l'espace de Lea").click()
    expect(phone.get_by_role("banner")).to_contain_text("Vous êtes dans l'espace de Lea PETIT")
    before = {n: words(phone, live_server, n) for n in ("home", "choices", "allergies")}
    # When the doctor ticks secret care and says that an adult came along
    sign_in(desk, live_server, story.doctor)
    desk.goto(live_server.url + reverse("prescribers:write", args=[story.draft.pk]))
    desk.get_by_text("Soins secrets pour ce mineur").click()
    desk.get_by_label("Ses représentants le sauront-ils ?").select_option("L1111-5")
    desk.get_by_role("button", name="Vérifier et signer").click()
    expect(desk.locator("main")).to_contain_text("Dites si un adulte de son choix l'accompagne.")
    desk.get_by_role("group", name="Un adulte de son choix").get_by_label("Oui").check()
    desk.get_by_role("button", name="Vérifier et signer").click()
    expect(desk.locator("h1")).to_contain_text("Signer l'ordonnance")
    desk.get_by_label("Oui, je pourrai lire").check()
    desk.get_by_label("Papier et messagerie").check()
    desk.locator("main form button").first.click()
    expect(desk.locator("main")).to_contain_text("les représentants n'en voient rien")
    # Then the document bears the label, and no e-mail leaves for the mother
    door = DoorOfThePortal()
    monkeypatch.setattr(client.httpx, "stream", httpx.Client(transport=door).stream)
    signed = Prescription.objects.get(pk=story.draft.pk)
    delivery.deliver(signed.pushes.get().pk, at=timezone.now())
    assert HIDDEN["code"] in door.requests[0].content.decode()
    assert ReceivedDocument.objects.get().hidden
    assert not MailNotice.objects.filter(link__isnull=False).exists()
    assert mail.outbox == []
    # And her lists do not even show a count, while the girl reads it
    assert {n: words(phone, live_server, n) for n in before} == before
    assert "signé" not in words(phone, live_server, "access_log")
    phone.goto(live_server.url + reverse("patients:prescription", args=[signed.pk]))
    expect(phone.locator("h1")).not_to_contain_text("Ordonnance du")
    sign_in(hers, live_server, story.girl)
    expect(hers.locator("main")).to_contain_text("Amoxicilline")
