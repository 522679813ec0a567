"""What a prescriber reads. Each reading of a clinical object leaves its trace in the same transaction."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record, record_list, record_subjects
from eprescription.cda import prescription as cda
from eprescription.documents import codes
from eprescription.documents.paper import page_of
from eprescription.identity import vault
from eprescription.identity.traits import Traits
from eprescription.models import (
    Deed,
    DispensingCase,
    Opposition,
    PaperWish,
    Preferences,
    Prescription,
    PrescriptionState,
    Push,
)
from eprescription.permissions import execution_readable, patients_of, visible_to
from eprescription.presenters import Card, LineView, PatientView, card, line_view, patient_view
from eprescription.versions import amendments
from prescribers.named import current_names, signed_traits

PAGE = 20


@dataclass(frozen=True)
class Answers:
    """The answers of last time, to confirm."""

    may_follow: bool | None = None
    paper: str | None = None
    wish: str = ""  # what the patient's space says of paper, in words; empty: to ask each time


def own(actor: Actor, pk: UUID) -> Prescription:
    """One's own prescription; 404 for all others, which do not exist here."""
    rows = visible_to(actor).select_related("author__place", "subject")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def read(actor: Actor, pk: UUID) -> Prescription:
    """One's own prescription or draft, read with its trace."""
    with transaction.atomic():
        found = own(actor, pk)
        record(Deed.READ, by=actor, prescription=found)
    return found


def traits_of(prescription: Prescription) -> Traits | None:
    """Who it is for: as signed, or as known today for a draft; None for an anonymous one."""
    return signed_traits(prescription)


def prescriptions(actor: Actor, number: Any = 1, subject_id: UUID | None = None) -> Page:
    """One page of one's own prescriptions, latest first, as cards; a constant number of queries."""
    rows = visible_to(actor).order_by("-written_at")
    if subject_id:
        rows = rows.filter(subject_id=subject_id)
    page = Paginator(rows, PAGE).get_page(number)
    page.object_list = _cards(actor, page.object_list)
    return page


def drafts(actor: Actor) -> list[Card]:
    """What was begun and not signed."""
    rows = visible_to(actor).filter(state=PrescriptionState.DRAFT).order_by("-written_at")
    return _cards(actor, rows[:PAGE])


def recent(actor: Actor) -> list[Card]:
    """The last signed ones, for the home."""
    rows = visible_to(actor).exclude(state=PrescriptionState.DRAFT).order_by("-written_at")
    return _cards(actor, rows[:8])


def _cards(actor: Actor, rows: QuerySet[Prescription]) -> list[Card]:
    with transaction.atomic():
        found = list(rows.prefetch_related("lines"))
        names = current_names(found)
        readable = execution_readable(actor, found)
        states = dict(
            DispensingCase.objects.filter(prescription__in=readable).values_list(
                "prescription_id", "state"
            )
        )
        record_list(actor, found)
    return [
        card(p, patient=names[p.subject_id], lines=p.lines.all(), executed=states.get(p.pk))
        for p in found
    ]


# --- Patients


def patients(actor: Actor, number: Any = 1) -> Page:
    """The patients one knows, latest first."""
    page = Paginator(patients_of(actor).order_by("-last_at"), PAGE).get_page(number)
    with transaction.atomic():
        cares = list(page.object_list)
        versions = vault.current_versions([c.subject_id for c in cares])
        known = {s: t for (s, _v), t in vault.read_many(versions.items()).items()}
        record_subjects(Deed.LISTED, by=actor, subject_ids=[c.subject_id for c in cares])
    page.object_list = [patient_view(known[c.subject_id], c.subject_id) for c in cares]
    return page


@transaction.atomic
def patient(actor: Actor, subject_id: UUID, *, code: str = "") -> tuple[Traits, PatientView]:
    """A patient whom one knows, traced as a reading; `code` says of what beside the name. 404 otherwise."""
    if not patients_of(actor).filter(subject_id=subject_id).exists():
        raise Http404
    traits = vault.read(subject_id)
    record(Deed.LISTED, by=actor, subject_id=subject_id, code=code)
    return traits, patient_view(traits, subject_id)


def patient_with_allergies(actor: Actor, subject_id: UUID) -> PatientView:
    """The same, before the page that shows what this patient must not be given: traced as a reading of it."""
    return patient(actor, subject_id, code="allergies")[1]


def find_patients(actor: Actor, values: dict[str, Any]) -> list[PatientView]:
    """Exact matches by INS, or by birth name and date. Each search is traced, with what it found."""
    with transaction.atomic():
        if values.get("ins"):
            found = vault.find_by_ins(values["ins"])
            ids = [found] if found else []
        else:
            ids = vault.find(birth_name=values["birth_name"], birth_date=values["birth_date"])
        record_subjects(Deed.SEARCHED, by=actor, subject_ids=ids or [None])
        return [patient_view(vault.read(pk), pk) for pk in ids]


# --- One prescription


def remembered(actor: Actor, prescription: Prescription) -> Answers:
    """What the patient answered last time, and what he has decided since in his space."""
    rows = Prescription.objects.filter(
        author_id=actor.activity_id, subject_id=prescription.subject_id, signed_at__isnull=False
    )
    last = rows.order_by("-signed_at").first()
    standing = Opposition.objects.filter(subject=prescription.subject_id, until=None)
    general = standing.filter(reach="all") | standing.filter(
        reach="prescriber", prescriber=actor.user_id
    )
    wished = Preferences.objects.filter(subject=prescription.subject_id).exclude(
        paper=PaperWish.ASK
    )
    wish = wished.values_list("paper", flat=True).first()
    if wish == PaperWish.MAIL and not vault.qualified(prescription.subject_id):
        wish = None  # nothing may leave: the paper is handed over, and the page says so
    return Answers(
        may_follow=False if general.exists() else last and last.may_follow,
        paper=wish or (last and last.paper),
        wish=str(PaperWish(wish).label) if wish else "",
    )


def lines_of(prescription: Prescription) -> list[LineView]:
    """The lines in force, each with what became of it since the signature."""
    changes = amendments(prescription)
    return [line_view(line, changes) for line in prescription.lines.all()]


def last_push(prescription: Prescription) -> Push | None:
    return prescription.pushes.order_by("-created_at").first()


def can_print(prescription: Prescription) -> bool:
    """Whether the page can be printed with the code it has; afterwards a print makes a new code."""
    return codes.text_of(prescription) is not None


def paper(actor: Actor, pk: UUID) -> tuple[Prescription, bytes]:
    """The printed page, with its trace; 404 for a draft."""
    with transaction.atomic():
        found = own(actor, pk)
        if found.state == PrescriptionState.DRAFT:
            raise Http404
        record(Deed.PRINTED, by=actor, prescription=found)
    return found, page_of(found, traits_of(found))


def paper_as_cda(actor: Actor, pk: UUID) -> bytes | None:
    """The same page in its CDA document, with the same trace; None when the model cannot hold it."""
    with transaction.atomic():
        found = own(actor, pk)
        if found.state == PrescriptionState.DRAFT:
            raise Http404
        traits = traits_of(found)
        if traits is None or not cda.can_be_written(found):
            return None
        record(Deed.PRINTED, by=actor, prescription=found)
    return cda.document_of(found, traits)
