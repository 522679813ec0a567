"""A real web server and a real worker that are cut off without warning, and a browser that asks again."""

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from eprescription.actor import Actor
from tests.eprescription.health_space.workers import ROOT, eventually
from tests.journeys.people import session_cookie

CSRF = "c" * 32


class Web:
    """gunicorn as the demo starts it; `kill` is a power cut of all its processes."""

    def __init__(self, folder: Path, port: int, environment: dict[str, str]) -> None:
        self.log, self.port, self._environment = folder / "web.log", port, environment
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "eprescription.wsgi:application"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--worker-class=gthread", "--workers=2"]
        command += ["--threads=4", "--no-control-socket", "--reuse-port"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        eventually(self._answers, 60)

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Does nothing to one that was killed already."""
        if self._process.poll() is None:
            self.kill()

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/health/live", timeout=2)
        except OSError:
            return False
        return True


class Browser:
    """Signed in once; what has no answer is asked again until it has one.

    `deaf` is the share of what was sent whose first answer never arrives, though all was done: it is asked again too.
    """

    def __init__(self, url: str, actor: Actor, deaf: float = 0) -> None:
        self.address, self.lost = urlsplit(url).netloc, 0
        self._chance, self._deaf = random.Random(str(actor.user_id)), deaf
        cookie = session_cookie(_At(url), actor)
        self._headers = {
            "Cookie": f"{cookie['name']}={cookie['value']}; csrftoken={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def get(self, path: str) -> tuple[int, str, str]:
        return self._until_answered("GET", path, None)

    def post(self, path: str, fields: dict[str, Any]) -> tuple[int, str, str]:
        return self._until_answered("POST", path, urlencode(fields | {"csrfmiddlewaretoken": CSRF}))

    def _until_answered(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        hears = method == "GET" or self._chance.random() >= self._deaf
        for _time in range(600):
            connection = http.client.HTTPConnection(self.address, timeout=30)
            try:
                connection.request(method, path, body, self._headers)
                answer = connection.getresponse()
                said = answer.status, answer.headers.get("Location", ""), answer.read().decode()
                if answer.status < 500 and hears:
                    return said
                hears = True
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            self.lost += 1
            time.sleep(0.1)
        raise AssertionError("never answered")


class _At:
    def __init__(self, url: str) -> None:
        self.url = url


class Form(HTMLParser):
    """The fields of the dispensing form as an untouched page sends them; its main button is pressed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside, self._select = False, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "data-counter" in given
        if not self._inside:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = value
        elif (
            tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given)
        ) or (tag == "button" and "data-deliver" in given):
            self.fields[name] = value


def fields_of(page: str) -> dict[str, str]:
    """What the untouched dispensing page would send."""
    return Form(page).fields


def plain(page: str) -> str:
    """The words of a page, for the message of a failure."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
