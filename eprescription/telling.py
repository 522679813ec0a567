"""Tells a patient by e-mail that something waits in his space: no name, no place, no medicine, no number.

Written with the act, sent by a worker; everything is asked again when it leaves, since time has passed. Who wants
one at each novelty gets at most one in two hours; who wants a summary gets it in the morning.
"""

import logging
import uuid
from datetime import datetime, time, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from eprescription.audit.journal import record
from eprescription.identity.sealed import EMAIL
from eprescription.models import Deed, MailNotice, Notices, Outcome, Preferences, Subject
from eprescription.outbox import Answer, Outbox, outcome_of, withheld
from eprescription.outbox import Outcome as Sent
from eprescription.representing import holds, representatives_of

COOLDOWN = timedelta(hours=2)
MORNING = time(8)
NOTICES = Outbox(
    "mail_notice", MailNotice, task="eprescription.tasks.deliver_notice", done="sent_at"
)
log = logging.getLogger(__name__)


def is_configured() -> bool:
    """Whether ordinary mail can leave at all; without it nobody is offered to be told by it."""
    return "dummy" not in settings.EMAIL_BACKEND


def tell(subject_id: UUID, *, secret: bool = False, at: datetime) -> None:
    """Something waits for this patient. `secret`: those who stand for him are not told."""
    _announce(subject_id, None, at)
    for link in [] if secret else representatives_of(subject_id, at=at):
        own = Subject.objects.filter(user=link.user_id).values_list("pk", flat=True).first()
        if own:
            _announce(own, link.pk, at)


def deliver(notice_id: uuid.UUID, *, at: datetime) -> MailNotice | None:
    """Sends one due notice once; returns it with its new state, or None when it was not due."""
    return NOTICES.deliver(notice_id, send=lambda row: _sent(row, at), trace=_trace, at=at)


def _announce(reader: UUID, link: UUID | None, at: datetime) -> None:
    when = _when(reader, at)
    if when is None:
        return
    notice = MailNotice(reader_id=reader, link_id=link, created_at=at, next_at=when)
    NOTICES.announce(notice)
    # What is on its way already tells this novelty too.
    MailNotice.objects.bulk_create([notice], ignore_conflicts=True)


def _when(reader: UUID, at: datetime) -> datetime | None:
    """When this reader is told; None: never."""
    wished = Preferences.objects.filter(subject=reader, confirmed_at__isnull=False)
    notices = wished.values_list("notices", flat=True).first()
    if notices == Notices.DIGEST:
        return _next_morning(at)
    if notices != Notices.EACH:
        return None
    sent = MailNotice.objects.filter(reader=reader, sent_at__isnull=False)
    last = sent.order_by("-sent_at").values_list("sent_at", flat=True).first()
    return max(at, last + COOLDOWN) if last else at


def _next_morning(at: datetime) -> datetime:
    here = timezone.localtime(at)
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, MORNING))


def _sent(notice: MailNotice, at: datetime) -> Sent:
    """What becomes of it: the wish, the account and the link are read again."""
    if notice.link and not holds(notice.link, at=at):
        return withheld("link_ended")
    if not Subject.objects.filter(pk=notice.reader_id, user__is_active=True).exists():
        return withheld("no_account")
    wished = Preferences.objects.filter(subject=notice.reader_id, confirmed_at__isnull=False)
    chosen = wished.exclude(notices=Notices.NONE).first()
    if chosen is None:
        return withheld("not_wanted")
    return outcome_of(notice, _attempt(chosen))


def _attempt(chosen: Preferences) -> Answer:
    return send_mail(EMAIL.open(chosen).decode(), _("Un document vous attend"), text())


def text() -> str:
    """The same words for everybody, in both languages."""
    return "\n\n-- \n\n".join(_text(language) for language in ("fr", "en"))


def send_mail(to: str, subject: str, body: str) -> Answer:
    """One e-mail of the portal. The address goes into no log and no answer."""
    try:
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to]).send()
    except (SMTPException, OSError) as error:
        log.warning("mail_notice_failed %s", type(error).__name__)
        return Answer(False, False, type(error).__name__[:40])
    return Answer(True, True, "sent")


def _text(language: str) -> str:
    with override(language):
        return _(
            "Bonjour,\n\nUn document vous attend dans votre espace du portail d'ordonnances.\n"
            "Ouvrez le portail comme d'habitude : ce message ne contient ni lien ni information.\n\n"
            "Pour ne plus recevoir ces messages : Préférences, dans votre espace."
        )


def _trace(notice: MailNotice, answer: Answer) -> None:
    outcome = Outcome.DONE if answer.delivered else Outcome.FAILED
    record(Deed.NOTIFIED, by=None, subject_id=notice.reader_id, outcome=outcome, code=answer.code)
