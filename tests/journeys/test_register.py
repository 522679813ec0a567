"""The register at the counter: what is dispensed is found by one press, and printed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.journeys.counter import SCREENS, Scene, a_scene, follow, judge, on_the_counter

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return a_scene(live_server)


def test_what_is_dispensed_is_found_and_printed(page: Page, scene: Scene) -> None:
    # Given amoxicillin dispensed at the counter
    scene.counter(page, scene.prescription())
    on_the_counter(page)
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    # When the register is searched for today
    page.get_by_role("link", name="Registre").first.click()
    page.get_by_role("button", name="Aujourd'hui").click()
    # Then its row stands there, and leads to the delivery
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("AMOXICILLINE VIATRIS 1 g")
    expect(row).to_contain_text("2 boîtes")
    expect(page.locator("[name=since]")).not_to_have_value("")
    # And what was looked for is printed, in a window of its own, without a name in its address
    with (
        page.expect_event("popup") as opened,
        page.context.expect_event(
            "response", lambda answer: answer.url.endswith("registre/imprimer/")
        ) as printed,
    ):
        page.get_by_role("button", name="Imprimer").click()
    assert printed.value.headers["content-type"] == "application/pdf"
    opened.value.close()
    row.get_by_role("link", name="1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("MARTEL")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_register_has_no_known_fault(
    new_page: Any, scene: Scene, screen: tuple[int, int]
) -> None:
    size = dict(zip(("width", "height"), screen, strict=True))
    page = new_page(viewport=size)
    factories.dispense_all(scene.pharmacist, scene.prescription())
    scene.desk(page)
    follow(page, page.get_by_role("link", name="Registre").first)
    judge(page)
    follow(page, page.get_by_role("button", name="Ce mois"))
    judge(page)
