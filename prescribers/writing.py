"""One form for the whole draft: whatever button is pressed, nothing typed is lost."""

from collections.abc import Mapping
from uuid import UUID

from django.forms import Form
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eprescription import posology
from eprescription.actor import Actor
from eprescription.anonymity import REASONS, is_anonymous
from eprescription.catalogue.interactions import edition_label
from eprescription.catalogue.search import Hit, substitutes
from eprescription.identity.traits import Traits
from eprescription.models import Line, LineKind, Prescription
from eprescription.presenters import line_view
from eprescription.quantities import needed, structure
from eprescription.rules import AT_SIGNATURE, Breach, Text, Weight, breaches
from eprescription.rules.products import only_marketed_medicines_are_prescribed
from prescribers import actions
from prescribers.actions.reasons import handle, unanswered, warned
from prescribers.cards import LineCard, Page, Point
from prescribers.facts import signature_facts
from prescribers.forms import CodedLineForm, LineForm, OtherLineForm, WholeForm
from prescribers.taking import by_weight
from prescribers.watch import Watch, watch

ON_THE_NEXT_PAGE = {"may_follow", "paper", "signature"}
SUBSTITUTION_TREATMENT = "N07BC"
ADULT = 18
LEFT = only_marketed_medicines_are_prescribed.name
MOST_PROPOSALS = 5
FOLDED = {"overlap", "non_substitutable", "cover", "off_label", "not_reimbursable", "by_pump"}
REASON = "why-"


def line_forms(lines: list[Line], data: QueryDict | None) -> dict[UUID, Form]:
    """One form a line, bound to what was typed if anything was."""
    return {line.pk: _line_form(line, data) for line in lines}


def _line_form(line: Line, data: QueryDict | None) -> Form:
    shape = LineForm if line.kind == LineKind.MEDICINE else OtherLineForm
    prefix = f"l{line.pk.hex}"
    typed = data if data is not None and f"{prefix}-quantity" in data else None
    initial = {name: getattr(line, name) for name in shape.base_fields}
    if is_anonymous(line.prescription):
        return CodedLineForm(line, typed, prefix=prefix, initial=initial)
    return shape(typed, prefix=prefix, initial=initial)


def whole_form(prescription: Prescription, data: QueryDict | None) -> WholeForm:
    """Weight, height, designated pharmacy: bound when the page showed them."""
    asked = [name for name in WholeForm.base_fields if data is not None and name in data]
    if "secret" in asked and "accompanied" not in asked:
        asked.append("accompanied")  # a browser sends nothing of a question that has no answer
    initial = {name: getattr(prescription, name) for name in WholeForm.base_fields}
    form = WholeForm(data if asked else None, initial=initial)
    for name in set(WholeForm.base_fields) - set(asked or WholeForm.base_fields):
        del form.fields[name]  # what was not shown was not emptied
    return form


def save(prescription: Prescription, data: QueryDict, *, by: Actor) -> bool:
    """Keeps all that was typed well, reasons included; True when all was."""
    at = timezone.now()
    whole = whole_form(prescription, data)
    if whole.is_bound and whole.is_valid():
        actions.save_whole(prescription=prescription, values=whole.cleaned_data, by=by, at=at)
    forms = line_forms(list(prescription.lines.all()), data)
    typed = {pk: form for pk, form in forms.items() if form.is_bound}
    good = {pk: form.cleaned_data for pk, form in typed.items() if form.is_valid()}
    actions.save_lines(prescription=prescription, lines=good, by=by, at=at)
    return len(good) == len(typed) and (not whole.is_bound or whole.is_valid())


def save_reasons(
    prescription: Prescription, data: Mapping[str, str], traits: Traits | None, *, by: Actor
) -> None:
    """Keeps the reasons typed beside warnings; a warning that is gone keeps none."""
    typed = {k.removeprefix(REASON): v for k, v in data.items() if k.startswith(REASON)}
    if not typed:
        return
    found = law(prescription, list(prescription.lines.all()), traits)
    actions.give_reasons(
        prescription=prescription, found=found, reasons=typed, by=by, at=timezone.now()
    )


def law(
    prescription: Prescription, lines: list[Line], traits: Traits | None, seen: Watch | None = None
) -> list[Breach]:
    """What the law says of the draft now, but for what comes with the signature."""
    found = _all(prescription, lines, traits, seen)
    return [b for b in found if b.field not in ON_THE_NEXT_PAGE]


def _all(
    prescription: Prescription, lines: list[Line], traits: Traits | None, seen: Watch | None = None
) -> list[Breach]:
    today = timezone.localdate()
    facts = signature_facts(
        prescription=prescription,
        author=prescription.author,
        traits=traits,
        lines=lines,
        may_follow=prescription.may_follow,
        paper=prescription.paper,
        on=today,
        seen=seen,
    )
    return breaches(AT_SIGNATURE, facts, on=today)


def attested(prescription: Prescription, traits: Traits | None) -> list[Breach]:
    """What the prescriber attests by signing."""
    lines = list(prescription.lines.all())
    return [b for b in _all(prescription, lines, traits) if b.field == "signature"]


def standing(prescription: Prescription, traits: Traits | None) -> list[Breach]:
    """What stands in the way of the signature."""
    lines = list(prescription.lines.all())
    return unanswered(prescription, lines, law(prescription, lines, traits))


def page(
    prescription: Prescription,
    lines: list[Line],
    traits: Traits | None,
    data: QueryDict | None,
    *,
    failed: bool = False,
) -> Page:
    """The draft as the page shows it; bound to `data` where something typed was not understood.

    `failed`: the prescriber wanted to sign and cannot yet.
    """
    today = timezone.localdate()
    seen = watch(prescription, lines, today, shown=True)
    found = law(prescription, lines, traits, seen)
    points = _points(prescription, lines, found)
    forms = line_forms(lines, data)
    age = traits.age_on(today) if traits else None
    child = age is not None and age < ADULT
    named = not is_anonymous(prescription)
    cards = [_card(line, forms[line.pk], points, seen, prescription, age) for line in lines]
    _next_one(cards, failed)
    return Page(
        cards=cards,
        points=[p for p in points if p.breach.line is None],
        standing=sum(map(_stands, points)),
        whole=whole_form(prescription, data),
        weight_asked=named and (child or _by_weight(lines) or prescription.weight_kg is not None),
        pharmacy_asked=named
        and any(x.atc.startswith(SUBSTITUTION_TREATMENT) or x.ivg for x in lines),
        secret_asked=named and (child or bool(prescription.secret)),
        coded=not named,
    )


def _next_one(cards: list[LineCard], failed: bool) -> None:
    """The card that takes the focus: what was typed wrong, what stops the signature, or the line that
    was just added without its posology. Else the next thing to type is the next line."""
    wrong = [c for c in cards if c.form.errors]
    stopped = [c for c in cards if any(_stands(p) for p in c.points)] if failed else []
    bare = [c for c in cards[-1:] if c.line.kind == LineKind.MEDICINE and not c.line.posology]
    for card in (wrong or stopped or bare)[:1]:
        card.wanted = True


def _stands(point: Point) -> bool:
    return point.breach.weight is Weight.BLOCKS or point.asks


def _points(prescription: Prescription, lines: list[Line], found: list[Breach]) -> list[Point]:
    """The gravest first; each warning with the name of its reason."""
    ids = {line.position: line.pk for line in lines}
    rows = prescription.justifications.all()
    given = {(row.line_id, row.rule, row.key): row.reason for row in rows}
    order = [Weight.BLOCKS, Weight.WARNS, Weight.INFORMS]
    choices = REASONS if is_anonymous(prescription) else ()
    return [
        Point(b, REASON + handle(b, ids), given.get(warned(b, ids), ""), choices)
        if b.weight is Weight.WARNS
        else Point(b)
        for b in sorted(found, key=lambda b: order.index(b.weight))
    ]


def _card(
    line: Line,
    form: Form,
    points: list[Point],
    seen: Watch,
    prescription: Prescription,
    age: int | None,
) -> LineCard:
    return LineCard(
        line=line_view(line),
        form=form,
        points=[p for p in points if p.breach.line == line.position],
        questions=_questions(line, prescription, age),
        not_assessed=seen.not_assessed.get(line.position, ()) if edition_label() else (),
        proposals=_proposals(line, points),
        understood=line.dosing is not None,
        needed=_needed(line, prescription),
        narcotic=line.list == "S" or bool(line.overlap) or "overlap" in _fields(points, line),
        opened=bool(_fields(points, line) & FOLDED),
    )


def _fields(points: list[Point], line: Line) -> set[str]:
    """The fields that something is said about."""
    stands = [p.breach for p in points if p.breach.line == line.position and _stands(p)]
    return {breach.field for breach in stands}


def _proposals(line: Line, points: list[Point]) -> list[Hit]:
    """What may stand in for a medicine that has left the market."""
    gone = any(p.breach.line == line.position and p.breach.rule == LEFT for p in points)
    return substitutes(line.cis)[:MOST_PROPOSALS] if gone else []


def _needed(line: Line, prescription: Prescription) -> str:
    """What one delivery needs: "14 en tout, boîtes de 6"."""
    units = needed(line, prescription.weight_kg)
    if not units or not line.box_units:
        return ""
    many = {"units": f"{units.normalize():f}", "box": line.box_units}
    return _("%(units)s en tout, boîtes de %(box)s") % many


def _questions(line: Line, prescription: Prescription, age: int | None) -> list[str]:
    """What is asked rather than guessed, in the language of the page."""
    taken = structure(line)
    if taken is None:
        return []
    asked = posology.questions(
        taken,
        duration_days=line.duration_days,
        boxes=line.quantity,
        renewals=line.renewals,
        box_units=line.box_units,
        unit=posology.unit_of(line.form),
        weight_kg=prescription.weight_kg,
        age_years=age,
        strength_mg=posology.strength_of(line.strength),
    )
    language = get_language() or "fr"
    return [Text(q.text_fr, q.text_en).in_language(language) for q in asked]


def _by_weight(lines: list[Line]) -> bool:
    taken = [structure(line) for line in lines]
    return any(by_weight(step) for p in taken if p for step in p.steps)
