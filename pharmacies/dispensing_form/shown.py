"""What the page shows of a line's form: whether it differs, what to unfold, what is handed over."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from pharmacies.counter_line import CounterLine
from pharmacies.decisions import Decision
from pharmacies.dispensing_form.read import boxes_in
from pharmacies.handed import Boxes

BOX = ("cip13", "packs", "lot", "expiry", "serial")
CODED = ("problem", "intervention", "outcome")
# What adds to a line without making it differ from what was prescribed.
ADDS = {*BOX, "read", "search", "agreement", "agreed_at"}
ASIDE = {*CODED, "note", "instruction"}


class ShownLine(forms.Form):
    """The reading side of `LineForm`."""

    line: CounterLine
    found: list[tuple[str, str, bool]] = []  # CIS, name, whether of the same group
    warned = False  # by the law, which passes with a reason

    @property
    def differs(self) -> bool:
        """Whether more is said than what was prescribed; the boxes that were read add nothing to it."""
        return self.is_bound and bool({*self.changed_data} - ADDS)

    @property
    def said(self) -> list[tuple[Any, str]]:
        """The fields that were changed, with their labels, for who must type them again."""
        shown = [self[name] for name in self.fields if name in {*self.changed_data} - ADDS]
        return [(f.label or _("Délivré maintenant"), _shown(f)) for f in shown]

    @property
    def unfolded(self) -> bool:
        """Whether the folded part holds something to see: what was typed, or what is wrong."""
        seen = {*self.changed_data, *self.errors} - {"quantity", "read", "cis", "exceptional"}
        seen -= {*BOX, "agreement", "agreed_at"} - {*self.errors}
        return bool(self.found) or (self.is_bound and bool(seen))

    @property
    def aside(self) -> bool:
        """Whether intervention, note or instruction were filled in."""
        return self.is_bound and bool(({*self.changed_data} | {*self.errors}) & ASIDE)

    @property
    def asks_reason(self) -> bool:
        return self.warned or bool(self["reason"].value() or self["reason"].errors)

    @property
    def quantity_now(self) -> int:
        """What the page proposes, or was sent, to hand over."""
        typed = str(self["quantity"].value() or "")
        waits = self.line.exceptional and not self["exceptional"].value()
        return int(typed) if typed.isdecimal() and len(typed) < 6 and not waits else 0

    @property
    def proposed(self) -> Decision:
        """The line as the page stands, sound or not: enough for what the law tells without asking."""
        typed = {name: str(self[name].value() or "") for name in self.fields}
        given = self.quantity_now
        return Decision(
            line_id=self.line.view.id,
            quantity=given,
            cis=typed.get("cis") or self.line.view.cis,
            exceptional=self.line.exceptional if given else "",
            refusal="" if given else typed["refusal"],
            urgent=bool(self["urgent"].value()),
            shortage=bool(self["shortage"].value()),
        )

    @property
    def one(self) -> str:
        return self.line.word(1)

    @property
    def many(self) -> str:
        return self.line.word(2)

    @property
    def expiry_text(self) -> str:
        """The date of the box as it is shown: typed, or as it was recorded."""
        value = self["expiry"].value()
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")

    @property
    def boxes(self) -> Boxes:
        """The boxes that were read, when there are several."""
        names = ("read", "cip13", "lot", "expiry", "serial", "packs")
        held = {name: self[name].value() for name in names}
        boxes = boxes_in(held | {"expiry": self.expiry_text}, "")
        return boxes if len(boxes) > 1 else ()

    @property
    def box_read(self) -> str:
        """The code of the box that was read, for the page to say."""
        return str(self["cip13"].value() or "")


def _shown(field: forms.BoundField) -> str:
    """A value as it is read: the words of a choice, or what was typed."""
    value = str(field.value() or "")
    if value in ("True", "on"):
        return _("oui")
    choices = dict(getattr(field.field, "choices", ()))
    return str(choices.get(value, value))
