"""Thin Celery tasks: they take ids, call one function, and keep no state."""

import logging
import time
import uuid

from django.conf import settings
from django.utils import timezone

from eprescription import components, telling
from eprescription.audit import sealing
from eprescription.catalogue.importing import Order, import_from_site
from eprescription.celery import app
from eprescription.clock import shared_now
from eprescription.health_space import delivery, outbox
from eprescription.secure_mail import fetching, letters
from eprescription.upkeep import let_time_pass as let_time_pass_now

SWEEP_SECONDS = (
    30  # then the next sweep goes on: one slow receiver must not run into the time limit
)

log = logging.getLogger(__name__)


@app.task(argsrepr="()", soft_time_limit=45, time_limit=55)
def deliver_push(push_id: str) -> None:
    """Delivers one push; an unknown or undue id has no effect."""
    known = _id(push_id)
    if known:
        delivery.deliver(known, at=shared_now())


@app.task
def sweep_pushes() -> None:
    """Delivers what is due and was not announced, or was begun and forgotten."""
    until = time.monotonic() + SWEEP_SECONDS
    for push_id in outbox.due(at=shared_now()):
        if time.monotonic() > until:
            return
        delivery.deliver(push_id, at=shared_now())


@app.task(argsrepr="()", soft_time_limit=55, time_limit=60)
def deliver_letter(letter_id: str) -> None:
    """Sends one letter of secure mail; an unknown or undue id has no effect."""
    known = _id(letter_id)
    if known:
        letters.deliver(known, at=shared_now())


@app.task
def sweep_letters() -> None:
    """Sends what is due and was not announced, or was begun and forgotten."""
    until = time.monotonic() + SWEEP_SECONDS
    for letter_id in letters.LETTERS.due(at=shared_now()):
        if time.monotonic() > until:
            return
        letters.deliver(letter_id, at=shared_now())


@app.task(argsrepr="()", soft_time_limit=45, time_limit=55)
def deliver_notice(notice_id: str) -> None:
    """Tells one patient by e-mail that something waits; an unknown or undue id has no effect."""
    known = _id(notice_id)
    if known:
        telling.deliver(known, at=shared_now())


@app.task
def sweep_notices() -> None:
    """Sends what is due and was not announced, or was begun and forgotten."""
    until = time.monotonic() + SWEEP_SECONDS
    for notice_id in telling.NOTICES.due(at=shared_now()):
        if time.monotonic() > until:
            return
        telling.deliver(notice_id, at=shared_now())


@app.task
def fetch_mail() -> None:
    """Asks for each account of secure mail that is due, each in a task of its own: none waits for another."""
    for place_id in fetching.to_fetch(at=timezone.now()):
        fetch_mailbox.apply_async(args=[str(place_id)], argsrepr="()", expires=50)


@app.task(argsrepr="()", soft_time_limit=55, time_limit=60)
def fetch_mailbox(place_id: str) -> None:
    """Fetches the mail of one pharmacy; an unknown id has no effect."""
    known = _id(place_id)
    if known:
        fetching.fetch(known, at=timezone.now())


@app.task(soft_time_limit=25, time_limit=28)
def measure_components() -> None:
    """Asks each part that the portal stands on whether it answers, for the banners and the public page."""
    components.measure(at=timezone.now())


@app.task
def let_time_pass() -> None:
    """Expires prescriptions, ends claims without effect, empties sealed codes."""
    let_time_pass_now(at=timezone.now())


@app.task
def seal_journal() -> None:
    """Seals the rows of the journal that wait; one sealer works at a time, another one finds nothing to do."""
    until = time.monotonic() + SWEEP_SECONDS
    while sealing.seal_batch() and time.monotonic() < until:
        pass


@app.task(soft_time_limit=270, time_limit=280)
def refresh_medicines() -> None:
    """Imports the newest edition of the drug base, where MEDICINES_URL says it is. A refused one
    leaves the edition in force; `manage.py import_medicines` tells why."""
    if settings.MEDICINES_URL:
        order = Order(adapter=settings.MEDICINES_ADAPTER)
        report = import_from_site(settings.MEDICINES_URL, order, at=timezone.now())
        level = logging.WARNING if report.outcome == "refused" else logging.INFO
        log.log(level, "medicines_import outcome=%s seconds=%s", report.outcome, report.seconds)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
