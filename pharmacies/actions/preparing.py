"""A préparateur makes a dispensing ready under the claim; nothing leaves until a pharmacist validates it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Deed, Preparation, Prescription
from eprescription.once import once
from eprescription.permissions import Action, check_role
from pharmacies.claims import held_by, locked_case
from pharmacies.wordless import coded_fields


def prepare(
    *,
    prescription: Prescription,
    typed: Mapping[str, str],
    secret: str,
    key: UUID,
    by: Actor,
    at: datetime,
) -> Preparation:
    """Keeps the page as it was filled in, for a pharmacist to read over and validate (CSP L. 4241-1).

    `typed` are the fields of the dispensing page. A later preparation takes the place of an earlier one.
    """
    check_role(by, Action.DISPENSE)
    typed = coded_fields(prescription, typed)
    with transaction.atomic():
        new = uuid4()
        asked = (prescription.pk, dict(typed))
        done = once(act="prepare", key=key, asked=asked, result=new, by=by, at=at)
        if done:
            return Preparation.objects.get(pk=done)
        held = held_by(locked_case(prescription), by=by, secret=secret)
        Preparation.objects.filter(claim=held, ended_at=None).update(ended_at=at)
        ready = Preparation.objects.create(
            id=new, claim=held, by_id=by.activity_id, at=at, typed=dict(typed)
        )
        record(Deed.PREPARED, by=by, prescription=prescription)
    return ready
