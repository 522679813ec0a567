"""Eight people at once, each with a session of his own and one connection kept open."""

import http.client
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from eprescription.actor import Actor
from tests.journeys.people import session_cookie

CSRF = "c" * 32


class Client:
    """One browser's worth of HTTP: cookies, form token, keep-alive."""

    def __init__(self, base: str, actor: Actor) -> None:
        self.address = urlsplit(base).netloc
        cookie = session_cookie(_Server(base), actor)
        self.headers = {"Cookie": f"{cookie['name']}={cookie['value']}; csrftoken={CSRF}"}
        self.connection = http.client.HTTPConnection(self.address, timeout=60)

    def get(self, path: str) -> tuple[int, str, bytes]:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, Any]) -> tuple[int, str, bytes]:
        body = urlencode(fields | {"csrfmiddlewaretoken": CSRF})
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, bytes]:
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.headers.get("Location", ""), answer.read()
            except (http.client.BadStatusLine, ConnectionError):
                if attempt == 2 or method == "POST":
                    raise
                self.connection.close()
        raise AssertionError


@dataclass
class _Server:
    url: str


@dataclass
class Measured:
    """What one operation took, in milliseconds, at eight clients."""

    name: str
    times: list[float]
    elapsed: float
    cpu: float = 0.0  # seconds of CPU of the server and the database
    queries: int = 0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def rate(self) -> float:
        return len(self.times) / self.elapsed


Step = Callable[[int], bool]  # the number of the client; False when there is nothing left to do


def together(name: str, step: Step, *, clients: int, seconds: float, pause: float = 0) -> Measured:
    """Runs `step` in a loop in each client until the time is over or nothing is left.

    `pause`: seconds that a person lets pass before the next, which no time counts; people neither begin together nor
    keep time.
    """
    times: list[list[float]] = [[] for _ in range(clients)]
    errors: list[BaseException] = []
    start = time.perf_counter()

    def run(me: int) -> None:
        rest = random.Random(me)  # the same people each time
        try:
            time.sleep(pause * rest.random())
            while time.perf_counter() - start < seconds:
                begun = time.perf_counter()
                if not step(me):
                    return
                times[me].append((time.perf_counter() - begun) * 1000)
                if pause:
                    time.sleep(pause * rest.uniform(0.5, 1.5))
        except BaseException as error:  # a thread's error is the run's error
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Measured(name, [t for mine in times for t in mine], time.perf_counter() - start)


def key() -> str:
    return str(uuid.uuid4())
