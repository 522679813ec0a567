"""Real mail servers for the tests: SMTP (aiosmtpd), IMAP (pymap, a process), and one that misbehaves as it is told."""

import email
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "pharmacie", "un secret de messagerie"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SmtpServer:
    """Keeps what it accepts in `mails`. `answers`: what it says to the next mails instead of 250; "cut" hangs up."""

    def __init__(self, *, login: bool = False, context: ssl.SSLContext | None = None) -> None:
        self.mails: list[Message] = []
        self.recipients: list[str] = []
        self.answers: list[str] = []
        self.delay = 0.0
        self.port = free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=context,
            authenticator=_authenticate if login else None,
            auth_required=login,
            auth_require_tls=False,
        )
        self._controller.start()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.answers and self.answers[0].startswith("rcpt "):
            return self.answers.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        time.sleep(self.delay)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250") or answer == "keep and cut":
            self.mails.append(email.message_from_bytes(envelope.content))
            self.recipients += envelope.rcpt_tos
        if answer.endswith("cut"):
            server.transport.abort()
            return "421 gone"
        return answer

    def stop(self) -> None:
        with suppress(Exception):
            self._controller.stop()


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == right, handled=False)


class ImapServer:
    """A real account. `put` lays a mail into it; `restart` empties it under another UIDVALIDITY."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.port = free_port()
        self._certificate = certificate
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", "from pymap.main import main; main()"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--no-service", "managesieve", "--no-service", "admin"]
        if self._certificate:
            cert, key = self._certificate
            command += ["--cert", str(cert), "--key", str(key)]
        else:
            command += ["--no-tls"]
        command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            try:
                self._client().logout()
                return
            except OSError:
                assert time.monotonic() < until and self._process.poll() is None
                time.sleep(0.05)

    def put(self, *sources: bytes) -> None:
        client = self._client()
        for source in sources:
            status, told = client.append("INBOX", "", None, source)  # type: ignore[arg-type]
            assert status == "OK", told
        client.logout()

    def flags(self) -> list[bytes]:
        """The flags of each mail, in order."""
        client = self._client()
        client.select("INBOX", readonly=True)
        _status, answer = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [line for line in answer if isinstance(line, bytes)]

    def restart(self) -> None:
        """Another UIDVALIDITY: the server makes it of the second in which it starts."""
        self.stop()
        time.sleep(1)
        self.start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        if self._certificate:
            client.starttls(ssl._create_unverified_context())
        client.login(USER, PASSWORD)
        return client


class BadImap:
    """Says what `script` makes of each line it hears, in pieces or at once; the conversation ends when it gives nothing."""

    def __init__(self, script: Callable[[bytes], Any], greeting: bytes) -> None:
        self._script, self._greeting = script, greeting
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._server.accept()
                threading.Thread(target=self._talk, args=[client], daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with suppress(OSError), client, client.makefile("rb") as lines:
            client.sendall(self._greeting)
            for line in lines:
                answer = self._script(line.strip())
                if answer is None:
                    return
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    client.sendall(piece)

    def stop(self) -> None:
        self._server.close()
