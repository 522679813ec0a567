"""Correcting a dispensing within 72 h, by who made it: the new version stands, the old one is kept."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Deed, Dispensing
from eprescription.notices import tell
from eprescription.once import once
from eprescription.permissions import check_correct, check_validate
from eprescription.refusal import Overtaken, Refusal
from eprescription.upkeep import settle_case
from eprescription.versions import changed_since
from pharmacies.claims import locked_case
from pharmacies.decisions import HIMSELF, Decision, Handing
from pharmacies.judging import lawful
from pharmacies.keeping import Kept, balances_of, give_back, keep
from pharmacies.wordless import check_coded

CORRECTABLE = timedelta(hours=72)


def correct(
    *,
    dispensing: Dispensing,
    decisions: list[Decision],
    handing: Handing = HIMSELF,
    reason: str,
    key: UUID,
    by: Actor,
    at: datetime,
) -> Dispensing:
    """Replaces what was recorded by what was done, judged as of the day of the first; both versions are kept.

    The same `key` again gives the same correction. Raises Refusal for another person, after 72 h or without a reason,
    Overtaken when it was corrected meanwhile or when another pharmacy has dispensed the rest.
    """
    check_validate(by)
    check_correct(by, dispensing)
    check_coded(dispensing.case.prescription, decisions, handing, correction=reason)
    asked = (dispensing.pk, decisions, handing, reason)
    with transaction.atomic():
        new = uuid4()
        done = once(act="correct", key=key, asked=asked, result=new, by=by, at=at)
        if done:
            return Dispensing.objects.get(pk=done)
        prescription = dispensing.case.prescription
        case = locked_case(prescription)
        _correctable(dispensing, reason, at)
        give_back(dispensing)
        balances = balances_of(case)
        day = dispensing.at
        judged = lawful(case, balances, decisions, handing, at=day, besides=dispensing)
        kept = Kept(new, handing, dispensing.prepared_by_id, dispensing, reason.strip())
        corrected = keep(case, balances, judged, kept, by=by, at=at)
        tell(corrected)
        settle_case(case, by=by, at=at)
        record(Deed.CORRECTED, by=by, prescription=prescription, code=corrected.completeness)
    return corrected


def _correctable(dispensing: Dispensing, reason: str, at: datetime) -> None:
    if Dispensing.objects.filter(corrects=dispensing).exists():
        raise Overtaken("corrected", _("Cette délivrance a déjà été corrigée."))
    if at > dispensing.at + CORRECTABLE:
        raise Refusal("too_late", _("Une délivrance se corrige dans les 72 heures."))
    if changed_since(dispensing):
        raise Refusal(
            "amended_since",
            _(
                "Le prescripteur a modifié une de ces lignes depuis : cette délivrance reste écrite."
            ),
        )
    if not reason.strip():
        raise Refusal("no_reason", _("Dites pourquoi vous corrigez cette délivrance."))
