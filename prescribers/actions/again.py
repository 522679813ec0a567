"""The same again: an earlier prescription begins a new one, with the base and the law of today."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.models import Line, Prescription, PrescriptionState, Subject
from eprescription.permissions import check_repeat, check_write
from eprescription.refusal import Refusal
from eprescription.representing import is_minor
from eprescription.versions import going_on
from prescribers import habits
from prescribers.actions.drafts import add_lines, draft, save_whole


def renew(*, prescription: Prescription, by: Actor, at: datetime) -> Prescription:
    """Begins a draft for the same patient with the same lines; returns it.

    Of one's own signed prescription alone. Durations and renewals begin anew, from the day of the
    next signature; a line that still covers is copied all the same: the page says until when.
    Medicines of abortion and anonymous prescriptions are never repeated.
    """
    check_repeat(by, prescription)
    if prescription.state == PrescriptionState.DRAFT:
        raise Refusal("not_signed", _("Ce brouillon n'est pas encore signé : continuez-le."))
    lines = list(going_on().filter(prescription=prescription, ivg=False))
    if not lines or prescription.subject.kind != Subject.Kind.NAMED:
        raise Refusal("nothing_to_repeat", _("Cette ordonnance ne se refait pas."))
    with transaction.atomic():
        begun = draft(subject_id=prescription.subject_id, by=by, at=at)
        add_lines(prescription=begun, earlier=lines, by=by, at=at)
        _stay_secret(begun, prescription, by, at)
    return begun


def repeat_last(*, prescription: Prescription, by: Actor, at: datetime) -> list[Line]:
    """Adds to a draft what this author signed last for this patient; nothing if there is nothing."""
    check_write(by, prescription)
    earlier = habits.last_lines(by, prescription.subject_id)
    return _added(prescription, earlier, by, at)


def repeat_line(
    *, prescription: Prescription, line_id: UUID, by: Actor, at: datetime
) -> list[Line]:
    """Adds to a draft one line of the patient's history with this author; a stranger's is nothing."""
    check_write(by, prescription)
    earlier = habits.past_line(by, prescription.subject_id, line_id)
    return _added(prescription, earlier, by, at)


def _added(prescription: Prescription, earlier: list[Line], by: Actor, at: datetime) -> list[Line]:
    with transaction.atomic():
        added = add_lines(prescription=prescription, earlier=earlier, by=by, at=at)
        for line in earlier[:1]:
            _stay_secret(prescription, line.prescription, by, at)
    return added


def _stay_secret(
    prescription: Prescription, earlier: Prescription, by: Actor, at: datetime
) -> None:
    """What a minor kept secret once stays so when it is taken up again; who comes along is asked anew."""
    if earlier.secret and not prescription.secret and is_minor(prescription.subject_id, at=at):
        save_whole(prescription=prescription, values={"secret": earlier.secret}, by=by, at=at)
