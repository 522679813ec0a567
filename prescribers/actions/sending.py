"""Sending a signed prescription to the pharmacy that the patient chose."""

from datetime import datetime
from uuid import UUID

from eprescription.actor import Actor
from eprescription.models import Message, Prescription
from eprescription.permissions import Action, check_role, check_write
from eprescription.secure_mail.designating import designate


def send_to_pharmacy(
    *, prescription: Prescription, place_id: UUID, by: Actor, at: datetime
) -> Message:
    """Puts it into the mailbox of a pharmacy; twice is once for as long as it waits there.

    The answer tells nothing of the dispensing. Raises NotSent with words for the page.
    """
    check_role(by, Action.SEND)
    check_write(by, prescription)
    return designate(prescription=prescription, place_id=place_id, by=by, at=at)
