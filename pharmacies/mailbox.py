"""The mailbox of a pharmacy, as it is read: who sent what, when, and what the message presents. Each reading is traced."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.actor import Actor
from eprescription.audit.journal import record, record_list
from eprescription.documents.codes import PRESENTABLE
from eprescription.identity import vault
from eprescription.identity.crypto import Tampered
from eprescription.identity.traits import Traits, display_name
from eprescription.models import Deed, Mailbox, Message, Prescription, Role
from eprescription.nobody import NOBODY
from eprescription.permissions import visible_to
from eprescription.secure_mail.problems import EXPLAINED, FAILING, Explanation
from eprescription.secure_mail.sealing import unsealed
from eprescription.statuses import Status
from pharmacies.presenters import prescriber_view

PAGE = 20
S = Message.State
TO_DO = (S.BROKEN, S.NEW)
CITIZENS = "@patient.mssante.fr"  # the address of a patient is his INS: it is not shown

STATUSES: dict[str, Status] = {
    S.NEW: Status("new", gettext_lazy("À ouvrir"), "mail", "information", ""),
    S.OPENED: Status("opened", gettext_lazy("Ouverte ici"), "check", "success", ""),
    S.DONE: Status("done", gettext_lazy("Classé"), "check", "neutral", ""),
    S.BROKEN: Status("broken", gettext_lazy("Illisible"), "alert", "danger", ""),
}


@dataclass(frozen=True)
class Preview:
    """What the pharmacy may read before it opens, because the message presents it: no medicine."""

    patient: str
    birth_date: date | None
    prescriber: str
    lines: int


@dataclass(frozen=True)
class MessageView:
    """One message. `over`: the prescription that it presents is not dispensed any more."""

    id: UUID
    sender: str
    received_at: datetime
    status: Status
    problem: Explanation | None
    preview: Preview | None
    prescription_id: UUID | None
    may_open: bool
    may_file: bool
    has_original: bool
    over: bool


@dataclass(frozen=True)
class AccountView:
    """The account that is fetched; empty address: only the portal writes here. `failing`: why, since when."""

    address: str
    checked_at: datetime | None
    failing: str
    since: datetime | None


def waiting(actor: Actor) -> int:
    """How many messages wait for somebody of this pharmacy."""
    return Message.objects.filter(place_id=actor.place_id, state__in=TO_DO).count()


def account(actor: Actor) -> AccountView:
    box = Mailbox.objects.filter(pk=actor.place_id).exclude(host="").first()
    if box is None:
        return AccountView("", None, "", None)
    words = str(FAILING.get(box.problem, "")) if box.problem else ""
    return AccountView(box.address, box.checked_at, words, box.failing_since)


@transaction.atomic
def inbox(actor: Actor, number: Any, *, filed: bool = False) -> Page:
    """One page of messages: to do, broken ones on top; or those that were dealt with. Constant queries."""
    page = Paginator(_messages(actor, filed), PAGE).get_page(number)
    rows = list(page.object_list)
    shown = _shown(actor, rows)
    record_list(actor, shown.values())
    names = _traits(shown.values())
    page.object_list = [_view(m, shown, names) for m in rows]  # type: ignore[assignment]
    return page


@transaction.atomic
def original(actor: Actor, pk: UUID) -> bytes:
    """A mail that opened nothing, as it came; 404 when this pharmacy has none such."""
    message = Message.objects.filter(pk=pk, place_id=actor.place_id).exclude(source=b"").first()
    if message is None:
        raise Http404
    record(Deed.READ_DOCUMENT, by=actor, code="mail")
    return unsealed(message, "source")


def _messages(actor: Actor, filed: bool) -> QuerySet[Message]:
    here = Message.objects.filter(place_id=actor.place_id).defer("source")
    here = here.exclude(state__in=TO_DO) if filed else here.filter(state__in=TO_DO)
    broken_first = Case(When(state=S.BROKEN, then=Value(0)), default=Value(1))
    rows = here.annotate(kept=Case(When(source=b"", then=Value(False)), default=Value(True)))
    related = rows.select_related("prescription__case", "sent_by").prefetch_related(
        "prescription__lines"
    )
    return related.order_by(broken_first, "-received_at", "pk")


def _shown(actor: Actor, rows: list[Message]) -> dict[UUID, Prescription]:
    """The prescriptions whose patient may be named here: presented by a message that waits, or opened here."""
    presented = {m.prescription_id: m.prescription for m in rows if m.prescription}
    mine = visible_to(actor).filter(pk__in=presented).values_list("pk", flat=True)
    visible = set(mine)
    waits = {m.prescription_id for m in rows if m.state == S.NEW and not _is_over(m)}
    return {pk: p for pk, p in presented.items() if pk in visible or pk in waits}  # type: ignore[misc]


def _is_over(message: Message) -> bool:
    found = message.prescription
    return found is not None and found.case.state not in PRESENTABLE  # type: ignore[attr-defined]


def _traits(prescriptions: Any) -> dict[UUID, Traits]:
    """As signed, read from the vault in one query."""
    pairs = {p.pk: (p.subject_id, p.identity_version) for p in prescriptions if p.identity_version}
    known = vault.read_many(pairs.values())
    return {pk: known[pair] for pk, pair in pairs.items()}


def _view(
    message: Message, shown: dict[UUID, Prescription], names: dict[UUID, Traits]
) -> MessageView:
    found = shown.get(message.prescription_id) if message.prescription_id else None
    over = _is_over(message)
    return MessageView(
        id=message.pk,
        sender=_sender(message),
        received_at=message.received_at,
        status=STATUSES[message.state],
        problem=EXPLAINED.get(message.problem),
        preview=_preview(found, names.get(found.pk)) if found else None,
        prescription_id=found.pk if found and message.state == S.OPENED else None,
        may_open=message.state in (S.NEW, S.DONE)
        and message.prescription_id is not None
        and not over,
        may_file=message.state != S.DONE,
        has_original=message.kept,  # type: ignore[attr-defined]
        over=over,
    )


def _preview(prescription: Prescription, traits: Traits | None) -> Preview:
    return Preview(
        patient=display_name(traits) if traits else NOBODY.called,
        birth_date=traits.birth_date if traits else None,
        prescriber=prescriber_view(prescription).name,
        lines=len(prescription.lines.all()),
    )


def _sender(message: Message) -> str:
    if message.sent_by is not None:
        by_patient = message.sent_by.role == Role.PATIENT
        return _("Le patient, par le portail") if by_patient else message.sent_by.person
    try:
        address = unsealed(message, "sender").decode()
    except (Tampered, UnicodeDecodeError):
        address = ""
    if address.casefold().endswith(CITIZENS):
        return _("Le patient, par sa messagerie de santé")
    return address or _("Expéditeur inconnu")
