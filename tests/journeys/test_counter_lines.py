"""What differs at the counter: a box in the place of another, a narcotic late, a treatment over, two pharmacies, a correction."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from eprescription.catalogue.models import Pack
from eprescription.models import (
    Activity,
    DispensedLine,
    Dispensing,
    Place,
    Prescription,
    Profession,
    Substitution,
)
from tests import factories
from tests.journeys.counter import Scene, a_scene, judge, left, on_the_counter, scan

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")

AMLODIPINE = "AMLODIPINE VIATRIS 5 mg"
CHRONIC = {"posology": "1 gélule le matin", "duration_days": 30, "quantity": 1, "renewals": 2}
MORPHINE = {"posology": "1 gélule matin et soir", "duration_days": 28, "quantity": 4}
SCREENS = [(360, 740), (1366, 768)]


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return a_scene(live_server)


def box_of(medicine: str, serial: str = "S1") -> str:
    """What a scanner types of a box; the end of a part of its code comes as a key with Ctrl, or is lost."""
    pack = Pack.objects.filter(medicine__name__icontains=medicine).order_by("pk")[0]
    return f"010{pack.cip13}17{timezone.localdate().year % 100 + 2}113021{serial}"


def read(page: Page, medicine: str, serial: str = "S1") -> None:
    page.keyboard.type(box_of(medicine, serial))
    page.keyboard.press("Enter")


def said(page: Page, words: str) -> None:
    expect(page.locator("main").get_by_text(words).first).to_be_visible()


def row_of(prescription: Prescription) -> DispensedLine:
    rows = DispensedLine.objects.filter(dispensing__case__prescription=prescription)
    return rows.latest("dispensing__at")


def test_a_box_scanned_anywhere_takes_the_place_of_what_was_prescribed(
    page: Page, scene: Scene
) -> None:
    # Given two boxes prescribed, the focus on the main button
    prescription = scene.prescription(quantity=2)
    scene.counter(page, prescription)
    on_the_counter(page)
    # When a box of its generic group is scanned
    read(page, "CLAMOXYL 1 g")
    # Then its line holds it, and the page says so, also aloud
    expect(page.locator("[name=l1-packs]")).to_have_value("1")
    said(page, "À la place de AMOXICILLINE VIATRIS 1 g")
    expect(page.locator("[data-live]")).to_contain_text("Lu : CLAMOXYL 1 g")
    expect(page.locator("[data-deliver]")).to_contain_text("Délivrer avec les changements")
    # When the hand is in another field, what it holds stays as it was
    page.focus("[name=l1-quantity]")
    read(page, "CLAMOXYL 1 g", "S2")
    expect(page.locator("[name=l1-packs]")).to_have_value("2")
    expect(page.locator("[name=l1-quantity]")).to_have_value("2")
    # And the same box again is no third one
    read(page, "CLAMOXYL 1 g", "S2")
    said(page, "Cette boîte est déjà lue.")
    expect(page.locator("[name=l1-packs]")).to_have_value("2")
    page.wait_for_timeout(600)
    page.keyboard.press("Control+Enter")
    said(page, "Délivré à la place")
    row = row_of(prescription)
    assert (row.substitution, row.packs, row.serial) == (Substitution.GENERIC, 2, "S2")


def test_a_box_that_belongs_to_no_line_changes_nothing(page: Page, scene: Scene) -> None:
    prescription = scene.prescription()
    scene.counter(page, prescription)
    on_the_counter(page)
    read(page, AMLODIPINE)
    said(page, "n'est sur aucune ligne")
    expect(page.locator("[name=l1-quantity]")).to_have_value("2")
    expect(page.locator("[data-deliver]")).to_contain_text("Délivrer tel que prescrit")
    assert left(prescription) == [2]


def test_a_narcotic_on_day_5_gives_the_days_that_are_left(page: Page, scene: Scene) -> None:
    # Given morphine for 28 days, signed five days ago
    then = timezone.localtime() - timedelta(days=5)
    prescription = factories.a_signed(
        scene.doctor, scene.patient, "SKENAN L.P. 10 mg", at=then, **MORPHINE
    )
    scene.counter(page, prescription)
    on_the_counter(page)
    # Then 23 days are due, in capsules, what is lost is said, and who fetches is asked
    expect(page.locator("[name=l1-quantity]")).to_have_value("46")
    said(page, "les jours passés sont perdus (10 gélules)")
    expect(page.locator("[data-count]")).to_have_text("46 gélules")
    expect(page.locator("[name=bearer]")).to_be_visible()
    page.fill("[name=bearer]", "Paul DURAND")
    page.fill("[name=bearer_address]", "3 rue du Port, Toulouse")
    page.check("[name=identity_checked]")
    page.locator("[data-deliver]").click()
    said(page, "La délivrance est enregistrée.")
    assert (row_of(prescription).quantity, row_of(prescription).lost) == (46, 10)


def test_an_expired_chronic_treatment_goes_on_for_a_month(page: Page, scene: Scene) -> None:
    # Given three months wholly delivered and used up
    then = timezone.localtime() - timedelta(days=95)
    prescription = factories.a_signed(scene.doctor, scene.patient, AMLODIPINE, at=then, **CHRONIC)
    for month in range(3):
        factories.dispense_all(scene.pharmacist, prescription, then + timedelta(days=30 * month))
    scene.counter(page, prescription)
    on_the_counter(page)
    # Then the page says that it is over and proposes nothing by itself
    said(page, "Ordonnance arrivée à son terme")
    expect(page.locator("[name=l1-exceptional]")).not_to_be_checked()
    expect(page.locator("[data-count]")).to_have_text("0 boîte")
    page.get_by_role("button", name="Délivrer à titre exceptionnel").click()
    said(page, "Cochez ce que vous délivrez à titre exceptionnel.")
    # When it is expressly said
    page.check("[name=l1-exceptional]")
    expect(page.locator("[data-count]")).to_have_text("1 boîte")
    page.get_by_role("button", name="Délivrer à titre exceptionnel").click()
    said(page, "Traitement chronique, à titre exceptionnel")
    assert row_of(prescription).exceptional == "chronic"


def test_a_part_in_one_pharmacy_and_the_rest_in_another(
    page: Page, new_page: Callable[..., Page], scene: Scene
) -> None:
    # Given three boxes, of which pharmacy A has one
    prescription = scene.prescription(quantity=3)
    scene.counter(page, prescription)
    on_the_counter(page)
    page.fill("[name=l1-quantity]", "1")
    page.press("[name=l1-quantity]", "Enter")
    said(page, "Il reste 2 boîtes à délivrer")
    # When the code is presented in pharmacy B
    place = factories.a_place(name="Pharmacie du Port")
    other = dataclasses.replace(scene, pharmacist=factories.a_pharmacist(place=place))
    there = new_page()
    other.counter(there, prescription)
    on_the_counter(there)
    # Then the rest is due there
    expect(there.locator("[name=l1-quantity]")).to_have_value("2")
    there.keyboard.press("Enter")
    said(there, "Tout est délivré")
    assert left(prescription) == [0]
    codes = Dispensing.objects.order_by("at").values_list("completeness", flat=True)
    assert list(codes) == ["FFP", "RFC"]


def test_a_delivery_is_corrected_and_both_versions_are_shown(page: Page, scene: Scene) -> None:
    prescription = scene.prescription(renewals=1)
    scene.counter(page, prescription)
    on_the_counter(page)
    page.keyboard.press("Enter")
    said(page, "La délivrance est enregistrée.")
    page.get_by_role("link", name="Corriger").click()
    page.fill("[name=l1-quantity]", "1")
    page.get_by_role("button", name="Enregistrer la correction").click()
    expect(page.locator("[name=correction_reason]")).to_be_focused()
    page.fill("[name=correction_reason]", "Une boîte comptée en trop")
    page.get_by_role("button", name="Enregistrer la correction").click()
    said(page, "La correction est enregistrée.")
    expect(page.get_by_role("heading", name="Version corrigée")).to_be_visible()
    said(page, "Une boîte comptée en trop")
    assert left(prescription) == [3]


def test_a_preparer_prepares_and_a_pharmacist_validates(
    page: Page, new_page: Callable[..., Page], scene: Scene
) -> None:
    # Given a préparateur of the same pharmacy
    place = Place.objects.get(pk=scene.pharmacist.place_id)
    preparer = factories.a_pharmacist(place=place)
    Activity.objects.filter(pk=preparer.activity_id).update(
        profession=Profession.PREPARER, title="M.", surname="Petit", first_name="Luc"
    )
    prescription = scene.prescription()
    shelf = new_page()
    dataclasses.replace(scene, pharmacist=preparer).counter(shelf, prescription)
    on_the_counter(shelf)
    shelf.fill("[name=l1-quantity]", "1")
    shelf.get_by_role("button", name="Préparer pour validation").click()
    said(shelf, "un pharmacien la valide")
    assert left(prescription) == [2]
    # When a pharmacist opens it
    scene.desk(page)
    scan(page, factories.code_of(prescription))
    on_the_counter(page)
    said(page, "Préparée par M. Luc Petit")
    expect(page.locator("[name=l1-quantity]")).to_have_value("1")
    page.get_by_role("button", name="Valider et délivrer").click()
    said(page, "Préparé par M. Luc Petit")
    assert left(prescription) == [1]


def test_a_box_and_a_product_are_found_without_script(
    new_page: Callable[..., Page], scene: Scene
) -> None:
    page = new_page(java_script_enabled=False)
    page.has_script = False  # type: ignore[attr-defined]
    prescription = scene.prescription()
    scene.counter(page, prescription)
    page.fill("#id_box", box_of("CLAMOXYL 1 g"))
    page.press("#id_box", "Enter")
    said(page, "Lu : CLAMOXYL 1 g")
    page.locator("[data-line] summary").first.click()
    page.fill("[name=l1-search]", "clamoxyl")
    page.press("[name=l1-search]", "Enter")
    page.get_by_role("button", name="CLAMOXYL 500 mg").click()
    expect(page.locator("[name=l1-cis]")).to_have_value(factories.a_medicine("CLAMOXYL 500 mg").cis)
    assert left(prescription) == [2]


@pytest.mark.parametrize("screen", SCREENS)
def test_what_differs_has_no_known_fault(
    new_page: Callable[..., Page], scene: Scene, screen: tuple[int, int]
) -> None:
    page = new_page(viewport=dict(zip(("width", "height"), screen, strict=True)))
    then = timezone.localtime() - timedelta(days=95)
    over = factories.a_signed(scene.doctor, scene.patient, AMLODIPINE, at=then, **CHRONIC)
    for month in range(3):
        factories.dispense_all(scene.pharmacist, over, then + timedelta(days=30 * month))
    both = scene.prescription("AMOXICILLINE VIATRIS 1 g", "SKENAN L.P. 10 mg", **MORPHINE)
    for prescription in (over, both):
        scene.counter(page, prescription)
        on_the_counter(page)
        judge(page)
    # With a box, and products found
    read(page, "CLAMOXYL 1 g")
    said(page, "Lu : CLAMOXYL 1 g")
    page.locator("[data-line] summary").first.click()
    page.fill("[name=l1-search]", "amoxicilline")
    page.press("[name=l1-search]", "Enter")
    expect(page.locator(".counter-line__found button").first).to_be_focused()
    judge(page)
    # A correction, and its two versions
    page.goto(
        f"{scene.live_server.url}/pharmacie/delivrances/{Dispensing.objects.latest('at').pk}/"
    )
    judge(page)
