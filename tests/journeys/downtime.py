"""The portal in processes of their own, which the journeys of an outage really stop."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from eprescription.actor import Actor
from tests.chaos.processes import Web
from tests.eprescription.health_space.receivers import environment_of_tests
from tests.eprescription.health_space.workers import eventually
from tests.journeys.people import session_cookie

PORTAL, SPACE, NATIONAL = 8793, 8794, 8795
HEALTH_SPACE = f"http://127.0.0.1:{SPACE}/espace-sante/fhir"
ISSUER = f"http://127.0.0.1:{NATIONAL}"
Started = Callable[..., Web]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Starts gunicorn on a port; all of them are stopped at the end."""
    running: list[Web] = []

    def start(port: int, **more: str) -> Web:
        folder = tmp_path / str(port)
        folder.mkdir()
        environment = environment_of_tests(connection.settings_dict["NAME"], HEALTH_SPACE, **more)
        running.append(Web(folder, port, environment))
        return running[-1]

    yield start
    for web in running:
        web.stop()


class National:
    """A national provider as far as a probe sees it: a process that publishes its configuration."""

    def __init__(self, folder: Path) -> None:
        known = folder / ".well-known"
        known.mkdir(parents=True)
        (known / "openid-configuration").write_text("{}")
        self.folder = folder
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "http.server", str(NATIONAL), "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(0.5)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def enter(page: Page, web: Web, who: Actor) -> None:
    """Brings somebody to his home."""
    page.context.add_cookies([session_cookie(web, who)])
    page.goto(f"{web.url}/")


def told(page: Page, words: str, *, there: bool = True) -> None:
    """Opens the page again until the banner says so, or no longer does: processes ask every 20 seconds."""

    def said() -> bool:
        page.reload()
        return (words in page.inner_text(".site-notices")) is there

    eventually(said, 40)


def write_and_sign(page: Page) -> None:
    """From the writing page: one line, then the signature with both answers."""
    keys = page.keyboard
    expect(page.get_by_label("Ajouter à l'ordonnance")).to_be_visible()
    page.get_by_label("Ajouter à l'ordonnance").fill("amoxicilline 1 g")
    page.wait_for_selector("#hits")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_label("Posologie")).to_be_focused()
    keys.type("1 comprimé matin et soir")
    keys.press("Tab")
    keys.type("7")
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", name="Signer l'ordonnance")).to_be_visible()
    page.get_by_role("radio", name=re.compile("Oui, je pourrai")).check()
    page.get_by_role("radio", name=re.compile("Papier et")).check()
    keys.press("Control+Enter")
    expect(page.get_by_role("link", name=re.compile("Imprimer")).first).to_be_visible()


def without_refused_connections(page: Page) -> None:
    """The browser notes each request that found nobody: that is the point of these journeys."""
    problems: Any = page.problems  # type: ignore[attr-defined]
    problems[:] = [each for each in problems if "ERR_CONNECTION_REFUSED" not in each]
