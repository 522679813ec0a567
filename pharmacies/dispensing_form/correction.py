"""The form of a correction: that of the delivery, filled with what was recorded, and why it was wrong."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pharmacies.counter_line import CounterLine
from pharmacies.dispensing_form.fields import sentence
from pharmacies.dispensing_form.page import CHANGED, DispensingForm


class CorrectionForm(DispensingForm):
    """The same form, filled with what was recorded; why it is corrected is compulsory."""

    class Why(forms.Form):
        correction_reason = sentence(gettext_lazy("Motif de la correction"))

    def __init__(
        self, lines: list[CounterLine], data: Mapping[str, Any] | None = None, **more: Any
    ):
        super().__init__(lines, data, **more)
        self.why = self.Why(data)
        self.why.fields["correction_reason"].required = True

    @property
    def parts(self) -> list[forms.Form]:
        return [*super().parts, self.why]

    @property
    def changed(self) -> bool:
        """A correction is no dispensing as prescribed: nothing has to be read over twice."""
        return False

    @property
    def main_act(self) -> str:
        return CHANGED

    @property
    def reason(self) -> str:
        return self.why.cleaned_data["correction_reason"]
