"""Receiving sides that behave as a test tells them: at the portal's own door, by call or by real HTTP."""

import os
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from django.test import Client


class DoorOfThePortal(httpx.BaseTransport):
    """The portal's own FHIR door without a network. `does` says how each of the next requests ends."""

    def __init__(self) -> None:
        self.does: list[str] = []
        self.requests: list[httpx.Request] = []
        self.answers: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        act = self.does.pop(0) if self.does else "receives"
        if act == "refuses the connection":
            raise httpx.ConnectError("refused")
        if act == "is silent":
            raise httpx.ReadTimeout("silent")
        if act.startswith("answers "):
            return httpx.Response(int(act.removeprefix("answers ")))
        if act == "is a proxy that says hello":
            return httpx.Response(200, text="<html>Bienvenue")
        answer = Client(raise_request_exception=False).post(
            "/espace-sante/fhir",
            data=request.read(),
            content_type=request.headers["content-type"],
            headers={name: request.headers[name] for name in ("authorization", "accept")},
        )
        self.answers.append(answer.status_code)
        if act == "keeps it and loses the answer":
            raise httpx.ReadTimeout("lost")
        return httpx.Response(answer.status_code, content=answer.content)


class Between:
    """A server between a worker and the portal: it counts, delays, or loses answers, by real HTTP."""

    def __init__(self, target: str) -> None:
        self.target, self.delay, self.lose_answers, self.seen = target, 0.0, False, 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/espace-sante/fhir"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> Any:
        between = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                delay, lose = between.delay, between.lose_answers
                between.seen += 1
                answer = between.pass_on(self.headers, body)
                time.sleep(delay)
                with suppress(OSError):  # the worker may be dead by now
                    if lose:
                        self.connection.shutdown(socket.SHUT_RDWR)
                        return
                    self.send_response(answer.status_code)
                    self.send_header("Content-Length", str(len(answer.content)))
                    self.end_headers()
                    self.wfile.write(answer.content)

            def log_message(self, *args: Any) -> None:
                """Silent."""

        return Handler

    def pass_on(self, headers: Any, body: bytes) -> httpx.Response:
        kept = {name: headers[name] for name in ("Authorization", "Content-Type", "Accept")}
        return httpx.post(self.target, content=body, headers=kept, timeout=10)


def environment_of_tests(database: str, health_space: str, **more: str) -> dict[str, str]:
    """What a worker process needs to see the base of the tests."""
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    return {
        **os.environ,
        "DATABASE_URL": f"{url}/{database}",
        "HEALTH_SPACE_URL": health_space,
    } | more
