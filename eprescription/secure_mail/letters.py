"""The letters that leave the portal: written with the act, sent by a worker, once in effect."""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings

from eprescription import striking
from eprescription.anonymity import is_anonymous
from eprescription.audit.journal import record
from eprescription.clock import shared_now
from eprescription.identity import vault
from eprescription.models import (
    Deed,
    Letter,
    Mailbox,
    Message,
    Outcome,
    Paper,
    Place,
    Prescription,
    PrescriptionState,
    Role,
    Subject,
)
from eprescription.outbox import Answer, Outbox, outcome_of, withheld
from eprescription.outbox import Outcome as Sent
from eprescription.secure_mail import smtp
from eprescription.secure_mail.composing import compose

log = logging.getLogger(__name__)
LETTERS = Outbox("letter", Letter, task="eprescription.tasks.deliver_letter", done="sent_at")


def write_to_pharmacy(
    prescription: Prescription, place: Place, *, letter_id: uuid.UUID, occasion: str, at: datetime
) -> Letter | None:
    """Writes the letter with the act that sends it; None when this pharmacy has no address outside the portal."""
    if is_anonymous(prescription) or not smtp.is_configured() or not address_of(place.pk):
        return None
    kind = Letter.Kind.PHARMACY
    return _written(prescription, place, id=letter_id, kind=kind, occasion=occasion, at=at)


def write_to_patient(prescription: Prescription, *, occasion: str, at: datetime) -> Letter | None:
    """The copy for who refused the paper (CSP R. 4072-1 et s.); None when he has the paper, or no mail leaves from here.

    Nothing of a minor's secret care goes to a mailbox that his representatives may open.
    """
    if prescription.paper != Paper.MAIL or prescription.secret or not smtp.is_configured():
        return None
    return _written(prescription, None, kind=Letter.Kind.PATIENT, occasion=occasion, at=at)


def write_note(
    prescription: Prescription, place: Place, *, occasion: str, at: datetime
) -> Letter | None:
    """A note that something waits on the portal, of which it says nothing; None when the place has no address."""
    if not smtp.is_configured() or not address_of(place.pk):
        return None
    return _written(prescription, place, kind=Letter.Kind.NOTE, occasion=occasion, at=at)


def _written(
    prescription: Prescription, place: Place | None, *, occasion: str, at: datetime, **more: Any
) -> Letter:
    told = {"occasion": occasion, "created_at": at, "next_at": min(at, shared_now())}
    letter = Letter(prescription=prescription, place=place, **told, **more)
    LETTERS.announce(letter)
    letter.save(force_insert=True)
    return letter


def address_of(place_id: uuid.UUID | None) -> str:
    """The address of a pharmacy with another operator than the portal's own; empty when it has none."""
    rows = Mailbox.objects.filter(pk=place_id).values_list("address", flat=True)
    address = rows.first() or ""
    return "" if _domain(address) == _domain(settings.MAIL_SENDER) else address


def deliver(letter_id: uuid.UUID, *, at: datetime) -> Letter | None:
    """Sends one due letter once; returns it with its new state, or None when it was not due."""
    return LETTERS.deliver(letter_id, send=_sent, trace=_trace, at=at)


def _sent(letter: Letter) -> Sent:
    """What becomes of the letter: the rights are read again, since time has passed."""
    rows = Prescription.objects.select_related("subject", "author__place")
    prescription = rows.get(pk=letter.prescription_id)
    if prescription.state != PrescriptionState.ISSUED:
        return withheld(f"prescription_{prescription.state}")
    if prescription.subject.kind == Subject.Kind.ANONYMOUS:
        return withheld("anonymous")
    if _is_the_authors(letter) and not striking.still_prescribes(prescription.author_id):
        return withheld(striking.CODE)
    to = _recipient(letter, prescription) if smtp.is_configured() else ""
    if not to:
        return withheld("no_address")
    return outcome_of(letter, _attempt(letter, prescription, to))


def _is_the_authors(letter: Letter) -> bool:
    """Whether it leaves in the name of the prescriber: what the patient sends is his own word, a note says nothing."""
    if letter.kind != Letter.Kind.PHARMACY:
        return letter.kind == Letter.Kind.PATIENT
    return not Message.objects.filter(pk=letter.pk, sent_by__role=Role.PATIENT).exists()


def _recipient(letter: Letter, prescription: Prescription) -> str:
    """Where it goes now: an identity that is qualified no more has no address (EXI SI 07)."""
    if letter.kind != Letter.Kind.PATIENT:
        return address_of(letter.place_id)
    if prescription.secret or not vault.qualified(prescription.subject_id):
        return ""
    return f"{vault.read(prescription.subject_id).ins}@{settings.PATIENT_MAIL_DOMAIN}"


def _attempt(letter: Letter, prescription: Prescription, to: str) -> Answer:
    """A page that cannot be made is a failed attempt like another: it is counted, and it blocks nobody."""
    try:
        return smtp.send(compose(letter, prescription, to=to), to=to)
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say it and the next letter must go
        log.error("letter_not_made %s %s", letter.pk, type(error).__name__)
        return Answer(False, False, type(error).__name__[:40])


def _trace(letter: Letter, answer: Answer) -> None:
    record(
        Deed.MAILED,
        by=None,
        prescription=letter.prescription,
        place_id=letter.place_id,
        outcome=Outcome.DONE if answer.delivered else Outcome.FAILED,
        code=answer.code,
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()
