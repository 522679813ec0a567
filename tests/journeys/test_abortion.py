"""Abortion by teleconsultation, in Chromium: asked first, written without a name, opened by one pharmacy (16 to 19)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from eprescription.documents import codes
from eprescription.models import Place, Prescription, PushState, Subject
from tests import canaries
from tests import factories as f
from tests.eprescription.health_space.workers import Worker, eventually
from tests.journeys.counter import judge, on_the_counter
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = [(360, 740), (768, 1024), (1366, 768), (1440, 900)]
KEPT = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, state: history.state, url: location.href,
    caches: await caches.keys(), bases: (await indexedDB.databases()).map(base => base.name),
    cookie: document.cookie, title: document.title, workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@pytest.fixture
def doctor(catalogue: None) -> Any:
    return f.a_prescriber()


@pytest.fixture
def pharmacist(catalogue: None) -> Any:
    return f.a_pharmacist()


@pytest.fixture
def worker(live_server: Any, valkey: Any, tmp_path: Any) -> Iterator[Worker]:
    running = Worker(
        tmp_path,
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


def begin(page: Page, live_server: Any, doctor: Any) -> None:
    sign_in(page, live_server, doctor)
    page.get_by_role("link", name="commencer sans nommer la patiente").click()
    expect(page.get_by_role("heading", name="Avant de nommer la patiente")).to_be_visible()


def answer(
    page: Page, *, place: str = "En téléconsultation", anonymity: str = "demande l'anonymat"
) -> None:
    page.get_by_role("radio", name=place, exact=False).check()
    page.get_by_role("radio", name=re.compile(f"^La patiente {anonymity}")).check()
    page.get_by_label("Pharmacie désignée par la patiente").fill("gare toulouse")
    page.get_by_label("Établissement de la convention").fill("Centre hospitalier des Tilleuls")
    page.get_by_label("Date de la convention").fill("04/03/2024")


def test_16_ivg_anonymous_by_teleconsultation(
    new_page: Any, live_server: Any, doctor: Any, pharmacist: Any, settings: Any
) -> None:
    page = new_page(viewport={"width": 1366, "height": 768})
    begin(page, live_server, doctor)
    shown(page)
    # Given a teleconsultation and a woman who asks for anonymity, when all is answered
    answer(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("elle seule ouvrira l'ordonnance").first).to_be_visible()
    shown(page)
    page.get_by_role("radio", name=re.compile("Pharmacie de la Gare")).check()
    page.get_by_role("button", name="Continuer").click()

    # Then she is written for without a name
    expect(page.get_by_role("heading", name="Patiente anonyme")).to_be_visible()
    page.get_by_label("Ajouter à l'ordonnance").fill("mifepristone 1 cp le matin 1j")
    page.wait_for_selector("#hits")
    page.locator("#hits .found__pick").first.click()
    expect(page.get_by_label("Posologie")).to_have_value(re.compile("1 comprimé le matin"))
    shown(page)
    for reason in page.locator(".point__reason select").all():
        reason.select_option(index=1)
    page.get_by_role("button", name=re.compile("Vérifier et signer")).click()
    expect(page.get_by_role("heading", name="Signer l'ordonnance")).to_be_visible()
    shown(page)
    page.get_by_role("radio", name=re.compile("Oui, je pourrai")).check()
    page.get_by_role("button", name=re.compile("^Signer")).click()
    expect(page.get_by_role("link", name=re.compile("Imprimer"))).to_be_visible()
    expect(page.locator("main")).to_contain_text("nulle part ailleurs")
    shown(page)
    signed = Prescription.objects.get()
    assert signed.subject.kind == Subject.Kind.ANONYMOUS and not signed.pushes.exists()

    # And the designated pharmacy has it in its mailbox, and delivers it
    desk = new_page(viewport={"width": 1366, "height": 768})
    sign_in(desk, live_server, pharmacist)
    desk.get_by_role("link", name="Messagerie").first.click()
    expect(desk.locator("main")).to_contain_text("Patiente anonyme")
    desk.get_by_role("button", name=re.compile("Ouvrir l'ordonnance")).click()
    on_the_counter(desk)
    expect(desk.get_by_role("heading", name="Patiente anonyme")).to_be_visible()
    shown(desk)
    desk.get_by_role("button", name=re.compile("^Délivrer")).first.click()
    expect(desk.locator("main")).to_contain_text("La délivrance est enregistrée")
    shown(desk)

    # And nobody else does: another pharmacy's scan opens nothing, another doctor finds nothing
    other = new_page()
    sign_in(other, live_server, f.a_pharmacist())
    other.keyboard.type(f.code_of(signed))
    other.keyboard.press("Enter")
    expect(other.locator("main")).to_contain_text("n'ouvre aucune ordonnance")
    page.reload()
    expect(page.locator("[data-status=dispensed]").first).to_be_visible()


def test_16_the_typed_number_asks_the_withdrawal_code(
    new_page: Any, live_server: Any, doctor: Any, pharmacist: Any
) -> None:
    signed = f.a_signed_anonymous(doctor, Place.objects.get(pk=pharmacist.place_id))
    desk = new_page(viewport={"width": 1366, "height": 768})
    sign_in(desk, live_server, pharmacist)
    desk.keyboard.press("Alt+n")
    desk.get_by_label("Numéro de l'ordonnance").fill(signed.number)
    desk.get_by_label("code de retrait").fill(codes.proof_text_of(signed) or "")
    shown(desk)
    desk.get_by_role("button", name="Ouvrir avec ce numéro").click()
    on_the_counter(desk)
    expect(desk.get_by_role("heading", name="Patiente anonyme")).to_be_visible()


def test_17_ivg_face_to_face_is_handed_over_by_the_prescriber(
    page: Page, live_server: Any, doctor: Any, pharmacist: Any
) -> None:
    begin(page, live_server, doctor)
    answer(page, place="En consultation, avec la patiente", anonymity="ne demande pas")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("main")).to_contain_text("vous remettez vous-même ces médicaments")
    expect(page.locator("main")).to_contain_text("R. 2212-14-1")
    shown(page)
    assert not Prescription.objects.exists() and not Subject.objects.exists()


def test_18_ivg_choice_unanswered_goes_nowhere(
    new_page: Any, live_server: Any, doctor: Any, pharmacist: Any
) -> None:
    page = new_page(java_script_enabled=False)
    begin(page, live_server, doctor)
    page.get_by_role("radio", name="En téléconsultation").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("main")).to_contain_text("Posez la question à la patiente")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    assert not Prescription.objects.exists()
    # And on a named draft the medicine is not stored before it is answered
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    page.goto(f"{live_server.url}/prescripteur/ordonnances/{draft.pk}/ecrire/")
    page.get_by_label("Ajouter à l'ordonnance").fill("mifepristone")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name=re.compile("Ajouter.*mif", re.IGNORECASE)).first.click()
    expect(page.get_by_role("heading", name="Avant d'écrire ce médicament")).to_be_visible()
    page.get_by_role("button", name="Ajouter à l'ordonnance").click()
    expect(page.locator("main")).to_contain_text("Posez la question à la patiente")
    assert not draft.lines.filter(ivg=True).exists()


def test_19_ivg_leaves_nothing_in_browsers_nor_in_the_logs_of_the_worker(
    new_page: Any, live_server: Any, doctor: Any, pharmacist: Any, worker: Worker
) -> None:
    """Canaries typed on a named draft, then on the anonymous one: gone from the browser once the page is left."""
    name, words = canaries.CANARIES["birth name"][0], canaries.CANARIES["doctor's words"][0]
    named = f.a_signed(doctor, f.a_patient(doctor, f.traits(birth_name=name))[0])
    eventually(lambda: named.pushes.get().state == PushState.DELIVERED, 30)
    page = new_page(viewport={"width": 1366, "height": 768})
    begin(page, live_server, doctor)
    answer(page)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("radio", name=re.compile("Pharmacie de la Gare")).check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Patiente anonyme")).to_be_visible()
    page.get_by_label("Ajouter à l'ordonnance").fill(f"mifepristone pour {name}")
    page.wait_for_timeout(600)
    page.get_by_label("Ajouter à l'ordonnance").fill("mifepristone")
    page.wait_for_selector("#hits")
    page.locator("#hits .found__pick").first.click()
    page.get_by_label("Posologie").fill(f"1 cp matin {words}")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.locator("main")).to_contain_text("Sans texte libre")
    page.get_by_label("Posologie").fill("1 cp dose unique")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_label("Posologie")).to_have_value("1 comprimé en une seule prise")
    kept = page.evaluate(KEPT)
    assert not canaries.songs(kept), kept
    assert not canaries.hits(canaries.files(worker.folder))
    # The ear hears: the same browser and the same folder, with a canary planted
    page.evaluate("name => sessionStorage.setItem('draft', name)", name)
    assert canaries.songs(page.evaluate(KEPT))
    (worker.folder / "planted").write_text(words)
    assert canaries.hits(canaries.files(worker.folder))
