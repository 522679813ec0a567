"""The mailboxes of the demo's pharmacies: one prescription waits in the first of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from eprescription.actor import Actor
from eprescription.models import Mailbox, Place, Prescription
from eprescription.secure_mail.designating import designate


def fill(
    pharmacies: Iterable[Place], prescription: Prescription, *, by: Actor, at: datetime
) -> None:
    """Opens a mailbox for each, which only the portal writes to; `by` sends the prescription to the first."""
    places = list(pharmacies)
    for place in places:
        Mailbox.objects.create(place=place, address=f"{place.identifier}@demo.exemple")
    sent_at = at - timedelta(hours=2)
    designate(prescription=prescription, place_id=places[0].pk, by=by, at=sent_at)
