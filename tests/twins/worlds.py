"""Two worlds that share one past, as one reader finds them.

    worlds = Worlds(reader, heard=mails)          # inside a transaction, after the shared past
    worlds.compare(one_life, another_life, asks)  # what differs, in words; empty: nothing does

A life is any function that acts. Each is lived in a savepoint that is rolled back, so that both worlds begin with the
same rows and the same identifiers; each request is made in a savepoint of its own, so that none hears of another.
What is drawn anew each time says nothing and is taken out: form tokens, and identifiers that one world alone knows.
The clock is the caller's (`clock.py`): it stands at the same moment when both worlds are read.
"""

import difflib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from eprescription.actor import Actor
from tests.sessions import acting

Life = Callable[[], None]
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')
COUNT = re.compile(r"[^\n]*\n-queries: \d+\n\+queries: \d+")
IDENTIFIER = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"
    rb'|(?<=name="why-)[0-9a-f]{16}'  # of a warning: made of the identifier of its line
)


@dataclass(frozen=True)
class Ask:
    """One request: the name of its route, its address, the fields of a form that is sent; None: it is only read.

    `then`: pages that are read after it, in the world where it was done.
    """

    route: str
    address: str
    fields: tuple[tuple[str, str], ...] | None = None
    then: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{'GET' if self.fields is None else 'POST'} {self.route} {self.address} {self.fields or ''}".strip()


def nothing_else() -> Mapping[str, bytes]:
    """A reader who hears of nothing but by his pages."""
    return {}


class Worlds:
    """The branches of one past. `heard` gives all else that reaches the reader: mails by what they are.

    `counted`: the number of queries of each answer is compared too, since what takes time tells as well.
    """

    def __init__(
        self,
        reader: Actor,
        *,
        heard: Callable[[], Mapping[str, bytes]] = nothing_else,
        counted: bool = False,
    ) -> None:
        self._reader, self._counted = reader, counted
        self._heard = heard
        self._moment = time.time()  # of all requests: an age in a header is that of the machine
        self.opened: set[Ask] = (
            set()
        )  # what was answered by a page: a comparison of refusals proves little

    def compare(self, one: Life, other: Life, asks: Iterable[Ask]) -> list[str]:
        """What tells the two worlds apart: each answer that differs, with the lines that do."""
        asked = list(asks)
        told = self._compared(one, other, asked)
        if told and all(COUNT.fullmatch(line.partition(": @@")[2]) for line in told):
            # A cache of the process that was filled between the two is not there a second time.
            return self._compared(one, other, asked)
        return told

    def _compared(self, one: Life, other: Life, asked: list[Ask]) -> list[str]:
        first, second = (self.seen(life, asked) for life in (one, other))
        return [
            f"{name}: {told}"
            for name in first | second
            if (told := difference(first.get(name, b"nothing"), second.get(name, b"nothing")))
        ]

    def seen(self, life: Life, asks: Iterable[Ask]) -> dict[str, bytes]:
        """All that the reader gets in the world of this life."""
        with branch():
            life()
            self._sits_down()
            heard = {f"heard {name}": text for name, text in self._heard().items()}
            return heard | {str(ask): self._answer(ask) for ask in asks}

    def _sits_down(self) -> None:
        """The reader signs in when both lives are over: no session lasts for months."""
        with patch("time.time", return_value=self._moment):
            cookie = acting(self._reader).cookies[settings.SESSION_COOKIE_NAME]
        self._client, self._session = plain(), cookie.value

    def _answer(self, ask: Ask) -> bytes:
        """Each answer on the way to the last, whole: status, headers, cookies, body."""
        with branch(), patch("time.time", return_value=self._moment):
            self._client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: self._session})
            queries = Queries()
            with connection.execute_wrapper(queries):
                told = b"\n\n".join(self._answers(ask))
            return told + b"\n\nqueries: %d" % queries.made if self._counted else told

    def _answers(self, ask: Ask) -> Iterator[bytes]:
        method = self._client.get if ask.fields is None else self._client.post
        answer = method(ask.address, dict(ask.fields or ()))
        if answer.status_code == 200:
            self.opened.add(ask)
        yield whole(answer)
        for _hop in range(5):
            if not answer.has_header("Location"):
                break
            answer = self._client.get(answer.headers["Location"])
            yield whole(answer)
        for address in ask.then:
            yield whole(self._client.get(address))


class Queries:
    """Counts what the database is asked."""

    made = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.made += 1
        return execute(sql, params, many, context)


class Plain(Client):
    """A client that keeps nothing of how pages were made: thousands of requests are answered in less than half the time."""

    def request(self, **request: Any) -> Any:
        answer = self.handler(self._base_environ(**request))
        assert answer.status_code < 500, request.get("PATH_INFO")
        return answer


@lru_cache(maxsize=1)
def plain() -> Plain:
    """One for all: what costs is to load the middleware."""
    return Plain()


@contextmanager
def branch() -> Iterator[None]:
    """What happens in it never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def whole(answer: Any) -> bytes:
    """Status, headers in their order, what is set of cookies, body."""
    cookies = [
        f"{name} {sorted((k, v) for k, v in c.items() if v and k != 'expires')}"
        for name, c in answer.cookies.items()
    ]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    head = [str(answer.status_code), *(f"{k}: {v}" for k, v in answer.items()), *cookies]
    return "\n".join(head).encode() + b"\n\n" + TOKEN.sub(rb"\1", body)


def difference(one: bytes, other: bytes) -> str:
    """The lines that differ; empty when both say the same."""
    if one == other:
        return ""
    known = set(IDENTIFIER.findall(one)) & set(IDENTIFIER.findall(other))
    texts = [_without_new(text, known) for text in (one, other)]
    if texts[0] == texts[1]:
        return ""
    lines = [text.decode("utf-8", "replace").splitlines() for text in texts]
    told = difflib.unified_diff(*lines, lineterm="", n=0)
    return "\n".join(list(told)[2:14]) or "bytes differ"


def _without_new(text: bytes, known: set[bytes]) -> bytes:
    return IDENTIFIER.sub(lambda found: found[0] if found[0] in known else b"(new)", text)
