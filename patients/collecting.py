"""The code of a relative who fetches the boxes: the patient makes it, shows it, and takes it back.

It opens the prescription in a pharmacy as his own does, and the pharmacy then asks who carries the boxes. What he
hands over names no medicine, no prescriber and no illness. It is never pushed nor mailed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.documents import codes
from eprescription.documents.code import qr_svg
from eprescription.documents.number import grouped
from eprescription.models import AccessCode, Deed, Prescription
from eprescription.permissions import Action, check_role, visible_to
from eprescription.refusal import Refusal
from patients.presenters import is_open, last_day

COLLECT = AccessCode.Kind.COLLECT


@dataclass(frozen=True)
class Collect:
    """The page. `until`: the last day, None when nothing can be fetched any more; `qr` empty: no code to show.

    `hidden`: a code lives that was made too long ago to be shown again.
    """

    id: UUID
    until: date | None
    qr: str = ""
    number: str = ""
    hidden: bool = False


def read(pk: UUID, *, by: Actor, at: datetime) -> Collect:
    """The relative's code of one of his prescriptions, if he made one; 404 for what is not his."""
    with transaction.atomic():
        prescription = _own(by, pk)
        record(Deed.READ, by=by, prescription=prescription, code="collect")
        until = _until(prescription, at)
        living = AccessCode.objects.filter(prescription=prescription, kind=COLLECT, alive=True)
        if until is None or not living.exists():
            return Collect(pk, until)
        text = codes.text_of(prescription, kind=COLLECT)
        if text is None:
            return Collect(pk, until, hidden=True)
        return Collect(pk, until, qr_svg(text), grouped(text.partition(".")[0]))


def make(pk: UUID, *, by: Actor, at: datetime) -> None:
    """Makes the code of a relative; his own stays good. Twice is once, while the first can still be shown."""
    check_role(by, Action.COLLECT)
    with transaction.atomic():
        prescription = _locked(by, pk)
        if _until(prescription, at) is None:
            raise Refusal(
                "not_open", _("Cette ordonnance ne se délivre plus : pas de nouveau code.")
            )
        if codes.text_of(prescription, kind=COLLECT) is None:
            codes.issue_code(prescription, at=at, kind=COLLECT)
            record(Deed.RECODED, by=by, prescription=prescription, code="collect")


def end(pk: UUID, *, by: Actor) -> None:
    """The relative's code opens nothing any more. Twice is once."""
    check_role(by, Action.COLLECT)
    with transaction.atomic():
        prescription = _locked(by, pk)
        if codes.end_code(prescription, kind=COLLECT):
            record(Deed.RECODED, by=by, prescription=prescription, code="collect ended")


def _own(by: Actor, pk: UUID) -> Prescription:
    if by.subject_id is None:
        raise Http404
    rows = visible_to(by).filter(subject_id=by.subject_id, pk=pk).select_related("case")
    found = rows.prefetch_related("case__balances").first()
    if found is None:
        raise Http404
    return found


def _locked(by: Actor, pk: UUID) -> Prescription:
    """The same, when two presses of one button may meet; a reprint locks the same row."""
    found = _own(by, pk)
    Prescription.objects.select_for_update().get(pk=found.pk)
    return found


def _until(prescription: Prescription, at: datetime) -> date | None:
    """The last day on which a pharmacy may give something of it."""
    case = prescription.case  # type: ignore[attr-defined]
    until = last_day(prescription, begun=any(b.dispensed for b in case.balances.all()))
    return until if is_open(prescription, case.state, until, at) else None
