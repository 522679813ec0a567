"""The prescriber's journey in Chromium: find, write, sign, print, read back, cancel; keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eprescription.identity.traits import IdentityStatus
from eprescription.models import Prescription
from tests import factories as f
from tests.journeys.accessibility import check
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doctor(catalogue: None) -> Any:
    return f.a_prescriber()


def test_from_the_name_of_the_patient_to_the_printed_page_by_keyboard_alone(
    page: Page, live_server: Any, doctor: Any
) -> None:
    """Given a known patient, when the doctor only types, then the prescription is signed and ready to print."""
    f.a_patient(doctor)
    sign_in(page, live_server, doctor)
    keys = page.keyboard
    keys.type("martel")  # the first field has the focus
    keys.press("Tab")
    keys.type("04031951")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Une personne trouvée")).to_be_visible()
    page.get_by_role("button", name="C'est mon patient").focus()
    keys.press("Enter")
    page.get_by_role("button", name="Nouvelle ordonnance").focus()
    keys.press("Enter")
    expect(page.get_by_label("Ajouter à l'ordonnance")).to_be_focused()
    keys.type("amoxicilline 1 g")
    page.wait_for_selector("#hits")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_label("Posologie")).to_be_focused()
    keys.type("1 comprimé matin et soir")
    keys.press("Tab")
    keys.type("7")
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", name="Signer l'ordonnance")).to_be_visible()
    page.get_by_role("radio", name=re.compile("Oui, je pourrai")).focus()
    keys.press("Space")
    page.get_by_role("radio", name=re.compile("Papier et")).focus()
    keys.press("Space")
    keys.press("Control+Enter")
    expect(page.get_by_role("link", name=re.compile("Imprimer"))).to_be_focused()
    expect(page.locator("[data-status=waiting]")).to_be_visible()
    prescription = Prescription.objects.get()
    assert prescription.state == "issued"
    assert prescription.lines.get().posology == "1 comprimé le matin et le soir"


def test_the_same_without_javascript(new_page: Any, live_server: Any, doctor: Any) -> None:
    f.a_patient(doctor)
    page = new_page(java_script_enabled=False)
    sign_in(page, live_server, doctor)
    page.get_by_label("Nom de naissance").fill("martel")
    page.get_by_label("Date de naissance").fill("04/03/1951")
    page.get_by_role("button", name="Chercher le patient").click()
    page.get_by_role("button", name="C'est mon patient").click()
    page.get_by_role("button", name="Nouvelle ordonnance").click()
    page.get_by_label("Ajouter à l'ordonnance").fill("doliprane 1000")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name=re.compile("Ajouter")).first.click()
    page.get_by_label("Posologie").fill("1 comprimé, 3 fois par jour")
    page.get_by_label("Durée").fill("5")
    page.get_by_role("button", name=re.compile("Vérifier et signer")).click()
    page.get_by_role("radio", name=re.compile("Non, le patient")).check()
    page.get_by_role("radio", name=re.compile("Papier et")).check()
    page.get_by_role("button", name=re.compile("^Signer")).click()
    expect(page.get_by_text("Suivi non consulté")).to_be_visible()
    assert Prescription.objects.get().may_follow is False


def test_the_doctor_reads_back_what_was_dispensed_and_changed(
    page: Page, live_server: Any, doctor: Any
) -> None:
    """Given a partial dispensing with another box of the group, then list and page say so, with place and time."""
    from eprescription.catalogue.search import substitutes
    from pharmacies.decisions import Decision

    prescription = f.a_signed(doctor, f.a_patient(doctor)[0], quantity=3)
    pharmacist = f.a_pharmacist()
    sign_in(page, live_server, doctor)
    page.goto(live_server.url + "/prescripteur/ordonnances/")
    expect(page.locator("[data-status=waiting]")).to_be_visible()
    f.open_at(pharmacist, prescription)
    line = prescription.lines.get()
    other = substitutes(line.cis)[0]
    decision = Decision(line_id=line.pk, quantity=1, cis=other.cis)
    f.dispense(pharmacist, prescription, [decision])
    page.reload()
    expect(page.locator("[data-status=partly]")).to_be_visible()
    page.locator(".rows__link").first.click()
    table = page.locator("table")
    expect(table).to_contain_text("Délivré : 1 boîte")
    expect(table).to_contain_text("Substitution dans le groupe générique")
    expect(table).to_contain_text(other.name)
    expect(table).to_contain_text("Pharmacie de la Gare")
    f.dispense_all(pharmacist, prescription)
    page.reload()
    expect(page.locator("[data-status=dispensed]").first).to_be_visible()


def test_without_a_qualified_identity_the_page_says_why_nothing_was_sent(
    page: Page, live_server: Any, doctor: Any
) -> None:
    who = f.traits(status=IdentityStatus.VALI, ins="", ins_oid="")
    prescription = f.a_signed(doctor, f.a_patient(doctor, who)[0])
    sign_in(page, live_server, doctor)
    page.goto(f"{live_server.url}/prescripteur/ordonnances/{prescription.pk}/")
    expect(page.get_by_text("rien n'est envoyé à l'espace santé")).to_be_visible()


def test_double_click_on_sign_has_one_effect(page: Page, live_server: Any, doctor: Any) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    sign_in(page, live_server, doctor)
    page.goto(f"{live_server.url}/prescripteur/ordonnances/{draft.pk}/signer/")
    page.get_by_role("radio", name=re.compile("Oui, je pourrai")).check()
    page.get_by_role("radio", name=re.compile("Papier et")).check()
    page.get_by_role("button", name=re.compile("^Signer")).dblclick()
    expect(page.get_by_role("link", name=re.compile("Imprimer"))).to_be_visible()
    assert Prescription.objects.get().pushes.count() == 1


def test_cancel_and_reprint(page: Page, live_server: Any, doctor: Any) -> None:
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    before = f.code_of(prescription)
    sign_in(page, live_server, doctor)
    page.goto(f"{live_server.url}/prescripteur/ordonnances/{prescription.pk}/")
    page.get_by_text("Papier perdu ?").click()
    page.get_by_role("button", name="Faire un nouveau code").click()
    expect(page.get_by_text("Nouveau code fait").first).to_be_visible()
    assert f.code_of(prescription) != before
    page.locator("summary", has_text="Annuler l'ordonnance").click()
    page.get_by_role("button", name="Annuler cette ordonnance").click()
    expect(page.locator("[data-status=cancelled]").first).to_be_visible()
    prescription.refresh_from_db()
    assert prescription.state == "cancelled"


PAGES = ("", "patients/", "patients/nouveau/", "patients/{s}/", "ordonnances/", "ordonnances/{d}/ecrire/",
         "ordonnances/{d}/signer/", "ordonnances/{p}/")  # fmt: skip


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_has_a_barrier(new_page: Any, live_server: Any, doctor: Any, width: int) -> None:
    """axe, WCAG 2.2 A and AA, on a narrow and a wide screen, in both languages."""
    subject, _account = f.a_patient(doctor)
    names = {
        "s": subject,
        "d": f.a_draft(doctor, subject).pk,
        "p": f.a_signed(doctor, subject).pk,
    }
    page = new_page(viewport={"width": width, "height": 3000})
    sign_in(page, live_server, doctor)
    for path in PAGES:
        page.goto(f"{live_server.url}/prescripteur/{path.format(**names)}")
        check(page)
