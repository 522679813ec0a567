"""The allergies of a patient in care: search, declare, end."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription import allergies as known
from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from prescribers import actions, habits, queries


@door(Role.PRESCRIBER, Action.WRITE)
def allergies(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A search is a POST: what somebody must not be given never stands in a URL."""
    form = known.AllergyForm(request.POST if request.method == "POST" else None)
    return _page(request, pk, form)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def declare(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    form = known.AllergyForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form)
    what = known.named(request.POST.get("choice", ""), form.cleaned_data["text"])
    try:
        actions.declare_allergy(subject_id=pk, **what, by=actor, at=timezone.now())
    except known.NotNamed as refusal:
        form.add_error("text", refusal.text)
        return _page(request, pk, form, status=refusal.status)
    messages.success(request, _("Allergie enregistrée."))
    return redirect("prescribers:patient", pk)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    which = known.EndForm(request.POST)
    if not which.is_valid():
        raise Http404
    actions.end_allergy(
        allergy_id=which.cleaned_data["allergy"],
        by=request.actor,  # type: ignore[attr-defined]
        at=timezone.now(),
    )
    messages.success(request, _("Allergie retirée."))
    return redirect("prescribers:patient", pk)


def _page(
    request: HttpRequest, pk: UUID, form: known.AllergyForm, status: int = 200
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "patient": queries.patient_with_allergies(actor, pk),
        "form": form,
        "allergies": habits.allergies(pk),
        "proposals": known.proposals(form.cleaned_data["text"]) if form.is_valid() else None,
    }
    return render(request, "prescribers/allergies.html", context, status=status)
