"""The pharmacist asks, the doctor answers in one click, the pharmacist goes on: two people, two browsers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from eprescription.models import Line
from tests import factories
from tests.journeys.counter import SCREENS, Scene, a_scene, follow, judge, left, on_the_counter
from tests.journeys.people import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return a_scene(live_server)


def asks(page: Page) -> Page:
    """From the line at the counter, in a window of its own: nothing typed there is lost."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Demander au prescripteur").first.click()
    window = opened.value
    window.wait_for_load_state()
    return window


def send(window: Page, **typed: str) -> None:
    window.select_option("[name=problem]", "4")
    window.select_option("[name=intervention]", "7")
    for name, text in typed.items():
        window.fill(f"[name={name}]", text)
    window.keyboard.press("Control+Enter")
    expect(window.locator("main").get_by_text("La question est envoyée")).to_be_visible()


def doctor_at_home(new_page: Callable[..., Page], scene: Scene) -> Page:
    page = new_page()
    sign_in(page, scene.live_server, scene.doctor)
    page.get_by_role("link", name="Jeanne MARTEL").first.click()
    expect(page.get_by_role("heading", name="La pharmacie propose")).to_be_visible()
    return page


def test_she_asks_he_accepts_in_one_click_she_dispenses_the_new_version(
    new_page: Callable[..., Page], scene: Scene
) -> None:
    # Given two boxes prescribed, open at the counter, with a quantity already typed
    prescription = scene.prescription()
    counter = new_page()
    scene.counter(counter, prescription)
    on_the_counter(counter)
    counter.fill("[name=l1-quantity]", "1")
    # When the pharmacist asks for one tablet in the evening and one box
    window = asks(counter)
    send(window, posology="1 cp le soir", quantity="1", message="Insuffisance rénale")
    expect(window.locator("main").get_by_text("1 comprimé le soir")).to_be_visible()
    window.close()
    expect(counter.locator("[name=l1-quantity]")).to_have_value("1")
    # And the doctor, from her home, reads both versions and presses one button
    doctor = doctor_at_home(new_page, scene)
    expect(doctor.locator("main").get_by_text("Insuffisance rénale")).to_be_visible()
    expect(doctor.get_by_role("button", name="Accepter et signer")).to_be_focused()
    doctor.keyboard.press("Enter")
    expect(doctor.locator("main").get_by_text("Accord enregistré")).to_be_visible()
    # Then the page that the pharmacist had open dispenses nothing before it is read over
    counter.locator("[data-deliver]").click()
    expect(counter.locator("main").get_by_text("modifiée depuis que cette page")).to_be_visible()
    assert left(prescription)[-1] == 1
    # And the new version is dispensed
    counter.goto(f"{scene.live_server.url}/pharmacie/ordonnances/{prescription.pk}/")
    expect(counter.locator("main").get_by_text("(version 2)").first).to_be_visible()
    on_the_counter(counter)
    counter.keyboard.press("Enter")
    expect(counter.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    new = Line.objects.get(prescription=prescription)
    assert (new.posology, new.balance.dispensed, new.balance.remaining) == (
        "1 comprimé le soir",
        1,
        0,
    )


def test_he_refuses_and_the_line_stays(new_page: Callable[..., Page], scene: Scene) -> None:
    prescription = scene.prescription()
    counter = new_page()
    scene.counter(counter, prescription)
    on_the_counter(counter)
    window = asks(counter)
    send(window, quantity="1")
    # When the doctor refuses with a word
    doctor = doctor_at_home(new_page, scene)
    doctor.fill("[name=answer]", "Je maintiens, merci")
    doctor.get_by_role("button", name="Refuser").click()
    expect(doctor.locator("main").get_by_text("Refus enregistré")).to_be_visible()
    # Then the pharmacist reads it, and the line is as it was
    window.reload()
    expect(window.locator("main").get_by_text("Je maintiens, merci")).to_be_visible()
    window.get_by_role("link", name="Revenir à la délivrance").click()
    on_the_counter(window)
    expect(window.locator("[name=l1-quantity]")).to_have_value("2")


def test_he_asks_to_be_called(new_page: Callable[..., Page], scene: Scene) -> None:
    prescription = scene.prescription()
    counter = new_page()
    scene.counter(counter, prescription)
    on_the_counter(counter)
    window = asks(counter)
    send(window, message="Dose inhabituelle : est-ce voulu ?")
    doctor = doctor_at_home(new_page, scene)
    doctor.get_by_role("button", name="Appelez-moi").click()
    expect(doctor.locator("main").get_by_text("La pharmacie va vous appeler.")).to_be_visible()
    # Then the number of the practice stands at the counter
    window.reload()
    expect(window.locator("main").get_by_text("+33561000000")).to_be_visible()
    counter.reload()
    expect(counter.get_by_role("link", name="+33561000000")).to_be_visible()


def test_another_product_is_found_without_script(
    new_page: Callable[..., Page], scene: Scene
) -> None:
    page = new_page(java_script_enabled=False)
    page.has_script = False  # type: ignore[attr-defined]
    prescription = scene.prescription()
    scene.counter(page, prescription)
    window = asks(page)
    window.select_option("[name=problem]", "1")
    window.select_option("[name=intervention]", "3")
    # When a name is typed and Enter pressed, products are shown; one is chosen and sent
    window.fill("[name=search]", "doliprane 1000")
    window.press("[name=search]", "Enter")
    window.get_by_role("radio", name="DOLIPRANE 1000").first.check()
    window.get_by_role("button", name="Envoyer la question").click()
    expect(window.locator("main").get_by_text("La question est envoyée")).to_be_visible()
    expect(window.locator("ins").get_by_text("DOLIPRANE 1000")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_of_a_question_have_no_known_fault(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    judge(page)
    window = asks(page)
    window.set_viewport_size(dict(zip(("width", "height"), screen, strict=True)))  # type: ignore[arg-type]
    judge(window)
    # With what is wrong, and with what was found
    follow(window, window.get_by_role("button", name="Envoyer la question"))
    judge(window)
    follow(window, window.get_by_role("button", name="Chercher"))
    judge(window)
    send(window, posology="1 cp le soir", quantity="1", message="Insuffisance rénale")
    judge(window)
    # The doctor's side
    doctor = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    sign_in(doctor, scene.live_server, scene.doctor)
    judge(doctor)
    follow(doctor, doctor.get_by_role("link", name="Jeanne MARTEL").first)
    judge(doctor)
    follow(doctor, doctor.get_by_role("button", name="Accepter et signer"))
    doctor.goto(f"{scene.live_server.url}/prescripteur/ordonnances/{prescription.pk}/")
    judge(doctor)
    page.reload()
    judge(page)
    patient = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    sign_in(patient, scene.live_server, factories.a_patient_actor(scene.patient))
    page_of_patient = reverse("patients:prescription", args=[prescription.pk])
    patient.goto(scene.live_server.url + page_of_patient)
    expect(patient.locator("main").get_by_text("(version 2)").first).to_be_visible()
    judge(patient)
