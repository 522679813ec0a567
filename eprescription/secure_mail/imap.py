"""An IMAP account (RFC 3501), as far as the portal needs it: mails after a UID, their size, their source, seen or not.

Nothing is deleted or moved on the server. Whatever it does ends as AccountFails with a code.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from eprescription.models import Mailbox
from eprescription.secure_mail.connections import LONGEST, TIMEOUT, may_be_plain, tls, within
from eprescription.secure_mail.problems import AccountFails, Failure

LARGEST_LITERAL = 11 * 1024 * 1024  # a mail within bounds, and what the server says around it
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class _Bounded:
    """A server that announces more than was asked for is not believed."""

    def read(self, size: int) -> bytes:
        if size > LARGEST_LITERAL:
            raise imaplib.IMAP4.abort("literal too large")
        return super().read(size)  # type: ignore[misc, no-any-return]


class _Plain(_Bounded, imaplib.IMAP4):
    pass


class _Tls(_Bounded, imaplib.IMAP4_SSL):
    pass


class Account:
    """An opened folder. `validity` is its UIDVALIDITY: UIDs mean nothing under another one."""

    def __init__(self, client: imaplib.IMAP4, validity: int) -> None:
        self._client, self.validity = client, validity

    def after(self, uid: int) -> list[int]:
        """UIDs above `uid`, in order. "n:*" also names the last one when it is below n: it is left out."""
        answer = self._uid("SEARCH", "UID", f"{uid + 1}:*")
        found = sorted({_number(word) for word in _line(answer[0]).split()})
        return [other for other in found if other > uid]

    def size(self, uid: int) -> int:
        answer = self._uid("FETCH", str(uid), "(RFC822.SIZE)")
        said = next(filter(None, (_SIZE.search(_line(part)) for part in answer)), None)
        if said is None:
            raise AccountFails(Failure.STRANGE)
        return _number(said[1])

    def source(self, uid: int, *, most: int) -> bytes:
        """The first bytes of the mail, as it came; it stays unseen."""
        return self._literal(uid, f"BODY.PEEK[]<0.{most}>")

    def head(self, uid: int, *, most: int) -> bytes:
        """Its fields alone."""
        return self._literal(uid, f"BODY.PEEK[HEADER]<0.{most}>")

    def mark_seen(self, uid: int) -> None:
        self._uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)")

    def _literal(self, uid: int, what: str) -> bytes:
        answer = self._uid("FETCH", str(uid), f"({what})")
        found = next((part[1] for part in answer if isinstance(part, tuple)), None)
        if not isinstance(found, bytes):
            raise AccountFails(Failure.STRANGE)
        return found

    def _uid(self, *command: str) -> list[Any]:
        with _told():
            status, answer = self._client.uid(*command)
        if status != "OK":
            raise AccountFails(Failure.STRANGE)
        return answer


@contextmanager
def opened(box: Mailbox, password: str) -> Iterator[Account]:
    """Connects, signs in and opens the folder; signs out at the end. Raises AccountFails."""
    client = _connected(box)
    with within(client.sock, LONGEST):
        try:
            _sign_in(client, box, password)
            yield Account(client, _select(client, box.folder))
        finally:
            with suppress(Exception):  # the conversation is over either way
                client.logout()


def _connected(box: Mailbox) -> imaplib.IMAP4:
    with _told(Failure.UNREACHABLE):
        if box.security == Mailbox.Security.TLS:
            return _Tls(box.host, box.port, ssl_context=tls(), timeout=TIMEOUT)
        encrypted = box.security == Mailbox.Security.STARTTLS
        if not encrypted and not may_be_plain(box.host):
            raise AccountFails(Failure.NOT_ENCRYPTED)
        client = _Plain(box.host, box.port, timeout=TIMEOUT)
        if encrypted:
            client.starttls(tls())
        return client


def _sign_in(client: imaplib.IMAP4, box: Mailbox, password: str) -> None:
    try:
        with _told():
            client.login(box.username, password)
    except AccountFails as error:
        if error.failure is Failure.STRANGE:  # the server answered, and it said no
            raise AccountFails(Failure.PASSWORD) from error
        raise


def _select(client: imaplib.IMAP4, folder: str) -> int:
    with _told(Failure.FOLDER):
        quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        status, _count = client.select(quoted)
        said = client.response("UIDVALIDITY")[1][0]
        if status != "OK" or not said:
            raise AccountFails(Failure.FOLDER)
        return _number(said)


@contextmanager
def _told(otherwise: Failure = Failure.STRANGE) -> Iterator[None]:
    """Says by a code what the network and the library say in many ways."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise AccountFails(Failure.CERTIFICATE) from error
    except TimeoutError as error:
        raise AccountFails(Failure.SILENT) from error
    except imaplib.IMAP4.abort as error:  # the end of the line, or an answer that is none
        ended = "socket error" in str(error)
        raise AccountFails(Failure.CUT if ended else Failure.STRANGE) from error
    except (EOFError, ConnectionResetError, BrokenPipeError) as error:
        raise AccountFails(Failure.CUT) from error
    except OSError as error:
        known = otherwise if otherwise is Failure.UNREACHABLE else Failure.CUT
        raise AccountFails(known) from error
    except (imaplib.IMAP4.error, ValueError, TypeError, IndexError) as error:
        raise AccountFails(otherwise) from error


def _line(part: Any) -> bytes:
    return b" ".join(part) if isinstance(part, tuple) else part or b""


def _number(said: bytes) -> int:
    """A number of the protocol: 32 bits (RFC 3501 9, nz-number)."""
    if not said.isdigit() or len(said) > 10:
        raise AccountFails(Failure.STRANGE)
    return int(said)
