"""The operator's pages of the registry of certified software."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from eprescription.api.keys import LONGEST, public_keys
from eprescription.doors import door
from eprescription.fields import DayField, PlainField
from eprescription.models import Role, Software
from eprescription.operators import software as registry
from eprescription.permissions import Action
from eprescription.refusal import Refusal


class KeysForm(forms.Form):
    """What is renewed: the public keys and the end of the certification."""

    keys = forms.CharField(
        label=gettext_lazy("Clés publiques (JWK)"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        max_length=LONGEST,
    )
    valid_until = DayField(label=gettext_lazy("Valable jusqu'au"))

    def clean_keys(self) -> dict[str, Any]:
        """The JWK Set that was pasted."""
        try:
            return public_keys(self.cleaned_data["keys"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.text) from refusal


class ListingForm(KeysForm):
    """A software as its certificate names it."""

    editor = PlainField(label=gettext_lazy("Éditeur"), max_length=80)
    product = PlainField(label=gettext_lazy("Produit"), max_length=80)
    version = PlainField(label=gettext_lazy("Version"), max_length=20)
    kind = forms.ChoiceField(
        label=gettext_lazy("Genre"), choices=Software.Kind, widget=forms.RadioSelect
    )
    wave = forms.ChoiceField(
        label=gettext_lazy("Référencement"), choices=Software.Wave, widget=forms.RadioSelect
    )
    certificate = PlainField(label=gettext_lazy("Numéro de certification"), max_length=40)
    valid_from = DayField(label=gettext_lazy("Valable à partir du"))
    field_order = [
        *("editor", "product", "version", "kind", "wave"),
        *("certificate", "valid_from", "valid_until", "keys"),
    ]

    def clean(self) -> dict[str, Any]:
        """The certification ends after it began."""
        said = self.cleaned_data
        begins, ends = said.get("valid_from"), said.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("La fin de validité précède son début."))
        return said


@door(Role.OPERATOR, Action.OPERATE)
def softwares(request: HttpRequest) -> HttpResponse:
    """The registry, and the form that lists one more."""
    form = ListingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            registry.enlist(values=form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        except Refusal as refusal:
            form.add_error("version", refusal.text)
        else:
            messages.success(request, _("Le logiciel est au registre."))
            return redirect("operators:softwares")
    rows = registry.listed(request.actor, at=timezone.now())  # type: ignore[attr-defined]
    status = 422 if form.errors else 200
    context = {"softwares": rows, "form": form}
    return render(request, "operators/softwares.html", context, status=status)


@require_safe
@door(Role.OPERATOR, Action.OPERATE)
def software(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One software, what it may do today, and the form that renews it."""
    return _software(request, pk, KeysForm())


@require_POST
@door(Role.OPERATOR, Action.OPERATE)
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """New keys, or a longer certification."""
    form = KeysForm(request.POST)
    if form.is_valid():
        try:
            registry.renew(pk=pk, values=form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        except Refusal as refusal:
            form.add_error("valid_until", refusal.text)
        else:
            messages.success(request, _("Les clés et la validité sont enregistrées."))
            return redirect("operators:software", pk)
    return _software(request, pk, form, status=422)


@require_POST
@door(Role.OPERATOR, Action.OPERATE)
def suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shuts it out, or lets it in again."""
    act = registry.resume if request.POST.get("again") else registry.suspend
    act(pk=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    again = act is registry.resume
    messages.success(
        request, _("Le logiciel est rétabli.") if again else _("Le logiciel est suspendu.")
    )
    return redirect("operators:software", pk)


def _software(request: HttpRequest, pk: UUID, form: forms.Form, status: int = 200) -> HttpResponse:
    found = registry.one(request.actor, pk, at=timezone.now())  # type: ignore[attr-defined]
    context = {"software": found, "form": form}
    return render(request, "operators/software.html", context, status=status)
