"""Sending a signed prescription to a pharmacy of the directory."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.doors import door
from eprescription.models import Prescription, PrescriptionState, Role
from eprescription.permissions import Action
from eprescription.secure_mail.designating import NotSent
from eprescription.secure_mail.directory import ChosenForm, PharmacyForm, pharmacies_like
from prescribers import queries
from prescribers.actions.sending import send_to_pharmacy


@door(Role.PRESCRIBER, Action.SEND)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page, and the search in the directory: what is typed is posted."""
    _signed(request, pk)
    return _page(request, pk, PharmacyForm(request.POST if request.method == "POST" else None))


@door(Role.PRESCRIBER, Action.SEND)
def send_to(request: HttpRequest, pk: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect("prescribers:send", pk)
    prescription = _signed(request, pk)
    chosen = ChosenForm(request.POST)
    try:
        if not chosen.is_valid():
            raise NotSent("not_chosen", _("Choisissez une pharmacie dans la liste."))
        place_id, actor = chosen.cleaned_data["place"], request.actor  # type: ignore[attr-defined]
        send_to_pharmacy(prescription=prescription, place_id=place_id, by=actor, at=timezone.now())
    except NotSent as refusal:
        return _page(request, pk, PharmacyForm(), problem=refusal.text, status=refusal.status)
    messages.success(request, _("L'ordonnance est envoyée à la pharmacie."))
    return redirect("prescribers:prescription", pk)


def _signed(request: HttpRequest, pk: UUID) -> Prescription:
    found = queries.own(request.actor, pk)  # type: ignore[attr-defined]
    if found.state == PrescriptionState.DRAFT:
        raise Http404
    return found


def _page(
    request: HttpRequest, pk: UUID, form: PharmacyForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    found = pharmacies_like(form.cleaned_data["text"]) if form.is_valid() else None
    context = {"prescription_id": pk, "form": form, "found": found, "problem": problem}
    return render(request, "prescribers/send.html", context, status=status)
