"""The lock of a post: what a session remembers of it, and what was being sent when it fell."""

import base64
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from eprescription.accounts import activities_of, enter, renew
from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.identity.crypto import Keys, Tampered, seal, unseal
from eprescription.identity.keys import field_keys
from eprescription.models import Deed
from pharmacies.models import Seat

COOKIE = "post" if settings.PLAIN_HTTP else "__Host-post"
# The browser locks by itself on time; the server, which hears of typing twice a minute, locks a little later.
GRACE = timedelta(minutes=1)
LARGEST_KEPT = 512 * 1024  # characters of one form
UNLOCKED = "unlocked"


@dataclass(frozen=True)
class Sending:
    """A form that arrived at a locked post: where it went, and its fields."""

    path: str
    fields: list[tuple[str, str]]


def is_locked(request: HttpRequest) -> bool:
    """Whether the post is locked: it was, or it has been idle for too long and is now."""
    idle = timedelta(seconds=getattr(request, "idle", 0))
    if not request.session.get("locked") and idle > settings.COUNTER_IDLE + GRACE:
        lock(request)
    return bool(request.session.get("locked"))


def lock(request: HttpRequest) -> None:
    """Nothing is read or done here any more until somebody of the post proves himself."""
    if request.session.get("locked"):
        return
    request.session["locked"] = True
    with transaction.atomic():
        record(Deed.LOCKED, by=request.actor)  # type: ignore[attr-defined]


def unlock(request: HttpRequest, seat: Seat) -> None:
    """Opens the post for the person of this seat, who has proved himself, under a new key of the session."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if seat.activity_id == actor.activity_id:
        request.session.cycle_key()
        request.session.pop("locked", None)
        with transaction.atomic():
            record(Deed.SWITCHED, by=actor, code=UNLOCKED)
    else:
        renew(request, seat.activity.user, signed_in_at=seat.since.timestamp())
        several = len(activities_of(seat.activity.user)) > 1
        enter(request, seat.activity, several=several, deed=Deed.SWITCHED)
    request.session["seat"] = seat.pk
    request.session["seen"] = time.time()


def signed_in_at(request: HttpRequest) -> datetime | None:
    """When the person of this session last signed in fully; None when the session does not say."""
    stamp = request.session.get("signed_in_at")
    return datetime.fromtimestamp(stamp, UTC) if stamp else None


def keep_sending(request: HttpRequest) -> str:
    """The posted form, sealed, to be sent again after the lock: who passes by reads nothing in the page.

    Empty when there is nothing to keep: a page that is asked for, a file, or a form that is too long.
    """
    if request.method != "POST" or request.FILES:
        return ""
    fields = [
        (k, v) for k, values in request.POST.lists() for v in values if k != "csrfmiddlewaretoken"
    ]
    text = json.dumps([request.get_full_path(), fields])
    if len(text) > LARGEST_KEPT:
        return ""
    return base64.b64encode(seal(text.encode(), aad=_place(request), keys=_keys())).decode()


def kept_sending(request: HttpRequest, kept: str) -> Sending | None:
    """What `keep_sending` sealed at this pharmacy; None for anything else."""
    try:
        text = unseal(base64.b64decode(kept, validate=True), aad=_place(request), keys=_keys())
    except (Tampered, ValueError):
        return None
    path, fields = json.loads(text)
    return Sending(path, [(name, value) for name, value in fields])


def _place(request: HttpRequest) -> str:
    return f"counter|kept|{request.actor.place_id}"  # type: ignore[attr-defined]


def _keys() -> Keys:
    return field_keys("counter.kept")
