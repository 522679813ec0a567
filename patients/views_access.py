"""Who read what: the page, and the two answers to an access."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eprescription.doors import door
from eprescription.exports import csv_answer
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from patients import access_file, accesses, doubting
from patients.access_form import DoubtForm, LogForm, PlaceForm
from patients.handles import entry_of


@require_safe
@door(Role.PATIENT, Action.READ)
def access_log(request: HttpRequest) -> HttpResponse:
    form = LogForm(request.GET)
    actor = request.actor  # type: ignore[attr-defined]
    found = accesses.log(actor, form.asked(), request.GET.get("page"), at=timezone.now())
    context = {"form": form, "log": found, "page": found.page, "kept": form.kept()}
    return render(request, "patients/access_log.html", context)


@require_POST
@door(Role.PATIENT, Action.READ)
def access_log_export(request: HttpRequest) -> HttpResponse:
    """The same rows as a file to keep, whose name says nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    found = accesses.whole(actor, LogForm(request.POST).asked(), at=timezone.now())
    return csv_answer(access_file.csv(found), "journal.csv")


@require_POST
@door(Role.PATIENT, Action.DOUBT)
def recognise(request: HttpRequest) -> HttpResponse:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise Refusal("incomplete", _("Ce choix est incomplet. Rouvrez la page."))
    actor = request.actor  # type: ignore[attr-defined]
    doubting.recognise(place_id=form.cleaned_data["place"], by=actor, at=timezone.now())
    messages.success(request, _("C'est noté : vous connaissez ce lieu."))
    return redirect("patients:access_log")


@require_POST
@door(Role.PATIENT, Action.DOUBT)
def doubt(request: HttpRequest) -> HttpResponse:
    form = DoubtForm(request.POST)
    if not form.is_valid():
        raise Refusal("incomplete", _("Ce choix est incomplet. Rouvrez la page."))
    actor = request.actor  # type: ignore[attr-defined]
    entry = entry_of(form.cleaned_data["entry"], actor.subject_id)
    if entry is None:
        raise Http404
    doubting.doubt(entry_id=entry, by=actor, at=timezone.now())
    messages.success(
        request,
        _("C'est transmis. L'exploitant du portail cherche qui a fait cela et vous répond ici."),
    )
    return redirect("patients:access_log")
