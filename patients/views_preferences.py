"""What a patient wishes: one page, one button for each wish."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from eprescription.doors import door
from eprescription.models import Notices, PaperWish, Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from patients import addressing, preferring


class PaperForm(forms.Form):
    """Paper, no paper, or to be asked."""

    paper = forms.TypedChoiceField(
        label=gettext_lazy("Le papier"),
        choices=PaperWish.choices,
        coerce=PaperWish,
        widget=forms.RadioSelect,
    )


class NoticesForm(forms.Form):
    """How to be told."""

    notices = forms.TypedChoiceField(
        label=gettext_lazy("Être prévenu par courriel"),
        choices=Notices.choices,
        coerce=Notices,
        widget=forms.RadioSelect,
    )


class AddressForm(forms.Form):
    """Where to be told."""

    email = forms.EmailField(
        label=gettext_lazy("Votre adresse de courriel"),
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    """What the mail said."""

    code = forms.RegexField(
        r"^\d{6}$",
        label=gettext_lazy("Le code reçu"),
        help_text=gettext_lazy("Six chiffres, dans le message que nous venons d'envoyer."),
        error_messages={"invalid": gettext_lazy("Écrivez les six chiffres du message.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_safe
@door(Role.PATIENT, Action.PREFER)
def preferences(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@door(Role.PATIENT, Action.PREFER)
def wish_paper(request: HttpRequest) -> HttpResponse:
    said = _("C'est noté. Votre médecin le lira en signant.")
    return _chosen(request, "paper", PaperForm(request.POST), preferring.wish_paper, said)


@require_POST
@door(Role.PATIENT, Action.PREFER)
def wish_notices(request: HttpRequest) -> HttpResponse:
    form = NoticesForm(request.POST)
    return _chosen(request, "notices", form, addressing.wish_notices, _("C'est noté."))


@require_POST
@door(Role.PATIENT, Action.PREFER)
def give_address(request: HttpRequest) -> HttpResponse:
    said = _("Un code est parti à cette adresse.")
    return _chosen(request, "email", AddressForm(request.POST), addressing.give_address, said)


@require_POST
@door(Role.PATIENT, Action.PREFER)
def confirm_address(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    said = _("Votre adresse est confirmée.")
    return _chosen(request, "code", form, addressing.confirm_address, said, name="typed")


def _chosen(
    request: HttpRequest,
    field: str,
    form: forms.Form,
    act: Callable[..., None],
    said: str,
    *,
    name: str = "",
) -> HttpResponse:
    """Does what was chosen; what cannot be is told at its field, and what was typed is kept."""
    if not form.is_valid():
        return _page(request, {field: form}, status=422)
    actor = request.actor  # type: ignore[attr-defined]
    try:
        act(**{name or field: form.cleaned_data[field]}, by=actor, at=timezone.now())
    except Refusal as refusal:
        form.add_error(field, refusal.text)
        return _page(request, {field: form}, status=refusal.status)
    messages.success(request, said)
    return redirect("patients:preferences")


def _page(
    request: HttpRequest, filled: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    wishes = preferring.wishes(request.actor)  # type: ignore[attr-defined]
    fresh = {
        "paper": PaperForm(initial={"paper": wishes.paper}),
        "notices": NoticesForm(initial={"notices": wishes.notices}),
        "email": AddressForm(initial={"email": wishes.address}),
        "code": CodeForm(),
    }
    context = {"wishes": wishes, "forms": fresh | (filled or {})}
    return render(request, "patients/preferences.html", context, status=status)
