"""The e-mail address to which a patient is told that something waits: given, confirmed by a code, never shown in a log."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.identity.sealed import EMAIL
from eprescription.models import Deed, Notices, Preferences
from eprescription.permissions import check_self
from eprescription.refusal import Refusal
from eprescription.telling import send_mail

PAUSE = timedelta(minutes=1)  # between two codes
WINDOW = timedelta(minutes=15)  # a code holds for one to two of them
MOST_TRIES = 5
DIGITS = 6


def address(by: Actor) -> tuple[str, bool]:
    """The address of this patient and whether it is confirmed; empty without one."""
    found = _own(by)
    return (EMAIL.open(found).decode(), found.confirmed_at is not None) if found else ("", False)


def give_address(*, email: str, by: Actor, at: datetime) -> None:
    """Keeps an address and sends a code there; until it is typed nothing else is sent.

    Raises Refusal when a code was sent a moment ago, or when the mail cannot be handed over now.
    """
    check_own(by)
    with transaction.atomic():
        found, _new = Preferences.objects.select_for_update().get_or_create(
            subject_id=by.subject_id, defaults={"changed_at": at, "by_id": by.activity_id}
        )
        if found.asked_at and at - found.asked_at < PAUSE:
            raise Refusal("too_soon", _("Un code vient de partir. Attendez une minute."))
        found.email = EMAIL.seal(email.encode(), row=found)
        found.asked_at, found.tries, found.confirmed_at = at, 0, None
        found.save()
        record(Deed.PREFERRED, by=by, subject_id=by.subject_id, code="address")
        body = _("Votre code : %(code)s\n\nIl vaut quinze minutes.") % {"code": code(found, at)}
        if not send_mail(email, _("Votre code"), body).delivered:
            raise Refusal("not_sent", _("Le message n'est pas parti. Réessayez dans un moment."))


def confirm_address(*, typed: str, by: Actor, at: datetime) -> None:
    """The address is his: what waits is told there. Raises Refusal for a wrong code; five tries a code."""
    check_own(by)
    mine = Preferences.objects.filter(subject=by.subject_id).exclude(email=b"")
    if not mine.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        raise Refusal("no_more_tries", _("Demandez un nouveau code."))
    found = mine.get()
    if not any(
        constant_time_compare(typed, good) for good in (code(found, at), code(found, at - WINDOW))
    ):
        raise Refusal("wrong_code", _("Ce code n'est pas le bon, ou n'est plus valable."))
    with transaction.atomic():
        mine.update(confirmed_at=at)
        record(Deed.PREFERRED, by=by, subject_id=by.subject_id, code="address confirmed")


def wish_notices(*, notices: Notices, by: Actor, at: datetime) -> None:
    """How he is told: at each novelty, once a day, or not at all."""
    check_own(by)
    with transaction.atomic():
        said = {"notices": notices, "changed_at": at, "by_id": by.activity_id}
        Preferences.objects.update_or_create(subject_id=by.subject_id, defaults=said)
        record(Deed.PREFERRED, by=by, subject_id=by.subject_id, code=f"notices {notices}")


def code(found: Preferences, at: datetime) -> str:
    """Six digits that only who reads the mails of this address can know; they change with the address and the time."""
    window = int(at.timestamp() // WINDOW.total_seconds())
    told = f"{found.pk}|{EMAIL.open(found).decode()}|{window}"
    number = int(salted_hmac("patients.addressing", told, algorithm="sha256").hexdigest(), 16)
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def check_own(by: Actor) -> None:
    """The address is one's own: who stands for somebody is told at his."""
    check_self(by, by.subject_id)
    if by.representing:
        raise Refusal("own_space", _("Votre adresse se donne dans votre propre espace."))


def _own(by: Actor) -> Preferences | None:
    rows = Preferences.objects.filter(subject=by.subject_id).exclude(email=b"")
    return rows.first() if by.subject_id and not by.representing else None
