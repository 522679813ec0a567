"""The state of what the portal stands on, in words for people and values for machines."""

import socket
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis import Redis
from redis.exceptions import RedisError

from eprescription.health_space import outbox
from eprescription.secure_mail.letters import LETTERS


@dataclass(frozen=True)
class Probe:
    """One dependency. `vital`: without it the portal cannot serve."""

    code: str
    label: str
    ok: bool
    vital: bool
    text: str
    value: Any = None


def probes(*, at: datetime) -> list[Probe]:
    database = _database()
    return [database, _broker(), *([_outbox(at), _dead()] if database.ok else [])]


NEWS_SECONDS = 20
_news: tuple[float, bool] = (0.0, False)  # when it was asked, and whether pushes are late


def pushes_are_late(*, at: datetime) -> bool:
    """What the banner of every page says; asked of the database every 20 seconds, not at each page."""
    global _news
    if time.monotonic() - _news[0] > NEWS_SECONDS:
        _news = (time.monotonic(), outbox.lag(at) > settings.PUSH_LAG_ALERT)
    return _news[1]


def late_text() -> str:
    """The news, for people who wait for a document."""
    return _("Des envois à l'espace santé ont du retard ; ils partiront d'eux-mêmes.")


def _database() -> Probe:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ok = True
    except DatabaseError:
        ok = False
    text = _("Les ordonnances se lisent et s'écrivent.") if ok else _("La base ne répond pas.")
    return Probe("database", _("Base des ordonnances"), ok, True, text)


def broker_answers() -> bool:
    """Whether the queue of tasks is there."""
    try:
        with Redis.from_url(
            settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://"),
            socket_connect_timeout=1,
            socket_timeout=1,
        ) as client:
            return bool(client.ping())
    except (RedisError, OSError, socket.timeout, ValueError):  # noqa: UP041 - said for the reader
        return False


def _broker() -> Probe:
    """Without the broker work goes on: pushes wait in the outbox."""
    ok = broker_answers()
    text = (
        _("Les envois partent aussitôt.")
        if ok
        else _("Les envois à l'espace santé attendent ; signer et délivrer fonctionnent.")
    )
    return Probe("broker", _("File des envois"), ok, False, text)


def _outbox(at: datetime) -> Probe:
    waiting = outbox.lag(at)
    ok = waiting <= settings.PUSH_LAG_ALERT
    seconds = int(waiting.total_seconds())
    text = _("Les envois à l'espace santé sont à jour.") if ok else late_text()
    return Probe("outbox_lag_seconds", _("Envois à l'espace santé"), ok, False, text, seconds)


def _dead() -> Probe:
    """What failed eight times waits for the operator (`manage.py retry_pushes`, `manage.py mailbox retry`)."""
    count = outbox.dead().count() + LETTERS.dead().count()
    text = (
        ngettext(
            "%(count)d envoi a échoué et attend l'opérateur.",
            "%(count)d envois ont échoué et attendent l'opérateur.",
            count,
        )
        % {"count": count}
        if count
        else _("Aucun envoi n'a échoué.")
    )
    return Probe("dead_pushes", _("Envois en échec"), not count, False, text, count)
