"""A person's own account: the roles he may take up, the one he takes, how pages look to him."""

from dataclasses import replace

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from eprescription.actor import load
from eprescription.audit.journal import record
from eprescription.models import Activity, Deed, User


def activities_of(user: User) -> list[Activity]:
    """The roles in force of a person."""
    rows = user.activities.filter(is_active=True).select_related("place")
    return list(rows.order_by("role", "place__name"))


def renew(request: HttpRequest, user: User, *, signed_in_at: float | None) -> None:
    """Ends the session and begins one for somebody known already: no fresh proof, and no later full sign-in."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.pop("proved_at", None)
    request.session["signed_in_at"] = signed_in_at


def enter(
    request: HttpRequest, activity: Activity, *, several: bool, deed: Deed = Deed.SIGNED_IN
) -> None:
    """Binds the session, under a new key, to one role at one place; the journal says so."""
    request.session.cycle_key()
    request.session["activity"] = str(activity.pk)
    request.session["several"] = several
    actor = load(activity.pk, activity.user)
    assert actor is not None
    request.actor = replace(actor, has_several=several)  # type: ignore[attr-defined]
    with transaction.atomic():
        record(deed, by=actor)


def choose_density(user: User, density: str) -> bool:
    """Keeps how dense pages are for this person; False for a density that does not exist."""
    if density not in User.Density.values:
        return False
    User.objects.filter(pk=user.pk).update(density=density)
    return True
