"""The questions that come before an abortion is written of: where, whether anonymous, by which pharmacy."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.doors import door
from eprescription.models import Prescription, Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal, Unlawful
from prescribers import actions, presses, queries
from prescribers.actions.ivg import ANSWERS
from prescribers.forms import AbortionForm, IvgForm


@door(Role.PRESCRIBER, Action.WRITE)
def begin(request: HttpRequest) -> HttpResponse:
    """Asked before anybody is named: anonymous, the writing begins here; else the patient is looked for."""
    form = AbortionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form)
    try:
        if not form.is_anonymous and form.cleaned_data["teleconsultation"]:
            messages.info(
                request, _("Retrouvez la patiente : les mentions se disent avec le médicament.")
            )
            return redirect("prescribers:patients")
        begun = actions.begin_anonymous(
            answers={name: form.cleaned_data[name] for name in ANSWERS},
            place_id=form.place_id,
            key=form.cleaned_data["key"] or uuid4(),
            by=request.actor,  # type: ignore[attr-defined]
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, form, refusal=refusal)
    return redirect("prescribers:write", begun.pk)


def ask_ivg(
    request: HttpRequest, prescription: Prescription, asked: actions.IvgAsked, act: str
) -> HttpResponse:
    """Asks before anything is stored: what was chosen stands in the page only."""
    first = {
        "cis": asked.cis,
        "by_inn": act.startswith("inn:"),
        "search": request.POST.get("search", ""),
    }
    return _page(request, IvgForm(initial=first), prescription)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def ivg(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questions, and what a teleconsultation must say; named or anonymous, each goes its own way from here."""
    actor = request.actor  # type: ignore[attr-defined]
    prescription = queries.own(actor, pk)
    form = IvgForm(request.POST)
    if not form.is_valid():
        return _page(request, form, prescription)
    try:
        return redirect("prescribers:write", _gone_on(prescription, form, actor).pk)
    except Refusal as refusal:
        return _page(request, form, prescription, refusal)


def _gone_on(prescription: Prescription, form: IvgForm, actor: Any) -> Prescription:
    values = form.cleaned_data
    if form.is_anonymous and values["teleconsultation"]:
        key = values["key"] or uuid4()
        return presses.go_on_anonymous(prescription, values, form.place_id, key, by=actor)
    presses.add_ivg(prescription, values, by=actor)
    return prescription


def _page(
    request: HttpRequest,
    form: AbortionForm,
    prescription: Prescription | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "prescription": prescription,
        "form": form,
        "refusal": refusal,
        "breaches": refusal.breaches if isinstance(refusal, Unlawful) else [],
    }
    wrong = 422 if form.errors else 200
    status = refusal.status if refusal else wrong
    return render(request, "prescribers/ivg.html", context, status=status)
