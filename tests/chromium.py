"""A pytest plugin: a real Chromium for the journeys, in which no script error passes unseen."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PATIENCE = 30_000
"""Milliseconds that a journey waits for what must come, on a machine that others share."""
# The browser's own note on a status of 400 or more: pages that say no are pages too.
STATUS_NOTE = "Failed to load resource: the server responded with a status"


def find() -> str | None:
    """The Chromium to use, if there is one."""
    return os.environ.get("PORTAL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright, camera: Path | None = None) -> Browser:
    """Starts Chromium; `camera` is a Y4M film that it takes for what its camera sees."""
    program = find()
    if not program:
        pytest.skip("no Chromium: apt-get install chromium, or set PORTAL_CHROMIUM to one")
    film = [f"--use-file-for-fake-video-capture={camera}"] if camera else []
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS, *film])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself; its event loop would make Django refuse every query in a test.

    Beside a loop Django keeps other connections: one that stays open from before would be inherited, and spoken on,
    by each process that a later test forks.
    """
    connections.close_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as running:
        expect.set_options(timeout=PATIENCE)
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all journeys."""
    running = launch(playwright)
    yield running
    running.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page for one more person: nothing is shared with the others, not even a cookie.

    Options go to `Browser.new_context`, over French and a desktop's screen. At the end of the
    test, a script error or a breach of the content policy in any of the pages fails it.
    """
    contexts, pages = [], []

    def open_page(*, on: Browser = browser, **options: Any) -> Page:
        context = on.new_context(
            **{
                "locale": "fr-FR",
                "timezone_id": "Europe/Paris",
                "viewport": {"width": 1440, "height": 900},
            }
            | options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        pages.append(watch(context.new_page()))
        return pages[-1]

    yield open_page
    problems = [problem for page in pages for problem in page.problems]
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page, for a journey of one person; `page.problems` lists what went wrong in it."""
    return new_page()


def watch(page: Page) -> Page:
    """Collects script errors and breaches of the content policy in `page.problems`."""
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(STATUS_NOTE):
            problems.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.problems = problems  # type: ignore[attr-defined]
    return page
