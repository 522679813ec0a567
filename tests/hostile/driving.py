"""Drives the pages of a world by the forms that stand on them, as each person, and undoes what it did."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client

from eprescription import doors
from tests.hostile.pages import Form, Page
from tests.policy.world import World, address, thing_of

AS_FORMS = "application/x-www-form-urlencoded"
PEOPLE = ("author", "claimer", "patient", "operator", "visitor")
NOT_PAGES = ("api/", "<int:", "cles.json", "veille.js", "deconnexion", "verrou/presence")


@dataclass(frozen=True)
class Place:
    """Where somebody may type: a form of a page, and one of its buttons."""

    who: str
    url: str
    rank: int
    form: Form
    button: tuple[str, str]

    @property
    def name(self) -> str:
        return f"{self.who} {self.url} form {self.rank} {self.button}"


def asked(client: Client, method: str, url: str, data: Any = None, **more: Any) -> Any:
    """An answer, and nothing of what it did stays."""
    kept = dict(client.cookies)
    client.raise_request_exception = False
    with transaction.atomic():
        answer = getattr(client, method)(url, data, **more)
        answer.read = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(kept)
    return answer


def addresses(world: World, *families: str) -> Iterator[str]:
    """Every address of the portal, for the things of these families."""
    for route, _pattern in doors.routes():
        if not any(piece in route for piece in NOT_PAGES):
            for family in families if thing_of(route) else families[:1]:
                yield address(route, world.families[family])


def is_page(answer: Any) -> bool:
    return answer.status_code < 500 and answer.headers.get("Content-Type", "").startswith(
        "text/html"
    )


def places(world: World, *families: str) -> Iterator[Place]:
    """Every form of every page that these people can open."""
    for who in PEOPLE:
        client = world.clients[who]
        for url in addresses(world, *families):
            answer = asked(client, "get", url)
            if answer.status_code == 200 and is_page(answer):
                for rank, form in enumerate(Page(answer.read.decode()).sent):
                    for button in dict.fromkeys(form.buttons or [("", "")]):
                        yield Place(who, url, rank, form, button)


def send(world: World, place: Place, text: str, *, forged: bool = False) -> Any:
    """Types a text into all fields of a form and presses the button; forged: in place of what one only chooses, too."""
    form, data = place.form, place.form.data
    data |= dict.fromkeys(form.free, text)
    if forged:
        data |= {name: text for name in data if name not in ("space", "csrfmiddlewaretoken")}
    data |= {name: value for name, value in [place.button] if name}
    url = (form.action or place.url).split("#")[0]
    body = urlencode(data, errors="surrogatepass")  # a thief writes bytes, not text
    if form.method == "get":
        return asked(world.clients[place.who], "get", f"{url.split('?')[0]}?{body}")
    return asked(world.clients[place.who], "post", url, body, content_type=AS_FORMS)
