"""Whether a prescription may be opened to dispense, and where its dispensing stands once a claim is over."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.models import CaseState, DispensingCase, Prescription
from eprescription.refusal import Overtaken
from eprescription.rules.continuation import CHRONIC, goes_on_as
from eprescription.rules.validity import LONGEST_MONTHS, months_after
from eprescription.versions import going_on

AFTER_EXPIRY_MONTHS = 3


def check_open(case: DispensingCase, *, at: datetime) -> None:
    """Raises Overtaken, which says why nothing is dispensed any more.

    What has run out may still be opened, to go on by exception (CSP L. 5125-23-1): the rules of dispensing judge it.
    """
    texts = {
        CaseState.STOPPED: _(
            "Le prescripteur a annulé cette ordonnance : ne délivrez rien de plus."
        ),
        CaseState.EXPIRED: _("La validité de cette ordonnance a pris fin."),
        CaseState.DISPENSED: _("Tout a déjà été délivré sur cette ordonnance."),
    }
    over = CaseState(case.state)
    if over in texts and not (over is not CaseState.STOPPED and may_go_on(case, at=at)):
        raise Overtaken(f"case_{case.state}", texts[over])


def may_go_on(case: DispensingCase, *, at: datetime) -> bool:
    """Whether some line of what has run out may be dispensed by exception today."""
    return bool(exceptions_of(case.prescription, at=at))


def exceptions_of(prescription: Prescription, *, at: datetime) -> dict[UUID, str]:
    """The lines that still go on and may do so by exception today, each with its kind (CHRONIC or PILL)."""
    assert prescription.signed_at and prescription.expires_on
    on = timezone.localtime(at).date()
    signed = timezone.localtime(prescription.signed_at).date()
    kinds = {line.pk: goes_on_as(line) for line in going_on().filter(prescription=prescription)}
    last = {kind: _last_day(kind, signed, prescription.expires_on) for kind in {*kinds.values()}}
    return {pk: kind for pk, kind in kinds.items() if kind and on <= last[kind]}


def _last_day(kind: str, signed_on: date, expires_on: date) -> date:
    """A chronic treatment within three months of the end of validity; a pill within a year of its prescription."""
    if kind == CHRONIC:
        return months_after(expires_on, AFTER_EXPIRY_MONTHS)
    return months_after(signed_on, LONGEST_MONTHS)
