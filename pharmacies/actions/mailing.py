"""What is done with a message of the mailbox: opening its prescription claims it, filing puts the message away.

Both may be asked again: a claim that is held here is given again, and what is filed stays filed.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.lifecycle import may_move, move
from eprescription.models import AccessCode, Deed, Message, Opening, Prescription
from eprescription.permissions import Action, check_role, may_be_opened
from eprescription.refusal import Overtaken, Refusal
from pharmacies.actions.opening import NoSuchCode, claim


def open_message(*, message_id: UUID, by: Actor, at: datetime) -> Prescription:
    """Claims the prescription that a message of this pharmacy presents; 404 for another pharmacy's.

    Raises Refusal when it presents none, when its code was replaced since, or as any claim does.
    """
    check_role(by, Action.OPEN)
    message = _here(message_id, by)
    if message.prescription is None or not may_be_opened(by, message.prescription):
        raise Refusal("nothing_to_open", _("Ce message ne présente aucune ordonnance."))
    if message.way == Message.Way.MAIL and not _code_lives(message):
        raise NoSuchCode
    claim(prescription=message.prescription, by=by, at=at, way=Opening.Way.MAIL)
    _put(message, Message.State.OPENED, by, at)
    return message.prescription


def file_message(*, message_id: UUID, by: Actor, at: datetime) -> None:
    """Puts a message away; 404 for another pharmacy's."""
    check_role(by, Action.OPEN)
    message = _here(message_id, by)
    with transaction.atomic():
        if _put(message, Message.State.DONE, by, at):
            record(Deed.RECEIVED, by=by, prescription=message.prescription, code="filed")


def _here(message_id: UUID, by: Actor) -> Message:
    rows = Message.objects.select_related(
        "prescription__case", "prescription__subject", "prescription__author"
    )
    found = rows.filter(pk=message_id, place_id=by.place_id).first()
    if found is None:
        raise Http404
    return found


def _code_lives(message: Message) -> bool:
    """The code in a mail was alive when it came; a new code since then has ended it."""
    codes = AccessCode.objects.filter(prescription=message.prescription_id, alive=True)
    return codes.filter(kind=AccessCode.Kind.OWN, made_at__lte=message.received_at).exists()


def _put(message: Message, state: Message.State, by: Actor, at: datetime) -> bool:
    """Whether this press moved it: it may be there already, or a colleague was faster."""
    if not may_move(message, state):
        return False
    try:
        with transaction.atomic():
            move(message, state, by=by, at=at, seen_by_id=by.activity_id, seen_at=at)
    except Overtaken:
        return False
    return True
