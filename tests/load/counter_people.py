"""What eight busy pharmacies do by HTTP: present a code, read the lines, dispense them, look at their lists."""

import random
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client as InProcess
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.load.clients import CSRF, Client
from tests.load.million import Million

PASSING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


class Counters:
    """Each method does one operation once; False when there is nothing left to do."""

    def __init__(self, million: Million, base: str, clients: int) -> None:
        self.million = million
        self.desks = [Client(base, actor) for actor in million.pharmacists[:clients]]
        self.pages: list[list[str]] = [[] for _ in range(clients)]
        self.rest = len(million.codes) // 3  # for the floors
        self.chance = random.Random(2026)

    def scan(self, me: int) -> bool:
        """From the text of the code to the last byte of the page with its lines."""
        if len(self.million.codes) < 2 * self.rest:
            return False
        status, place, body = self.desks[me].post(*self._code())
        assert status == 302, (status, body[:3000])
        status, _, body = self.desks[me].get(place)
        assert status == 200, (status, body[:3000])
        self.pages[me].append(body.decode())
        return True

    def claim(self, me: int) -> bool:
        if len(self.million.codes) < self.rest:
            return False
        return self._expected(302, self.desks[me].post(*self._code()))

    def dispense(self, me: int) -> bool:
        """The main button of a page that was opened by `scan`."""
        if not self.pages[me]:
            return False
        return self._expected(302, self.desks[me].post(*button_of(self.pages[me].pop())))

    def desk(self, me: int) -> bool:
        return self._expected(200, self.desks[me].get(reverse("pharmacies:desk")))

    def dispensings(self, me: int) -> bool:
        return self._expected(200, self.desks[me].get(reverse("pharmacies:dispensings")))

    def mailbox(self, me: int) -> bool:
        return self._expected(200, self.desks[me].get(reverse("pharmacies:mailbox")))

    def register_patient(self, me: int) -> bool:
        return self._searched(me, "patient")

    def register_product(self, me: int) -> bool:
        return self._searched(me, "product")

    def register_dates(self, me: int) -> bool:
        return self._searched(me, "dates")

    def register_narcotics(self, me: int) -> bool:
        return self._searched(me, "narcotics")

    def _searched(self, me: int, by: str) -> bool:
        answer = self.desks[me].post(reverse("pharmacies:register"), self._asked(me, by))
        return self._expected(200, answer)

    def _asked(self, me: int, by: str) -> dict[str, str]:
        """What somebody types to find it again: a patient, a product, or a week of last year."""
        if by == "patient":
            name, born = self.chance.choice(self.million.people[me])
            return {"birth_name": name, "birth_date": f"{born:%d/%m/%Y}"}
        if by == "product":
            return {"product": self.chance.choice(self.million.drugs)}
        if by == "narcotics":
            return {"narcotics": "on"}
        since = timezone.localdate() - timedelta(days=self.chance.randint(40, 400))
        return {"since": f"{since:%d/%m/%Y}", "until": f"{since + timedelta(days=7):%d/%m/%Y}"}

    def _code(self) -> tuple[str, dict[str, Any]]:
        return reverse("pharmacies:scan"), {"text": self.million.codes.pop()[0]}

    def _expected(self, expected: int, answer: tuple[int, str, bytes]) -> bool:
        status, _, body = answer
        assert status == expected, (status, body[:3000])
        return True

    # --- The same in this process, to count and explain the queries

    def queries(self, name: str) -> list[str]:
        """The SQL of one operation, without the words of transactions."""
        client = InProcess(headers={"host": "127.0.0.1"})
        client.cookies.load(self.desks[0].headers["Cookie"])
        with CaptureQueriesContext(connection) as seen:
            getattr(self, f"_{name}", self._get)(client, name)
        return [q["sql"] for q in seen if not q["sql"].startswith(PASSING)]

    def _get(self, client: InProcess, name: str) -> str:
        if name.startswith("register_"):
            asked = self._asked(0, name.removeprefix("register_"))
            return self._said(self._post(client, reverse("pharmacies:register"), asked))
        return self._said(client.get(reverse(f"pharmacies:{name}")))

    def _claim(self, client: InProcess, name: str) -> str:
        return self._said(self._post(client, *self._code()))

    def _scan(self, client: InProcess, name: str) -> str:
        self.sample = self._said(client.get(self._claim(client, name)))
        return self.sample

    def _dispense(self, client: InProcess, name: str) -> str:
        return self._said(self._post(client, *button_of(self.sample)))

    def _post(self, client: InProcess, path: str, fields: dict[str, Any]) -> Any:
        return client.post(path, fields | {"csrfmiddlewaretoken": CSRF})

    def _said(self, answer: Any) -> str:
        text = answer.content.decode()
        assert answer.status_code in (200, 302), (answer.status_code, text[:6000])
        return str(answer.headers.get("Location") or text)


def button_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the main button of a dispensing page sends, and what: as a browser does when Enter is pressed."""
    form = _Form()
    form.feed(page)
    assert form.action, page[:3000]
    return form.action, form.fields


class _Form(HTMLParser):
    """The form of the dispensing page with its untouched fields and its first button."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.inside = self.pressed = self.first = False
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "form":
            self.inside = told.get("action", "").endswith("/delivrer/")
            self.action = told["action"] if self.inside else self.action
        if not self.inside:
            return
        if tag == "input" and name:
            box = told.get("type") in ("checkbox", "radio")
            if not box or "checked" in told:
                self.fields[name] = value or ("on" if box else "")
        elif tag in ("select", "textarea"):
            self.select, self.first = (name if tag == "select" else ""), True
            self.fields[name] = ""
        elif tag == "option" and self.select and (self.first or "selected" in told):
            self.fields[self.select] = value
            self.first = False
        elif tag == "button" and name and not self.pressed:
            self.pressed = True
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
