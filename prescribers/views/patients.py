"""Home, and the patients: find, register, open."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from prescribers import actions, asked, habits, pads, queries
from prescribers.forms import FindPatientForm, PatientForm


@door(Role.PRESCRIBER, Action.HOME)
def home(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "form": FindPatientForm(),
        "todo": asked.to_do(actor, at=timezone.now()),
        "drafts": queries.drafts(actor),
        "recent": queries.recent(actor),
        "sheets": pads.waiting(actor),
    }
    return render(request, "prescribers/home.html", context)


@door(Role.PRESCRIBER, Action.IDENTIFY)
def patients(request: HttpRequest) -> HttpResponse:
    """A search is a POST: a name never stands in a URL."""
    actor = request.actor  # type: ignore[attr-defined]
    form = FindPatientForm(request.POST or None)
    found = queries.find_patients(actor, form.cleaned_data) if form.is_valid() else None
    context = {
        "form": form,
        "found": found,
        "page": queries.patients(actor, request.GET.get("page")),
    }
    return render(request, "prescribers/patients.html", context)


@door(Role.PRESCRIBER, Action.IDENTIFY)
def patient_new(request: HttpRequest) -> HttpResponse:
    """Registers, or finds again the person who has this INS."""
    form = PatientForm(
        request.POST if "first_names" in request.POST else None, initial=_typed(request)
    )
    if not form.is_valid():
        return render(request, "prescribers/patient_new.html", {"form": form})
    subject_id = actions.register_patient(
        traits=form.traits(),
        by=request.actor,
        at=timezone.now(),  # type: ignore[attr-defined]
    )
    messages.success(request, _("Patient enregistré. Vous pouvez écrire l'ordonnance."))
    return redirect("prescribers:patient", subject_id)


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed in the search is not typed again."""
    return {name: request.POST.get(name, "") for name in ("birth_name", "birth_date", "ins")}


@require_POST
@door(Role.PRESCRIBER, Action.IDENTIFY)
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    form = FindPatientForm(request.POST)
    found = queries.find_patients(actor, form.cleaned_data) if form.is_valid() else []
    if pk not in [p.subject_id for p in found]:  # the traits are the proof, typed anew
        return redirect("prescribers:patients")
    actions.take_in_care(subject_id=pk, by=actor, at=timezone.now())
    return redirect("prescribers:patient", pk)


@door(Role.PRESCRIBER, Action.READ)
def patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    _traits, view = queries.patient(actor, pk)
    page = queries.prescriptions(actor, request.GET.get("page"), subject_id=pk)
    context = {
        "patient": view,
        "page": page,
        "allergies": habits.allergies(pk),
        "past": habits.past(actor, pk),
    }
    return render(request, "prescribers/patient.html", context)
