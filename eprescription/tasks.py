"""Thin Celery tasks: they take ids, call one function, and keep no state."""

import logging
import time
import uuid

from django.conf import settings
from django.utils import timezone

from eprescription.catalogue.importing import Order, import_from_site
from eprescription.celery import app
from eprescription.health_space import delivery, outbox
from eprescription.upkeep import let_time_pass as let_time_pass_now

SWEEP_SECONDS = (
    30  # then the next sweep goes on: one slow receiver must not run into the time limit
)

log = logging.getLogger(__name__)


@app.task(argsrepr="()", soft_time_limit=45, time_limit=55)
def deliver_push(push_id: str) -> None:
    """Delivers one push; an unknown or undue id has no effect."""
    try:
        known = uuid.UUID(push_id)
    except (ValueError, TypeError, AttributeError):
        return
    delivery.deliver(known, at=timezone.now())


@app.task
def sweep_pushes() -> None:
    """Delivers what is due and was not announced, or was begun and forgotten."""
    until = time.monotonic() + SWEEP_SECONDS
    for push_id in outbox.due(at=timezone.now()):
        if time.monotonic() > until:
            return
        delivery.deliver(push_id, at=timezone.now())


@app.task
def let_time_pass() -> None:
    """Expires prescriptions, ends claims without effect, empties sealed codes."""
    let_time_pass_now(at=timezone.now())


@app.task(soft_time_limit=270, time_limit=280)
def refresh_medicines() -> None:
    """Imports the newest edition of the drug base, where MEDICINES_URL says it is. A refused one
    leaves the edition in force; `manage.py import_medicines` tells why."""
    if settings.MEDICINES_URL:
        order = Order(adapter=settings.MEDICINES_ADAPTER)
        report = import_from_site(settings.MEDICINES_URL, order, at=timezone.now())
        level = logging.WARNING if report.outcome == "refused" else logging.INFO
        log.log(level, "medicines_import outcome=%s seconds=%s", report.outcome, report.seconds)
