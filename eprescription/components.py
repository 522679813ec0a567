"""The parts that the portal stands on and can do without: measured by a beat task, told to people, counted by month."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.health import broker_answers
from eprescription.models import ComponentState, Outage, Role

Name = ComponentState.Name
PATIENCE = 3  # seconds for one part
NEWS_SECONDS = 20
GAP = timedelta(minutes=3)  # nobody measured for so long: the queue that carries the task was away
_news: tuple[float, frozenset[str]] = (0.0, frozenset())


@dataclass(frozen=True)
class News:
    """What one role is told of a part that is away: what is late, what to do."""

    title: str
    text: str
    kind: str = "attention"


def probes() -> dict[str, Callable[[], bool]]:
    """How to ask each part that this installation has."""
    asked: dict[str, Callable[[], bool]] = {
        Name.BROKER: broker_answers,
        Name.HEALTH_SPACE: lambda: _answers(f"{settings.HEALTH_SPACE_URL}/metadata"),
    }
    if settings.NATIONAL_PROVIDERS:
        asked[Name.IDENTITY] = identity_answers
    if settings.SMTP_URL:
        asked[Name.MAIL] = lambda: _listens(settings.SMTP_URL)
    return asked


def measure(*, at: datetime) -> dict[str, bool]:
    """Asks every part, outside any transaction, and keeps how it stands."""
    found = {name: probe() for name, probe in probes().items()}
    for name, ok in found.items():
        note(name, ok, at=at)
    ComponentState.objects.exclude(name__in=found).delete()
    return found


@transaction.atomic
def note(name: str, ok: bool, *, at: datetime) -> None:
    """Keeps one answer; a part that changes opens or ends an outage."""
    row = ComponentState.objects.select_for_update().filter(name=name).first()
    if row is None:
        ComponentState.objects.create(name=name, ok=ok, since=at, checked_at=at, first_at=at)
        changed = not ok
    else:
        if name == Name.BROKER and row.ok and at - row.checked_at > GAP:
            Outage.objects.create(name=name, began_at=row.checked_at, ended_at=at)
        changed = row.ok != ok
        since = at if changed else row.since
        ComponentState.objects.filter(pk=name).update(ok=ok, since=since, checked_at=at)
    if changed and not ok:
        Outage.objects.create(name=name, began_at=at)
    elif changed:
        Outage.objects.filter(name=name, ended_at=None).update(ended_at=at)


def away(*, at: datetime) -> frozenset[str]:
    """The parts that do not answer, as last measured; asked of the database every 20 seconds, not at each page."""
    global _news
    if time.monotonic() - _news[0] > NEWS_SECONDS:
        _news = (time.monotonic(), _away(at))
    return _news[1]


def _away(at: datetime) -> frozenset[str]:
    try:
        rows = list(ComponentState.objects.all())
    except DatabaseError:  # pages that need no database still say what they can
        return frozenset()
    down = {row.name for row in rows if not row.ok}
    if any(at - row.checked_at > GAP for row in rows):
        down.add(Name.BROKER)
    return frozenset(down)


def news_for(role: str | None, *, at: datetime) -> list[News]:
    """What is late and concerns this role (None: somebody who is not signed in), and what to do meanwhile."""
    down = away(at=at)
    return [news for name, roles, news in _told() if name in down and role in roles]


def _told() -> list[tuple[str, tuple[str | None, ...], News]]:
    professionals = (Role.PRESCRIBER, Role.PHARMACIST)
    everybody = (*professionals, Role.PATIENT)
    return [
        (
            Name.IDENTITY,
            (None, *professionals),
            News(
                _("La connexion nationale ne répond pas"),
                _(
                    "Restez connecté : rien ne s'arrête. Pour entrer, utilisez votre mot de passe et un code que vous avez imprimé d'avance."
                ),
            ),
        ),
        (
            Name.HEALTH_SPACE,
            (Role.PRESCRIBER, Role.PATIENT),
            News(
                _("L'espace santé ne répond pas"),
                _(
                    "Les documents partiront d'eux-mêmes à son retour. D'ici là, le papier imprimé suffit à la pharmacie."
                ),
            ),
        ),
        (
            Name.MAIL,
            everybody,
            News(
                _("La messagerie sécurisée ne répond pas"),
                _(
                    "Les messages partiront d'eux-mêmes à son retour. D'ici là, remettez le papier ou présentez le code."
                ),
            ),
        ),
        (
            Name.BROKER,
            everybody,
            News(
                _("Les envois ont du retard"),
                _(
                    "Signer et délivrer fonctionnent. Ce qui doit partir attend, et partira de lui-même."
                ),
            ),
        ),
    ]


def identity_answers() -> bool:
    """Whether every national provider of this installation answers."""
    issuers = [provider.issuer for provider in settings.NATIONAL_PROVIDERS.values()]
    return all(
        _answers(f"{issuer}/.well-known/openid-configuration", below=400) for issuer in issuers
    )


def _answers(url: str, *, below: int = 500) -> bool:
    try:
        return httpx.get(url, timeout=PATIENCE, follow_redirects=False).status_code < below
    except httpx.HTTPError:
        return False


def _listens(url: str) -> bool:
    where = urlsplit(url)
    try:
        with socket.create_connection((where.hostname or "", where.port or 25), timeout=PATIENCE):
            return True
    except OSError:
        return False


@dataclass(frozen=True)
class Month:
    """How one part was over a month: share of the time in which it answered, how often and how long it was away."""

    begins: datetime
    share: float
    outages: int
    minutes: int
    measured: bool


@dataclass(frozen=True)
class Row:
    """One part on the public page."""

    label: Any
    ok: bool
    since: datetime
    checked_at: datetime
    months: list[Month]


MONTHS = 6


def board(*, at: datetime) -> list[Row]:
    """All parts with their history, the present month first; two queries."""
    begins, stale = _months(at), _away(at)
    try:
        outages = list(Outage.objects.exclude(ended_at__lt=begins[-1]))
        rows = list(ComponentState.objects.order_by("name"))
    except DatabaseError:
        return []
    return [
        Row(
            label=row.get_name_display(),
            ok=row.name not in stale,
            since=row.since,
            checked_at=row.checked_at,
            months=[
                _month(begin, [x for x in outages if x.name == row.name], row.first_at, at)
                for begin in begins
            ],
        )
        for row in rows
    ]


def _months(at: datetime) -> list[datetime]:
    first = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _month(begin: datetime, outages: list[Outage], first: datetime, at: datetime) -> Month:
    end = min((begin + timedelta(days=32)).replace(day=1), at)
    measured, begins = end > first, max(begin, first)
    spans = [(max(x.began_at, begin), min(x.ended_at or at, end)) for x in outages]
    lost = [b - a for a, b in spans if b > a]
    away_for = sum(lost, timedelta())
    whole = max(end - begins, timedelta(seconds=1))
    minutes = round(away_for.total_seconds() / 60)
    return Month(begin, 100 * (1 - min(away_for / whole, 1)), len(lost), minutes, measured)
