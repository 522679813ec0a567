"""Who read what, in plain sentences: the patient's own view of the journal (GDPR art. 15; CJEU C-579/21)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import (
    AccessCase,
    Activity,
    CaseAnswer,
    Deed,
    KnownPlace,
    Message,
    Outcome,
    Prescription,
    Role,
)
from eprescription.permissions import journal_of, visible_to
from patients.doubting import the_minors_own
from patients.handles import handle_of

PAGE = 30
MOST_EXPORTED = 10_000  # rows of one file: some years of somebody who is ill each day
NEW_FOR = timedelta(days=60)  # how long a first access waits to be recognised
SAME = ("activity", "role", "place", "deed", "outcome", "prescription", "day")


@dataclass(frozen=True)
class Asked:
    """What the page is narrowed to: `who` is a role or empty, `days` how far back (None: all)."""

    who: str = ""
    days: int | None = None
    refused: bool = False


@dataclass(frozen=True)
class Access:
    """One thing that somebody did, on one day, however often: `entry` is the name of its latest row (`handles`)."""

    entry: str
    who: str
    where: str
    what: str
    why: str
    about: str
    prescription: UUID | None
    first: datetime
    last: datetime
    times: int
    refused: bool
    own: bool  # done by the reader himself, or by the portal alone: nothing to doubt
    case: str = ""  # what the operator answered, in words; empty: never doubted


@dataclass(frozen=True)
class NewPlace:
    """A place that opened something of this patient for the first time and waits to be recognised."""

    id: UUID
    name: str
    at: datetime
    entry: str


@dataclass(frozen=True)
class Log:
    """The page, and the places that are new."""

    accesses: list[Access]
    page: Page
    new: list[NewPlace] = field(default_factory=list)


@transaction.atomic
def log(by: Actor, asked: Asked, number: Any, *, at: datetime) -> Log:
    """One page of it, the latest first, with the trace of this very reading; a constant number of queries."""
    page = Paginator(_grouped(by, asked, at), PAGE).get_page(number)
    record(Deed.READ_LOG, by=by, subject_id=by.subject_id)
    return Log(_accesses(by, list(page.object_list)), page, new_places(by, at=at))


@transaction.atomic
def whole(by: Actor, asked: Asked, *, at: datetime) -> list[Access]:
    """All of what the page is narrowed to, for a file; at most MOST_EXPORTED, the latest first, with its own trace."""
    rows = list(_grouped(by, asked, at)[:MOST_EXPORTED])
    record(Deed.READ_LOG, by=by, subject_id=by.subject_id, code="export")
    return _accesses(by, rows)


def _accesses(by: Actor, rows: list[dict[str, Any]]) -> list[Access]:
    people = Activity.objects.select_related("place", "user").in_bulk(
        {row["activity"] for row in rows if row["activity"]}
    )
    about = _prescriptions(by, rows)
    cases = dict(
        AccessCase.objects.filter(subject=by.subject_id, entry__in=[r["entry"] for r in rows])
        .values_list("entry", "answer")
    )  # fmt: skip
    return [_access(row, by, people, about, cases) for row in rows]


def new_places(by: Actor, *, at: datetime) -> list[NewPlace]:
    """Pharmacies and practices seen in the journal lately and never before, that nobody has recognised yet."""
    if by.subject_id is None:
        return []
    rows = journal_of(by).filter(role__in=(Role.PRESCRIBER, Role.PHARMACIST), place__isnull=False)
    firsts = (
        rows.exclude(_known(by))
        .values("place", "place__name")
        .annotate(first=Min("at"), entry=Min("pk"))
        .filter(first__gte=at - NEW_FOR)
    )
    return [
        NewPlace(
            row["place"],
            row["place__name"],
            row["first"],
            handle_of(row["entry"], by.subject_id),
        )
        for row in firsts.order_by("-first")
    ]


def _known(by: Actor) -> Q:
    """Where he was seen by a doctor who signed for him, where he sent a prescription himself, what he recognised."""
    own = visible_to(by)
    sent = Message.objects.filter(prescription__in=own, sent_by__role=Role.PATIENT)
    recognised = KnownPlace.objects.filter(subject=by.subject_id).exclude(pk__in=the_minors_own(by))
    return (
        Q(place__in=own.values("author__place"))
        | Q(place__in=sent.values("place"))
        | Q(place__in=recognised.values("place"))
    )


def _grouped(by: Actor, asked: Asked, at: datetime) -> QuerySet[Any]:
    rows = journal_of(by)
    if asked.who:
        rows = rows.filter(role=asked.who)
    if asked.days:
        rows = rows.filter(at__gte=at - timedelta(days=asked.days))
    if asked.refused:
        rows = rows.exclude(outcome=Outcome.DONE)
    days = rows.annotate(day=TruncDate("at", tzinfo=timezone.get_current_timezone()))
    return (
        days.values(*SAME)
        .annotate(times=Count("pk"), first=Min("at"), last=Max("at"), entry=Max("pk"))
        .order_by("-last", "-entry")
    )


def _prescriptions(by: Actor, rows: Iterable[dict[str, Any]]) -> dict[UUID, Prescription]:
    wanted = {row["prescription"] for row in rows if row["prescription"]}
    return visible_to(by).filter(pk__in=wanted).select_related("author").in_bulk()


def _access(
    row: dict[str, Any],
    by: Actor,
    people: dict[UUID, Activity],
    about: dict[UUID, Prescription],
    cases: dict[int, str],
) -> Access:
    who = people.get(row["activity"])
    prescription = about.get(row["prescription"])
    case = cases.get(row["entry"])
    return Access(
        entry=handle_of(row["entry"], by.subject_id) if by.subject_id else "",
        who=_who(row["role"], who, by),
        where=who.place.name if who and who.place else "",
        what=str(Deed(row["deed"]).label),
        why=_why(row["role"], row["deed"]),
        about=_about(prescription),
        prescription=prescription.pk if prescription else None,
        first=row["first"],
        last=row["last"],
        times=row["times"],
        refused=row["outcome"] != Outcome.DONE,
        own=who is None or who.user_id == by.user_id,
        case="" if case is None else str(CaseAnswer(case).label),
    )


def _who(role: str, who: Activity | None, by: Actor) -> str:
    """People of the two professions by name; those of the space by what they are to it."""
    if who is None:
        return _("Le portail")
    if role == Role.OPERATOR:
        return _("L'exploitant du portail")
    if role != Role.PATIENT:
        return who.person
    if who.user_id == by.user_id:
        return _("Votre compte")
    return (
        _("Un représentant légal") if not by.representing else _("Une autre personne de cet espace")
    )


def _about(prescription: Prescription | None) -> str:
    if prescription is None or prescription.signed_at is None:
        return ""
    signed: date = timezone.localtime(prescription.signed_at).date()
    return _("ordonnance du %(day)s, %(doctor)s") % {
        "day": f"{signed:%d/%m/%Y}",
        "doctor": prescription.author.person,
    }


def _why(role: str, deed: str) -> str:
    """For what purpose, as far as the act tells it."""
    if role == Role.PRESCRIBER and deed in (Deed.SEARCHED, Deed.IDENTIFIED, Deed.LISTED):
        return _("pour retrouver votre dossier")
    if role == Role.PRESCRIBER:
        return _("pour vous soigner")
    if role == Role.PHARMACIST and deed in (Deed.CLAIMED, Deed.RECEIVED, Deed.CODE_REFUSED):
        return _("parce que votre ordonnance y a été présentée ou envoyée")
    if role == Role.PHARMACIST:
        return _("pour vous délivrer vos médicaments")
    return ""
