"""A whole order signed at once: patient, draft, lines, reasons and signature, by the acts of the pages, in one transaction."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription import posology
from eprescription.actor import Actor
from eprescription.api.fhir.order import Order, Ordered, Reasons
from eprescription.catalogue.models import Pack
from eprescription.identity import vault
from eprescription.identity.traits import Traits, matches
from eprescription.models import Line, LineKind, Prescription
from eprescription.once import earlier, once
from eprescription.permissions import Action, check_role, patients_of
from eprescription.posology import Posology
from eprescription.refusal import Refusal
from eprescription.rules import Breach, Weight
from prescribers import actions, lines, taking, writing
from prescribers.actions.reasons import handle
from prescribers.named import signed_traits

COPIED = (
    *("renewals", "ald", "cover", "off_label", "not_reimbursable", "non_substitutable"),
    *("single_delivery", "overlap", "by_pump"),
)
LONGEST_POSOLOGY = 300


class Unfit(Refusal):
    """What is ordered cannot stand on a prescription as it is said."""

    status = 422


def sign_order(*, order: Order, key: UUID, by: Actor, at: datetime) -> Prescription:
    """Signs what an order says; the same `key` again gives the same prescription.

    Nothing of it stays when the law refuses: raises Unlawful with all breaches together, Refusal for what cannot be
    ordered. A medicine of abortion is written on the portal, where two questions are asked before anything is stored.
    """
    check_role(by, Action.SIGN)
    with transaction.atomic():
        new = uuid4()
        done = once(act="sign_order", key=key, asked=order, result=new, by=by, at=at)
        if done:
            return Prescription.objects.get(pk=done)
        prescription = _drafted(order, new, by, at)
        _check_signer(order, prescription)
        _give_reasons(order, prescription, by, at)
        return actions.sign(
            prescription=prescription,
            may_follow=order.may_follow,
            paper=order.paper,
            by=by,
            at=at,
        )


def cancel_once(*, prescription: Prescription, key: UUID, by: Actor, at: datetime) -> None:
    """Cancels; the same `key` again changes nothing."""
    with transaction.atomic():
        asked = prescription.pk
        if not once(act="cancel", key=key, asked=asked, result=asked, by=by, at=at):
            actions.cancel(prescription=prescription, by=by, at=at)


def was_cancelled(*, key: UUID, by: Actor) -> bool:
    """Whether this key cancelled already: a lost answer is asked again with the version that was read then."""
    return earlier(act="cancel", key=key, by=by) is not None


def _drafted(order: Order, new: UUID, by: Actor, at: datetime) -> Prescription:
    assert order.patient is not None  # the reader of bundles asks for one
    subject_id = _patient(order.patient, by, at)
    prescription = actions.draft(subject_id=subject_id, new_id=new, by=by, at=at)
    whole = {
        name: getattr(order, name)
        for name in ("weight_kg", "height_cm", "pharmacy_named", "secret", "accompanied")
    }
    whole["teleconsultation"] = order.teleconsultation
    actions.save_whole(prescription=prescription, values=whole, by=by, at=at)
    on = timezone.localdate(at)
    for line in order.lines:
        content = content_of(line, order.weight_kg, on)
        actions.add_line(prescription=prescription, content=content, by=by, at=at)
    return prescription


def _patient(traits: Traits, by: Actor, at: datetime) -> UUID:
    """The patient whom these traits mean: by the INS, or among one's own by all strict traits; else a new one."""
    known = vault.find_by_ins(traits.ins) if traits.ins else None
    if known and not matches(vault.read(known), traits):
        raise Unfit(
            "other_traits", _("Cet INS est connu avec d'autres traits. Vérifiez l'identité.")
        )
    if not traits.ins:
        known = _own(traits, by)
        if known:
            actions.take_in_care(subject_id=known, by=by, at=at)
            return known
    return actions.register_patient(traits=traits, by=by, at=at)


def _own(traits: Traits, by: Actor) -> UUID | None:
    """Without INS names prove nothing: only among the prescriber's own patients, and when it is one alone."""
    found = vault.find(birth_name=traits.birth_name, birth_date=traits.birth_date)
    mine = set(patients_of(by).filter(subject__in=found).values_list("subject_id", flat=True))
    alike = [pk for pk in mine if matches(vault.read(pk), traits)]
    return alike[0] if len(alike) == 1 else None


def _check_signer(order: Order, prescription: Prescription) -> None:
    if order.requester and order.requester != prescription.author.identifier:
        raise Unfit(
            "other_signer", _("L'ordonnance nomme un autre prescripteur que celui qui signe.")
        )


# --- Lines


def content_of(ordered: Ordered, weight: Decimal | None, on: date) -> dict[str, Any]:
    """The content of a line as the portal keeps it: today's drug base, and how it is taken. Raises Refusal."""
    try:
        line = Line(**_named(ordered, on))
    except Refusal as unknown:
        raise Unfit(unknown.code, unknown.text) from unknown
    for name in COPIED:
        setattr(line, name, getattr(ordered, name))
    line.duration_days, told = ordered.duration_days, _asked(ordered)
    if ordered.dosing:
        _dose(line, ordered.dosing, weight)
    elif ordered.words:
        told |= taking.dose(line, ordered.words, weight, keep=told)
    if ordered.cip13:
        _box(line, ordered.cip13)
    if ordered.quantity is not None:
        line.quantity = ordered.quantity
    elif line.kind == LineKind.MEDICINE and "quantity" not in told:
        taking.reckon(line, weight)
    return {name: getattr(line, name) for name in lines.CONTENT}


def _asked(ordered: Ordered) -> set[str]:
    """The fields that the order says itself: words do not overrule them."""
    said = {"duration_days": ordered.duration_days, "quantity": ordered.quantity}
    return {n for n, v in said.items() if v is not None} | (
        {"renewals"} if ordered.renewals else set()
    )


def _named(ordered: Ordered, on: date) -> dict[str, Any]:
    if ordered.kind == LineKind.MEDICINE:
        return lines.of_medicine(ordered.cis, by_inn=ordered.by_inn, on=on)
    if ordered.kind == LineKind.DEVICE and ordered.lpp:
        return lines.of_device(ordered.lpp, on)
    return lines.of_text(ordered.kind, ordered.name)


def _dose(line: Line, taken: Posology, weight: Decimal | None) -> None:
    """Puts a structured posology on the line; the duration of a lone step is that of the line."""
    days = posology.days_of(taken)
    if days and line.duration_days not in (None, days):
        raise Unfit("two_durations", _("La durée de la ligne et celle de la posologie diffèrent."))
    line.duration_days = line.duration_days or days
    if line.duration_days and line.duration_days > 366:
        raise Unfit("too_long", _("Une ligne dure au plus 366 jours."))
    if len(taken.steps) == 1:
        taken = Posology((replace(taken.steps[0], days=None),))
    line.dosing, line.posology = taken.to_json(), posology.sentence(taken)
    taking.weigh(line, weight)
    if len(line.posology) > LONGEST_POSOLOGY:
        raise Unfit("too_long", _("Cette posologie est trop longue pour l'ordonnance."))


def _box(line: Line, cip13: str) -> None:
    pack = Pack.objects.filter(pk=cip13, medicine=line.cis).first()
    if pack is None:
        raise Unfit("other_box", _("Cette boîte (CIP) n'est pas celle de ce médicament (CIS)."))
    line.cip13, line.box_units = pack.cip13, pack.units


# --- Reasons


def _give_reasons(order: Order, prescription: Prescription, by: Actor, at: datetime) -> None:
    """The reasons of the order, each for the warnings of its rule on its line."""
    said = {None: order.reasons} | {i: x.reasons for i, x in enumerate(order.lines, start=1)}
    if not any(said.values()):
        return
    rows = list(prescription.lines.all())
    ids = {line.position: line.pk for line in rows}
    found = writing.law(prescription, rows, signed_traits(prescription))
    reasons = {
        handle(b, ids): text
        for b in found
        if b.weight is Weight.WARNS and (text := _reason(b, said.get(b.line, ())))
    }
    actions.give_reasons(prescription=prescription, found=found, reasons=reasons, by=by, at=at)


def _reason(breach: Breach, said: Reasons) -> str:
    return dict(said).get(breach.rule, "")
