"""The pages of a patient: each passes a door, asks one query or does one act, and shows one template."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eprescription import allergies as known
from eprescription.documents.code import qr_svg
from eprescription.documents.number import grouped
from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from eprescription.secure_mail.designating import NotSent
from eprescription.secure_mail.directory import ChosenForm, PharmacyForm, pharmacies_like
from patients import actions, code_on_screen, collecting, queries, sending
from patients.forms import LanguageForm
from patients.instructions import KEPT, language_of, languages
from patients.presenters import groups
from patients.told import on_home


@require_safe
@door(Role.PATIENT, Action.HOME)
def home(request: HttpRequest) -> HttpResponse:
    page, cards = queries.home(_actor(request), request.GET.get("page"), at=timezone.now())
    told = on_home(_actor(request), at=timezone.now())
    context = {"page": page, "cards": cards, "groups": groups(cards), "told": told}
    return render(request, "patients/home.html", context)


@require_safe
@door(Role.PATIENT, Action.READ)
def prescription(request: HttpRequest, pk: UUID) -> HttpResponse:
    language = language_of(request.session.get(KEPT))
    found = queries.detail(_actor(request), pk, language=language, at=timezone.now())
    context = {"detail": found, "card": found.card, "languages": languages(language)}
    return render(request, "patients/prescription.html", context)


@require_POST
@door(Role.PATIENT, Action.READ)
def read_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reads on in another language until he leaves. It opens nothing: the page itself asks whose it is."""
    form = LanguageForm(request.POST)
    if form.is_valid():
        request.session[KEPT] = form.cleaned_data["language"]
    return redirect(f"{reverse('patients:prescription', args=[pk])}#medicines")


@require_safe
@door(Role.PATIENT, Action.READ)
def code(request: HttpRequest, pk: UUID) -> HttpResponse:
    card, text = code_on_screen.code(_actor(request), pk, at=timezone.now())
    shown = {"qr": qr_svg(text), "number": grouped(text.partition(".")[0])} if text else {}
    context = {"card": card, "allowed": settings.CODE_ON_SCREEN, **shown}
    return render(request, "patients/code.html", context)


@require_safe
@door(Role.PATIENT, Action.READ)
def collect(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = collecting.read(pk, by=_actor(request), at=timezone.now())
    return render(request, "patients/collect.html", {"collect": found})


@require_POST
@door(Role.PATIENT, Action.COLLECT)
def make_collect(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        collecting.make(pk, by=_actor(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.text)
    return redirect("patients:collect", pk=pk)


@require_POST
@door(Role.PATIENT, Action.COLLECT)
def end_collect(request: HttpRequest, pk: UUID) -> HttpResponse:
    collecting.end(pk, by=_actor(request))
    messages.success(request, _("Le code de retrait n'ouvre plus rien. Le vôtre reste bon."))
    return redirect("patients:collect", pk=pk)


# --- Sending to a pharmacy


@door(Role.PATIENT, Action.SEND)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A search is a POST: where one lives never stands in a URL."""
    return _send_page(request, pk, PharmacyForm(request.POST if request.method == "POST" else None))


@door(Role.PATIENT, Action.SEND)
def send_to(request: HttpRequest, pk: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect("patients:send", pk)
    chosen = ChosenForm(request.POST)
    try:
        if not chosen.is_valid():
            raise NotSent("not_chosen", _("Choisissez une pharmacie dans la liste."))
        place_id = chosen.cleaned_data["place"]
        sending.send(pk, place_id=place_id, by=_actor(request), at=timezone.now())
    except NotSent as refusal:
        return _send_page(request, pk, PharmacyForm(), problem=refusal.text, status=refusal.status)
    messages.success(request, _("C'est envoyé. La pharmacie la trouve dans sa messagerie."))
    return redirect("patients:send", pk)


def _send_page(
    request: HttpRequest, pk: UUID, form: PharmacyForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    shown = sending.read(pk, by=_actor(request), at=timezone.now())
    found = pharmacies_like(form.cleaned_data["text"]) if form.is_valid() else None
    context = {"sending": shown, "form": form, "found": found, "problem": problem}
    return render(request, "patients/send.html", context, status=status)


# --- Allergies


@door(Role.PATIENT, Action.READ)
def allergies(request: HttpRequest) -> HttpResponse:
    """A search is a POST: what one must not be given never stands in a URL."""
    form = known.AllergyForm(request.POST if request.method == "POST" else None)
    return _allergies_page(request, form)


@require_POST
@door(Role.PATIENT, Action.OPPOSE)
def declare_allergy(request: HttpRequest) -> HttpResponse:
    form = known.AllergyForm(request.POST)
    if not form.is_valid():
        return _allergies_page(request, form)
    what = known.named(request.POST.get("choice", ""), form.cleaned_data["text"])
    try:
        actions.declare_allergy(**what, by=_actor(request), at=timezone.now())
    except known.NotNamed as refusal:
        form.add_error("text", refusal.text)
        return _allergies_page(request, form, status=refusal.status)
    messages.success(
        request, _("Allergie enregistrée. Vos médecins la verront avant de prescrire.")
    )
    return redirect("patients:allergies")


@require_POST
@door(Role.PATIENT, Action.OPPOSE)
def end_allergy(request: HttpRequest) -> HttpResponse:
    which = known.EndForm(request.POST)
    if not which.is_valid():
        raise Http404
    actions.end_allergy(
        allergy_id=which.cleaned_data["allergy"], by=_actor(request), at=timezone.now()
    )
    messages.success(request, _("Allergie retirée."))
    return redirect("patients:allergies")


def _allergies_page(
    request: HttpRequest, form: known.AllergyForm, status: int = 200
) -> HttpResponse:
    actor = _actor(request)
    context = {
        "form": form,
        "allergies": queries.allergies(actor),
        "proposals": known.proposals(form.cleaned_data["text"]) if form.is_valid() else None,
    }
    return render(request, "patients/allergies.html", context, status=status)


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]
