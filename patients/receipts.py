"""What was decided about sharing, in plain words: the history of a space, and the receipt of each opposition.

A receipt proves what was said and when, and says how to take it back. It names nobody but the prescriber whom it concerns;
who decided is told as the reader knows him: himself, one of those who stand for him, or at the prescriber's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Channel, Deed, Opposition, Prescription, Reach
from eprescription.permissions import oppositions_of, visible_to
from eprescription.templatetags.words import exact
from patients.presenters import author_of

RECEIPT = "opposition receipt"


@dataclass(frozen=True)
class Receipt:
    """One opposition. `reference` is what one says on the telephone; `ended` is empty while it stands."""

    id: UUID
    reference: str
    what: str
    where: str
    since: datetime
    until: datetime | None
    ended: str

    @property
    def stands(self) -> bool:
        return self.until is None


@dataclass(frozen=True)
class Event:
    """One line of the history: said no, or taken back (shape of components/timeline.html)."""

    title: str
    text: str
    at: datetime
    icon: str
    tone: str
    receipt_id: UUID


def history(by: Actor) -> list[Event]:
    """All oppositions and withdrawals of this space, the latest first; the caller traces the reading."""
    events = [event for row in _rows(by) for event in _events(_receipt(row, by))]
    return sorted(events, key=lambda event: event.at, reverse=True)


def receipt(by: Actor, pk: UUID) -> Receipt:
    """One of this space, with its trace; 404 for any other."""
    with transaction.atomic():
        found = next((row for row in _rows(by) if row.pk == pk), None)
        if found is None:
            raise Http404
        about = found.prescription
        record(Deed.READ, by=by, subject_id=by.subject_id, prescription=about, code=RECEIPT)
        return _receipt(found, by)


def _rows(by: Actor) -> list[Opposition]:
    rows = oppositions_of(by).select_related("prescription__author", "by", "withdrawn_by")
    return list(rows.order_by("-since", "-pk"))


def _receipt(row: Opposition, by: Actor) -> Receipt:
    digits = row.pk.hex[:12].upper()
    return Receipt(
        id=row.pk,
        reference="-".join(digits[n : n + 4] for n in (0, 4, 8)),
        what=_what(row, by),
        where=_where(row, by),
        since=row.since,
        until=row.until,
        ended=_ended(row, by),
    )


def _what(row: Opposition, by: Actor) -> str:
    if row.reach == Reach.ALL:
        return _("Aucun médecin ne voit ce que la pharmacie vous remet.")
    if row.reach == Reach.PRESCRIBER:
        latest = visible_to(by).filter(author__user_id=row.prescriber_id).order_by("-signed_at")
        name = _name(latest.select_related("author").first())
        return _("%(name)s ne voit pas ce que la pharmacie vous remet.") % {"name": name}
    signed = row.prescription
    assert signed and signed.signed_at
    said = {"name": _name(signed), "day": exact(signed.signed_at)}
    return _("%(name)s ne voit pas ce qui est remis de son ordonnance du %(day)s.") % said


def _name(prescription: Prescription | None) -> str:
    return author_of(prescription) if prescription else _("Ce médecin")


def _where(row: Opposition, by: Actor) -> str:
    if row.channel == Channel.WRITING:
        return _("Auprès du prescripteur, qui l'a enregistré à la signature")
    return _by_whom(row.by.user_id, by)


def _ended(row: Opposition, by: Actor) -> str:
    return _by_whom(row.withdrawn_by.user_id, by) if row.withdrawn_by else ""


def _by_whom(user_id: UUID, by: Actor) -> str:
    if user_id == by.user_id:
        return _("Par vous, dans l'espace du portail")
    if by.representing:
        return _("Par la personne elle-même ou un autre représentant légal")
    return _("Par un représentant légal")


def _events(receipt: Receipt) -> Iterator[Event]:
    if receipt.until:
        yield Event(
            _("Retiré : %(what)s") % {"what": receipt.what},
            receipt.ended,
            receipt.until,
            "eye",
            "information",
            receipt.id,
        )
    yield Event(receipt.what, receipt.where, receipt.since, "eye-off", "attention", receipt.id)
