"""What the operator reads and does: doubted accesses and failed sendings, by codes, names of places and moments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.health import Probe, probes
from eprescription.health_space.outbox import PUSHES
from eprescription.models import AccessCase, Activity, CaseAnswer, Deed, JournalEntry
from eprescription.operators.stopped import Stopped, stopped
from eprescription.outbox import Outbox
from eprescription.permissions import Action, check_role
from eprescription.refusal import Refusal
from eprescription.secure_mail.letters import LETTERS

MOST = 100
BOXES: dict[str, Outbox] = {"pushes": PUSHES, "letters": LETTERS}


@dataclass(frozen=True)
class CaseView:
    """One doubted access. Who did it and where is said; about which patient and which prescription is not."""

    id: UUID
    opened_at: datetime
    at: datetime
    who: str
    identifier: str
    where: str
    what: str
    code: str
    times: int  # how often this person did the same that day, to anybody
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Failed:
    """Sendings of one kind that were given up."""

    kind: str
    label: str
    count: int
    since: datetime | None
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """The operator's home."""

    probes: list[Probe]
    waiting: list[CaseView]
    answered: list[CaseView]
    failed: list[Failed]
    stopped: list[Stopped]


def desk(by: Actor, *, at: datetime) -> Desk:
    """What waits for the operator."""
    check_role(by, Action.OPERATE)
    cases = AccessCase.objects.order_by("opened_at")
    return Desk(
        probes=probes(at=at),
        waiting=_views(cases.filter(answer="")[:MOST]),
        answered=_views(cases.exclude(answer="").reverse()[:10]),
        failed=[found for kind in BOXES if (found := _failed(kind)).count],
        stopped=stopped(at=at),
    )


def case(by: Actor, pk: UUID) -> CaseView:
    """One of them; 404 for none."""
    check_role(by, Action.OPERATE)
    found = _views(AccessCase.objects.filter(pk=pk))
    if not found:
        raise Http404
    return found[0]


def answer(*, pk: UUID, answer: CaseAnswer, by: Actor, at: datetime) -> None:
    """Closes a case with what was found; the patient reads it in his journal. An abuse suspends the account at once.

    Twice is once; another answer than the first is refused.
    """
    check_role(by, Action.OPERATE)
    with transaction.atomic():
        found = AccessCase.objects.select_for_update().filter(pk=pk).first()
        if found is None:
            raise Http404
        if found.answer == answer:
            return
        if found.answer:
            raise Refusal("answered", _("Cette affaire a déjà sa réponse."))
        found.answer, found.answered_by_id, found.answered_at = answer, by.activity_id, at
        found.save(update_fields=["answer", "answered_by", "answered_at"])
        if answer is CaseAnswer.ABUSE:
            entries = JournalEntry.objects.filter(pk=found.entry_id)
            Activity.objects.filter(pk__in=entries.values("activity")).update(is_active=False)
        record(Deed.CLOSED, by=by, subject_id=found.subject_id, code=answer)


def resend(*, kind: str, by: Actor, at: datetime) -> int:
    """Lets all sendings of one kind that were given up try again; gives how many. Raises Refusal for no kind."""
    check_role(by, Action.OPERATE)
    box = BOXES.get(kind)
    if box is None:
        raise Refusal("unknown_kind", _("Ce genre d'envoi n'existe pas."))
    with transaction.atomic():
        rows = list(box.dead().select_for_update(skip_locked=True)[:MOST])
        for row in rows:
            box.revive(row, at=at)
        record(Deed.RESENT, by=by, code=f"{kind} {len(rows)}")
    return len(rows)


def _failed(kind: str) -> Failed:
    labels = {"pushes": _("Envois à l'espace santé"), "letters": _("Messagerie sécurisée")}
    rows = BOXES[kind].dead()
    first = rows.values_list("created_at", flat=True).first()
    codes = rows.order_by("last_code").values_list("last_code", flat=True).distinct()[:5]
    return Failed(kind, labels[kind], rows.count(), first, tuple(codes))


def _views(cases: Any) -> list[CaseView]:
    rows = list(cases)
    entries = JournalEntry.objects.select_related("activity", "place").in_bulk(
        [row.entry_id for row in rows]
    )
    return [_view(row, entries.get(row.entry_id)) for row in rows]


def _view(row: AccessCase, entry: JournalEntry | None) -> CaseView:
    who = entry.activity if entry else None
    return CaseView(
        id=row.pk,
        opened_at=row.opened_at,
        at=entry.at if entry else row.opened_at,
        who=_name(entry, who),
        identifier=who.identifier if who else "",
        where=entry.place.name if entry and entry.place else "",
        what=str(Deed(entry.deed).label) if entry else _("La trace a atteint sa durée de garde."),
        code=entry.code if entry else "",
        times=_times(entry),
        answer=str(CaseAnswer(row.answer).label) if row.answer else "",
        answered_at=row.answered_at,
    )


def _name(entry: JournalEntry | None, who: Activity | None) -> str:
    if who is None:
        return _("Le portail") if entry else "–"
    return who.person or who.get_role_display()


def _times(entry: JournalEntry | None) -> int:
    """How much of the same this person did that day: a sign of somebody who reads too much."""
    if entry is None or entry.activity_id is None:
        return 0
    same = JournalEntry.objects.filter(activity=entry.activity_id, deed=entry.deed)
    return same.filter(at__date=entry.at.date()).count()
