"""Three medicines for a known patient, signed and printed: at most sixty seconds and twelve groups of keys."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eprescription.models import Prescription
from tests import factories as f
from tests.journeys.people import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS, GROUPS = 60, 12
# A doctor types with two to five fingers: 180 ms a key is 55 words a minute; she looks before each Enter.
KEY_MS, LOOK_MS = 180, 400


class Person:
    """Types as a person does, and counts: a text is one group of keys, so is a key that does something."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.groups = 0
        self.begun = time.monotonic()

    def types(self, text: str) -> None:
        self.groups += 1
        self.page.keyboard.type(text, delay=KEY_MS)

    def presses(self, key: str) -> None:
        self.groups += 1
        self.page.wait_for_timeout(LOOK_MS)
        self.page.keyboard.press(key)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun


@pytest.fixture
def printed(page: Page) -> list[str]:
    """Where the pages to print came from."""
    pages: list[str] = []

    def look(response: Any) -> None:
        if response.ok and response.headers.get("content-type", "").startswith("application/pdf"):
            pages.append(response.url)

    page.context.on("response", look)
    return pages


def test_three_medicines_signed_and_printed_in_sixty_seconds(
    page: Page, live_server: Any, catalogue: None, printed: list[str], record_property: Any
) -> None:
    """Given a patient seen before, when the doctor writes three medicines, then the page is printed in time."""
    doctor = f.a_prescriber()
    subject, _account = f.a_patient(doctor)
    f.a_signed(doctor, subject, "AMLODIPINE")  # the answers of last time are remembered
    sign_in(page, live_server, doctor)
    page.goto(f"{live_server.url}/prescripteur/patients/{subject}/")
    person = Person(page)

    person.presses("n")
    expect(page.get_by_label("Ajouter à l'ordonnance")).to_be_focused()
    person.types("amox 1g 1 cp matin soir 7j")
    person.presses("Enter")
    person.types("doliprane 1g 3/j si douleur 5j")
    person.presses("Enter")
    person.types("omeprazole 20 1 le soir 28j")
    person.presses("Enter")
    expect(page.locator("[data-line]")).to_have_count(3)
    person.presses("Control+Enter")
    expect(page.get_by_role("heading", name="Signer l'ordonnance")).to_be_visible()
    person.presses("Control+Enter")
    expect(page.get_by_role("link", name="Imprimer")).to_be_focused()
    person.presses("Enter")
    page.wait_for_timeout(100)
    deadline = time.monotonic() + 10
    while not printed and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    seconds = person.seconds

    record_property("seconds", round(seconds, 1))
    record_property("key_groups", person.groups)
    print(f"\nthree medicines: {seconds:.1f} s, {person.groups} groups of keys")
    assert printed and page.context.request.get(printed[0]).body().startswith(b"%PDF")
    assert seconds <= SECONDS and person.groups <= GROUPS
    lines = list(Prescription.objects.exclude(number=None).latest("signed_at").lines.all())
    assert [line.inn for line in lines] == ["amoxicilline", "paracétamol", "oméprazole"]
    assert [line.duration_days for line in lines] == [7, 5, 28]
    assert all(line.dosing for line in lines)
