"""Fetches the mail of one pharmacy: by UID, a few at a time, each once; a server that fails says so and stops nobody."""

import logging
import time
import uuid
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.db import transaction

from eprescription.identity.crypto import Tampered
from eprescription.models import Mailbox
from eprescription.secure_mail import imap
from eprescription.secure_mail.arriving import arrive
from eprescription.secure_mail.imap import Account
from eprescription.secure_mail.parsing import LARGEST_HEAD, LARGEST_MAIL
from eprescription.secure_mail.problems import AccountFails, Failure, Problem
from eprescription.secure_mail.sealing import unsealed

MOST_A_RUN = 20
LONGEST_RUN = (
    30.0  # seconds, below the time that a connection of the database may be idle in a transaction
)
LONGEST_PAUSE = timedelta(hours=1)  # between two tries of an account that fails

log = logging.getLogger(__name__)


def to_fetch(*, at: datetime) -> list[uuid.UUID]:
    """Places whose account is due. One that fails is asked less and less: servers lock who insists."""
    boxes = Mailbox.objects.exclude(host="").order_by("checked_at")
    return [box.pk for box in boxes if _is_due(box, at)]


def fetch(place_id: uuid.UUID, *, at: datetime) -> int | None:
    """Fetches what is new for this place and says how many messages that made; None when another worker is at it.

    The lock of the row is the lease. Mails are marked as seen only once their messages are committed.
    """
    with ExitStack() as stack:
        with transaction.atomic():
            rows = Mailbox.objects.select_for_update(skip_locked=True, of=("self",))
            box = rows.filter(pk=place_id).exclude(host="").first()
            if box is None:
                return None
            run = _Run(box, at)
            run.go(stack)
            box.save(update_fields=_WRITTEN)
        run.mark_seen()
    return run.made


_WRITTEN = ["validity", "last_uid", "checked_at", "problem", "failing_since"]


class _Run:
    """One run over one account."""

    def __init__(self, box: Mailbox, at: datetime) -> None:
        self.box, self.at = box, at
        self.account: Account | None = None
        self.read: list[int] = []
        self.made = 0

    def go(self, stack: ExitStack) -> None:
        """Takes what it can; a failure in the middle keeps what came before it."""
        failure = ""
        try:
            self.account = stack.enter_context(imap.opened(self.box, _password(self.box)))
            self._take(self.account)
        except AccountFails as error:
            failure = error.failure
            log.warning("mailbox_fails %s %s", self.box.pk, failure)
        box = self.box
        box.checked_at, box.problem = self.at, failure
        box.failing_since = (box.failing_since or self.at) if failure else None

    def mark_seen(self) -> None:
        """For whoever reads the account by other means; the portal itself goes by UID."""
        try:
            for uid in self.read if self.account else []:
                self.account.mark_seen(uid)  # type: ignore[union-attr]
        except AccountFails as error:
            log.warning("mailbox_not_marked %s %s", self.box.pk, error.failure)

    def _take(self, account: Account) -> None:
        if self.box.validity != account.validity:
            self.box.validity, self.box.last_uid = account.validity, 0
        until = time.monotonic() + LONGEST_RUN
        for uid in account.after(self.box.last_uid)[:MOST_A_RUN]:
            if time.monotonic() > until:
                return
            self.made += self._arrives(account, uid)
            self.box.last_uid = uid
            self.read.append(uid)

    def _arrives(self, account: Account, uid: int) -> bool:
        """One mail. Of one that is too big its head is kept, so that its sender can be told."""
        place, at = self.box.pk, self.at
        if account.size(uid) > LARGEST_MAIL:
            head, problem = account.head(uid, most=LARGEST_HEAD), Problem.TOO_BIG
            return arrive(place_id=place, source=head, at=at, problem=problem) is not None
        source = account.source(uid, most=LARGEST_MAIL + 1)
        return arrive(place_id=place, source=source, at=at) is not None


def _password(box: Mailbox) -> str:
    try:
        return unsealed(box, "password").decode()
    except (Tampered, UnicodeDecodeError) as error:
        raise AccountFails(Failure.SEAL) from error


def _is_due(box: Mailbox, at: datetime) -> bool:
    """As long as it has failed it is left in peace, an hour at most: the pauses double."""
    if not (box.checked_at and box.failing_since):
        return True
    return at >= box.checked_at + min(box.checked_at - box.failing_since, LONGEST_PAUSE)
