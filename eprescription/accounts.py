"""A person's own account: the roles he may take up, the one he takes, how pages look to him."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.db import transaction
from django.http import HttpRequest

from eprescription.actor import load, standing_for
from eprescription.audit.journal import record
from eprescription.models import Activity, Deed, User

# In the session of who came by a national provider: which one, and the only activities that it opened.
CAME_BY, ONLY = "came_by", "only"
PREPARED = "prepared"  # in the session of who entered with a printed code (prepared.py)


def activities_of(user: User, *, only: Sequence[str] | None = None) -> list[Activity]:
    """The roles in force of a person; among those of `only` when his sign-in opened no more."""
    rows = user.activities.filter(is_active=True).select_related("place")
    if only is not None:
        rows = rows.filter(pk__in=only)
    return list(rows.order_by("role", "place__name"))


def came_by(request: HttpRequest) -> str:
    """The key of the national provider by which this session began; empty for a local account, or without session."""
    came = getattr(request, "session", {}).get(CAME_BY) or {}
    return str(came.get("provider", ""))


def renew(request: HttpRequest, user: User, *, signed_in_at: float | None) -> None:
    """Ends the session and begins one for somebody known already: no fresh proof, and no later full sign-in.

    The same person keeps what his sign-in was worth, and no more.
    """
    same = request.session.get(SESSION_KEY) == str(user.pk)
    kept = {name: request.session.get(name) for name in (CAME_BY, ONLY, PREPARED) if same}
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.update({name: value for name, value in kept.items() if value is not None})
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
    if request.session.get(PREPARED) and deed == Deed.SIGNED_IN:
        deed = Deed.SIGNED_IN_CODE
    request.actor = replace(actor, has_several=several)  # type: ignore[attr-defined]
    with transaction.atomic():
        record(deed, by=actor)


def enter_space(request: HttpRequest, link_id: UUID | None, *, at: datetime) -> bool:
    """Opens the space of somebody the patient stands for, or his own again; False when the link holds no more.

    The session gets a new key, as at each change of what it may read; the journal of that person says who came.
    """
    request.session.pop("representing", None)
    if link_id is None:
        request.session.cycle_key()
        return True
    stood = standing_for(request.actor, link_id, at=at)  # type: ignore[attr-defined]
    if stood is None:
        return False
    request.session.cycle_key()
    request.session["representing"] = str(link_id)
    with transaction.atomic():
        record(Deed.ENTERED, by=stood, subject_id=stood.subject_id)
    return True


def choose_density(user: User, density: str) -> bool:
    """Keeps how dense pages are for this person; False for a density that does not exist."""
    if density not in User.Density.values:
        return False
    User.objects.filter(pk=user.pk).update(density=density)
    return True
