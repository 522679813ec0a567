"""A patient comes with a code: the pharmacist opens the prescription, whatever way it is presented."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Playwright, expect

from eprescription.documents.code import code_text, new_token, qr_png
from eprescription.documents.number import grouped, new_number
from eprescription.documents.paper import page_of
from eprescription.identity import vault
from eprescription.models import Claim
from tests import chromium, factories
from tests.journeys.counter import SCREENS, Scene, a_scene, film, judge, on_the_counter, scan
from tests.journeys.people import sign_in
from tests.keyboards import AZERTY, typed_on

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
NO = "Ce code n'ouvre aucune ordonnance à délivrer."


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return a_scene(live_server)


def test_the_real_form_leads_to_the_desk(page: Page, scene: Scene, settings: Any) -> None:
    # Given an installation that only invites to a second factor
    settings.SECOND_FACTOR = "invited"
    # When the pharmacist signs in by the form
    sign_in(page, scene.live_server, scene.pharmacist, factories.PASSWORD)
    # Then she is at her desk, the field waiting for a code
    expect(page.locator(".desk__field")).to_be_focused()


def test_a_hand_scanner_opens_the_prescription(page: Page, scene: Scene) -> None:
    # Given a signed prescription and a pharmacist at her desk
    prescription = scene.prescription()
    scene.desk(page)
    # When the scanner types the code and presses Enter
    scan(page, factories.code_of(prescription))
    # Then the prescription is open, taken in charge, and no code stands in the address
    expect(page.get_by_role("heading", level=1)).to_have_text("Jeanne MARTEL")
    assert Claim.objects.filter(case__prescription=prescription, ended_at=None).exists()
    assert prescription.number and prescription.number not in page.url


def test_a_scanner_writes_to_the_field_wherever_the_focus_is(page: Page, scene: Scene) -> None:
    # Given a pharmacist who has clicked beside the field
    prescription = scene.prescription()
    scene.desk(page)
    page.mouse.click(5, 700)
    # When the scanner types
    scan(page, factories.code_of(prescription))
    # Then the prescription opens all the same
    on_the_counter(page)


def test_a_scanner_set_for_another_keyboard_is_understood(page: Page, scene: Scene) -> None:
    # Given a scanner that writes lower case
    prescription = scene.prescription()
    scene.desk(page)
    # When it types
    scan(page, factories.code_of(prescription).lower())
    # Then the prescription opens
    on_the_counter(page)


def test_a_qwerty_scanner_on_a_french_machine_is_understood(page: Page, scene: Scene) -> None:
    # Given a scanner that believes in QWERTY, on an AZERTY machine
    prescription = scene.prescription()
    scene.desk(page)
    # When it types
    scan(page, typed_on(AZERTY, "]Q1" + factories.code_of(prescription)))
    # Then the prescription opens
    on_the_counter(page)


@pytest.mark.parametrize("screen", [(360, 740), (1366, 768)])
def test_the_ins_is_explained_and_the_next_scan_is_the_right_one(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    # Given a pharmacist who scans the INS of the patient
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    prescription = scene.prescription()
    scene.desk(page)
    scan(page, "IS010000000000000000000000S1251033155512345")
    # Then it is explained at the field, which waits for the right code
    expect(page.locator("main").get_by_text("Ceci est l'INS du patient")).to_be_visible()
    expect(page.locator(".desk__field")).to_be_focused()
    judge(page)
    # When it is scanned
    scan(page, factories.code_of(prescription))
    # Then the prescription opens
    on_the_counter(page)


@pytest.mark.parametrize("screen", [(360, 740), (1366, 768)])
def test_a_box_says_what_it_is_and_opens_what_it_may_serve(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    # Given a prescription in hand here, and a box of its medicine
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    prescription = scene.prescription()
    factories.open_at(scene.pharmacist, prescription)
    pack = factories.a_medicine().packs.first()  # type: ignore[attr-defined]
    scene.desk(page)
    # When the scanner types its DataMatrix, the separator as Ctrl+]
    page.keyboard.type(f"]d2010{pack.cip13}1728013110AB12")
    page.keyboard.press("Control+]")
    scan(page, "21K4W9K2M7XY6Z")
    # Then its medicine, its lot and its serial number are said
    box = page.locator("section[aria-labelledby=box]")
    expect(box).to_contain_text("AMOXICILLINE")
    expect(box.get_by_text("AB12", exact=True)).to_be_visible()
    expect(box.get_by_text("K4W9K2M7XY6Z", exact=True)).to_be_visible()
    assert pack.cip13 not in page.url
    judge(page)
    # When the prescription beneath is chosen
    box.get_by_role("link", name="Jeanne MARTEL").click()
    # Then it opens
    on_the_counter(page)


def test_a_refused_code_stays_selected_for_the_next_scan(page: Page, scene: Scene) -> None:
    # Given a code that opens nothing
    prescription = scene.prescription()
    scene.desk(page)
    scan(page, "UN CODE DE PASSAGE")
    # Then the reason stands at the field, and what was typed is kept
    expect(page.locator("main").get_by_text(NO)).to_be_visible()
    expect(page.locator(".desk__field")).to_have_value("UN CODE DE PASSAGE")
    # When the right one is scanned over it
    scan(page, factories.code_of(prescription))
    # Then it opens
    on_the_counter(page)


def test_the_number_and_the_birth_date_open_by_keyboard_alone(page: Page, scene: Scene) -> None:
    # Given a patient whose code is torn: the number can still be read
    prescription = scene.prescription()
    assert prescription.number
    scene.desk(page)
    # When the pharmacist types it in the field
    scan(page, grouped(prescription.number))
    # Then the birth date is asked, where the focus is
    expect(page.locator("#id_birth_date")).to_be_focused()
    # When it is typed
    page.keyboard.type("04/03/1951")
    page.keyboard.press("Enter")
    # Then the prescription opens
    on_the_counter(page)


def test_a_picture_opens_the_prescription(page: Page, scene: Scene, tmp_path: Path) -> None:
    # Given a picture that the patient sent
    prescription = scene.prescription()
    picture = tmp_path / "photo.png"
    picture.write_bytes(qr_png(factories.code_of(prescription)))
    scene.desk(page)
    # When it is chosen
    page.keyboard.press("Alt+i")
    page.set_input_files("[data-file]", picture)
    # Then it is read at once and the prescription opens
    on_the_counter(page)


def test_the_pdf_opens_the_prescription(page: Page, scene: Scene, tmp_path: Path) -> None:
    # Given the PDF of the ordonnance
    prescription = scene.prescription()
    traits = vault.read(prescription.subject_id, prescription.identity_version)
    document = tmp_path / "ordonnance.pdf"
    document.write_bytes(page_of(prescription, traits))
    scene.desk(page)
    # When it is chosen
    page.keyboard.press("Alt+i")
    page.set_input_files("[data-file]", document)
    # Then the prescription opens
    on_the_counter(page)


def test_the_camera_opens_the_prescription(
    playwright: Playwright, new_page: Callable[..., Page], scene: Scene, tmp_path: Path
) -> None:
    # Given a camera that sees nothing, then the code
    prescription = scene.prescription()
    seen = film(tmp_path / "camera.y4m", qr_png(factories.code_of(prescription)))
    browser = chromium.launch(playwright, camera=seen)
    try:
        page = new_page(on=browser, permissions=["camera"])
        scene.desk(page)
        # When the camera is started from the keyboard
        page.keyboard.press("Alt+c")
        # Then the prescription opens by itself
        on_the_counter(page)
        assert Claim.objects.filter(case__prescription=prescription).count() == 1
    finally:
        browser.close()


def test_a_camera_that_sees_a_wrong_code_stops_and_says_why(
    playwright: Playwright, new_page: Callable[..., Page], scene: Scene, tmp_path: Path
) -> None:
    # Given a camera that sees the INS of the patient
    seen = film(tmp_path / "camera.y4m", qr_png("251033155512345"))
    browser = chromium.launch(playwright, camera=seen)
    try:
        page = new_page(on=browser, permissions=["camera"])
        scene.desk(page)
        page.keyboard.press("Alt+c")
        # Then it is explained
        expect(page.locator("[data-camera-state]")).to_contain_text("l'INS du patient")
    finally:
        browser.close()


def test_a_camera_that_sees_a_foreign_code_offers_to_report_it(
    playwright: Playwright, new_page: Callable[..., Page], scene: Scene, tmp_path: Path
) -> None:
    # Given a camera that sees a code that opens nothing
    seen = film(tmp_path / "camera.y4m", qr_png(code_text(new_number(), new_token())))
    browser = chromium.launch(playwright, camera=seen)
    try:
        page = new_page(on=browser, permissions=["camera"])
        scene.desk(page)
        frames: list[str] = []
        seen_of = reverse("pharmacies:frame")
        page.on(
            "request",
            lambda x: seen_of in x.url and frames.append(x.headers.get("x-live", "")),
        )
        page.keyboard.press("Alt+c")
        # Then the page that stays offers what the field offers, and it was nobody's activity
        page.get_by_role("button", name="Signaler un faux").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Signaler un faux")
        assert frames and set(frames) == {"1"}
    finally:
        browser.close()


def test_claimed_elsewhere_is_told_with_its_moment(page: Page, scene: Scene) -> None:
    # Given a prescription in hand in another pharmacy
    prescription = scene.prescription()
    factories.open_at(factories.a_pharmacist(), prescription)
    # When it is scanned here
    scene.desk(page)
    scan(page, factories.code_of(prescription))
    # Then one is told since when
    expect(
        page.locator("main").get_by_text("prise en charge dans une autre pharmacie. Depuis")
    ).to_be_visible()


def test_the_desk_works_without_script(
    new_page: Callable[..., Page], scene: Scene, tmp_path: Path
) -> None:
    # Given a browser without JavaScript
    page = new_page(java_script_enabled=False)
    page.has_script = False  # type: ignore[attr-defined]
    by_code, by_number, by_file = (scene.prescription() for _time in range(3))
    # When the code is typed
    scene.desk(page)
    scan(page, factories.code_of(by_code))
    page.wait_for_selector("[data-counter]")
    # And the number with the birth date
    scene.desk(page)
    page.locator("summary", has_text="Numéro tapé").click()
    page.fill("#id_number", by_number.number or "")
    page.fill("#id_birth_date", "04031951")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-counter]")
    # And a picture handed over
    picture = tmp_path / "photo.png"
    picture.write_bytes(qr_png(factories.code_of(by_file)))
    scene.desk(page)
    page.locator("summary", has_text="Image ou PDF").click()
    page.set_input_files("[data-file]", picture)
    page.get_by_role("button", name="Lire le fichier").click()
    page.wait_for_selector("[data-counter]")
    # Then all three are open, and no camera is offered
    assert Claim.objects.filter(ended_at=None).count() == 3
    scene.desk(page)
    expect(page.locator("#camera-start")).to_be_hidden()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_desk_has_no_known_fault(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    size = dict(zip(("width", "height"), screen, strict=True))
    page = new_page(viewport=size, permissions=["camera"])
    # The empty desk
    scene.desk(page)
    judge(page)
    # A full one, after a refusal
    factories.open_at(scene.pharmacist, scene.prescription())
    factories.dispense_all(scene.pharmacist, scene.prescription())
    scan(page, "UN CODE DE PASSAGE")
    expect(page.locator("main").get_by_text(NO)).to_be_visible()
    judge(page)
    # The other ways unfolded, with their faults
    page.keyboard.press("Alt+n")
    page.wait_for_selector("#id_number:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_number_error")
    page.keyboard.press("Alt+i")
    judge(page)
    # The camera, looking
    page.keyboard.press("Alt+c")
    expect(page.locator("[data-camera-state]")).to_contain_text("Présentez le code")
    judge(page)
