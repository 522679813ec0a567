"""Whose space: choose one, go back; and what a new adult answers about the choices that others made."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eprescription.accounts import enter_space
from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from patients import majority
from patients import spaces as known


class SpaceForm(forms.Form):
    """The link under which a space opens; empty for one's own."""

    link = forms.UUIDField(required=False)


@require_safe
@door(Role.PATIENT, Action.HOME)
def spaces(request: HttpRequest) -> HttpResponse:
    found = known.read(_actor(request), at=timezone.now())
    return render(request, "patients/spaces.html", {"spaces": found})


@require_POST
@door(Role.PATIENT, Action.HOME)
def enter(request: HttpRequest) -> HttpResponse:
    """Opens a space; a link that holds no more, or is not his, leaves him in his own."""
    form = SpaceForm(request.POST)
    at = timezone.now()
    if form.is_valid() and enter_space(request, form.cleaned_data["link"], at=at):
        return redirect("patients:home")
    messages.error(request, _("Cet espace ne vous est pas ouvert."))
    return redirect("patients:spaces")


@require_POST
@door(Role.PATIENT, Action.OPPOSE)
def keep(request: HttpRequest) -> HttpResponse:
    majority.keep(by=_actor(request), at=timezone.now())
    messages.success(request, _("C'est fait : ces choix sont désormais les vôtres."))
    return redirect("patients:home")


@require_POST
@door(Role.PATIENT, Action.OPPOSE)
def lift(request: HttpRequest) -> HttpResponse:
    majority.lift(by=_actor(request), at=timezone.now())
    messages.success(request, _("C'est fait. Vos médecins voient ce que la pharmacie vous remet."))
    return redirect("patients:home")


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]
