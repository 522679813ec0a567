"""Sending a prescription to the pharmacy that was chosen: the portal's own way, and a letter beside it.

The message, its trace and its letter are written in one transaction. The two roles that send ask their own permission
first; what they share stands here.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import opens_at
from eprescription.audit.journal import record
from eprescription.models import (
    Deed,
    DispensingCase,
    Message,
    Place,
    Prescription,
    PrescriptionState,
)
from eprescription.refusal import Refusal
from eprescription.secure_mail.composing import message_id
from eprescription.secure_mail.letters import write_to_pharmacy
from eprescription.secure_mail.parsing import identity_for


class NotSent(Refusal):
    """It cannot be sent there; said on the page where one chooses."""

    status = 422


def designate(
    *, prescription: Prescription, place_id: uuid.UUID, by: Actor, at: datetime
) -> Message:
    """Puts the prescription into the mailbox of a pharmacy; twice is once for as long as it waits there.

    Nothing of the dispensing is asked or told: a prescriber sends too, whatever the patient opposed. Raises NotSent.
    """
    pharmacy = Place.objects.filter(pk=place_id, kind=Place.Kind.PHARMACY).first()
    if pharmacy is None:
        raise NotSent("not_a_pharmacy", _("Choisissez une pharmacie dans la liste."))
    with transaction.atomic():
        DispensingCase.objects.select_for_update(of=("self",)).get(prescription=prescription)
        found = Prescription.objects.select_related("subject").get(pk=prescription.pk)
        if found.state != PrescriptionState.ISSUED:
            raise NotSent("not_open", _("Cette ordonnance ne se délivre plus."))
        if not opens_at(found, pharmacy.pk):
            raise NotSent(
                "designated_only", _("Seule la pharmacie désignée ouvre cette ordonnance.")
            )
        sent = Message.objects.filter(place=pharmacy, prescription=found, way=Message.Way.PORTAL)
        waiting = sent.filter(state=Message.State.NEW).first()
        return waiting or _send(found, pharmacy, sent.count() + 1, by, at)


def _send(
    prescription: Prescription, pharmacy: Place, time: int, by: Actor, at: datetime
) -> Message:
    """`time`: the how many-th. Message and letter have one id: the letter that comes back by IMAP is known."""
    pk = uuid.uuid5(prescription.pk, f"{pharmacy.pk} {time}")
    message = Message.objects.create(
        id=pk,
        place=pharmacy,
        way=Message.Way.PORTAL,
        message_id=identity_for(message_id(pk)),
        sent_by_id=by.activity_id,
        received_at=at,
        prescription=prescription,
    )
    occasion = f"designated {time}"
    write_to_pharmacy(prescription, pharmacy, letter_id=pk, occasion=occasion, at=at)
    record(Deed.DESIGNATED, by=by, prescription=prescription, code=str(pharmacy.pk))
    return message
