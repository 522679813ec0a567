"""The pharmacist dispenses: as prescribed in one press, or with what she changes, and knows what is left."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eprescription.catalogue import search
from eprescription.models import CaseState, DispensedLine, Dispensing, DispensingCase, Prescription
from tests import factories
from tests.journeys.counter import SCREENS, Scene, a_scene, judge, left, on_the_counter

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
BOTH = ("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return a_scene(live_server)


def unfold(page: Page, position: int) -> None:
    page.locator("[data-line]").nth(position - 1).locator("summary").first.click()


def deliver(page: Page) -> None:
    page.locator("[data-deliver]").click()


def given(prescription: Prescription) -> DispensedLine:
    return DispensedLine.objects.get(dispensing__case__prescription=prescription)


def test_all_as_prescribed_by_keyboard_alone(page: Page, scene: Scene) -> None:
    # Given a prescription of two medicines, scanned
    prescription = scene.prescription(*BOTH)
    scene.counter(page, prescription)
    on_the_counter(page)
    # When Enter is pressed: the focus is on the main action
    expect(page.locator("[data-deliver]")).to_be_focused()
    page.keyboard.press("Enter")
    # Then all is delivered and said
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    expect(page.locator("main").get_by_text("Tout est délivré")).to_be_visible()
    assert left(prescription) == [0, 0]
    # And Enter leads back to the desk, ready for the next patient
    expect(page.get_by_role("link", name="Retour au comptoir")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".desk__field")).to_be_focused()


def test_ctrl_enter_delivers_from_anywhere(page: Page, scene: Scene) -> None:
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    page.focus("[name=l1-quantity]")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()


@pytest.mark.parametrize("focus", ["[data-deliver]", "[name=l1-quantity]", "[name=l1-note]"])
def test_a_scanner_that_reads_twice_dispenses_nothing(page: Page, scene: Scene, focus: str) -> None:
    # Given a prescription open at the counter, the focus on the main action or in a field
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    unfold(page, 1)
    page.focus(focus)
    # When the scanner types the code once more and presses Enter
    page.keyboard.type(factories.code_of(prescription))
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    # Then nothing was delivered
    assert left(prescription) == [2]


def test_a_double_click_has_one_effect(page: Page, scene: Scene) -> None:
    prescription = scene.prescription(quantity=2, renewals=3)
    scene.counter(page, prescription)
    on_the_counter(page)
    page.locator("[data-deliver]").dblclick()
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    assert Dispensing.objects.count() == 1
    assert left(prescription) == [6]


def test_a_part_is_delivered_and_the_rest_stays_due(page: Page, scene: Scene) -> None:
    # Given two boxes prescribed
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    # When one is delivered; the button says that something changed, and Enter in the field sends it
    page.fill("[name=l1-quantity]", "1")
    expect(page.locator("[data-deliver]")).to_contain_text("Délivrer avec les changements")
    page.press("[name=l1-quantity]", "Enter")
    # Then one is left, until when is said, and any pharmacy may deliver it
    expect(page.locator("main").get_by_text("Il reste 1 boîte à délivrer")).to_be_visible()
    expect(
        page.locator("main").get_by_text("Dans la pharmacie de son choix, jusqu'au")
    ).to_be_visible()
    assert DispensingCase.objects.get().state == CaseState.PARTLY


def test_a_generic_is_given_instead(page: Page, scene: Scene) -> None:
    prescription = scene.prescription()
    other = search.substitutes(prescription.lines.get().cis)[0]
    scene.counter(page, prescription)
    on_the_counter(page)
    # When another product of the generic group is chosen
    unfold(page, 1)
    page.select_option("[name=l1-cis]", other.cis)
    deliver(page)
    # Then the slip names it
    expect(page.locator("main").get_by_text("Délivré à la place")).to_be_visible()
    assert given(prescription).cis == other.cis


def test_a_changed_posology_needs_the_agreement(page: Page, scene: Scene) -> None:
    # Given a posology that the pharmacist changes
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    unfold(page, 1)
    page.fill("[name=l1-posology]", "1 comprimé le soir")
    # When nobody agreed to it
    deliver(page)
    # Then the law says so at the field, where the focus is, with its article; nothing typed is lost
    expect(page.locator("[name=l1-agreed_how]")).to_be_focused()
    expect(page.locator("#id_l1-agreed_how_error a")).to_have_text("CSP L. 5125-23 I")
    expect(page.locator("[name=l1-posology]")).to_have_value("1 comprimé le soir")
    assert left(prescription) == [2]
    # When the agreement is noted
    expect(page.locator("[name=l1-agreement]")).to_have_value("Dr Claire Lemoine")
    page.select_option("[name=l1-agreed_how]", "phone")
    deliver(page)
    # Then it is delivered
    expect(page.locator("main").get_by_text("Dr Claire Lemoine, Par téléphone")).to_be_visible()
    assert given(prescription).posology == "1 comprimé le soir"


def test_a_line_is_not_dispensed_for_a_reason(page: Page, scene: Scene) -> None:
    prescription = scene.prescription(*BOTH)
    scene.counter(page, prescription)
    on_the_counter(page)
    unfold(page, 2)
    page.select_option("[name=l2-refusal]", "shortage")
    expect(page.locator("[name=l2-quantity]")).to_have_value("0")
    deliver(page)
    expect(page.locator("main").get_by_text("Rupture de stock")).to_be_visible()
    assert left(prescription) == [0, 2]


def test_released_it_is_free_for_others(page: Page, scene: Scene) -> None:
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    page.get_by_role("button", name="Libérer").click()
    expect(page.locator("main").get_by_text("L'ordonnance est libérée")).to_be_visible()
    expect(page.locator(".desk__field")).to_be_focused()
    assert DispensingCase.objects.get().state == CaseState.WAITING


def test_it_is_resumed_from_the_desk(page: Page, scene: Scene) -> None:
    prescription = scene.prescription()
    factories.open_at(scene.pharmacist, prescription)
    scene.desk(page)
    page.get_by_role("link", name="Jeanne MARTEL").click()
    on_the_counter(page)


def test_dispensing_works_without_script(new_page: Callable[..., Page], scene: Scene) -> None:
    # Given a browser without JavaScript
    page = new_page(java_script_enabled=False)
    page.has_script = False  # type: ignore[attr-defined]
    part, whole = scene.prescription(), scene.prescription()
    # When a quantity is changed and Enter pressed
    scene.counter(page, part)
    page.fill("[name=l1-quantity]", "1")
    page.press("[name=l1-quantity]", "Enter")
    # Then the page asks, rather than drop the change
    expect(page.locator("main").get_by_text("Vous avez changé des lignes")).to_be_visible()
    page.get_by_role("button", name="Délivrer avec les changements").click()
    expect(page.locator("main").get_by_text("Il reste 1 boîte à délivrer")).to_be_visible()
    # When all is as prescribed
    scene.counter(page, whole)
    page.get_by_role("button", name="Délivrer tel que prescrit").click()
    # Then one press is enough
    expect(page.locator("main").get_by_text("Tout est délivré")).to_be_visible()
    assert (left(part), left(whole)) == ([1], [0])


@pytest.mark.parametrize("screen", SCREENS)
def test_the_counter_has_no_known_fault(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    prescription = scene.prescription(*BOTH, renewals=1, non_substitutable="")
    scene.counter(page, prescription)
    on_the_counter(page)
    judge(page)
    # With what the law found
    unfold(page, 1)
    unfold(page, 2)
    page.fill("[name=l1-posology]", "autrement")
    page.fill("[name=l2-quantity]", "9")
    deliver(page)
    expect(page.locator("main").get_by_text("3 points à corriger")).to_be_visible()
    judge(page)
    # The slip
    page.select_option("[name=l1-agreed_how]", "phone")
    page.fill("[name=l2-quantity]", "1")
    deliver(page)
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    judge(page)
    # Afterwards, and the list
    page.goto(f"{scene.live_server.url}/pharmacie/ordonnances/{prescription.pk}/")
    judge(page)
    page.goto(f"{scene.live_server.url}/pharmacie/delivrances/")
    judge(page)
