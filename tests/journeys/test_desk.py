"""The desk of the day, and a forgery that warns the next pharmacy, in the browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from eprescription.documents.code import code_text, new_token
from eprescription.documents.number import new_number
from pharmacies.decisions import Decision
from tests import factories
from tests.journeys.counter import Scene, a_scene, follow, judge, on_the_counter, scan
from tests.journeys.people import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
SCREENS = [(360, 740), (768, 1024), (1366, 768), (1440, 900)]


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return a_scene(live_server)


def elsewhere(new_page: Callable[..., Page], scene: Scene) -> Page:
    """The desk of another pharmacy."""
    page = new_page()
    sign_in(page, scene.live_server, factories.a_pharmacist())
    page.wait_for_selector(".desk__field:focus")
    return page


def a_busy_day(scene: Scene) -> None:
    """Something in hand, something owed, something that ends soon, something done."""
    at = timezone.now()
    factories.open_at(scene.pharmacist, scene.prescription("DOLIPRANE 1000"))
    owing = scene.prescription()
    factories.open_at(scene.pharmacist, owing)
    line = owing.lines.get()
    one = Decision(line_id=line.pk, quantity=1, cis=line.cis, owed=1, refusal="shortage")
    factories.dispense(scene.pharmacist, owing, [one])
    renewable = scene.prescription(at=at - timedelta(days=9), renewals=2)
    factories.dispense_all(scene.pharmacist, renewable, at - timedelta(days=8))


def test_a_forgery_reported_from_the_page_warns_the_next_pharmacy(
    page: Page, new_page: Callable[..., Page], scene: Scene
) -> None:
    # Given a paper that a pharmacist holds for forged
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    expect(page.locator("main").get_by_text("Authentique, non révoquée")).to_be_visible()
    follow(page, page.get_by_role("link", name="Signaler un faux"))
    judge(page)
    page.get_by_role("button", name="Signaler un faux").click()
    expect(page.locator("main").get_by_text("Le signalement est enregistré.")).to_be_visible()
    page.get_by_role("button", name="Libérer").click()
    # When it is presented in another pharmacy
    other = elsewhere(new_page, scene)
    scan(other, factories.code_of(prescription))
    # Then it is told what was reported and what to do
    expect(other.get_by_text("Une pharmacie a signalé cette ordonnance")).to_be_visible()
    expect(other.get_by_text("Appelez le prescripteur avant de délivrer")).to_be_visible()
    judge(other)


def test_a_code_that_opens_nothing_is_reported_from_the_desk(
    page: Page, new_page: Callable[..., Page], scene: Scene
) -> None:
    code = code_text(new_number(), new_token())
    scene.desk(page)
    scan(page, code)
    page.get_by_role("button", name="Signaler un faux").click()
    page.get_by_role("button", name="Signaler un faux").click()
    expect(page.locator("main").get_by_text("La prochaine pharmacie sera avertie.")).to_be_visible()
    other = elsewhere(new_page, scene)
    scan(other, code)
    expect(other.get_by_text("Une pharmacie l'a signalé comme faux")).to_be_visible()


def test_who_holds_it_is_told_when_it_is_presented_elsewhere(
    page: Page, new_page: Callable[..., Page], scene: Scene
) -> None:
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    other = elsewhere(new_page, scene)
    scan(other, factories.code_of(prescription))
    expect(other.locator("main").get_by_text("dans une autre pharmacie")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Ce code vient d'être présenté dans une autre")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS[:1] + SCREENS[2:3])
def test_the_receipt_is_read_and_verified_by_anybody(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    size = dict(zip(("width", "height"), screen, strict=True))
    page = new_page(viewport=size)
    scene.counter(page, scene.prescription())
    on_the_counter(page)
    follow(page, page.get_by_role("link", name="Reçu", exact=True))
    judge(page)
    receipt = page.locator("pre").inner_text()
    visitor = new_page(viewport=size)
    visitor.goto(f"{scene.live_server.url}/pharmacie/recus/verifier/")
    visitor.locator("textarea").fill(receipt)
    visitor.get_by_role("button", name="Vérifier").click()
    expect(visitor.get_by_text("Ce reçu est authentique")).to_be_visible()
    judge(visitor)


@pytest.mark.parametrize("screen", SCREENS)
def test_the_desk_of_a_busy_day_has_no_known_fault(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    scene.desk(page)
    judge(page)
    a_busy_day(scene)
    page.reload()
    expect(page.locator("#dues .count")).to_have_text("1")
    expect(page.locator("#a-renouveler .count")).to_have_text("1")
    judge(page)
