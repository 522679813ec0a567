"""Hands a mail to the operator of secure mail by SMTP, and says in a code what came back."""

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from eprescription.outbox import Answer
from eprescription.secure_mail.connections import LONGEST, TIMEOUT, may_be_plain, tls, within

_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


@dataclass(frozen=True)
class Server:
    """Where mail is handed in; `smtp` begins in plain and must go on by STARTTLS."""

    scheme: str
    host: str
    port: int
    username: str
    password: str


def is_configured() -> bool:
    """Whether this portal sends secure mail at all."""
    return bool(settings.SMTP_URL and settings.MAIL_SENDER)


def send(message: EmailMessage, *, to: str) -> Answer:
    """Hands in one mail; never raises for what the network or the server does."""
    began = time.monotonic()
    delivered, final, code = _send(message, to)
    return Answer(delivered, final, code[:40], timedelta(seconds=time.monotonic() - began))


def _send(message: EmailMessage, to: str) -> tuple[bool, bool, str]:
    server = _server()
    if server is None:
        return False, False, "smtp_url"
    try:
        with _connected(server) as client:
            if server.username:
                client.login(server.username, server.password)
            client.send_message(message, from_addr=settings.MAIL_SENDER, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        status = min(code for code, _text in error.recipients.values())
        return False, status >= 500, f"smtp_{status}"
    except smtplib.SMTPAuthenticationError as error:
        return (
            False,
            False,
            f"smtp_{error.smtp_code}",
        )  # our own password is wrong: somebody will mend it
    except smtplib.SMTPResponseException as error:
        return False, 500 <= error.smtp_code < 600, f"smtp_{error.smtp_code}"
    except (smtplib.SMTPException, ssl.SSLError, OSError, ValueError) as error:
        return False, False, type(error).__name__
    return True, False, "smtp_250"


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A conversation with an end. What was accepted is sent, even when the farewell is not answered."""
    kind: Any = smtplib.SMTP
    if server.scheme == "smtps":
        kind = partial(smtplib.SMTP_SSL, context=tls())
    client = kind(server.host, server.port, timeout=TIMEOUT)
    with within(client.sock, LONGEST):
        try:
            if server.scheme == "smtp":
                client.starttls(context=tls())
            yield client
        finally:
            with suppress(Exception):
                client.quit()
            client.close()


def _server() -> Server | None:
    """What SMTP_URL says; None when it says nothing usable, or plain text to another machine."""
    try:
        url = urlsplit(settings.SMTP_URL)
        port = url.port or _PORTS.get(url.scheme, 0)
    except ValueError:
        return None
    if url.scheme not in _PORTS or not url.hostname:
        return None
    if url.scheme == "smtp+plain" and not may_be_plain(url.hostname):
        return None
    return Server(
        url.scheme, url.hostname, port, unquote(url.username or ""), unquote(url.password or "")
    )
