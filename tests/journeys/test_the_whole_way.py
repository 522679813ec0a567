"""One prescription all the way: doctor's browser, worker, patient's phone, counter, and back. Nothing is simulated."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from eprescription.documents.reading import read_file
from eprescription.models import Prescription
from tests import factories as f
from tests.eprescription.health_space.workers import Worker, eventually
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(live_server: Any, valkey: Any, tmp_path: Any, catalogue: None) -> Iterator[Worker]:
    running = Worker(
        tmp_path,
        database=connection.settings_dict["NAME"],
        health_space=f"{live_server.url}/espace-sante/fhir",
    )
    yield running
    running.stop()


def test_the_eight_steps(new_page: Any, live_server: Any, worker: Worker) -> None:
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject, patient = f.a_patient(doctor)

    # 1. Given each of them signed in, in a browser of their own
    office, counter, phone = (
        new_page(),
        new_page(),
        new_page(viewport={"width": 360, "height": 740}),
    )
    for page, who in ((office, doctor), (counter, pharmacist), (phone, patient)):
        sign_in(page, live_server, who)

    # 2. and 3. When the doctor writes, signs and prints
    write_and_sign(office, live_server, subject)
    href = office.get_by_role("link", name=re.compile("Imprimer")).get_attribute("href")
    paper = office.context.request.get(live_server.url + str(href)).body()
    code = read_file(paper).texts[0]
    prescription = Prescription.objects.get()
    assert code.startswith(f"{prescription.number}.")

    # 4. Then the patient sees the document within seconds, sent by the worker over HTTP
    detail = f"{live_server.url}/espace/ordonnances/{prescription.pk}/"

    def arrived() -> bool:
        phone.goto(detail)
        return phone.get_by_role("link", name="Ouvrir le document").count() == 1

    eventually(arrived, 20)  # the worker itself has just been started
    office.reload()
    expect(office.locator("[data-status=push_delivered]")).to_be_visible()

    # 5. and 6. When the code is scanned and all is dispensed as prescribed
    counter.keyboard.type(code)
    counter.keyboard.press("Enter")
    expect(
        counter.get_by_role("button", name=re.compile("Délivrer tel que prescrit"))
    ).to_be_visible()
    counter.keyboard.press("Control+Enter")
    expect(counter.get_by_text("le code de l'ordonnance est fermé")).to_be_visible()

    # 7. Then the doctor reads it back, and the patient too
    office.reload()
    expect(office.locator("[data-status=dispensed]").first).to_be_visible()
    expect(office.locator("table")).to_contain_text("Pharmacie de la Gare")
    phone.goto(detail)
    expect(phone.locator("main")).to_contain_text("Tout vous a été remis")

    # 8. When the patient opposes, then the doctor reads only that; taken back, the reading returns
    phone.goto(live_server.url + "/espace/choix/")
    phone.get_by_role("button", name=re.compile("Ne plus partager")).first.click()
    office.reload()
    expect(office.get_by_text("le patient s'y est opposé").first).to_be_visible()
    expect(office.locator("body")).not_to_contain_text("Pharmacie de la Gare")
    counter.goto(live_server.url + "/pharmacie/delivrances/")
    expect(counter.locator("main")).to_contain_text("amoxicilline")
    phone.get_by_role("button", name=re.compile("Partager de nouveau|Partager")).first.click()
    office.reload()
    expect(office.locator("[data-status=dispensed]").first).to_be_visible()

    # And the code opens nothing any more
    counter.goto(live_server.url + "/pharmacie/")
    counter.keyboard.type(code)
    counter.keyboard.press("Enter")
    expect(counter.get_by_text("Tout a déjà été délivré").first).to_be_visible()


def write_and_sign(office: Page, live_server: Any, subject: Any) -> None:
    office.goto(f"{live_server.url}/prescripteur/patients/{subject}/")
    office.get_by_role("button", name="Nouvelle ordonnance").click()
    office.get_by_label("Ajouter à l'ordonnance").fill("amoxicilline 1 g")
    office.locator("#hits button").first.click()
    office.get_by_label("Posologie").fill("1 comprimé matin et soir")
    office.get_by_label("Durée").fill("7")
    office.get_by_role("button", name=re.compile("Vérifier et signer")).click()
    office.get_by_role("radio", name=re.compile("Oui, je pourrai")).check()
    office.get_by_role("radio", name=re.compile("Papier et")).check()
    office.get_by_role("button", name=re.compile("^Signer")).click()
    expect(office.get_by_role("link", name=re.compile("Imprimer"))).to_be_visible()


def test_with_the_broker_down_a_prescription_is_signed_and_dispensed_and_the_push_arrives_later(
    new_page: Any, live_server: Any, worker: Worker, valkey: Any
) -> None:
    """Given Redis stopped, when the doctor signs and the pharmacist dispenses, then only the push waits."""
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject, _patient = f.a_patient(doctor)
    office, counter = new_page(), new_page()
    sign_in(office, live_server, doctor)
    sign_in(counter, live_server, pharmacist)
    valkey.stop()
    try:
        write_and_sign(office, live_server, subject)
        prescription = Prescription.objects.get()
        assert prescription.pushes.get().state == "waiting"
        counter.keyboard.type(f.code_of(prescription))
        counter.keyboard.press("Enter")
        expect(counter.get_by_role("button", name=re.compile("tel que prescrit"))).to_be_visible()
        counter.keyboard.press("Control+Enter")
        expect(counter.get_by_text("le code de l'ordonnance est fermé")).to_be_visible()
    finally:
        valkey.start()
    eventually(lambda: prescription.pushes.get().state == "delivered", 30)
