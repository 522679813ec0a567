"""The downtime pad: sheets printed in advance, and what was written on them afterwards (CSP R. 4073-2)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.documents.number import is_valid, new_number, normalise
from eprescription.lifecycle import move
from eprescription.models import Deed, DowntimeSheet, Prescription, SheetState
from eprescription.once import once
from eprescription.permissions import Action, check_role
from eprescription.refusal import Refusal
from eprescription.rules.validity import months_after
from prescribers.actions.drafts import draft

MOST_SHEETS = 30
USABLE_MONTHS = 12
MAY_BE_WRITTEN = (SheetState.RESERVED, SheetState.ON_PAPER, SheetState.CONFLICT)


def print_pad(*, count: int, key: UUID, by: Actor, at: datetime) -> list[DowntimeSheet]:
    """Reserves numbers for so many sheets; the same `key` again gives the same sheets."""
    check_role(by, Action.PRINT)
    if not 1 <= count <= MOST_SHEETS:
        text = _("Imprimez de 1 à %(most)s feuilles à la fois.") % {"most": MOST_SHEETS}
        raise Refusal("pad_size", text)
    with transaction.atomic():
        if once(act="print_pad", key=key, asked=count, result=key, by=by, at=at):
            mine = DowntimeSheet.objects.filter(batch=key, prescriber_id=by.activity_id)
            return list(mine.order_by("pk"))
        sheets = [_sheet(key, by, at) for _i in range(count)]
        record(Deed.PAD, by=by, code=str(count))
        return DowntimeSheet.objects.bulk_create(sheets)


def regularise(
    *,
    number: str,
    motive: str,
    written_at: datetime,
    secured_paper: bool,
    subject_id: UUID,
    by: Actor,
    at: datetime,
) -> Prescription:
    """Begins the prescription that a sheet bears: its content is written and signed as any other, by the same rules.

    The number is the sheet's and the date that of its writing; the draft is found again when it was begun before.
    """
    with transaction.atomic():
        sheet = _own(number, by)
        _check_moment(sheet, written_at, at)
        begun = sheet.prescription
        if begun is not None and begun.subject_id != subject_id:
            raise Refusal(
                "sheet_begun", _("Cette feuille est déjà commencée pour un autre patient.")
            )
        prescription = begun or draft(subject_id=subject_id, by=by, at=at)
        DowntimeSheet.objects.filter(pk=sheet.pk).update(
            prescription=prescription,
            motive=motive,
            written_at=written_at,
            secured_paper=secured_paper,
        )
    return prescription


def enter_sheet(*, sheet: DowntimeSheet, by: Actor, at: datetime) -> None:
    """In the transaction of the signature: the sheet says from now on that it is regularised."""
    move(sheet, SheetState.ENTERED, by=by, at=at, entered_at=at)
    record(Deed.REGULARISED, by=by, prescription=sheet.prescription, code=sheet.motive)


def withdraw_sheet(*, number: str, by: Actor, at: datetime) -> None:
    """A sheet was spoilt or lost: nobody may use it any more. Raises Overtaken when it was used."""
    with transaction.atomic():
        sheet = _own(number, by)
        move(sheet, SheetState.VOID, by=by, at=at)
        record(Deed.PAD, by=by, code="withdrawn")


def sheet_of(prescription: Prescription) -> DowntimeSheet | None:
    """The sheet that a draft is copied from, locked until the transaction ends."""
    rows = DowntimeSheet.objects.select_for_update().filter(prescription=prescription)
    return rows.first()


def _own(number: str, by: Actor) -> DowntimeSheet:
    typed = normalise(number)
    rows = DowntimeSheet.objects.select_for_update(of=("self",)).select_related("prescription")
    found = (
        rows.filter(number=typed, prescriber_id=by.activity_id).first() if is_valid(typed) else None
    )
    if found is None:
        raise Refusal("no_such_sheet", _("Aucune de vos feuilles ne porte ce numéro : relisez-le."))
    if found.state not in MAY_BE_WRITTEN or found.entered_at:
        raise Refusal("sheet_over", _("Cette feuille est déjà régularisée, ou a été retirée."))
    return found


def _check_moment(sheet: DowntimeSheet, written_at: datetime, at: datetime) -> None:
    if written_at > at + timedelta(minutes=5):
        raise Refusal("not_yet", _("Cette date est dans l'avenir."))
    if timezone.localdate(written_at) < timezone.localdate(sheet.printed_at):
        raise Refusal("before_print", _("À cette date, la feuille n'était pas encore imprimée."))


def _sheet(batch: UUID, by: Actor, at: datetime) -> DowntimeSheet:
    expires_on = months_after(timezone.localdate(at), USABLE_MONTHS)
    return DowntimeSheet(
        id=uuid4(),
        number=new_number(),
        batch=batch,
        prescriber_id=by.activity_id,
        printed_at=at,
        expires_on=expires_on,
    )
