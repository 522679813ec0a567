"""Sample values for the page of components, shown in debug only."""

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest


class SampleForm(forms.Form):
    """One field of each kind, some of them wrong."""

    name = forms.CharField(label="Nom de naissance", help_text="Tel qu'à l'état civil")
    email = forms.EmailField(label="Adresse", required=False)
    born = forms.DateField(label="Date de naissance", required=False)
    reason = forms.ChoiceField(
        label="Motif", choices=[("", "Aucun"), ("mte", "MTE"), ("efg", "EFG")], required=False
    )
    paper = forms.ChoiceField(
        label="Papier ?",
        choices=[("yes", "Oui"), ("no", "Non")],
        widget=forms.RadioSelect,
        required=False,
    )
    ald = forms.BooleanField(label="En rapport avec une ALD", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)


def sample_page(request: HttpRequest) -> Page:
    return Paginator(range(95), 20).get_page(request.GET.get("page", 2))
