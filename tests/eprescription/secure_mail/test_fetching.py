"""Mail fetched from a real IMAP server: each once, nothing dropped, and a server that fails stops nobody."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from eprescription import tasks
from eprescription.actor import Actor
from eprescription.models import Deed, JournalEntry, Mailbox, Message, Place, Prescription
from eprescription.secure_mail import arriving, connections, fetching, imap, parsing
from eprescription.secure_mail.problems import Failure, Problem
from eprescription.secure_mail.sealing import unsealed
from tests import factories, processes
from tests.eprescription.secure_mail import certificates, mails
from tests.eprescription.secure_mail.conftest import a_mailbox
from tests.mail_servers import BadImap, ImapServer, free_port
from tests.timing import ends_within

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def states(place: Place) -> list[tuple[str, str]]:
    rows = Message.objects.filter(place=place).order_by("received_at", "pk")
    return sorted(rows.values_list("state", "problem"))


def box_of(place: Place) -> Mailbox:
    return Mailbox.objects.get(pk=place.pk)


# --- The good way


def test_a_mail_with_the_printed_page_is_a_message_to_open(
    imap: ImapServer, pharmacy: Place, prescription: Prescription
) -> None:
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.mail(mails.xdm(mails.cda(mails.page(prescription)))))

    assert fetching.fetch(pharmacy.pk, at=NOW) == 1

    message = Message.objects.get()
    assert (message.state, message.way) == (Message.State.NEW, Message.Way.MAIL)
    assert message.prescription == prescription
    assert unsealed(message, "sender").decode() == mails.SENDER
    assert mails.SENDER.encode() not in bytes(message.sender)
    entry = JournalEntry.objects.get(deed=Deed.RECEIVED)
    assert (entry.prescription_id, entry.place_id) == (prescription.pk, pharmacy.pk)
    assert (box_of(pharmacy).problem, box_of(pharmacy).checked_at) == ("", NOW)


def test_what_was_read_is_marked_as_seen_and_nothing_is_deleted(
    imap: ImapServer, pharmacy: Place
) -> None:
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.mail(), mails.mail())

    fetching.fetch(pharmacy.pk, at=NOW)

    assert len(imap.flags()) == 2
    assert all(b"\\Seen" in flags for flags in imap.flags())


def test_what_was_fetched_is_not_fetched_again(imap: ImapServer, pharmacy: Place) -> None:
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.mail())

    assert [fetching.fetch(pharmacy.pk, at=NOW) for _ in range(2)] == [1, 0]
    imap.put(mails.mail())
    assert fetching.fetch(pharmacy.pk, at=NOW) == 1


def test_a_few_mails_at_a_time_and_all_in_the_end(
    imap: ImapServer, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_A_RUN", 3)
    a_mailbox(pharmacy, imap.port)
    imap.put(*[mails.mail() for _ in range(7)])

    assert [fetching.fetch(pharmacy.pk, at=NOW) for _ in range(4)] == [3, 3, 1, 0]


# --- Once, and nothing dropped


def test_a_mail_twice_is_one_message(
    imap: ImapServer, pharmacy: Place, prescription: Prescription
) -> None:
    a_mailbox(pharmacy, imap.port)
    page = mails.page(prescription)
    imap.put(mails.mail(page, Message_ID="<1@x>"), mails.mail(page, Message_ID="<1@x>"))

    assert fetching.fetch(pharmacy.pk, at=NOW) == 1


def test_a_mail_without_message_id_is_known_by_its_content(
    imap: ImapServer, pharmacy: Place
) -> None:
    a_mailbox(pharmacy, imap.port)
    bare = mails.mail(Message_ID="")
    imap.put(bare, bare, mails.mail(b"other", Message_ID=""))

    assert fetching.fetch(pharmacy.pk, at=NOW) == 2


def test_after_a_change_of_uidvalidity_all_is_read_and_nothing_doubled(
    imap: ImapServer, pharmacy: Place
) -> None:
    a_mailbox(pharmacy, imap.port)
    first, second = mails.mail(), mails.mail()
    imap.put(first, second)
    fetching.fetch(pharmacy.pk, at=NOW)
    before = box_of(pharmacy)

    imap.restart()  # other UIDVALIDITY, and UIDs that begin anew
    imap.put(second, first, mails.mail())

    assert fetching.fetch(pharmacy.pk, at=NOW) == 1
    assert box_of(pharmacy).validity != before.validity
    assert Message.objects.count() == 3


def test_the_same_mail_to_two_pharmacies_is_a_message_of_each(
    imap: ImapServer, pharmacy: Place
) -> None:
    other = factories.a_place(name="Pharmacie du Pont")
    a_mailbox(pharmacy, imap.port)
    a_mailbox(other, imap.port)
    imap.put(mails.mail())

    assert [fetching.fetch(place.pk, at=NOW) for place in (pharmacy, other)] == [1, 1]


def test_a_broken_mail_is_kept_whole_sealed_with_its_sender(
    imap: ImapServer, pharmacy: Place
) -> None:
    a_mailbox(pharmacy, imap.port)
    source = mails.mail(b"%PDF-1.7 cut off")
    imap.put(source)

    fetching.fetch(pharmacy.pk, at=NOW)

    message = Message.objects.get()
    assert (message.state, message.problem) == (Message.State.BROKEN, Problem.BROKEN_PDF)
    kept = unsealed(message, "source")
    assert kept.replace(b"\r\n", b"\n").strip() == source.strip()
    assert b"PDF-1.7" not in bytes(message.source)
    assert unsealed(message, "sender").decode() == mails.SENDER


def test_of_a_mail_that_is_too_big_the_head_is_kept(
    imap: ImapServer, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST_MAIL", 3000)
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.mail(b"x" * 10_000), mails.mail())

    assert fetching.fetch(pharmacy.pk, at=NOW) == 2
    message = Message.objects.get(problem=Problem.TOO_BIG)
    assert len(unsealed(message, "source")) < 3000
    assert unsealed(message, "sender").decode() == mails.SENDER


def test_a_mail_that_the_reader_stumbles_over_is_broken_and_the_next_one_is_read(
    imap: ImapServer, pharmacy: Place, prescription: Prescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.mail(b"poison"), mails.mail(mails.page(prescription)))
    read = arriving.read

    def stumbles(source: bytes) -> Any:
        if b"cG9pc29u" in source:
            raise MemoryError
        return read(source)

    monkeypatch.setattr(arriving, "read", stumbles)
    fetching.fetch(pharmacy.pk, at=NOW)

    assert states(pharmacy) == [("broken", Problem.UNREADABLE), ("new", "")]


def test_a_receipt_is_filed_and_asks_nothing_of_anybody(imap: ImapServer, pharmacy: Place) -> None:
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.receipt("displayed"), mails.receipt("deleted"))

    fetching.fetch(pharmacy.pk, at=NOW)

    assert states(pharmacy) == [("broken", Problem.NOT_INTEGRATED), ("done", Problem.RECEIPT)]


def test_flags_are_set_only_after_the_rows_are_committed(
    imap: ImapServer, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.mail())
    outer = len(connection.savepoint_ids)
    depths = []
    mark_seen = imap_mark_seen()

    def watched(self: Any, uid: int) -> None:
        depths.append(len(connection.savepoint_ids))
        mark_seen(self, uid)

    monkeypatch.setattr(fetching.Account, "mark_seen", watched)
    fetching.fetch(pharmacy.pk, at=NOW)

    assert depths == [outer]  # the transaction of the fetching is over
    assert box_of(pharmacy).last_uid > 0


def imap_mark_seen() -> Callable[[Any, int], None]:
    return imap.Account.mark_seen


# --- What goes wrong


def failing(place: Place) -> str:
    fetching.fetch(place.pk, at=NOW)
    box = box_of(place)
    assert (box.failing_since is None) == (not box.problem)
    return box.problem


def test_a_wrong_password_is_said(imap: ImapServer, pharmacy: Place) -> None:
    a_mailbox(pharmacy, imap.port, password=b"faux")

    assert failing(pharmacy) == Failure.PASSWORD


def test_a_server_that_is_not_there_is_said(pharmacy: Place) -> None:
    a_mailbox(pharmacy, free_port())

    assert failing(pharmacy) == Failure.UNREACHABLE


def test_a_folder_that_is_not_there_is_said(imap: ImapServer, pharmacy: Place) -> None:
    a_mailbox(pharmacy, imap.port, folder='Ordonnances "reçues"'.encode("ascii", "ignore").decode())

    assert failing(pharmacy) == Failure.FOLDER


def test_a_password_sealed_for_another_account_is_never_sent(
    imap: ImapServer, pharmacy: Place
) -> None:
    other = a_mailbox(factories.a_place(), imap.port)
    box = a_mailbox(pharmacy, imap.port)
    Mailbox.objects.filter(pk=box.pk).update(password=bytes(other.password))

    assert failing(pharmacy) == Failure.SEAL


def test_plain_text_goes_to_this_machine_alone(
    imap: ImapServer, pharmacy: Place, settings: Any
) -> None:
    a_mailbox(pharmacy, imap.port)
    settings.PLAIN_HTTP = False
    assert failing(pharmacy) == ""
    Mailbox.objects.update(host="mail.exemple")

    assert failing(pharmacy) == Failure.NOT_ENCRYPTED


@pytest.fixture
def bad() -> Iterator[Callable[..., BadImap]]:
    servers: list[BadImap] = []

    def make(script: Any, greeting: bytes = b"* OK hello\r\n") -> BadImap:
        servers.append(BadImap(script, greeting))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


def test_the_bad_server_behaves_when_it_is_told_to(bad: Any, pharmacy: Place) -> None:
    """Else the tests below would prove nothing: each changes one answer of this conversation."""
    size = b"* 1 FETCH (RFC822.SIZE 10 UID 1)\r\nTAG OK done\r\n"
    good = answers(FETCH=size)

    def script(line: bytes) -> bytes | None:
        if b"BODY" not in line:
            return good(line)
        tag = line.partition(b" ")[0]
        return b"* 1 FETCH (BODY[] {10}\r\nFrom: a@b\n UID 1)\r\n" + tag + b" OK done\r\n"

    a_mailbox(pharmacy, bad(script).port)
    assert failing(pharmacy) == ""
    assert states(pharmacy) == [("broken", Problem.NO_ATTACHMENT)]


def answers(**said: bytes) -> Callable[[bytes], bytes | None]:
    """A server that signs anybody in; `said` are its answers to SEARCH, FETCH … (`TAG` is filled in)."""

    def script(line: bytes) -> bytes | None:
        tag, _, command = line.partition(b" ")
        name = command.removeprefix(b"UID ").partition(b" ")[0].decode("latin-1").upper()
        own = {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n",
            "SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\nTAG OK done\r\n",
            "SEARCH": b"* SEARCH 1\r\nTAG OK done\r\n",
        } | said
        answer = own.get(name, b"TAG OK done\r\n")
        return answer.replace(b"TAG", tag) if answer else None

    return script


def test_a_silent_server_is_left(
    bad: Any, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TIMEOUT", 0.3)
    a_mailbox(pharmacy, bad(lambda line: b"").port)

    with ends_within(2):
        assert failing(pharmacy) == Failure.SILENT


def test_a_server_that_says_nothing_at_all_is_left(
    bad: Any, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TIMEOUT", 0.3)
    a_mailbox(pharmacy, bad(lambda line: b"", greeting=b"").port)

    assert failing(pharmacy) == Failure.SILENT


def test_a_server_that_trickles_is_cut_off(
    bad: Any, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a server that sends a byte each tenth of a second, then no time-out ever passes: the end does."""
    monkeypatch.setattr(imap, "LONGEST", 0.6)
    good = answers(FETCH=b"* 1 FETCH (RFC822.SIZE 1000 UID 1)\r\nTAG OK done\r\n")

    def script(line: bytes) -> Any:
        return trickle() if b"BODY" in line else good(line)

    def trickle() -> Iterator[bytes]:
        yield b"* 1 FETCH (BODY[] {1000}\r\n"
        for _ in range(300):
            time.sleep(0.1)
            yield b"x"

    a_mailbox(pharmacy, bad(script).port)

    with ends_within(3):
        assert failing(pharmacy) == Failure.CUT


@pytest.mark.parametrize("moment", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
def test_a_connection_that_is_cut_is_said_whenever_it_happens(
    bad: Any, pharmacy: Place, moment: str
) -> None:
    a_mailbox(pharmacy, bad(answers(**{moment: b""})).port)

    assert failing(pharmacy) == Failure.CUT


@pytest.mark.parametrize(
    "said",
    [
        {"FETCH": b"TAG OK done\r\n"},
        {"FETCH": b"* 1 FETCH (UID 1)\r\nTAG OK done\r\n"},
        {"FETCH": b"TAG NO not today\r\n"},
        {"SEARCH": b"* SEARCH one two\r\nTAG OK done\r\n"},
        {"SEARCH": b"* SEARCH 99999999999999999999\r\nTAG OK done\r\n"},
        {"SELECT": b"* OK [UIDVALIDITY 99999999999999999999]\r\nTAG OK done\r\n"},
        {"SEARCH": b"TAG BAD what\r\n"},
        {"FETCH": b"\xff\xfe\x00\r\n* * *\r\nTAG OK done\r\n"},
    ],
)
def test_a_server_that_talks_strangely_is_said_to(bad: Any, pharmacy: Place, said: Any) -> None:
    a_mailbox(pharmacy, bad(answers(**said)).port)

    assert failing(pharmacy) == Failure.STRANGE


def test_more_than_was_asked_for_is_not_taken(bad: Any, pharmacy: Place) -> None:
    good = answers(FETCH=b"* 1 FETCH (RFC822.SIZE 10 UID 1)\r\nTAG OK done\r\n")

    def script(line: bytes) -> bytes | None:
        return b"* 1 FETCH (BODY[] {4000000000}\r\nxxx" if b"BODY" in line else good(line)

    a_mailbox(pharmacy, bad(script).port)

    with ends_within(2):  # nobody waits for the rest
        assert failing(pharmacy) == Failure.STRANGE


def test_a_failure_in_the_middle_keeps_what_came_before_it(
    imap: ImapServer, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_mailbox(pharmacy, imap.port)
    imap.put(mails.mail(), mails.mail(), mails.mail())
    source = fetching.Account.source

    def breaks(self: Any, uid: int, *, most: int) -> bytes:
        if len(states(pharmacy)) == 2:
            raise fetching.AccountFails(Failure.CUT)
        return source(self, uid, most=most)

    monkeypatch.setattr(fetching.Account, "source", breaks)
    assert failing(pharmacy) == Failure.CUT
    assert len(states(pharmacy)) == 2

    monkeypatch.undo()
    assert fetching.fetch(pharmacy.pk, at=NOW) == 1
    assert box_of(pharmacy).problem == ""


def test_an_account_that_fails_says_since_when_and_is_asked_less_and_less(pharmacy: Place) -> None:
    a_mailbox(pharmacy, free_port())
    at, tries = NOW, []
    for minute in range(300):
        at = NOW + timedelta(minutes=minute)
        if fetching.to_fetch(at=at):
            tries.append(minute)
            fetching.fetch(pharmacy.pk, at=at)

    assert box_of(pharmacy).failing_since == NOW
    assert tries == [0, 1, 2, 4, 8, 16, 32, 64, 124, 184, 244]


def test_one_account_that_fails_does_not_stop_the_others(
    imap: ImapServer, pharmacy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = factories.a_place(name="Pharmacie du Pont")
    a_mailbox(down, free_port())
    a_mailbox(pharmacy, imap.port)
    a_mailbox(factories.a_place(name="Pharmacie sans compte"))
    imap.put(mails.mail())
    monkeypatch.setattr(
        tasks.fetch_mailbox, "apply_async", lambda args, **_: tasks.fetch_mailbox(*args)
    )

    tasks.fetch_mail()

    assert len(states(pharmacy)) == 1
    assert box_of(down).problem == Failure.UNREACHABLE


def test_an_unknown_place_has_no_effect(db: Any) -> None:
    tasks.fetch_mailbox("not a uuid")
    tasks.fetch_mailbox("11111111-2222-4333-8444-555555555555")


# --- TLS


@pytest.mark.parametrize("security", [Mailbox.Security.STARTTLS])
def test_an_encrypted_account_is_read_when_its_certificate_is_known(
    pharmacy: Place, settings: Any, tmp_path: Path, security: str
) -> None:
    cert, key = certificates.for_this_machine(tmp_path)
    server = ImapServer((cert, key))
    try:
        server.put(mails.mail())
        a_mailbox(pharmacy, server.port, security=security)

        assert failing(pharmacy) == Failure.CERTIFICATE
        assert states(pharmacy) == []

        settings.MAIL_CA_FILE = str(cert)
        assert fetching.fetch(pharmacy.pk, at=NOW) == 1
    finally:
        server.stop()


def test_tls_with_a_server_that_speaks_plain_is_no_answer(bad: Any, pharmacy: Place) -> None:
    a_mailbox(pharmacy, bad(answers()).port, security=Mailbox.Security.TLS)

    assert failing(pharmacy) == Failure.UNREACHABLE


# --- Two workers


def test_two_workers_never_fetch_the_same_account_at_once(
    transactional_db: Any, imap: ImapServer
) -> None:
    place = factories.a_place()
    a_mailbox(place, imap.port)
    imap.put(mails.mail())
    worker = connection.copy()
    with worker.cursor() as cursor:  # another worker is at it
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM eprescription_mailbox FOR UPDATE")

        assert fetching.fetch(place.pk, at=NOW) is None

        cursor.execute("ROLLBACK")
    worker.close()
    assert fetching.fetch(place.pk, at=NOW) == 1


def test_workers_side_by_side_make_each_message_once(
    transactional_db: Any, imap: ImapServer
) -> None:
    place = factories.a_place()
    a_mailbox(place, imap.port)
    imap.put(*[mails.mail() for _ in range(5)])

    done = processes.side_by_side([[lambda: fetching.fetch(place.pk, at=NOW)]] * 4)

    assert sorted(word for [word] in done) == ["5", "done", "done", "done"]
    assert Message.objects.count() == 5


def test_bounds_are_those_that_the_page_tells() -> None:
    assert parsing.LARGEST_MAIL == 10 * 1024 * 1024
    assert imap.LARGEST_LITERAL > parsing.LARGEST_MAIL
    assert (
        fetching.LONGEST_RUN < connections.LONGEST < 60
    )  # idle in a transaction at most, see settings


def test_nothing_of_the_mail_is_logged(
    imap: ImapServer, pharmacy: Place, doctor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    a_mailbox(pharmacy, imap.port, password=b"faux")
    imap.put(mails.mail(Subject="[KO Intégration] MARTEL Jeanne"))
    fetching.fetch(pharmacy.pk, at=NOW)
    Mailbox.objects.all().delete()
    a_mailbox(pharmacy, imap.port)
    fetching.fetch(pharmacy.pk, at=NOW)

    assert "mailbox_fails" in caplog.text
    for word in ("MARTEL", mails.SENDER, "faux"):
        assert word not in caplog.text
