"""Where somebody is signed in: kept in the database with its person, listed to him, ended by him (ASVS 7.4, 7.5)."""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from eprescription.models import SignedIn

MARK = 16  # characters: enough to tell one's own few sessions apart, and no key


@dataclass(frozen=True)
class Place:
    """One browser in which the person is signed in. `mark` names it in a form; the key itself goes nowhere."""

    mark: str
    browser: str
    since: datetime | None
    seen: datetime | None
    here: bool


def places(request: HttpRequest) -> list[Place]:
    """Where this person is signed in now, the latest first; this browser is one of them."""
    found = [_place(row, request) for row in _mine(request)]
    return sorted(
        found, key=lambda x: (x.here, x.seen or datetime.min.replace(tzinfo=UTC)), reverse=True
    )


def end(request: HttpRequest, mark: str) -> bool:
    """Ends one of one's own other sessions at once; False when there is none of this mark."""
    ended = [
        row
        for row in _mine(request)
        if mark_of(row.session_key) == mark and not _is_here(row, request)
    ]
    for row in ended:
        row.delete()
    return bool(ended)


def end_others(request: HttpRequest) -> int:
    """Ends all of one's own sessions but this one; gives how many."""
    others = [row.pk for row in _mine(request) if not _is_here(row, request)]
    SignedIn.objects.filter(pk__in=others).delete()
    return len(others)


def too_old(request: HttpRequest, longest: float) -> bool:
    """Whether the last full sign-in lies more than `longest` seconds back, however busy the session was since."""
    since = request.session.get("signed_in_at")
    return since is not None and time.time() - since > longest


def mark_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:MARK]


def _mine(request: HttpRequest) -> list[Any]:
    return list(SignedIn.objects.filter(user=request.user.pk, expire_date__gt=timezone.now()))


def _is_here(row: Any, request: HttpRequest) -> bool:
    return bool(row.session_key == request.session.session_key)


def _place(row: Any, request: HttpRequest) -> Place:
    kept = row.get_decoded()
    return Place(
        mark=mark_of(row.session_key),
        browser=str(kept.get("browser", "")),
        since=_moment(kept.get("signed_in_at")),
        seen=_moment(kept.get("seen")),
        here=_is_here(row, request),
    )


def _moment(stamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp else None
