"""A person takes up a role: the session is renewed, and the journal says so."""

from dataclasses import replace

from django.db import transaction
from django.http import HttpRequest

from eprescription.actor import load
from eprescription.audit.journal import record
from eprescription.models import Activity, Deed


def enter(request: HttpRequest, activity: Activity, *, several: bool) -> None:
    """Binds the session to one role at one place."""
    request.session.cycle_key()
    request.session["activity"] = str(activity.pk)
    request.session["several"] = several
    actor = load(activity.pk, request.user)  # type: ignore[arg-type]
    assert actor is not None
    request.actor = replace(actor, has_several=several)  # type: ignore[attr-defined]
    with transaction.atomic():
        record(Deed.SIGNED_IN, by=actor)
