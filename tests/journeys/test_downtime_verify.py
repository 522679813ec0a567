"""The portal is down: a pharmacist verifies the second code of a paper in the browser that kept the page, and nothing else."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from eprescription.documents import paper
from eprescription.documents.attestation.lines import lines_text
from prescribers import actions
from tests import factories
from tests.chaos.processes import Web
from tests.eprescription.documents.test_attestation import a_code, flipped
from tests.eprescription.health_space.receivers import environment_of_tests
from tests.eprescription.health_space.workers import ROOT
from tests.journeys.people import session_cookie

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
PORT = 8793


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    environment = environment_of_tests(
        connection.settings_dict["NAME"], f"http://127.0.0.1:{PORT}/espace-sante/fhir"
    )
    running = Web(tmp_path, PORT, environment)
    yield running
    running.stop()


def given_a_browser_that_opened_the_page_once(page: Page, web: Web) -> None:
    page.goto(f"{web.url}/verifier/")
    page.wait_for_selector("[data-kept]")
    page.wait_for_selector("[data-state=kept]:not([hidden])")


def when_the_portal_is_really_stopped(page: Page, web: Web) -> None:
    web.kill()
    page.reload()
    page.wait_for_selector("[data-state=kept]:not([hidden])")


def verdict_on(page: Page, code: str) -> str:
    """What the page says of a code that is typed and followed by Enter, as a hand scanner does."""
    page.fill("#id_code", code)
    page.evaluate(
        "document.querySelectorAll('[data-verdict]').forEach((each) => (each.hidden = true))"
    )
    page.press("#id_code", "Enter")
    shown = page.locator("[data-verdict]:not([hidden])")
    shown.wait_for()
    return shown.get_attribute("data-verdict") or ""


def without_refused_connections(page: Page) -> None:
    """The browser notes each request that found nobody: that is the point of the journey."""
    page.problems[:] = [p for p in page.problems if "ERR_CONNECTION_REFUSED" not in p]  # type: ignore[attr-defined]


def test_a_hundred_genuine_codes_are_accepted_and_a_hundred_altered_ones_refused_without_portal(
    page: Page, web: Web
) -> None:
    chance = random.Random(6)
    genuine = [a_code() for _time in range(100)]
    altered = [flipped(a_code(), byte % 108, chance.randrange(8)) for byte in range(96)]
    altered += [a_code()[:174], a_code() + "0", a_code()[2:], a_code().replace("2.", "3.")]
    given_a_browser_that_opened_the_page_once(page, web)

    when_the_portal_is_really_stopped(page, web)

    assert [verdict_on(page, code) for code in genuine] == ["genuine"] * 100
    assert all(verdict_on(page, code) in ("forged", "key_unknown", "shape") for code in altered)
    without_refused_connections(page)


def test_the_paper_is_compared_with_what_was_signed_line_by_line(page: Page, web: Web) -> None:
    doctor = factories.a_prescriber()
    patient, _account = factories.a_patient(doctor, account=False)
    signed = factories.a_signed(doctor, patient, "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    cancelled = factories.a_signed(doctor, patient)
    actions.cancel(prescription=cancelled, by=doctor, at=timezone.now())
    printed = lines_text(paper.ordonnance_of(signed, None).lines)
    connections.close_all()
    given_a_browser_that_opened_the_page_once(page, web)

    when_the_portal_is_really_stopped(page, web)

    page.fill("#id_lines", printed.upper())
    assert verdict_on(page, signed.attestation) == "genuine"
    facts = page.locator("[data-facts]")
    expect(facts).to_contain_text(doctor_rpps(signed))
    expect(facts).to_contain_text("Ordonnance")
    expect(facts).to_contain_text("4")
    page.fill("#id_lines", printed.replace("2 boîtes", "20 boîtes"))
    assert verdict_on(page, signed.attestation) == "lines"
    page.fill("#id_lines", "")
    assert verdict_on(page, cancelled.attestation) == "cancelled"
    assert (
        verdict_on(page, a_code(expires_on=timezone.localdate() - timedelta(days=1))) == "expired"
    )
    without_refused_connections(page)


def doctor_rpps(prescription: Any) -> str:
    return str(prescription.author.identifier)


def test_what_the_browser_keeps_names_nobody(new_page: Callable[..., Page], web: Web) -> None:
    page = new_page()
    page.context.add_cookies([session_cookie(web, factories.a_pharmacist())])
    page.goto(web.url + "/")
    expect(page.locator("[data-person]").first).to_be_visible()
    given_a_browser_that_opened_the_page_once(page, web)
    expect(page.locator("[data-person]")).to_have_count(0)
    kept = page.evaluate(
        """async () => {
            const cache = await caches.open("verification-1");
            return Promise.all((await cache.keys()).map(async (key) => [key.url, await (await cache.match(key)).text()]));
        }"""
    )
    assert any(url.endswith("/verifier/") for url, _text in kept)
    assert any(url.endswith("/verifier/cles.json") for url, _text in kept)
    assert not any("Roy" in text for _url, text in kept)


def test_the_command_verifies_with_a_saved_list_and_no_database(
    page: Page, web: Web, tmp_path: Path
) -> None:
    page.goto(f"{web.url}/verifier/")
    body = page.request.get(f"{web.url}/verifier/cles.json").json()
    saved = tmp_path / "cles.json"
    saved.write_text(json.dumps(body))
    web.kill()
    nowhere = environment_of_tests("nowhere", web.url) | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere"
    }

    def verified(code: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_code", "--keys", str(saved)],
            input=code, capture_output=True, text=True, cwd=ROOT, env=nowhere, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    assert verified(a_code())[0] == 0
    code, said = verified(flipped(a_code(), 30))
    assert code == 1 and "forged" in said and "Traceback" not in said


def test_without_javascript_the_portal_answers_the_same_form(
    new_page: Callable[..., Page], web: Web
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{web.url}/verifier/")
    page.fill("#id_code", a_code())
    page.press("#id_code", "Enter")
    expect(page.get_by_text("Code authentique", exact=True)).to_be_visible()
    page.fill("#id_code", flipped(a_code(), 60))
    page.press("#id_code", "Enter")
    expect(page.get_by_text("Code falsifié")).to_be_visible()
