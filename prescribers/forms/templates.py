"""The name of what a prescriber keeps."""

from django import forms
from django.utils.translation import gettext_lazy as _

from eprescription.fields import PlainField


class TemplateNameForm(forms.Form):
    """A name; whether it is free, the act says."""

    name = PlainField(
        label=_("Nom"),
        max_length=80,
        error_messages={"required": _("Donnez un nom au modèle.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
