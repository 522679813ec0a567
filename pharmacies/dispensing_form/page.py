"""The whole form: a head with its key, one part a line, who fetches, and what the law said of it."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eprescription.quantities import counted
from eprescription.refusal import Refusal as NotNow
from eprescription.refusal import Unlawful
from eprescription.rules import Breach
from pharmacies.counter_line import CounterLine
from pharmacies.decisions import Decision, Handing
from pharmacies.dispensing_form.handing import HandingForm
from pharmacies.dispensing_form.line import LineForm

ALL, CHANGED, PREPARE = "all", "changed", "prepare"


class ActForm(forms.Form):
    """Which button was pressed, the key that makes two presses one act, the secret of the claim it was opened under."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    secret = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)
    act = forms.ChoiceField(choices=[(a, "") for a in (ALL, CHANGED, PREPARE)], required=False)


@dataclass(frozen=True)
class Row:
    """One line of the page; without form when nothing of it may be given. `told` by the law, which asks nothing."""

    line: CounterLine
    form: LineForm | None
    told: tuple[Breach, ...] = ()


class DispensingForm:
    """All of it: `rows` are the lines of the page, `forms` those of which something may be given.

    `prescriber` prefills who agreed; `recorded` are fields of lines by position, and of the handing under None.
    """

    def __init__(
        self,
        lines: list[CounterLine],
        data: Mapping[str, Any] | None = None,
        *,
        secret: str = "",
        prescriber: str = "",
        recorded: Mapping[int | None, Mapping[str, Any]] | None = None,
    ) -> None:
        known = recorded or {}
        self.head = _head(secret) if data is None else ActForm(data)
        self.handing = HandingForm(data, recorded=known.get(None))
        self.rows = [Row(x, self._line(x, data, prescriber, known)) for x in lines]
        self.forms = [row.form for row in self.rows if row.form]
        self.release_key = uuid.uuid4()
        self.problem: Any = ""
        self.breaches: list[Breach] = []  # of the whole prescription

    def is_valid(self) -> bool:
        """Checks each part, so that all faults are told together."""
        sound = all([form.is_valid() for form in self.parts])
        if self.head.errors:
            self.problem = _("Cette page est incomplète. Revenez au comptoir et rouvrez-la.")
        elif sound and self.head.cleaned_data["act"] in ("", ALL) and self.changed:
            self.problem = _(
                "Vous avez changé des lignes : relisez-les, puis délivrez avec les changements."
            )
            return False
        elif sound and self.waits:
            self.problem = _("Cochez ce que vous délivrez à titre exceptionnel.")
            return False
        return sound

    @property
    def parts(self) -> list[forms.Form]:
        return [self.head, self.handing, *self.forms]

    @property
    def changed(self) -> bool:
        return any(form.differs for form in self.forms)

    @property
    def waits(self) -> bool:
        """Whether all that could be given asks for an express word, and none was said."""
        asked = [
            form.line.exceptional and not form.cleaned_data["exceptional"] for form in self.forms
        ]
        return bool(asked) and all(asked)

    @property
    def handed(self) -> str:
        """What the page proposes, or was sent, to hand over, in words: "2 boîtes, 23 gélules"."""
        words: dict[str, tuple[int, CounterLine]] = {}
        for form in self.forms:
            before, _line = words.get(form.line.word(2), (0, form.line))
            words[form.line.word(2)] = (before + form.quantity_now, form.line)
        said = [counted(n, x.unit, x.view.form) for n, x in words.values()]
        return ", ".join(said)

    @property
    def typed(self) -> list[tuple[str, list[tuple[Any, str]]]]:
        """What was typed over the page, to be read again when it can no longer be sent."""
        said = [(form.line.view.title, form.said) for form in self.forms if form.differs]
        return [(title, fields) for title, fields in said if fields]

    @property
    def main_act(self) -> str:
        """What the one main button does: once something was changed, it says so."""
        return CHANGED if self.changed else ALL

    @property
    def key(self) -> uuid.UUID | None:
        """The key of the page; None when it is missing or broken."""
        return self.head.cleaned_data.get("key") if self.head.is_valid() else None

    @property
    def secret(self) -> str:
        return self.head.cleaned_data["secret"]

    @property
    def prepares(self) -> bool:
        return self.head.is_valid() and self.head.cleaned_data["act"] == PREPARE

    @property
    def faults(self) -> list[dict[str, str]]:
        """What is wrong, line by line, with the field to mend."""
        named = [(form, form.line.view.title) for form in self.forms]
        parts: list[tuple[forms.Form, Any]] = [*named, (self.handing, _("Remise"))]
        return [
            {"line": title, "text": str(error), "anchor": form[name].id_for_label}
            for form, title in parts
            for name, errors in form.errors.items()
            for error in errors
        ]

    def decisions(self) -> list[Decision]:
        return [form.decision() for form in self.forms]

    def proposed(self) -> list[Decision]:
        """The lines as the page stands, whatever is still wrong with it."""
        return [form.proposed for form in self.forms]

    def who(self) -> Handing:
        return self.handing.handing()

    def tell(self, refusal: NotNow) -> None:
        """Shows what the law found at the field to mend, with its article; all else above the lines."""
        breaches = refusal.breaches if isinstance(refusal, Unlawful) else []
        self.problem = "" if breaches else refusal.text
        by_position = {form.line.view.position: form for form in self.forms}
        for breach in breaches:
            if breach.field in self.handing.fields:
                self.handing.tell(breach, told(breach))
            elif breach.line in by_position:
                by_position[breach.line].tell(breach, told(breach))
            else:
                self.breaches.append(breach)

    def show(self, found: Mapping[int, list[tuple[str, str, bool]]]) -> None:
        """The products that were found by their name, beside their lines."""
        for form in self.forms:
            form.found = found.get(form.line.view.position, [])

    def inform(self, lines: Iterable[CounterLine]) -> None:
        """What the law tells of each line as the page stands now."""
        known = {line.view.position: line.told for line in lines}
        self.rows = [replace(row, told=known.get(row.line.view.position, ())) for row in self.rows]

    def renew(self, secret: str) -> None:
        """A page that is shown again is a new page: its own key, and the secret of the claim that stands."""
        self.head = _head(secret)

    @staticmethod
    def _line(
        line: CounterLine,
        data: Mapping[str, Any] | None,
        prescriber: str,
        recorded: Mapping[int | None, Mapping[str, Any]],
    ) -> LineForm | None:
        known = recorded.get(line.view.position)
        if not line.open and known is None:
            return None
        return LineForm(line, data, prescriber=prescriber, recorded=known)


def told(breach: Breach) -> Any:
    """The sentence of the law with a link to its text."""
    words = breach.text.in_language(get_language() or "fr")
    return format_html('{} <a href="{}">{}</a>', words, breach.url, breach.article)


def _head(secret: str) -> ActForm:
    return ActForm(initial={"key": uuid.uuid4(), "secret": secret})
