"""Who fetches the boxes: asked when the law asks, folded otherwise."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eprescription.rules import Breach
from pharmacies.decisions import Handing
from pharmacies.dispensing_form.fields import sentence, yes


class HandingForm(forms.Form):
    """The bearer, when it is not the patient, and whether somebody looked at an identity card (CSP R. 5132-35)."""

    bearer = sentence(
        gettext_lazy("Nom et prénom du porteur"), gettext_lazy("Vide si le patient vient lui-même.")
    )
    bearer_address = sentence(gettext_lazy("Adresse du porteur"))
    identity_checked = yes(gettext_lazy("Identité vérifiée sur une pièce"))

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, recorded: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(recorded or {}))

    def handing(self) -> Handing:
        return Handing(**self.cleaned_data)

    def tell(self, breach: Breach, words: Any) -> None:
        self.add_error(breach.field, words)

    @property
    def unfolded(self) -> bool:
        return bool(self.errors) or any(self[name].value() for name in self.fields)
