"""Story 8: the patient opposes in his space, and takes it back; with the keyboard alone, and without JavaScript."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from eprescription.models import Prescription
from tests import factories
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 740}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPPOSED = "le patient s'y est opposé"


@pytest.fixture
def story(catalogue: None) -> Any:
    """A doctor, her patient, and a prescription of which a pharmacy has given all."""
    doctor = factories.a_prescriber()
    subject_id, patient = factories.a_patient(doctor)
    prescription = factories.a_signed(doctor, subject_id)
    pharmacist = factories.a_pharmacist()
    factories.dispense_all(pharmacist, prescription)
    return doctor, patient, pharmacist, prescription


def words_for_the_doctor(page: Page, live_server: Any, prescription: Prescription) -> str:
    page.goto(live_server.url + reverse("prescribers:prescription", args=[prescription.pk]))
    return page.inner_text("main")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_patient_opposes_and_takes_it_back(
    new_page: Any, live_server: Any, story: Any, script: bool
) -> None:
    doctor, patient, _pharmacist, prescription = story
    phone = new_page(java_script_enabled=script, **PHONE)
    desk = new_page()
    sign_in(desk, live_server, doctor)

    # Given a doctor who reads what was dispensed
    before = words_for_the_doctor(desk, live_server, prescription)
    assert "Pharmacie de la Gare" in before
    assert OPPOSED not in before

    # When the patient says no for this prescription
    sign_in(phone, live_server, patient)
    phone.get_by_role("link", name="Amoxicilline").click()
    expect(phone.locator("main")).to_contain_text("La pharmacie, elle, le verra toujours")
    this_one = phone.get_by_role("article").filter(has_text="Cette ordonnance")
    this_one.get_by_role("button", name="Ne plus partager").click()

    # Then he is told so, and at once the doctor reads only that
    expect(phone.locator("main")).to_contain_text("C'est fait.")
    expect(this_one).to_contain_text("Non partagé")
    after = words_for_the_doctor(desk, live_server, prescription)
    assert OPPOSED in after
    assert "Pharmacie de la Gare" not in after

    # When he takes it back, then the reading returns
    this_one.get_by_role("button", name="Partager à nouveau").click()
    expect(this_one).to_contain_text("Partagé")
    again = words_for_the_doctor(desk, live_server, prescription)
    assert "Pharmacie de la Gare" in again
    assert OPPOSED not in again


def test_he_opposes_for_all_with_the_keyboard_alone(
    new_page: Any, live_server: Any, story: Any
) -> None:
    doctor, patient, _pharmacist, prescription = story
    page = new_page(**PHONE)
    sign_in(page, live_server, patient)

    # Given the page of his choices, reached by tabbing
    press_until(page, "Qui voit quoi")
    page.wait_for_url("**/choix/")

    # When he tabs to the first switch and presses it
    press_until(page, "Ne plus partager")
    page.wait_for_url("**/choix/")

    # Then nobody reads, and the page says since when
    expect(page.locator("main")).to_contain_text(
        "Aucun médecin ne voit ce que la pharmacie vous remet. Depuis le"
    )
    desk = new_page()
    sign_in(desk, live_server, doctor)
    assert OPPOSED in words_for_the_doctor(desk, live_server, prescription)


def press_until(page: Page, words: str) -> None:
    """Tabs to the first thing that says `words`, then presses Enter."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if words in (page.evaluate("document.activeElement.innerText") or ""):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {words} with the keyboard")


def test_the_pharmacist_sees_the_same_before_and_after(
    new_page: Any, live_server: Any, story: Any
) -> None:
    _doctor, patient, pharmacist, _prescription = story
    page = new_page()
    sign_in(page, live_server, pharmacist)
    address = live_server.url + reverse("pharmacies:dispensings")
    page.goto(address)
    before = page.inner_text("main")

    phone = new_page(**PHONE)
    sign_in(phone, live_server, patient)
    phone.goto(live_server.url + reverse("patients:choices"))
    phone.get_by_role("button", name="Ne plus partager").first.click()
    expect(phone.locator("main")).to_contain_text("Aucun médecin ne voit")

    page.goto(address)
    assert page.inner_text("main") == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_his_pages_have_no_known_barrier_and_never_scroll_sideways(
    new_page: Any, live_server: Any, story: Any, width: int, scheme: str
) -> None:
    _doctor, patient, _pharmacist, prescription = story
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sign_in(page, live_server, patient)
    for name, args in (
        ("home", []),
        ("prescription", [prescription.pk]),
        ("code", [prescription.pk]),
        ("choices", []),
    ):
        page.goto(live_server.url + reverse(f"patients:{name}", args=args))
        found = Axe().run(page, options={"runOnly": WCAG})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
