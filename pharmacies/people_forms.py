"""The forms of the lock and of one's own code."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pharmacies.models import Seat
from pharmacies.people import CODE_LENGTH

LONGEST_PROOF = 200


def own_address(back: str) -> str:
    """An address of the portal as it was given, or that of the desk."""
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours else reverse("pharmacies:desk")


def _secret(label: Any, hint: Any = "", **attrs: Any) -> forms.CharField:
    """A secret that no password manager fills in on a machine that several people share."""
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=LONGEST_PROOF,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", **attrs}),
    )


class UnlockForm(forms.Form):
    """Who is there, and the proof: the personal code; for the person of the session also the password."""

    seat = forms.TypedChoiceField(
        label=gettext_lazy("Qui êtes-vous ?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Dites qui vous êtes.")},
    )
    proof = _secret(
        gettext_lazy("Code personnel"),
        gettext_lazy(
            "Six chiffres. Pour reprendre votre propre session, le mot de passe convient."
        ),
    )
    back = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {str(seat.pk): seat for seat in seats}
        self.fields["seat"].choices = [(pk, s.activity.person) for pk, s in self.seats.items()]  # type: ignore[attr-defined]

    def clean_seat(self) -> Seat:
        return self.seats[self.cleaned_data["seat"]]

    def clean_back(self) -> str:
        return own_address(self.cleaned_data["back"])


class CodeForm(forms.Form):
    """One's own code, typed twice; the password too when the last proof is old."""

    code = _secret(
        gettext_lazy("Nouveau code personnel"),
        gettext_lazy("Six chiffres que vous seul connaissez."),
        inputmode="numeric",
    )
    again = _secret(gettext_lazy("Le même code, encore une fois"), inputmode="numeric")
    password = _secret(gettext_lazy("Votre mot de passe"))

    def __init__(self, *args: Any, fresh: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("code", "again"):
            self.fields[name].widget.attrs["maxlength"] = CODE_LENGTH
        if fresh:
            del self.fields["password"]

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("code"):
            raise ValidationError(_("Les deux codes ne sont pas les mêmes."))
        return again
