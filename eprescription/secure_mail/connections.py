"""How the portal reaches a mail server: TLS that is checked, time-outs, and an end to every conversation."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from threading import Timer

from django.conf import settings

TIMEOUT = 10.0  # seconds without a byte
LONGEST = 40.0  # seconds of a whole conversation, however it trickles


def tls() -> ssl.SSLContext:
    """Checks the server's name and certificate; shows the portal's own when it has one (MSSanté: mutual TLS)."""
    context = ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)
    if settings.MAIL_CERTIFICATE:
        context.load_cert_chain(settings.MAIL_CERTIFICATE, settings.MAIL_KEY or None)
    return context


def may_be_plain(host: str) -> bool:
    """Only this very machine may be spoken to without encryption."""
    return settings.PLAIN_HTTP or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def within(connected: socket.socket, seconds: float = LONGEST) -> Iterator[None]:
    """Cuts the connection when the time is over: a server that sends a byte now and then never passes a time-out."""
    timer = Timer(seconds, _cut, [connected])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
