"""One form for the whole draft: whatever button is pressed, nothing typed is lost."""

from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue.search import Hit, search
from eprescription.identity.traits import Traits
from eprescription.models import Line, Prescription
from eprescription.presenters import LineView, line_view
from eprescription.rules import AT_SIGNATURE, Breach, breaches
from prescribers import actions
from prescribers.facts import signature_facts
from prescribers.forms import LineForm, SearchForm

QUESTIONS = {"may_follow", "paper"}  # asked on the next page


@dataclass
class LineCard:
    """One line on the page: what it is, its form, what the law says of it."""

    line: LineView
    form: LineForm

    breaches: list[Breach] = field(default_factory=list)
    wanted: bool = False  # the next line to work on: it takes the focus


def line_forms(lines: list[Line], data: QueryDict | None) -> dict[UUID, LineForm]:
    """One form a line, bound to what was typed if anything was."""
    return {
        line.pk: LineForm(
            data if data is not None and f"{_prefix(line)}-quantity" in data else None,
            prefix=_prefix(line),
            initial={name: getattr(line, name) for name in LineForm.base_fields},
        )
        for line in lines
    }


def save(prescription: Prescription, forms: dict[UUID, LineForm], *, by: Actor) -> bool:
    """Keeps every line that was typed well; True when all were."""
    typed = {pk: form for pk, form in forms.items() if form.is_bound}
    good = {pk: form.cleaned_data for pk, form in typed.items() if form.is_valid()}
    actions.save_lines(prescription=prescription, lines=good, by=by, at=timezone.now())
    return len(good) == len(typed)


def perform(prescription: Prescription, act: str, *, by: Actor) -> None:
    """Does what the pressed button says: `add:CIS`, `remove:ID`; the other buttons only save."""
    name, _, value = act.partition(":")
    at = timezone.now()
    if name == "add":
        actions.add_line(prescription=prescription, cis=value, by=by, at=at)
    if name == "remove" and (pk := _uuid(value)):
        actions.remove_line(prescription=prescription, line_id=pk, by=by, at=at)


def cards(
    prescription: Prescription, lines: list[Line], forms: dict[UUID, LineForm], traits: Traits
) -> tuple[list[LineCard], list[Breach]]:
    """The lines with what the law says beside each, and what it says of the whole."""
    found = law(prescription, lines, traits)
    result = [
        LineCard(
            line=line_view(line),
            form=forms[line.pk],
            breaches=[b for b in found if b.line == line.position],
        )
        for line in lines
    ]
    next_one = [c for c in result if c.breaches] or result[-1:]
    for card in next_one[:1]:
        card.wanted = True
    return result, [b for b in found if b.line is None]


def law(prescription: Prescription, lines: list[Line], traits: Traits) -> list[Breach]:
    """What would block the signature now, but for the two questions that come with it."""
    today = timezone.localdate()
    facts = signature_facts(
        author=prescription.author,
        traits=traits,
        lines=lines,
        may_follow=prescription.may_follow,
        paper=prescription.paper,
        on=today,
    )
    return [b for b in breaches(AT_SIGNATURE, facts, on=today) if b.field not in QUESTIONS]


def hits(form: SearchForm) -> list[Hit]:
    """What the search found; nothing for an empty field."""
    text = form.cleaned_data["search"].strip() if form.is_valid() else ""
    return search(text, limit=12) if text else []


def _prefix(line: Line) -> str:
    return f"l{line.pk.hex}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
