"""Scenario 15: on the 18th birthday the parent's access ends, the opposition stays, and the adult is invited to decide."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from eprescription.models import Reach
from eprescription.permissions import can, check_read_execution
from eprescription.representing import majority
from patients.actions import oppose
from tests import factories as f
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 740}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def test_15_turning_eighteen(
    new_page: Any, live_server: Any, catalogue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the eve of a birthday, a parent who opposed, with the child's space open
    tomorrow = timezone.localdate() + timedelta(days=1)
    born = (tomorrow - timedelta(days=1)).replace(year=tomorrow.year - 18) + timedelta(days=1)
    doctor = f.a_prescriber()
    child, girl = f.a_patient(doctor, f.traits("PETIT", born, first_names="LEA"))
    adult = f.traits("GRAND", born.replace(year=1980, month=5, day=6), first_names="ANNE")
    parent = f.a_patient(f.a_prescriber(), adult)[1]
    assert parent is not None and girl is not None
    link = f.a_link(parent.user_id, child)
    prescription = f.a_signed(doctor, child)
    day = majority(child)
    assert day is not None
    monkeypatch.setattr(timezone, "now", lambda: day - timedelta(seconds=1))
    oppose(reach=Reach.ALL, by=f.a_representative(link), at=timezone.now())
    phone, hers = new_page(**PHONE), new_page(**PHONE)
    sign_in(phone, live_server, parent)
    phone.get_by_role("link", name="Espaces").click()
    expect(phone.locator("main")).to_contain_text("Le lendemain Lea a 18 ans")
    _seen(phone)
    phone.get_by_role("button", name="Ouvrir l'espace de Lea").click()
    expect(phone.locator("main")).to_contain_text("Amoxicilline")
    _seen(phone)
    # When the day comes and the parent goes on
    monkeypatch.setattr(timezone, "now", lambda: day)
    phone.goto(live_server.url + reverse("patients:prescription", args=[prescription.pk]))
    # Then access has ended, and the page says why
    expect(phone.locator("main")).to_contain_text("Depuis ses 18 ans, cette personne décide seule.")
    expect(phone.locator("main")).not_to_contain_text("Amoxicilline")
    phone.get_by_role("link", name="Espaces").click()
    expect(phone.locator("main")).to_contain_text("c'est Lea qui décide.")
    # And the opposition stays until the adult, who is invited, decides
    assert not can(check_read_execution, doctor, prescription)
    sign_in(hers, live_server, girl)
    expect(hers.locator("main")).to_contain_text("Depuis vos 18 ans, c'est vous qui décidez")
    _seen(hers)
    hers.get_by_role("button", name="Partager avec mes médecins").click()
    expect(hers.locator("main")).to_contain_text("C'est fait.")
    assert can(check_read_execution, doctor, prescription)
    expect(hers.locator("main")).not_to_contain_text("c'est vous qui décidez")


def _seen(page: Any) -> None:
    """Nothing is found by axe, and nothing is wider than the phone."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
