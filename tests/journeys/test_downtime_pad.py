"""The portal is down: a sheet of the pad is written by hand, verified, dispensed; then both sides come back and meet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from eprescription.documents.attestation.code import attested_by, signed_in
from eprescription.documents.number import grouped
from eprescription.models import (
    Balance,
    DowntimeSheet,
    Prescription,
    SheetState,
)
from pharmacies.tasks import settle_papers
from tests import factories
from tests.eprescription.documents.pages import attestations_in, picture_of
from tests.journeys.accessibility import check
from tests.journeys.downtime import (
    PORTAL,
    Started,
    enter,
    started,
    without_refused_connections,
    write_and_sign,
)

__all__ = ["started"]
pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
TOLD = "[data-verdict]:not([hidden])"


def test_from_the_printed_pad_to_the_matched_dispensing(
    new_page: Callable[..., Page], started: Started
) -> None:
    doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
    subject_id, _account = factories.a_patient(doctor, account=False)
    web = started(PORTAL)

    # Given a pad that was printed in advance, and a pharmacy whose browser opened the page of codes once
    office = new_page()
    enter(office, web, doctor)
    office.get_by_role("link", name="Carnet de secours").click()
    expect(office.get_by_role("heading", name="Carnet de secours")).to_be_visible()
    check(office)
    form = office.locator("form[action$='/carnet/imprimer/']")
    fields = {
        name: form.locator(f"[name={name}]").input_value()
        for name in ("csrfmiddlewaretoken", "key")
    }
    pdf = office.request.post(
        f"{web.url}/prescripteur/carnet/imprimer/", form={**fields, "count": "2"}
    ).body()
    (code,) = attestations_in(picture_of(pdf, 150))
    sheet = DowntimeSheet.objects.get(number__in=_number_in(code.text))
    DowntimeSheet.objects.update(printed_at=timezone.localtime() - timedelta(days=2))
    counter = new_page()
    counter.goto(f"{web.url}/verifier/")
    counter.wait_for_selector("[data-kept]")

    # When the portal is really stopped, then the pharmacist still knows whose sheet this is
    connections.close_all()
    web.kill()
    counter.reload()
    counter.wait_for_selector("[data-state=kept]:not([hidden])")
    counter.fill("#id_code", code.text)
    counter.press("#id_code", "Enter")
    expect(counter.locator(TOLD)).to_have_attribute("data-verdict", "genuine")
    expect(counter.locator("[data-facts]")).to_contain_text("Feuille de secours")
    expect(counter.locator("[data-facts]")).to_contain_text(grouped(sheet.number))
    without_refused_connections(counter)

    # When it is back, the pharmacist records what he handed over
    web.start()
    yesterday = timezone.localdate() - timedelta(days=1)
    enter(counter, web, pharmacist)
    counter.get_by_role("link", name="Délivrances sur papier").click()
    check(counter)
    counter.get_by_label("Numéro sur le papier").fill(grouped(sheet.number))
    counter.get_by_label("Date de naissance du patient").fill("04/03/1951")
    counter.get_by_label("Délivrée le").fill(f"{yesterday:%d/%m/%Y}")
    counter.get_by_label("À", exact=True).fill("16:30")
    counter.get_by_label("Produit 1 remis").fill(factories.a_medicine().name)
    counter.get_by_label("Quantité").first.fill("1")
    counter.keyboard.press("Control+Enter")
    expect(counter.locator("#main").get_by_text("Elle sera rapprochée quand")).to_be_visible()
    sheet.refresh_from_db()
    assert sheet.state == SheetState.ON_PAPER

    # Then the prescriber is told, and copies the sheet by the same rules
    office.goto(f"{web.url}/prescripteur/")
    expect(office.get_by_text("1 feuille à régulariser").first).to_be_visible()
    office.goto(f"{web.url}/prescripteur/patients/{subject_id}/regulariser/")
    check(office)
    office.get_by_label("Numéro de la feuille").fill(sheet.number)
    office.get_by_role("radio", name="Téléservice indisponible").check()
    office.get_by_label("Écrite le").fill(f"{yesterday:%d/%m/%Y}")
    office.get_by_label("À", exact=True).fill("15:00")
    office.keyboard.press("Control+Enter")
    write_and_sign(office)
    prescription = Prescription.objects.get(number=sheet.number)
    assert timezone.localdate(prescription.signed_at) == yesterday

    # And paper and portal meet by themselves
    settle_papers()
    sheet.refresh_from_db()
    assert sheet.state == SheetState.MATCHED
    assert Balance.objects.get(case__prescription=prescription).dispensed == 1
    counter.goto(f"{web.url}/pharmacie/papiers/")
    expect(counter.get_by_text("Rapprochée", exact=True)).to_be_visible()
    expect(counter.get_by_text("Aucun papier n'attend")).to_be_visible()


def test_what_does_not_agree_stands_with_both_sides_until_somebody_decides(
    new_page: Callable[..., Page], started: Started
) -> None:
    doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
    subject_id, _account = factories.a_patient(doctor, account=False)
    signed = factories.a_signed(doctor, subject_id)
    web = started(PORTAL)
    page = new_page()
    enter(page, web, pharmacist)
    page.goto(f"{web.url}/pharmacie/papiers/")
    page.get_by_label("Numéro sur le papier").fill(signed.number)
    page.get_by_label("Date de naissance du patient").fill("04031951")
    page.get_by_label("Délivrée le").fill(f"{timezone.localdate():%d/%m/%Y}")
    page.get_by_label("À", exact=True).fill("00:01")
    page.get_by_label("Produit 1 remis").fill("DOLIPRANE 1000 mg, comprimé")
    page.get_by_label("Quantité").first.fill("3")
    page.keyboard.press("Control+Enter")

    conflict = page.locator("article")
    expect(conflict).to_contain_text("diffère de ce qui a été prescrit")
    expect(conflict).to_contain_text("3 × DOLIPRANE 1000 mg")
    expect(conflict).to_contain_text("amoxicilline")
    check(page)
    conflict.get_by_role("radio", name="Erreur de saisie").check()
    conflict.get_by_label("Pourquoi").fill("Mauvaise ligne recopiée")
    page.keyboard.press("Enter")
    expect(page.locator("#main").get_by_text("Décision gardée")).to_be_visible()
    expect(page.locator("article")).to_have_count(0)


def _number_in(code: str) -> list[str]:
    signed = signed_in(code)
    what = attested_by(signed.content) if signed else None
    return [what.number] if what else []
