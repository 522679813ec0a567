"""Tokens: opaque, for one software and one professional, for ten minutes. What is kept of one is its digest."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eprescription.actor import Actor, load
from eprescription.api import metering
from eprescription.api.assertions import (
    CLIENT,
    PROFESSIONAL,
    Claims,
    forget_spent,
    professional_of,
    software_of,
    spend,
)
from eprescription.api.problems import Problem
from eprescription.api.scopes import ROLES, SCOPES
from eprescription.audit.journal import record
from eprescription.models import Activity, Deed, Software, SoftwareToken

LIFE = timedelta(minutes=10)
GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Given:
    """What the software gets: the token, and how many seconds it lives."""

    token: str
    seconds: int
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Grant:
    """What a token that was shown allows. `proved_at`: when the professional proved who he is."""

    software: Software
    actor: Actor
    scopes: frozenset[str]
    proved_at: datetime


def give(asked: Mapping[str, str], *, at: datetime) -> Given:
    """Answers a token request (RFC 6749, 4.4; RFC 7523). `asked` are its parameters. Raises Problem.

    The software proves itself by `client_assertion`, and names the professional it acts for in `assertion`: nobody
    acts without a named professional.
    """
    if asked.get("grant_type") != GRANT:
        raise Problem(400, "bad_request", f"grant_type is {GRANT}.", error="unsupported_grant_type")
    if asked.get("client_assertion_type") != ASSERTION_TYPE:
        text = f"client_assertion_type is {ASSERTION_TYPE}."
        raise Problem(400, "bad_request", text, error="invalid_request")
    software, claims = software_of(asked.get(CLIENT, ""), at=at)
    told = professional_of(asked.get(PROFESSIONAL, ""), software, at=at)
    activity = _activity(told, software)
    proved_at = _proved_at(told, at)
    metering.count(software, activity.pk, at=at)
    scopes = _scopes(asked.get("scope", ""), software)
    with transaction.atomic():
        spend(claims, software, CLIENT)
        spend(told, software, PROFESSIONAL)
        _forget(at)
        return _written(software, activity, scopes, proved_at, at)


def grant_of(token: str, *, at: datetime) -> Grant:
    """What this token allows now. Raises Problem when it is none, ended, or its software was shut out."""
    rows = SoftwareToken.objects.select_related("software", "activity__user")
    row = rows.filter(digest=_digest(token), expires_at__gt=at).first()
    if row is None:
        raise Problem(401, "no_token", "The token is unknown or has ended: ask for another one.")
    if not row.software.in_force(timezone.localdate(at)):
        code = "suspended_software" if row.software.suspended_at else "expired_software"
        raise Problem(403, code, "Its editor asks the operator of the portal.")
    actor = load(row.activity_id, row.activity.user)
    if actor is None:
        raise _nobody()
    return Grant(row.software, actor, frozenset(row.scopes), row.proved_at)


def _activity(told: Claims, software: Software) -> Activity:
    """The professional in the role that goes with the kind of software, at the place that is named."""
    rows = Activity.objects.filter(
        identifier=told["sub"],
        place__identifier=told["place"],
        role=ROLES[software.kind],
        is_active=True,
        user__is_active=True,
    )
    found = rows.select_related("user").order_by("pk").first() if told["sub"] else None
    if found is None:
        raise _nobody()
    return found


def _nobody() -> Problem:
    text = "sub (RPPS) and place (FINESS or AM) name nobody who practises there in this role."
    return Problem(403, "unknown_professional", text, error="invalid_grant")


def _proved_at(told: Claims, at: datetime) -> datetime:
    """When the professional signed in to the software, as it says: within a working day."""
    oldest = at - settings.ABSOLUTE_LIMIT
    if not oldest.timestamp() <= told["auth_time"] <= at.timestamp() + 30:
        text = "auth_time is too old or to come: the professional signs in again."
        raise Problem(400, "old_proof", text, error="invalid_grant")
    return datetime.fromtimestamp(told["auth_time"], UTC)


def _scopes(asked: str, software: Software) -> tuple[str, ...]:
    allowed = SCOPES[software.kind]
    wanted = tuple(dict.fromkeys(asked.split())) or allowed
    if not {*wanted} <= {*allowed}:
        text = f"A {software.kind} may ask for: {' '.join(allowed)}."
        raise Problem(400, "bad_scope", text, error="invalid_scope")
    return wanted


def _written(
    software: Software,
    activity: Activity,
    scopes: tuple[str, ...],
    proved_at: datetime,
    at: datetime,
) -> Given:
    token = secrets.token_urlsafe(32)
    actor = load(activity.pk, activity.user)
    assert actor is not None  # read a moment ago
    SoftwareToken.objects.create(
        digest=_digest(token),
        software=software,
        activity=activity,
        scopes=list(scopes),
        proved_at=proved_at,
        issued_at=at,
        expires_at=at + LIFE,
    )
    record(Deed.SIGNED_IN, by=actor, code=f"api {software.pk.hex}")
    return Given(token, int(LIFE.total_seconds()), scopes)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _forget(at: datetime) -> None:
    """What has ended is of no use; the last of each software stays a day, for the operator's desk."""
    SoftwareToken.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()
    forget_spent(at=at)
