"""Every page of the space on a phone of 360 pixels whose owner reads at twice the size, by touch and by the keyboard.

The pages are found from the addresses of the portal: a new one is walked by itself. axe looks at each.
"""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys import accessibility
from tests.journeys.people import session_cookie
from tests.policy.test_matrix import OF_PATIENTS, ROUTES
from tests.policy.world import World, address, thing_of

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
TWICE = "document.documentElement.style.fontSize = '200%'"
# What sticks out, and what is too small for a finger: 24 pixels (WCAG 2.2, 2.5.8), unless it stands within a sentence.
FOUND = """() => {
  const shown = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && e.getClientRects().length;
  const hidden = ".visually-hidden, .skip-link";
  const targets = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
    (e) => e.type !== "hidden" && !e.disabled && shown(e) && !e.closest(hidden));
  const inSentence = (e) => getComputedStyle(e).display === "inline"
    && e.parentElement.textContent.trim() !== e.textContent.trim();
  const small = targets.filter((e) => {
    const box = (e.closest("label") || e).getBoundingClientRect();
    return !inSentence(e) && Math.min(box.width, box.height) < 24;
  });
  const wide = [...document.querySelectorAll("body *")].filter(
    (e) => shown(e) && !e.closest(`${hidden}, svg`) && e.getBoundingClientRect().right > innerWidth + 1);
  const stops = new Set(targets.map((e) => (e.type === "radio" ? `radio ${e.name}` : e)));
  const said = (e) => e.outerHTML.slice(0, 120);
  return {width: document.scrollingElement.scrollWidth, wide: wide.map(said), small: small.map(said), stops: stops.size};
}"""
FOCUSED = """() => {
  const e = document.activeElement;
  if (e === document.body) return "";
  e.dataset.mark ||= String(document.querySelectorAll("[data-mark]").length + 1);
  return e.dataset.mark;
}"""


@pytest.fixture
def world(catalogue: None) -> World:
    return World()


@pytest.mark.parametrize(("who", "whose"), [("patient", "own"), ("parent", "child")])
def test_each_page_is_whole_at_twice_the_size(
    new_page: Any, live_server: Any, world: World, who: str, whose: str
) -> None:
    phone = new_page(**PHONE)
    sign_in(phone, live_server, world, who)
    walked = addresses(world, who, whose)
    assert len(walked) >= 10

    wrong = {url: told for url in walked if (told := faults(phone, live_server.url + url))}

    assert not wrong


def sign_in(phone: Page, live_server: Any, world: World, who: str) -> None:
    """Into one's own space, or into that of the child whom one represents."""
    cookie = session_cookie(live_server, getattr(world, who))
    represented = world.clients[who].cookies["sessionid"].value if who == "parent" else ""
    phone.context.add_cookies([cookie | {"value": represented or cookie["value"]}])


def addresses(world: World, who: str, whose: str) -> list[str]:
    """Each address that answers this person with a page: no file, no form without a page of its own."""
    asked = (address(r, world.families[whose if thing_of(r) else "none"]) for r in ROUTES if r.startswith(OF_PATIENTS))  # fmt: skip
    return [url for url in asked if _is_page(world.clients[who].get(url))]


def _is_page(answer: Any) -> bool:
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


def faults(phone: Page, url: str) -> dict[str, Any]:
    """What somebody would stumble over on this page; empty when there is nothing."""
    phone.goto(url)
    accessibility.check(phone)
    phone.evaluate(TWICE)
    accessibility.check(phone)
    found = phone.evaluate(FOUND)
    reached = stops(phone)
    fine = (
        found["width"] <= 360
        and not found["wide"]
        and not found["small"]
        and reached >= found["stops"]
    )
    return {} if fine else found | {"reached": reached}


def stops(phone: Page) -> int:
    """At how many things the Tab key stops, from the top of the page to its end, the link to the content not counted."""
    phone.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    seen: set[str] = set()
    for _time in range(200):
        phone.keyboard.press("Tab")
        mark = phone.evaluate(FOCUSED)
        if not mark or mark in seen:
            break
        seen.add(mark)
    return len(seen) - 1
