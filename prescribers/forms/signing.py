"""What is answered when signing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eprescription.models import Paper


class SignForm(forms.Form):
    """The two questions asked each time, the proof of identity when it is not fresh, and what was read over."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    may_follow = forms.TypedChoiceField(
        label=_("Le patient accepte-t-il que vous suiviez la délivrance ?"),
        choices=[
            ("yes", _("Oui, je pourrai lire ce qui a été délivré")),
            ("no", _("Non, le patient s'y oppose : je ne lirai pas ce qui a été délivré")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Posez la question au patient, puis cochez sa réponse.")},
    )
    paper = forms.ChoiceField(
        label=_("Le patient veut-il le papier ?"),
        choices=Paper.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Posez la question au patient, puis cochez sa réponse.")},
    )
    password = forms.CharField(
        label=_("Votre mot de passe"),
        strip=False,
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AnonymousSignForm(SignForm):
    """Of an anonymous prescription: she is handed the paper, there is nowhere else that it could go."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["paper"]
        self.fields["may_follow"].help_text = _(
            "Elle ne pourra plus changer sa réponse : elle n'a pas d'espace."
        )

    def clean(self) -> dict[str, Any]:
        return (super().clean() or self.cleaned_data) | {"paper": Paper.PAPER}
