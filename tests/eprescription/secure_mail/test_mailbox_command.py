"""What an operator does with the accounts: no password in an argument, and words that say what to do."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Letter, Mailbox, Place, Prescription, PushState
from eprescription.secure_mail import letters
from eprescription.secure_mail.designating import designate
from eprescription.secure_mail.sealing import unsealed
from tests.eprescription.secure_mail import mails
from tests.eprescription.secure_mail.conftest import SENDER, a_mailbox
from tests.mail_servers import PASSWORD, USER, ImapServer, free_port

pytestmark = pytest.mark.django_db


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("mailbox", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))


def test_an_account_is_registered_and_fetched(
    typed: None, imap: ImapServer, pharmacy: Place
) -> None:
    imap.put(mails.mail())
    where = ("--host", "127.0.0.1", "--port", imap.port, "--security", "plain", "--username", USER)
    run("set", pharmacy.identifier, "gare@mssante.exemple", *where)

    box = Mailbox.objects.get()
    assert unsealed(box, "password").decode() == PASSWORD
    assert PASSWORD.encode() not in bytes(box.password)
    assert run("fetch", pharmacy.identifier) == "1 new messages\n"
    listed = run("list")
    assert "gare@mssante.exemple" in listed and "ok" in listed and PASSWORD not in listed


def test_what_fails_is_listed_with_since_when(pharmacy: Place) -> None:
    a_mailbox(pharmacy, free_port())
    with pytest.raises(CommandError, match="unreachable"):
        run("fetch", pharmacy.identifier)

    assert "unreachable since" in run("list")


def test_nonsense_is_refused_in_words(typed: None, pharmacy: Place) -> None:
    with pytest.raises(CommandError, match="No pharmacy"):
        run("set", "nowhere", "a@b.fr")
    with pytest.raises(CommandError, match="mail"):
        run("set", pharmacy.identifier, "no address")
    with pytest.raises(CommandError, match="Nothing to fetch"):
        run("fetch", pharmacy.identifier)
    assert not Mailbox.objects.exists()


def test_letters_that_failed_are_sent_again(
    pharmacy: Place, prescription: Prescription, doctor: Actor, settings: Any
) -> None:
    settings.SMTP_URL, settings.MAIL_SENDER = f"smtp+plain://127.0.0.1:{free_port()}", SENDER
    a_mailbox(pharmacy)
    at = timezone.now()
    designate(prescription=prescription, place_id=pharmacy.pk, by=doctor, at=at)
    letter = Letter.objects.get()
    for _ in range(8):
        letters.deliver(letter.pk, at=at)
        letter.refresh_from_db()
        at = letter.next_at
    assert "1 letters failed" in run("list")

    assert run("retry") == "1 letters will be sent again\n"
    letter.refresh_from_db()
    assert letter.state == PushState.WAITING
