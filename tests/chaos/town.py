"""A whole portal in processes that may be cut off one by one: PostgreSQL, Valkey, web, worker, beat, and the receiver."""

import os
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from eprescription.demo import embedded
from eprescription.demo.child import Child, DemoError
from eprescription.demo.embedded import Postgres, Valkey
from eprescription.demo.environment import Place, environment

MACHINES = ("web", "tasks")
ROOT = Path(__file__).resolve().parents[2]


ANSWERED = {"fails": 500, "says conflict": 409, "refuses": 422}


class Receiver:
    """Stands before the portal's own receiving door and behaves as `mode` says; keeps what was accepted, by its key."""

    MODES = (
        "fails",
        "is silent",
        "is slow",
        "loses answers",
        "says conflict",
        "refuses",
        "is gone",
    )

    def __init__(self, target: str) -> None:
        self.target, self.mode, self.accepted = target, "", 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/espace-sante/fhir"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with suppress(OSError):  # the worker may be dead by now
                    receiver._answer(self, body)

            def log_message(self, *args: Any) -> None:
                """Silent."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        mode = self.mode
        if mode == "is gone":
            return
        if mode in ANSWERED:
            return _reply(handler, ANSWERED[mode], b"{}")
        if mode == "is silent":
            time.sleep(25)  # longer than the worker waits
            return
        if mode == "is slow":
            time.sleep(3)
        status, content = self._passed_on(handler, body)
        self.accepted += status in (200, 201)
        if mode != "loses answers":
            _reply(handler, status, content)

    def _passed_on(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        kept = {name: handler.headers[name] for name in ("Authorization", "Content-Type", "Accept")}
        try:
            answer = httpx.post(self.target, content=body, headers=kept, timeout=10)
        except httpx.HTTPError:
            return 503, b"{}"
        return answer.status_code, answer.content


def _reply(handler: BaseHTTPRequestHandler, status: int, content: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


class Town:
    """Everything, started; `cut(name)` is a power cut of one of `victims` and its start again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.url = f"http://127.0.0.1:{port}"
        self.clocks = folder / "clocks"
        self.clocks.mkdir()
        self.set_clocks(0)
        self.postgres = Postgres(folder, folder / "postgres.log")
        self.valkey = Valkey(folder, folder / "valkey.log")
        self.receiver = Receiver(f"{self.url}/espace-sante/fhir")
        self.victims: dict[str, Callable[[], None]] = {}
        self._children: dict[str, Child] = {}

    def start_servers(self) -> None:
        """The two servers, and the environment that the settings read."""
        for server in (self.postgres, self.valkey):
            embedded.start(server)
        place = Place(self.folder, "127.0.0.1", self.port)
        os.environ |= environment(place, database=self.postgres.url, broker=self.valkey.url) | {
            "HEALTH_SPACE_URL": self.receiver.url,
            "CHAOS_CLOCK": str(self.clocks),
            "PUSH_LEASE_SECONDS": "20",
            # The work of days in minutes: ceilings are counted as always, and never reached.
            "READINGS_PER_HOUR": "1000000",
            "READINGS_PER_DAY": "1000000",
        }

    def start_portal(self) -> None:
        """Web, worker and beat, each in a process of its own."""
        run = [sys.executable, "-m"]
        web = [*run, "gunicorn", "tests.chaos.skewed_web:application", "--reuse-port"]
        web += ["--bind", f"127.0.0.1:{self.port}", "--worker-class=gthread", "--workers=2"]
        web += ["--threads=4", "--no-control-socket"]
        tasks = [*run, "celery", "-A", "tests.chaos.skewed_tasks"]
        worker = [*tasks, "worker", "-c", "2", "--without-gossip", "--without-mingle"]
        beat = [*tasks, "beat", "--pidfile=", f"--schedule={self.folder / 'schedule'}"]
        for name, command in {"web": web, "worker": worker, "beat": beat}.items():
            child = Child(name, command, self.folder / f"{name}.log", cwd=ROOT)
            self._children[name] = child
            child.start()
        self._children |= {"postgres": self.postgres.child, "valkey": self.valkey.child}
        self._until(self._answers)

    def cut(self, name: str) -> None:
        """SIGKILL to every process of it, then its start; returns when servers answer again."""
        child = self._children[name]
        with suppress(ProcessLookupError):
            os.killpg(child.group, signal.SIGKILL)
        child.see_off(5)
        if name == "postgres":
            self._until(self._postgres_is_back)
        elif name == "valkey":
            embedded.start(self.valkey)
        else:
            child.start()
        if name == "web":
            self._until(self._answers)

    def set_clocks(self, seconds: float, whose: tuple[str, ...] = MACHINES) -> None:
        """How far the clock of the web server is off, and that of the worker and the beat."""
        for name in whose:
            (self.clocks / name).write_text(str(seconds))

    def stop(self) -> None:
        for child in reversed(self._children.values()):
            child.stop(3)

    def _postgres_is_back(self) -> bool:
        """The memory of the dead one is given back by its last process, a moment later."""
        try:
            embedded.start(self.postgres)
        except DemoError:
            return False
        return True

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/health/live", timeout=2)
        except OSError:
            return False
        return True

    def _until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, "not started again"
            time.sleep(0.1)
