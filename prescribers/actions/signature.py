"""The signature and what follows it. Each act asks permission, asks the law, moves, grants, writes the journal, announces."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import is_anonymous
from eprescription.audit.journal import record
from eprescription.catalogue.editions import current_label
from eprescription.documents import codes
from eprescription.documents.attestation import attest_prescription
from eprescription.documents.number import new_number
from eprescription.health_space import outbox
from eprescription.identity import vault
from eprescription.identity.traits import Traits
from eprescription.legible import check_legible
from eprescription.lifecycle import move
from eprescription.models import (
    Activity,
    Balance,
    CaseState,
    Channel,
    Deed,
    DispensingCase,
    DowntimeSheet,
    Line,
    Opposition,
    Prescription,
    PrescriptionState,
    Reach,
    Subject,
)
from eprescription.permissions import check_write, settle_reading
from eprescription.quantities import open_balance
from eprescription.refusal import Refusal, Unlawful
from eprescription.rules import AT_SIGNATURE, breaches
from eprescription.rules.facts import SignatureFacts
from eprescription.rules.validity import LONGEST_MONTHS, months_after
from eprescription.secure_mail.designating import designate
from eprescription.secure_mail.letters import write_to_patient
from eprescription.upkeep import end_dispensing
from prescribers.actions.downtime import enter_sheet, sheet_of
from prescribers.actions.drafts import check_unchanged
from prescribers.actions.reasons import unanswered
from prescribers.facts import prescriber_as_signed, signature_facts
from prescribers.lines import typed
from prescribers.watch import trace_comparison


def sign(
    *,
    prescription: Prescription,
    may_follow: bool | None,
    paper: str | None,
    by: Actor,
    at: datetime,
) -> Prescription:
    """Freezes the content, gives it its number and its code, opens it to pharmacies, announces it.

    Raises Unlawful with all that blocks and all warnings without a reason, Illegible for words that
    cannot be printed as they read, and Overtaken when the draft changed meanwhile.
    """
    check_write(by, prescription)
    with transaction.atomic():
        check_unchanged(prescription)
        sheet = sheet_of(prescription)
        written = (sheet and sheet.written_at) or at  # its paper has the date of its writing
        author = prescription.author
        lines = list(prescription.lines.all())
        check_legible(*typed(prescription, lines))
        traits, identity_version = _identity_of(prescription)
        today = timezone.localtime(written).date()
        facts = signature_facts(
            prescription=prescription,
            author=author,
            traits=traits,
            lines=lines,
            may_follow=may_follow,
            paper=paper,
            on=today,
            sheet=sheet,
        )
        _check_law(prescription, lines, facts)
        answers = {"may_follow": may_follow, "paper": paper, "identity_version": identity_version}
        frozen = _frozen(author, lines, written, sheet) | answers
        move(prescription, PrescriptionState.ISSUED, by=by, at=at, **frozen)
        _open_to_pharmacies(prescription, lines)
        codes.first_code(prescription, at=at)
        if is_anonymous(prescription):
            _send_to_designated(prescription, by, at)
        else:
            _settle_opposition(prescription, may_follow, by, at)
        record(Deed.SIGNED, by=by, prescription=prescription)
        if sheet:
            enter_sheet(sheet=sheet, by=by, at=at)
        trace_comparison(prescription, by=by, on=today)
        outbox.enqueue(prescription, occasion="signed", at=at)
        write_to_patient(prescription, occasion="signed", at=at)
    return prescription


def _check_law(prescription: Prescription, lines: list[Line], facts: SignatureFacts) -> None:
    wrong = unanswered(prescription, lines, breaches(AT_SIGNATURE, facts, on=facts.on))
    if wrong:
        raise Unlawful(wrong)


def recode(*, prescription: Prescription, by: Actor, at: datetime) -> None:
    """Prints anew: a new code, and the old one opens nothing any more."""
    check_write(by, prescription)
    with transaction.atomic():
        locked = Prescription.objects.select_for_update().get(pk=prescription.pk)
        if locked.state != PrescriptionState.ISSUED:
            raise Refusal(
                "not_open", _("Cette ordonnance ne se délivre plus : pas de nouveau code.")
            )
        code = codes.issue_code(locked, at=at)
        record(Deed.RECODED, by=by, prescription=locked)
        outbox.enqueue(locked, occasion=f"recoded {code.serial}", at=at)
        write_to_patient(locked, occasion=f"recoded {code.serial}", at=at)


def cancel(*, prescription: Prescription, by: Actor, at: datetime) -> None:
    """Stops what is not yet dispensed. The answer is the same whatever was dispensed (product.md 3.6)."""
    check_write(by, prescription)
    with transaction.atomic():
        move(prescription, PrescriptionState.CANCELLED, by=by, at=at, cancelled_at=at)
        end_dispensing(prescription, CaseState.STOPPED, by=by, at=at)
        record(Deed.CANCELLED, by=by, prescription=prescription)
        outbox.enqueue(prescription, occasion="cancelled", at=at)


def _identity_of(prescription: Prescription) -> tuple[Traits | None, int | None]:
    """Who it is for, in the version that the page will name for ever; nobody, when she asked for anonymity."""
    if is_anonymous(prescription):
        return None, None
    return vault.read_current(prescription.subject_id)


def _frozen(
    author: Activity, lines: list[Line], at: datetime, sheet: DowntimeSheet | None
) -> dict[str, Any]:
    """What is copied at signature and does not change with a profile or an edition."""
    today = timezone.localtime(at).date()
    number = sheet.number if sheet else new_number()
    expires_on = months_after(today, LONGEST_MONTHS)
    return {
        "number": number,
        "signed_at": at,
        "written_at": at,
        "expires_on": expires_on,
        "attestation": attest_prescription(
            number=number,
            issued_on=today,
            expires_on=expires_on,
            prescriber=author.identifier,
            lines=lines,
        ),
        "prescriber": prescriber_as_signed(author),
        "catalogue_edition": current_label(),
        "secured": any(line.secured or line.list == "S" for line in lines),
    }


def _open_to_pharmacies(prescription: Prescription, lines: list[Line]) -> None:
    case = DispensingCase.objects.create(prescription=prescription)
    weight = prescription.weight_kg
    Balance.objects.bulk_create([open_balance(line, case, weight) for line in lines])


def _send_to_designated(prescription: Prescription, by: Actor, at: datetime) -> None:
    """Its one pharmacy receives it with the signature (CSP R. 2212-16). What she answered of the reading stands on
    the prescription for ever: she has no space from which it could change."""
    assert prescription.designated_id
    designate(prescription=prescription, place_id=prescription.designated_id, by=by, at=at)


def _settle_opposition(
    prescription: Prescription, may_follow: bool | None, by: Actor, at: datetime
) -> None:
    """What the patient answered, and what he decided before, now rule the reading of the execution."""
    Subject.objects.select_for_update().get(pk=prescription.subject_id)
    if not may_follow:
        Opposition.objects.create(
            subject_id=prescription.subject_id,
            reach=Reach.PRESCRIPTION,
            prescription=prescription,
            channel=Channel.WRITING,
            since=at,
            by_id=by.activity_id,
        )
        record(Deed.OPPOSED, by=by, prescription=prescription)
    settle_reading(Prescription.objects.filter(pk=prescription.pk))
