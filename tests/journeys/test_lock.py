"""The post that locks, and the change of person: what was typed stays, and each acts under his own name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from eprescription.actor import Actor
from eprescription.models import Activity, Dispensing, Place
from pharmacies import people
from pharmacies.locking import COOKIE
from tests import factories
from tests.journeys.counter import Scene, a_scene, judge, on_the_counter

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
CODE, OTHER_CODE = "470913", "815302"
SCREENS = [(360, 740), (768, 1024), (1366, 768), (1440, 900)]


@pytest.fixture
def scene(live_server: Any) -> Scene:
    scene = a_scene(live_server)
    people.set_code(code=CODE, by=scene.pharmacist, at=timezone.now())
    return scene


def a_colleague(page: Page, scene: Scene) -> Actor:
    """Somebody who signed in fully on this browser today as well."""
    place = Place.objects.get(pk=scene.pharmacist.place_id)
    colleague = factories.a_pharmacist(place=place)
    Activity.objects.filter(pk=colleague.activity_id).update(first_name="Marc", surname="Aubin")
    people.set_code(code=OTHER_CODE, by=colleague, at=timezone.now())
    cookies = {c["name"]: c["value"] for c in page.context.cookies()}
    people.take_seat(post=cookies[COOKIE], by=colleague, since=timezone.now())
    return colleague


def lock_of(page: Page) -> Any:
    return page.locator("dialog[data-lock]")


def half_filled(page: Page, scene: Scene) -> Any:
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    page.locator("[name=l1-quantity]").fill("1")
    return prescription


def prove(page: Page, code: str) -> None:
    page.locator("dialog [name=proof]").fill(code)
    page.keyboard.press("Enter")


def test_an_idle_post_locks_and_keeps_a_half_filled_page(
    page: Page, scene: Scene, settings: Any
) -> None:
    # Given a quantity that was changed, and somebody who goes away
    settings.COUNTER_IDLE = timedelta(seconds=3)
    prescription = half_filled(page, scene)
    expect(lock_of(page).get_by_role("heading", name="Poste verrouillé")).to_be_visible(
        timeout=8_000
    )
    settings.COUNTER_IDLE = timedelta(minutes=5)
    expect(page.locator("dialog [name=proof]")).to_be_focused()
    # When a passer-by tries keys, and a wrong code
    for key in ("Escape", "Escape", "Control+Enter"):
        page.keyboard.press(key)
    expect(lock_of(page)).to_be_visible()
    prove(page, "000001")
    expect(lock_of(page).get_by_text("Essais restants : 4.")).to_be_visible()
    assert not Dispensing.objects.exists()
    # When she is back
    page.evaluate("document.querySelector('dialog[data-lock]').dataset.idle = 300")
    prove(page, CODE)
    # Then nothing is lost, and the page goes on
    expect(lock_of(page)).to_be_hidden()
    expect(page.locator("[name=l1-quantity]")).to_have_value("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    assert Dispensing.objects.get(case__prescription=prescription).lines.get().quantity == 1


def test_a_colleague_takes_over_with_alt_u_and_acts_under_his_name(
    page: Page, scene: Scene
) -> None:
    half_filled(page, scene)
    colleague = a_colleague(page, scene)
    # When he presses Alt+U, says who he is and types his code
    page.keyboard.press("Alt+u")
    page.get_by_label("Mme Marc Aubin").check()
    prove(page, OTHER_CODE)
    # Then the page is as it was, under his name
    expect(lock_of(page)).to_be_hidden()
    expect(page.locator(".site-header__place")).to_contain_text("Marc Aubin")
    expect(page.locator("[name=l1-quantity]")).to_have_value("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    assert Dispensing.objects.get().by_id == colleague.activity_id


def test_one_tab_that_locks_locks_them_all(page: Page, scene: Scene) -> None:
    scene.desk(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".desk__field")).to_be_focused()
    other.keyboard.press("Alt+u")
    expect(lock_of(page)).to_be_visible()
    expect(lock_of(page).locator("[name=proof]")).to_be_visible()
    prove(other, CODE)
    expect(lock_of(other)).to_be_hidden()
    expect(lock_of(page)).to_be_hidden()
    # And the forms of the first tab still go through
    page.locator(".desk__field").fill("rien")
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_text("n'ouvre aucune ordonnance")).to_be_visible()


def test_without_script_the_lock_is_a_page_and_sends_what_came_too_late(
    new_page: Callable[..., Page], scene: Scene, settings: Any
) -> None:
    page = new_page(java_script_enabled=False)
    page.has_script = False  # type: ignore[attr-defined]
    prescription = scene.prescription()
    scene.counter(page, prescription)
    page.locator("[name=l1-quantity]").fill("1")
    # When the post has locked meanwhile
    settings.COUNTER_IDLE = timedelta(minutes=-2)
    page.get_by_role("button", name="Délivrer avec les changements").click()
    settings.COUNTER_IDLE = timedelta(minutes=5)
    expect(page.get_by_role("heading", name="Poste verrouillé")).to_be_visible()
    assert not Dispensing.objects.exists()
    page.locator("[name=proof]").fill(CODE)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.locator("main").get_by_text("La délivrance est enregistrée.")).to_be_visible()
    assert Dispensing.objects.get().lines.get().quantity == 1


def test_a_code_is_chosen_on_the_page_of_the_team(page: Page, scene: Scene) -> None:
    scene.desk(page)
    page.get_by_text("Compte", exact=True).click()
    page.get_by_role("banner").get_by_role("link", name="Équipe et code personnel").click()
    expect(page.locator("main").get_by_text("Mme Inès Roy")).to_be_visible()
    page.get_by_label("Nouveau code personnel").fill("123456")
    page.get_by_label("Le même code, encore une fois").fill("123456")
    page.get_by_role("button", name="Enregistrer ce code").click()
    expect(page.locator("main").get_by_text("Ce code se devine").first).to_be_visible()
    page.get_by_label("Nouveau code personnel").fill(OTHER_CODE)
    page.get_by_label("Le même code, encore une fois").fill(OTHER_CODE)
    page.get_by_role("button", name="Enregistrer ce code").click()
    expect(page.locator("main").get_by_text("est enregistré")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_lock_and_the_team_have_no_known_fault(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    scene.desk(page)
    a_colleague(page, scene)
    page.goto(f"{scene.live_server.url}/pharmacie/equipe/")
    judge(page)
    page.keyboard.press("Alt+u")
    expect(page.locator("dialog [name=proof]")).to_be_visible()
    judge(page)
    # The same as a page of its own
    page.reload()
    expect(page.get_by_role("heading", name="Poste verrouillé")).to_be_visible()
    judge(page)
