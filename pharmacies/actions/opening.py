"""Presenting a code opens the prescription and claims it for the pharmacy; one pharmacy wins."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.documents import codes
from eprescription.documents.code import readings_of
from eprescription.lifecycle import move
from eprescription.models import (
    AccessCode,
    CaseState,
    Claim,
    Deed,
    Opening,
    Outcome,
    Prescription,
)
from eprescription.permissions import Action, check_role, grant_presented, may_be_opened
from eprescription.refusal import Overtaken, Refusal
from eprescription.upkeep import CLAIM_HOLDS, end_claim
from pharmacies import misses, receipts
from pharmacies.actions.reporting import digests_of, is_reported
from pharmacies.claims import living_claim
from pharmacies.presented import check_kind
from pharmacies.proofs import Proof, prescription_of
from pharmacies.standing import check_open

WAYS: dict[str, Opening.Way] = {
    AccessCode.Kind.OWN: Opening.Way.CODE,
    AccessCode.Kind.COLLECT: Opening.Way.COLLECT,
}


def open_by_code(*, text: str, by: Actor, address: str, at: datetime) -> Prescription:
    """Opens the prescription whose code was presented, and claims it for the pharmacy.

    Unknown, dead, closed and foreign codes get one answer; so does that of an anonymous prescription at another
    pharmacy than the designated one, where another answer would tell that it is one. Raises Refusal with it, or when too many codes missed, or
    when another pharmacy holds the prescription. The INS and the code of a box are explained: they are no guess.
    """
    check_role(by, Action.OPEN)
    check_kind(text)
    misses.check(by=by, address=address, at=at)
    found = codes.find(*readings_of(text))
    if found is None or not may_be_opened(by, found.prescription):
        raise missed(by=by, address=address, at=at, digests=digests_of(text))
    return claim(prescription=found.prescription, by=by, at=at, way=WAYS[found.kind])


def open_by_number(
    *, number: str, proof: Proof, by: Actor, address: str, at: datetime
) -> Prescription:
    """Opens by the typed number with its second proof; both wrong and each wrong get the same answer."""
    check_role(by, Action.OPEN)
    misses.check(by=by, address=address, at=at)
    found = prescription_of(number, proof)
    if found is None or not may_be_opened(by, found):
        raise missed(by=by, address=address, at=at)
    return claim(prescription=found, by=by, at=at, way=Opening.Way.NUMBER)


def missed(*, by: Actor, address: str, at: datetime, digests: Sequence[bytes] = ()) -> Refusal:
    """Counts and traces a miss in a transaction of its own, and gives the one answer.

    `digests` are those of a code (`reporting.digests_of`): one that a pharmacy reported as forged is told.
    """
    with transaction.atomic():
        misses.note(by=by, address=address, at=at)
        record(Deed.CODE_REFUSED, by=by, outcome=Outcome.REFUSED)
    return NoSuchCode(digests)


class NoSuchCode(Refusal):
    """The one answer to unknown, dead, closed and foreign codes; with a word when the code was reported."""

    def __init__(self, digests: Sequence[bytes] = ()) -> None:
        text = _("Ce code n'ouvre aucune ordonnance à délivrer.")
        if is_reported(digests):
            text += " " + _(
                "Une pharmacie l'a signalé comme faux : vérifiez l'identité, appelez le prescripteur."
            )
        super().__init__("no_such_code", text)
        self.digest = digests[0] if digests else b""


def claim(
    *,
    prescription: Prescription,
    by: Actor,
    at: datetime,
    way: Opening.Way = Opening.Way.CODE,
) -> Prescription:
    """Takes the prescription in hand for the pharmacy; one pharmacy wins, the others are told since when.

    `way` says how it was presented; the caller has asked `may_be_opened`. Granted, it leaves a receipt of good faith; refused, a trace for the signals.
    """
    try:
        _claim(prescription, by, at, way)
    except Refusal as refusal:
        with transaction.atomic():
            outcome, code = Outcome.REFUSED, refusal.code
            record(Deed.CLAIMED, by=by, prescription=prescription, outcome=outcome, code=code)
            receipts.refuse(prescription, by=by, way=way, code=code, at=at)
        raise
    return prescription


def _claim(prescription: Prescription, by: Actor, at: datetime, way: Opening.Way) -> None:
    try:
        with transaction.atomic():
            if not _again(prescription, by, at, way):
                _take(prescription, by, at)
                receipts.give(prescription, by=by, way=way, at=at)
    except Overtaken:
        prescription.case.refresh_from_db()
        with transaction.atomic():
            if not _again(prescription, by, at, way):
                raise


def _again(prescription: Prescription, by: Actor, at: datetime, way: Opening.Way) -> bool:
    """True when this pharmacy holds it already: it gets a receipt again. A relative's code keeps its own way."""
    if not _already_ours(prescription, by, at):
        return False
    if way is Opening.Way.COLLECT:
        receipts.give(prescription, by=by, way=way, at=at)
    else:
        receipts.give_again(prescription, by=by, at=at)
    return True


def _already_ours(prescription: Prescription, by: Actor, at: datetime) -> bool:
    """True when this pharmacy holds it; a stranger's claim refuses, a lapsed one is ended."""
    held = living_claim(prescription.case)  # as read; `move` finds out whether it changed since
    if held is None:
        return False
    if held.pharmacy_id == by.place_id:
        return True
    if held.at < at - CLAIM_HOLDS:
        end_claim(held, Claim.End.LAPSED, by=None, at=at)
        record(Deed.LAPSED, by=None, prescription=prescription)
        return False
    raise ClaimedElsewhere(held.at, prescription)


class ClaimedElsewhere(Refusal):
    """Another pharmacy is dispensing it; said with the moment, never with the name."""

    status = 409

    def __init__(self, since: datetime, prescription: Prescription) -> None:
        super().__init__(
            "claimed_elsewhere", _("Cette ordonnance est prise en charge dans une autre pharmacie.")
        )
        self.since, self.prescription = since, prescription


def _take(prescription: Prescription, by: Actor, at: datetime) -> None:
    assert by.place_id  # a pharmacist works somewhere
    case = prescription.case
    check_open(case, at=at)
    move(case, CaseState.CLAIMED, by=by, at=at)
    Claim.objects.create(case=case, pharmacy_id=by.place_id, by_id=by.activity_id, at=at)
    grant_presented(by, prescription)
    record(Deed.CLAIMED, by=by, prescription=prescription)
