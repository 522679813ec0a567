"""Nothing typed on the writing page is lost: kept as one types, said in the other window, asked before it is stored."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eprescription.models import Prescription
from eprescription.models import SignedIn as Session
from tests import factories as f
from tests.journeys.people import session_cookie, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(page: Page, live_server: Any, catalogue: None) -> Any:
    """A doctor on the page of a draft with one line."""
    doctor = f.a_prescriber()
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    sign_in(page, live_server, doctor)
    page.goto(f"{live_server.url}/prescripteur/ordonnances/{draft.pk}/ecrire/")
    return doctor, draft


def kept(draft: Prescription, page: Page, posology: str) -> None:
    for _ in range(100):
        if draft.lines.get().posology == posology:
            return
        page.wait_for_timeout(50)
    raise AssertionError(draft.lines.get().posology)


def test_what_is_typed_is_kept_without_pressing_anything(page: Page, draft: Any) -> None:
    """Given a posology typed, when nothing is pressed, then it is there after a reload, in a sentence."""
    page.get_by_label("Posologie").fill("1 cp matin midi soir 14j")
    kept(draft[1], page, "1 comprimé le matin, à midi et le soir")
    expect(page.locator("#live-sheet")).to_contain_text("à midi et le soir")
    page.get_by_label("Ajouter à l'ordonnance").focus()
    expect(page.get_by_label("Posologie")).to_have_value("1 comprimé le matin, à midi et le soir")
    expect(page.get_by_label("Durée")).to_have_value("14 j")
    page.reload()
    expect(page.get_by_label("Posologie")).to_have_value("1 comprimé le matin, à midi et le soir")


def test_two_windows_on_one_draft_are_told_and_the_second_keeps_what_it_typed(
    page: Page, draft: Any
) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("[data-notice]")).to_contain_text("autre fenêtre")
    expect(page.locator("[data-notice]")).to_contain_text("autre fenêtre")
    page.get_by_label("Posologie").fill("1 cp le soir")
    kept(draft[1], page, "1 comprimé le soir")
    other.get_by_label("Posologie").fill("2 cp le matin")
    expect(other.locator("[data-notice]")).to_contain_text("a changé dans une autre fenêtre")
    expect(other.get_by_label("Posologie")).to_have_value("2 cp le matin")
    assert draft[1].lines.get().posology == "1 comprimé le soir"


def test_a_session_that_ends_keeps_what_is_typed_until_one_is_back(
    page: Page, live_server: Any, draft: Any
) -> None:
    """Given the session ended, when one types on, then the page says so and keeps it after signing in again."""
    doctor, prescription = draft
    Session.objects.all().delete()
    page.get_by_label("Posologie").fill("1 cp le midi 10 j")
    expect(page.locator("[data-notice]")).to_contain_text("session a pris fin")
    page.context.add_cookies([session_cookie(live_server, doctor)])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    kept(prescription, page, "1 comprimé à midi")
    expect(page.locator("[data-notice]")).to_be_hidden()


def test_an_abortion_medicine_asks_two_questions_and_going_back_stores_nothing(
    page: Page, draft: Any
) -> None:
    name = f.Medicine.objects.filter(ivg=True, inn="mifépristone")[0].name
    page.get_by_label("Ajouter à l'ordonnance").fill(name.split(",")[0])
    page.wait_for_selector("#hits button")
    page.get_by_label("Ajouter à l'ordonnance").press("Enter")
    expect(page.get_by_role("heading", name="Avant d'écrire ce médicament")).to_be_visible()
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    page.get_by_role("link", name="Ne pas prescrire ce médicament").click()
    expect(page.locator("[data-line]")).to_have_count(1)
    assert draft[1].lines.count() == 1


def test_a_line_taken_away_comes_back(page: Page, draft: Any) -> None:
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator("[data-line]")).to_have_count(0)
    page.get_by_role("button", name="Remettre la ligne").click()
    expect(page.locator("[data-line]")).to_have_count(1)
    assert draft[1].lines.get().posology == "1 comprimé matin et soir"
