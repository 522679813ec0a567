"""Who refused the paper gets his copy in his own secure mailbox, by real SMTP."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents.reading import read_file
from eprescription.identity import vault
from eprescription.identity.traits import IdentityStatus
from eprescription.models import Deed, JournalEntry, Letter, Paper, PushState
from eprescription.refusal import Unlawful
from eprescription.secure_mail import letters
from prescribers import actions as prescriber_acts
from tests import factories
from tests.mail_servers import SmtpServer

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


def signed(doctor: Actor, paper: str = "mail", **more: Any) -> Any:
    who = factories.traits(**more)
    subject, _account = factories.a_patient(doctor, who, account=False)
    return factories.a_signed(doctor, subject, paper=paper)


def sent() -> Letter:
    letter = Letter.objects.get()
    letters.deliver(letter.pk, at=NOW())
    letter.refresh_from_db()
    return letter


def test_the_copy_goes_to_the_mailbox_of_the_ins_with_the_code_on_its_page(
    doctor: Actor, smtp: SmtpServer
) -> None:
    prescription = signed(doctor)
    assert sent().state == PushState.DELIVERED
    ins = vault.read(prescription.subject_id).ins
    assert smtp.recipients == [f"{ins}@patient.mssante.fr"]
    [mail] = smtp.mails
    [page] = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert page.get_filename() == "document.pdf"
    content = page.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert read_file(content).texts[0].startswith(f"{prescription.number}.")
    words = f"{mail['Subject']} {mail.get_payload()[0].get_payload(decode=True)}"  # type: ignore[index,union-attr]
    assert not {"MARTEL", "AMOXICILLINE", prescription.number} & set(words.split())
    assert JournalEntry.objects.filter(deed=Deed.MAILED, prescription=prescription).count() == 1


def test_who_takes_the_paper_gets_no_letter(doctor: Actor, smtp: SmtpServer) -> None:
    signed(doctor, "paper")
    assert not Letter.objects.exists()


def test_where_no_mail_leaves_there_is_none_to_fail(doctor: Actor) -> None:
    signed(doctor)
    assert not Letter.objects.exists()


def test_a_new_code_goes_there_too(doctor: Actor, smtp: SmtpServer) -> None:
    prescription = signed(doctor)
    prescriber_acts.recode(prescription=prescription, by=doctor, at=NOW())
    occasions = Letter.objects.order_by("created_at").values_list("occasion", flat=True)
    assert list(occasions) == ["signed", "recoded 2"]


def test_nothing_leaves_once_it_is_cancelled_or_the_identity_lost_its_trust(
    doctor: Actor, smtp: SmtpServer
) -> None:
    prescription = signed(doctor)
    traits = factories.traits(status=IdentityStatus.VALI, ins="", ins_oid="")
    vault.keep(subject_id=prescription.subject_id, traits=traits)
    letter = sent()
    assert (letter.state, letter.last_code) == (PushState.WITHHELD, "no_address")
    other = signed(doctor, birth_name="AUTRE")
    prescriber_acts.cancel(prescription=other, by=doctor, at=NOW())
    second = Letter.objects.get(prescription=other)
    letters.deliver(second.pk, at=NOW())
    second.refresh_from_db()
    assert second.state == PushState.WITHHELD and not smtp.mails


def test_the_secret_of_a_minor_goes_to_no_mailbox(doctor: Actor, smtp: SmtpServer) -> None:
    born = date(timezone.localdate().year - 15, 1, 2)
    subject, _account = factories.a_patient(doctor, factories.traits("PETIT", born), account=False)
    with pytest.raises(Unlawful, match="secret_care_leaves_on_paper"):
        factories.a_signed(doctor, subject, paper="mail", secret="L5134-1")
    kept = factories.a_signed(doctor, subject, secret="L5134-1")
    # Even when a wish for mail reaches the outbox, nothing of it is written there.
    with transaction.atomic():
        kept.paper = Paper.MAIL
        letters.write_to_patient(kept, occasion="signed", at=NOW())
    assert not Letter.objects.exists()


def test_a_mailbox_that_does_not_exist_is_told_to_the_operator(
    doctor: Actor, smtp: SmtpServer
) -> None:
    signed(doctor)
    smtp.answers = ["rcpt 550 unknown"]
    letter = sent()
    assert (letter.state, letter.last_code) == (PushState.DEAD, "smtp_550")
    assert list(letters.LETTERS.dead()) == [letter]
