"""What the tests of secure mail share: a prescription, a pharmacy with an account, servers."""

from collections.abc import Iterator
from typing import Any

import pytest

from eprescription.actor import Actor
from eprescription.models import Mailbox, Place, Prescription
from eprescription.secure_mail.sealing import sealed
from tests import factories
from tests.mail_servers import PASSWORD, USER, ImapServer, SmtpServer

SENDER = "portail@ordonnance.mssante.exemple"


@pytest.fixture
def doctor(db: Any) -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def prescription(doctor: Actor) -> Prescription:
    subject_id, _account = factories.a_patient(doctor, account=False)
    return factories.a_signed(doctor, subject_id)


@pytest.fixture
def pharmacy(db: Any) -> Place:
    return factories.a_place()


@pytest.fixture(scope="module")
def imap_server() -> Iterator[ImapServer]:
    server = ImapServer()
    yield server
    server.stop()


@pytest.fixture
def imap(imap_server: ImapServer) -> ImapServer:
    """An empty account."""
    imap_server.restart()
    return imap_server


@pytest.fixture
def smtp(settings: Any) -> Iterator[SmtpServer]:
    server = SmtpServer()
    settings.SMTP_URL = f"smtp+plain://127.0.0.1:{server.port}"
    settings.MAIL_SENDER = SENDER
    yield server
    server.stop()


def a_mailbox(place: Place, port: int = 0, **more: Any) -> Mailbox:
    """The account of a pharmacy; with a port, on this machine and without encryption."""
    values: dict[str, Any] = {
        "place": place,
        "address": f"{place.identifier}@pharmacie.mssante.exemple",
        "host": "127.0.0.1" if port else "",
        "port": port or 993,
        "security": Mailbox.Security.PLAIN,
        "username": USER,
    } | more
    box = Mailbox(**values)
    box.password = sealed(more.get("password", PASSWORD.encode()), row=box, column="password")
    box.save()
    return box
