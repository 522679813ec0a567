"""A relative fetches the boxes: the patient makes a code, it opens at the counter, he takes it back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eprescription.documents import codes
from eprescription.models import AccessCode, Opening
from tests import factories
from tests.journeys.counter import follow, judge, on_the_counter, scan
from tests.journeys.people import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
COLLECT = AccessCode.Kind.COLLECT


@pytest.mark.parametrize("screen", [(360, 740), (1366, 768)])
def test_a_relative_fetches_the_boxes_with_a_code_that_names_nothing(
    new_page: Callable[..., Page], live_server: Any, screen: tuple[int, int]
) -> None:
    # Given a patient with a prescription
    doctor = factories.a_prescriber()
    subject, patient = factories.a_patient(doctor)
    prescription = factories.a_signed(doctor, subject)
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    sign_in(page, live_server, patient)
    page.goto(f"{live_server.url}/espace/ordonnances/{prescription.pk}/")
    # When she makes a code for somebody else
    follow(page, page.get_by_role("link", name="Quelqu'un d'autre va chercher mes médicaments"))
    judge(page)
    page.get_by_role("button", name="Faire un code de retrait").click()
    # Then it is shown, and the page names no medicine, no prescriber
    expect(page.get_by_role("img", name="Code à scanner")).to_be_visible()
    said = page.content().lower()
    assert prescription.prescriber
    assert "amoxicilline" not in said and prescription.prescriber["name"].lower() not in said
    judge(page)
    # When the relative shows it in a pharmacy
    text = codes.text_of(prescription, kind=COLLECT)
    assert text
    counter = new_page()
    sign_in(counter, live_server, factories.a_pharmacist())
    counter.wait_for_selector(".desk__field:focus")
    scan(counter, text)
    # Then the prescription opens there, as fetched by a relative
    on_the_counter(counter)
    assert Opening.objects.get().way == Opening.Way.COLLECT
    # When the patient takes it back
    page.get_by_role("button", name="Annuler ce code").click()
    # Then it opens nothing more, and her own still does
    expect(
        page.locator("#main").get_by_text("Le code de retrait n'ouvre plus rien")
    ).to_be_visible()
    assert codes.text_of(prescription, kind=COLLECT) is None
    assert factories.code_of(prescription)
