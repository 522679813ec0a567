"""What a line becomes when its author agrees to a pharmacist's proposal, and what the law says of it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from eprescription.models import Line, Prescription, Question
from eprescription.refusal import Refusal
from eprescription.rules import AT_SIGNATURE, Breach, Weight, breaches
from prescribers import lines as contents
from prescribers import taking
from prescribers.facts import signature_facts
from prescribers.named import signed_traits
from prescribers.wordless import coded

PROPOSED = ("posology", "duration_days", "quantity")


def proposed_line(question: Question, *, on: date) -> Line | None:
    """The new version as it would be, not saved; None when the line itself would not change.

    Raises Refusal for what needs a prescription of its own: a medicine of abortion, a first narcotic on a page that is
    not secured, a medicine that has left the market.
    """
    typed = {name: getattr(question, name) for name in PROPOSED if getattr(question, name)}
    if not (typed or question.cis):
        return None
    old, weight = question.line, question.prescription.weight_kg
    line = Line(
        prescription=question.prescription,
        position=old.position,
        version=old.version + 1,
        replaces=old,
        **_content(old, question.cis, on),
    )
    if line.cis != old.cis:
        taking.reckon(line, weight)
    taking.take(line, typed, weight)
    line.quantity = typed.get("quantity", line.quantity)
    coded(question.prescription, line)
    _may_stand_here(line, old, question.prescription)
    return line


def judged(question: Question, line: Line, *, on: date) -> list[Breach]:
    """What the law of the signature says of the new version, and of the whole when it is because of it."""
    prescription = question.prescription
    old = list(prescription.lines.all())
    new = [line if x.position == line.position else x for x in old]
    found = _law(prescription, new, on)
    whole = [b for b in found if b.line is None and b.weight is not Weight.INFORMS]
    stood = {(b.rule, b.key) for b in _law(prescription, old, on)} if whole else set()
    mine = [b for b in found if b.line == line.position]
    return mine + [b for b in whole if (b.rule, b.key) not in stood]


def _content(old: Line, cis: str, on: date) -> dict[str, Any]:
    """The same medicine in the same pack, as the base names it today; or the other one, taken alike."""
    if cis and cis != old.cis:
        return contents.instead(old, cis, on)
    kept = {name: getattr(old, name) for name in ("cip13", "box_units", "overlap")}
    return contents.again(old, on) | kept


def _may_stand_here(line: Line, old: Line, prescription: Prescription) -> None:
    narcotic = line.secured or line.list == "S"
    if line.ivg != old.ivg or (narcotic and not prescription.secured):
        raise Refusal(
            "needs_a_prescription",
            _("Ce médicament demande une ordonnance à lui : refusez, puis écrivez-la."),
        )


def _law(prescription: Prescription, lines: list[Line], on: date) -> list[Breach]:
    traits = signed_traits(prescription)
    facts = signature_facts(
        prescription=prescription,
        author=prescription.author,
        traits=traits,
        lines=lines,
        may_follow=prescription.may_follow,
        paper=prescription.paper,
        on=on,
    )
    return breaches(AT_SIGNATURE, facts, on=on)
