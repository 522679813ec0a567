"""What was just refused at the desk and may be reported: it travels through the page sealed, and for an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from eprescription.actor import Actor
from eprescription.models import Prescription
from eprescription.refusal import Refusal
from pharmacies import actions

SALT = "pharmacies.doubt"
LASTS = timedelta(hours=1)
CODE, PRESCRIPTION = "code", "prescription"

Doubt = tuple[str, str]  # what, and its digest or id


def doubt_of(refusal: Refusal, by: Actor) -> str:
    """What may be reported of a refused presentation; empty when there is nothing to report."""
    if isinstance(refusal, actions.NoSuchCode) and refusal.digest:
        return _sealed((CODE, refusal.digest.hex()), by)
    if isinstance(refusal, actions.ClaimedElsewhere):
        return _sealed((PRESCRIPTION, str(refusal.prescription.pk)), by)
    return ""


def read(doubt: str, by: Actor) -> Doubt | None:
    """The same again; None when it is not from this pharmacy or too old."""
    try:
        place, what, mark = signing.loads(doubt, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return (what, mark) if place == str(by.place_id) else None


def report(doubt: Doubt, *, key: UUID, by: Actor, at: datetime) -> None:
    """Reports what the doubt is about."""
    what, mark = doubt
    if what == CODE:
        actions.report_code(digest=bytes.fromhex(mark), key=key, by=by, at=at)
    else:
        prescription = Prescription.objects.get(pk=mark)
        actions.report(prescription=prescription, key=key, by=by, at=at)


def _sealed(doubt: Doubt, by: Actor) -> str:
    return signing.dumps([str(by.place_id), *doubt], salt=SALT)
