"""A whole delivery by the keyboard alone: from the field of the desk to the confirmation in six groups of keys."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.journeys.counter import HUMAN, Scene, a_scene, left, on_the_counter

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")

GROUPS = 6
THREE = ("AMOXICILLINE VIATRIS 1 g", "AMLODIPINE VIATRIS 5 mg", "DOLIPRANE 1000")


class Keys:
    """Counts as tests/journeys/test_sixty_seconds.py does: a text is one group of keys, so is a key that does something."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.groups = 0

    def types(self, text: str) -> None:
        self.groups += 1
        self.page.keyboard.type(text)

    def presses(self, key: str) -> None:
        self.groups += 1
        self.page.wait_for_timeout(HUMAN)
        self.page.keyboard.press(key)


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return a_scene(live_server)


def test_all_as_prescribed_from_the_desk_to_the_desk(
    page: Page, scene: Scene, record_property: Any
) -> None:
    """Given three medicines, when the code is scanned and Enter pressed, then all is delivered and the desk is next."""
    prescription = scene.prescription(*THREE)
    scene.desk(page)
    keys = Keys(page)
    keys.types(factories.code_of(prescription))
    page.keyboard.press("Enter")  # the scanner's own
    keys.groups += 1
    expect(page.locator("[data-deliver]")).to_be_focused()
    expect(page.locator("[data-deliver]")).to_be_in_viewport()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()  # whose it is
    keys.presses("Enter")
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    assert left(prescription) == [0, 0, 0]
    confirmed = keys.groups
    expect(page.get_by_role("link", name="Retour au comptoir")).to_be_focused()
    keys.presses("Enter")
    expect(page.locator(".desk__field")).to_be_focused()
    record_property("key_groups", confirmed)
    print(
        f"\nall as prescribed: {confirmed} groups of keys to the confirmation, {keys.groups} to the desk"
    )
    assert confirmed <= GROUPS and keys.groups <= GROUPS


def test_keys_lead_to_quantity_product_and_reason_of_the_line_in_hand(
    page: Page, scene: Scene
) -> None:
    prescription = scene.prescription(*THREE)
    scene.counter(page, prescription)
    on_the_counter(page)
    # From the main button: those of the first line
    page.keyboard.press("Alt+q")
    expect(page.locator("[name=l1-quantity]")).to_be_focused()
    page.keyboard.press("Alt+s")
    expect(page.locator("[name=l1-cis]")).to_be_focused()
    # In the second line: its own, and a folded field unfolds
    page.focus("[name=l2-quantity]")
    page.keyboard.press("Alt+r")
    expect(page.locator("[name=l2-refusal]")).to_be_focused()
    page.keyboard.press("Alt+b")
    expect(page.locator("#id_box")).to_be_focused()
    # And the help sheet names them
    page.locator("[data-deliver]").focus()
    page.keyboard.press("?")
    sheet = page.locator("dialog[data-help]")
    for words in (
        "Changer la quantité de la ligne",
        "Choisir le produit",
        "Ne pas délivrer",
        "Lire une boîte",
    ):
        expect(sheet.get_by_text(words)).to_be_visible()
    page.keyboard.press("Escape")
    # When the line where the hand was last is refused by keys alone
    page.keyboard.press("Alt+r")
    expect(page.locator("[name=l2-refusal]")).to_be_focused()
    page.keyboard.type("Rup")
    expect(page.locator("[name=l2-quantity]")).to_have_value("0")
    page.wait_for_timeout(HUMAN)
    page.keyboard.press("Control+Enter")
    expect(page.locator("main").get_by_text("Rupture de stock")).to_be_visible()
    assert left(prescription) == [0, 2, 0]
