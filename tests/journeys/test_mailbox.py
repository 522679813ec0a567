"""Story: a prescription comes to the pharmacy by secure mail, by the portal's own way and from a real IMAP account."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Page, expect

from eprescription.models import Claim, Letter, Message, Place, PushState
from tests import factories
from tests.eprescription.health_space.workers import Worker, eventually
from tests.eprescription.secure_mail import mails
from tests.eprescription.secure_mail.conftest import SENDER, a_mailbox
from tests.journeys.counter import judge, on_the_counter
from tests.journeys.people import sign_in
from tests.mail_servers import ImapServer, SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = [(360, 740), (768, 1024), (1366, 768), (1440, 900)]
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def imap_server() -> Iterator[ImapServer]:
    server = ImapServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def worker(
    live_server: Any, valkey: Any, tmp_path_factory: Any, django_db_setup: Any, smtp_server: Any
) -> Iterator[Worker]:
    """A real worker with its beat, which fetches every second."""
    more = {
        "FETCH_MAIL_SECONDS": "1",
        "SMTP_URL": f"smtp+plain://127.0.0.1:{smtp_server.port}",
        "MAIL_SENDER": SENDER,
    }
    with pytest.MonkeyPatch.context() as patched:
        for name, value in more.items():
            patched.setitem(os.environ, name, value)
        running = Worker(
            tmp_path_factory.mktemp("worker"),
            database=connection.settings_dict["NAME"],
            health_space=f"{live_server.url}/espace-sante/fhir",
        )
    yield running
    running.stop()


def shown(page: Page) -> None:
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        judge(page)
    page.set_viewport_size({"width": 1366, "height": 768})


def test_from_the_patient_s_phone_and_from_a_doctor_s_software_to_the_counter(
    new_page: Any,
    live_server: Any,
    worker: Worker,
    smtp_server: SmtpServer,
    imap_server: ImapServer,
    catalogue: None,
    settings: Any,
) -> None:
    settings.SMTP_URL = f"smtp+plain://127.0.0.1:{smtp_server.port}"
    settings.MAIL_SENDER = SENDER
    # Given a pharmacy with an account of secure mail, and a patient with a prescription
    pharmacist = factories.a_pharmacist()
    pharmacy = Place.objects.get(pk=pharmacist.place_id)
    doctor = factories.a_prescriber()
    subject_id, patient = factories.a_patient(doctor)
    prescription = factories.a_signed(doctor, subject_id)
    a_mailbox(pharmacy, imap_server.port)

    # When she sends it to her pharmacy from her phone
    phone = new_page(**PHONE)
    sign_in(phone, live_server, patient)
    phone.goto(live_server.url + reverse("patients:prescription", args=[prescription.pk]))
    phone.get_by_role("link", name="Envoyer à ma pharmacie").click()
    expect(phone.get_by_label("Quelle pharmacie ?")).to_be_visible()
    shown(phone)
    phone.get_by_label("Quelle pharmacie ?").fill("gare toulouse")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="Envoyer ici")).to_be_visible()
    shown(phone)
    phone.get_by_role("button", name="Envoyer ici").click()
    expect(phone.locator("main")).to_contain_text("Pas encore vue")
    shown(phone)

    # And the worker sends the letter, which comes back to the account with two other mails
    eventually(lambda: Letter.objects.get().state == PushState.DELIVERED, 20)
    other_subject, _account = factories.a_patient(doctor, factories.traits(birth_name="DUVAL"))
    other = factories.a_signed(doctor, other_subject)
    imap_server.put(
        smtp_server.mails[0].as_bytes(),
        mails.mail(mails.xdm(mails.cda(mails.page(other)))),
        mails.mail(b"\x89PNG\r\n\x1a\n a photo", name="ordonnance.pdf"),
    )

    # Then the pharmacy has three messages and not four, the broken one on top with its sender
    eventually(lambda: Message.objects.count() == 3, 20)
    desk = new_page(viewport={"width": 1366, "height": 768})
    sign_in(desk, live_server, pharmacist)
    desk.get_by_role("link", name="Messagerie").first.click()
    rows = desk.locator(".rows > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("La pièce jointe n'est pas un PDF.")
    expect(rows.nth(0)).to_contain_text(mails.SENDER)
    expect(rows.nth(1)).to_contain_text("DUVAL")
    expect(rows.nth(2)).to_contain_text("MARTEL")
    expect(rows.nth(2)).to_contain_text("Le patient, par le portail")
    shown(desk)

    # And one press opens the patient's, which is then in hand here
    rows.nth(2).get_by_role("button", name="Ouvrir l'ordonnance").click()
    on_the_counter(desk)
    held = Claim.objects.get(case__prescription=prescription, ended_at=None)
    assert held.pharmacy_id == pharmacist.place_id
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Vue par la pharmacie")

    # And the broken one is filed
    desk.goto(live_server.url + reverse("pharmacies:mailbox"))
    rows.nth(0).get_by_role("button", name="Classer").click()
    expect(desk.locator("main")).not_to_contain_text("n'est pas un PDF")
    desk.get_by_role("link", name="Messages traités").click()
    expect(desk.locator("main")).to_contain_text("n'est pas un PDF")
    shown(desk)


def test_a_prescriber_sends_by_keyboard_alone(
    new_page: Any, live_server: Any, catalogue: None
) -> None:
    pharmacist = factories.a_pharmacist()
    doctor = factories.a_prescriber()
    prescription = factories.a_signed(doctor, factories.a_patient(doctor, account=False)[0])
    page = new_page()
    sign_in(page, live_server, doctor)
    page.goto(live_server.url + reverse("prescribers:prescription", args=[prescription.pk]))
    page.get_by_role("link", name="Envoyer à une pharmacie").press("Enter")
    page.wait_for_selector("#id_text:focus")
    shown(page)

    page.keyboard.type("gare")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[name=place]:focus")
    shown(page)
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("L'ordonnance est envoyée à la pharmacie.")
    assert Message.objects.get().place_id == pharmacist.place_id
