"""A mail becomes a message of a pharmacy: once, whatever it holds, and nothing is dropped."""

import logging
import uuid
from datetime import datetime

from django.db import transaction

from eprescription.anonymity import opens_at
from eprescription.audit.journal import record
from eprescription.models import Deed, Message, Outcome
from eprescription.secure_mail.parsing import identity_of, sender_of
from eprescription.secure_mail.problems import Problem
from eprescription.secure_mail.reading import Presented, read
from eprescription.secure_mail.sealing import sealed

log = logging.getLogger(__name__)


def arrive(
    *, place_id: uuid.UUID, source: bytes, at: datetime, problem: Problem | None = None
) -> Message | None:
    """Keeps a mail for a pharmacy; None when it is there already.

    `problem`: what is known to be wrong before it is read (too big: `source` is then its head alone). A mail that
    opens nothing is kept whole, sealed, with its problem.
    """
    identity = identity_of(source)
    here = Message.objects.filter(place_id=place_id, message_id=identity)
    if here.exists():
        return None
    presented = Presented(problem=problem) if problem else _here(_read(source), place_id)
    row = _row(place_id, source, identity, presented, at)
    with transaction.atomic():
        Message.objects.bulk_create([row], ignore_conflicts=True)
        if not here.filter(pk=row.pk).exists():
            return None
        record(
            Deed.RECEIVED,
            by=None,
            prescription=row.prescription,
            place_id=place_id,
            outcome=Outcome.FAILED if row.state == Message.State.BROKEN else Outcome.DONE,
            code=row.problem,
        )
    return row


def _here(presented: Presented, place_id: uuid.UUID) -> Presented:
    """An anonymous prescription opens at the designated pharmacy alone: elsewhere its code is one of the unknown."""
    found = presented.prescription
    return (
        presented
        if not found or opens_at(found, place_id)
        else Presented(problem=Problem.UNKNOWN_CODE)
    )


def _row(
    place_id: uuid.UUID, source: bytes, identity: bytes, presented: Presented, at: datetime
) -> Message:
    row = Message(
        place_id=place_id,
        way=Message.Way.MAIL,
        message_id=identity,
        received_at=at,
        state=_state(presented),
        problem=presented.problem or "",
        prescription=presented.prescription,
    )
    row.sender = sealed(sender_of(source).encode(), row=row, column="sender")
    if presented.problem:
        row.source = sealed(source, row=row, column="source")
    return row


def _state(presented: Presented) -> Message.State:
    """A receipt asks nothing of anybody: it is filed as it comes."""
    if presented.problem is Problem.RECEIPT:
        return Message.State.DONE
    return Message.State.BROKEN if presented.problem else Message.State.NEW


def _read(source: bytes) -> Presented:
    """Hostile bytes fail in more ways than one can list: the mail is then broken, and the next one is read."""
    try:
        with transaction.atomic():
            return read(source)
    except Exception as error:  # noqa: BLE001 - see above
        log.error("mail_not_read %s", type(error).__name__)
        return Presented(problem=Problem.UNREADABLE)
