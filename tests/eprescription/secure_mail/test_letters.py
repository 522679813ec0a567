"""A letter to a pharmacy, by real SMTP: what it says, what becomes of it, and that it is the message that comes back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message as Mail
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eprescription import tasks
from eprescription.actor import Actor
from eprescription.cda import prescription as cda
from eprescription.documents.reading import read_file
from eprescription.health import probes
from eprescription.identity import vault
from eprescription.models import (
    AccessCode,
    Deed,
    JournalEntry,
    Letter,
    LineKind,
    Message,
    Place,
    Prescription,
    PushState,
    Subject,
)
from eprescription.secure_mail import archives, connections, fetching, letters, reading
from eprescription.secure_mail import smtp as smtp_client
from eprescription.secure_mail.designating import NotSent, designate
from eprescription.upkeep import let_time_pass
from prescribers import actions as prescriber_acts
from tests import factories
from tests.eprescription.secure_mail import certificates, mails
from tests.eprescription.secure_mail.conftest import SENDER, a_mailbox
from tests.mail_servers import PASSWORD, USER, ImapServer, SmtpServer, free_port

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def sent(prescription: Prescription, place: Place, by: Actor, at: datetime = NOW) -> Letter:
    """The letter of a designation."""
    message = designate(prescription=prescription, place_id=place.pk, by=by, at=at)
    return Letter.objects.get(pk=message.pk)


def deliver(letter: Letter, at: datetime = NOW) -> Letter:
    letters.deliver(letter.pk, at=at)
    letter.refresh_from_db()
    return letter


def next_try(letter: Letter) -> datetime:
    return letter.next_at + timedelta(milliseconds=1)


def pdf_in(mail: Mail) -> bytes:
    [part] = [p for p in mail.walk() if p.get_content_type() == "application/pdf"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


@pytest.fixture
def outside(pharmacy: Place) -> Place:
    """A pharmacy with an address at another operator."""
    a_mailbox(pharmacy)
    return pharmacy


# --- The good way


def test_the_printed_page_arrives_with_its_code(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    letter = deliver(sent(prescription, outside, doctor))

    assert (letter.state, letter.attempts, letter.last_code) == (PushState.DELIVERED, 1, "smtp_250")
    assert smtp.recipients == [f"{outside.identifier}@pharmacie.mssante.exemple"]
    assert read_file(pdf_in(smtp.mails[0])).texts == (factories.code_of(prescription),)
    trace = JournalEntry.objects.get(deed=Deed.MAILED)
    assert (trace.outcome, trace.place_id) == ("done", outside.pk)


def test_the_fields_are_those_of_the_convention(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor, settings: Any
) -> None:
    settings.MAIL_SOFTWARE_ID = "LOGICIEL-1"
    deliver(sent(prescription, outside, doctor))

    [mail] = smtp.mails
    assert mail["From"] == SENDER
    assert mail["X-MSS-INS"] == "O"
    assert mail["X-MSS-NIL"] == "LOGICIEL-1"
    assert mail["X-MSS-CODECDA"] == "57833-6"
    assert mail["Subject"].startswith("XDM/1.0/DDM+")


def test_the_archive_for_the_software_holds_the_document_of_this_prescription(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    """Given the archive alone, as software keeps it, then the prescription is found in it as on the page."""
    deliver(sent(prescription, outside, doctor))

    [archive] = [p for p in smtp.mails[0].walk() if p.get_content_type() == "application/zip"]
    assert archive.get_filename() == "IHE_XDM.zip"
    content = archive.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert reading.read(mails.mail(content)).prescription == prescription
    [document] = [file for file in archives.files_of(content) if b"ClinicalDocument" in file[:200]]
    assert document == cda.document_of(prescription, vault.read(prescription.subject_id))


def test_what_the_model_of_document_cannot_hold_leaves_as_a_page_alone(
    smtp: SmtpServer, outside: Place, doctor: Actor
) -> None:
    """Given a prescription of blood tests, then there is no archive and no field speaks of one."""
    subject_id, _account = factories.a_patient(doctor, account=False)
    draft = prescriber_acts.draft(subject_id=subject_id, by=doctor, at=NOW)
    content = {"kind": LineKind.BIOLOGY, "name": "NFS, plaquettes"}
    prescriber_acts.add_line(prescription=draft, content=content, by=doctor, at=NOW)
    signed = prescriber_acts.sign(
        prescription=draft, may_follow=True, paper="paper", by=doctor, at=NOW
    )
    deliver(sent(signed, outside, doctor))

    [mail] = smtp.mails
    assert "XDM" not in mail["Subject"]
    assert mail["X-MSS-CODECDA"] is None
    assert read_file(pdf_in(mail)).texts == (factories.code_of(signed),)
    assert not [p for p in mail.walk() if p.get_content_type() == "application/zip"]


def test_without_a_qualified_identity_the_mail_says_so(
    smtp: SmtpServer, outside: Place, doctor: Actor
) -> None:
    who = factories.traits(status="VALI", ins="", ins_oid="")  # type: ignore[arg-type]
    subject_id, _account = factories.a_patient(doctor, who, account=False)
    deliver(sent(factories.a_signed(doctor, subject_id), outside, doctor))

    assert smtp.mails[0]["X-MSS-INS"] == "N"


@hypothesis_settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.from_regex(r"[A-Z]{4,12}( [A-Z]{4,8})?", fullmatch=True),
    posology=st.text("abc :,", min_size=4, max_size=40).map(lambda said: f"x{said}y"),
)
def test_whatever_is_prescribed_to_whomever_all_but_the_attachments_reads_the_same(
    smtp: SmtpServer, doctor: Actor, name: str, posology: str
) -> None:
    place = factories.a_place()
    a_mailbox(place)
    who = factories.traits(birth_name=name)
    subject_id, _account = factories.a_patient(doctor, who, account=False)
    before = len(smtp.mails)
    prescription = factories.a_signed(doctor, subject_id, posology=posology)

    letter = deliver(sent(prescription, place, doctor))

    [mail] = smtp.mails[before:]
    mail_fields = {k: v for k, v in mail.items() if k not in ("To", "Date", "Message-ID")}
    boundary = mail.get_boundary()
    assert mail_fields.pop("Content-Type") == f'multipart/mixed; boundary="{boundary}"'
    assert {k: v for k, v in mail_fields.items() if not k.startswith("X-")} == {
        "From": SENDER,
        "Subject": "XDM/1.0/DDM+Message =?utf-8?q?s=C3=A9curis=C3=A9?=",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    assert mail["Message-ID"] == f"<{letter.pk}@testserver>"
    names = [part.get_filename() for part in mail.walk()]
    assert names == [None, None, "document.pdf", "IHE_XDM.zip"]
    text = next(p for p in mail.walk() if p.get_content_type() == "text/plain").as_string()
    assert name not in text and (prescription.number or "") not in text


# --- The letter that comes back is the message that is there


def test_the_letter_that_comes_back_by_imap_is_the_same_message(
    smtp: SmtpServer, imap: ImapServer, pharmacy: Place, prescription: Prescription, doctor: Actor
) -> None:
    a_mailbox(pharmacy, imap.port)
    deliver(sent(prescription, pharmacy, doctor))
    imap.put(smtp.mails[0].as_bytes())

    assert fetching.fetch(pharmacy.pk, at=NOW) == 0

    message = Message.objects.get()
    assert (message.way, message.state) == (Message.Way.PORTAL, Message.State.NEW)


# --- What the act writes


def test_the_message_is_there_at_once_even_when_nothing_can_be_sent(
    pharmacy: Place, prescription: Prescription, doctor: Actor
) -> None:
    message = designate(prescription=prescription, place_id=pharmacy.pk, by=doctor, at=NOW)

    assert (message.place_id, message.prescription_id) == (pharmacy.pk, prescription.pk)
    assert not Letter.objects.exists()
    trace = JournalEntry.objects.get(deed=Deed.DESIGNATED)
    assert (trace.code, trace.activity_id) == (str(pharmacy.pk), doctor.activity_id)


def test_twice_is_once_as_long_as_it_waits_there(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    first = sent(prescription, outside, doctor)
    assert sent(prescription, outside, doctor) == first
    assert JournalEntry.objects.filter(deed=Deed.DESIGNATED).count() == 1

    Message.objects.update(state=Message.State.DONE)  # as when the pharmacy has filed it
    assert sent(prescription, outside, doctor) != first


def test_an_address_of_the_portal_itself_needs_no_letter(
    smtp: SmtpServer, pharmacy: Place, prescription: Prescription, doctor: Actor
) -> None:
    a_mailbox(pharmacy, address="gare@" + SENDER.partition("@")[2].upper())
    designate(prescription=prescription, place_id=pharmacy.pk, by=doctor, at=NOW)

    assert Message.objects.count() == 1
    assert not Letter.objects.exists()


def test_only_a_pharmacy_is_sent_to(prescription: Prescription, doctor: Actor) -> None:
    practice = Place.objects.get(pk=doctor.place_id)
    with pytest.raises(NotSent):
        designate(prescription=prescription, place_id=practice.pk, by=doctor, at=NOW)
    assert not Message.objects.exists()


def test_what_is_cancelled_is_not_sent(
    pharmacy: Place, prescription: Prescription, doctor: Actor
) -> None:
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=NOW)
    with pytest.raises(NotSent):
        designate(prescription=prescription, place_id=pharmacy.pk, by=doctor, at=NOW)


def test_the_code_is_kept_as_long_as_the_letter_has_to_leave(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    prescription.pushes.update(state=PushState.DELIVERED)  # type: ignore[attr-defined]
    letter = sent(prescription, outside, doctor)
    let_time_pass(at=NOW + timedelta(hours=2))
    assert bytes(AccessCode.objects.get().sealed)

    deliver(letter, NOW + timedelta(hours=2))
    let_time_pass(at=NOW + timedelta(hours=2))
    assert not bytes(AccessCode.objects.get().sealed)


def test_when_the_code_is_not_kept_any_more_the_page_bears_its_number(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    prescription.pushes.update(state=PushState.DELIVERED)  # type: ignore[attr-defined]
    let_time_pass(at=NOW + timedelta(hours=2))

    assert deliver(sent(prescription, outside, doctor)).state == PushState.DELIVERED
    assert read_file(pdf_in(smtp.mails[0])).problem == "no_code"
    assert Message.objects.get().state == Message.State.NEW  # which opens it all the same


# --- The rights are read again


def test_what_was_cancelled_meanwhile_is_withheld(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    letter = sent(prescription, outside, doctor)
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=NOW)

    assert deliver(letter).state == PushState.WITHHELD
    assert (letter.last_code, smtp.mails) == ("prescription_cancelled", [])


def test_what_became_anonymous_is_withheld(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    letter = sent(prescription, outside, doctor)
    with (
        connection.cursor() as cursor
    ):  # nothing in the portal does it: the guard stands all the same
        cursor.execute("SET session_replication_role = replica")
        Subject.objects.update(kind=Subject.Kind.ANONYMOUS)
        cursor.execute("SET session_replication_role = DEFAULT")

    assert deliver(letter).state == PushState.WITHHELD
    assert (letter.last_code, smtp.mails) == ("anonymous", [])


def test_where_there_is_no_address_any_more_nothing_is_sent(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor, settings: Any
) -> None:
    letter = sent(prescription, outside, doctor)
    settings.SMTP_URL = ""

    assert deliver(letter).state == PushState.WITHHELD
    assert letter.last_code == "no_address"


# --- What goes wrong on the way


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("451 later", "smtp_451"),
        ("rcpt 450 mailbox busy", "smtp_450"),
        ("cut", "SMTPServerDisconnected"),
    ],
)
def test_what_may_pass_is_tried_again_later(
    smtp: SmtpServer,
    outside: Place,
    prescription: Prescription,
    doctor: Actor,
    answer: str,
    code: str,
) -> None:
    smtp.answers = [answer]
    letter = deliver(sent(prescription, outside, doctor))

    assert (letter.state, letter.last_code, letter.attempts) == (PushState.WAITING, code, 1)
    assert NOW < letter.next_at <= NOW + timedelta(seconds=60)
    assert deliver(letter, next_try(letter)).state == PushState.DELIVERED
    assert len(smtp.mails) == 1


@pytest.mark.parametrize("answer", ["550 no such user", "rcpt 550 no such user", "554 refused"])
def test_what_is_refused_for_good_is_not_tried_again(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor, answer: str
) -> None:
    smtp.answers = [answer]

    assert deliver(sent(prescription, outside, doctor)).state == PushState.DEAD


def test_a_lost_answer_sends_the_same_mail_again_under_the_same_name(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    smtp.answers = ["keep and cut"]
    letter = deliver(sent(prescription, outside, doctor))
    assert letter.state == PushState.WAITING
    deliver(letter, next_try(letter))

    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert pdf_in(first) == pdf_in(second)


def test_eight_attempts_then_an_operator_looks_at_it(
    outside: Place,
    prescription: Prescription,
    doctor: Actor,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.SMTP_URL = f"smtp+plain://127.0.0.1:{free_port()}"
    settings.MAIL_SENDER = SENDER
    letter, at = sent(prescription, outside, doctor), NOW
    for _ in range(8):
        letter = deliver(letter, at)
        at = next_try(letter)

    assert (letter.state, letter.attempts) == (PushState.DEAD, 8)
    assert list(letters.LETTERS.dead()) == [letter]
    assert "letter_dead" in caplog.text
    [failed] = [probe for probe in probes(at=at) if probe.code == "dead_pushes"]
    assert (failed.ok, failed.value) == (False, 1)
    letters.LETTERS.revive(letter, at=at)
    assert letters.LETTERS.due(at=at) == [letter.pk]


def test_a_slow_server_is_left(
    smtp: SmtpServer,
    outside: Place,
    prescription: Prescription,
    doctor: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp_client, "TIMEOUT", 0.3)
    smtp.delay = 1.0
    letter = deliver(sent(prescription, outside, doctor))

    assert (letter.state, letter.last_code) == (PushState.WAITING, "SMTPServerDisconnected")


def test_a_page_that_cannot_be_made_is_a_failed_attempt(
    smtp: SmtpServer,
    outside: Place,
    prescription: Prescription,
    doctor: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter = sent(prescription, outside, doctor)
    monkeypatch.setattr(vault, "qualified", lambda subject_id: 1 / 0)

    assert (deliver(letter).state, letter.last_code) == (PushState.WAITING, "ZeroDivisionError")


def test_a_letter_is_sent_by_one_worker_and_once(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    letter = sent(prescription, outside, doctor)
    tasks.deliver_letter(str(letter.pk))
    tasks.deliver_letter(str(letter.pk))
    tasks.sweep_letters()
    tasks.deliver_letter("not a uuid")

    assert len(smtp.mails) == 1


# --- Where it is handed in


@pytest.fixture
def with_login() -> Iterator[SmtpServer]:
    server = SmtpServer(login=True)
    yield server
    server.stop()


def test_the_portal_signs_in_when_the_address_says_so(
    with_login: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor, settings: Any
) -> None:
    settings.MAIL_SENDER = SENDER
    settings.SMTP_URL = f"smtp+plain://{USER}:faux@127.0.0.1:{with_login.port}"
    letter = deliver(sent(prescription, outside, doctor))
    assert (letter.state, letter.last_code) == (PushState.WAITING, "smtp_535")

    password = PASSWORD.replace(" ", "%20")
    settings.SMTP_URL = f"smtp+plain://{USER}:{password}@127.0.0.1:{with_login.port}"
    assert deliver(letter, next_try(letter)).state == PushState.DELIVERED


def test_a_server_whose_certificate_is_unknown_gets_nothing(
    outside: Place, prescription: Prescription, doctor: Actor, settings: Any, tmp_path: Path
) -> None:
    import ssl

    cert, key = certificates.for_this_machine(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = SmtpServer(context=context)
    settings.MAIL_SENDER, settings.SMTP_URL = SENDER, f"smtps://127.0.0.1:{server.port}"
    try:
        letter = deliver(sent(prescription, outside, doctor))
        assert (letter.last_code, server.mails) == ("SSLCertVerificationError", [])

        settings.MAIL_CA_FILE = str(cert)
        assert deliver(letter, next_try(letter)).state == PushState.DELIVERED
    finally:
        server.stop()


def test_plain_text_goes_to_this_machine_alone(settings: Any) -> None:
    settings.PLAIN_HTTP = False
    for host, may in [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("mail.exemple", False),
    ]:
        assert connections.may_be_plain(host) is may
    settings.SMTP_URL = "smtp+plain://mail.exemple:25"
    assert smtp_client._server() is None


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtps://x:port", "nonsense"])
def test_an_address_that_says_nothing_usable_sends_nothing(
    url: str, outside: Place, prescription: Prescription, doctor: Actor, settings: Any
) -> None:
    settings.SMTP_URL, settings.MAIL_SENDER = url, SENDER
    letter = deliver(sent(prescription, outside, doctor))

    assert (letter.state, letter.last_code) == (PushState.WAITING, "smtp_url")


def test_a_server_without_starttls_gets_nothing(
    smtp: SmtpServer, outside: Place, prescription: Prescription, doctor: Actor, settings: Any
) -> None:
    settings.SMTP_URL = f"smtp://127.0.0.1:{smtp.port}"
    letter = deliver(sent(prescription, outside, doctor))

    assert (letter.state, smtp.mails) == (PushState.WAITING, [])
    assert letter.last_code == "SMTPNotSupportedError"


def test_what_is_sent_is_what_a_pharmacy_reads(
    smtp: SmtpServer, imap: ImapServer, outside: Place, prescription: Prescription, doctor: Actor
) -> None:
    """Another pharmacy that gets the mail by other means opens the same prescription."""
    other = factories.a_place(name="Pharmacie du Pont")
    a_mailbox(other, imap.port)
    deliver(sent(prescription, outside, doctor))
    imap.put(smtp.mails[0].as_bytes())
    fetching.fetch(other.pk, at=NOW)

    assert Message.objects.get(place=other).prescription == prescription
