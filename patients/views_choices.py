"""The page of the choices, its two acts, and the receipts of what was decided."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from patients import actions, deciding, queries, receipt_paper, receipts, voices
from patients.choices import said_no, said_yes, waits
from patients.forms import ChoiceForm


@require_safe
@door(Role.PATIENT, Action.OPPOSE)
def choices(request: HttpRequest) -> HttpResponse:
    actor, at = _actor(request), timezone.now()
    found = deciding.choices(actor, request.GET.get("page"), at=at)
    context = {"choices": found, "page": found.page, "history": receipts.history(actor)}
    return render(request, "patients/choices.html", context)


@require_POST
@door(Role.PATIENT, Action.OPPOSE)
def oppose(request: HttpRequest) -> HttpResponse:
    target, back = _choice(request)
    actions.oppose(**target, by=_actor(request), at=timezone.now())
    messages.success(request, said_no(target["reach"]))
    return _return(back)


@require_POST
@door(Role.PATIENT, Action.OPPOSE)
def withdraw(request: HttpRequest) -> HttpResponse:
    target, back = _choice(request)
    ended = actions.withdraw(**target, by=_actor(request), at=timezone.now())
    others = voices.any_opposition(_actor(request))
    said = said_yes(target["reach"], others_stand=others) if ended else waits()
    messages.success(request, said)
    return _return(back)


@require_safe
@door(Role.PATIENT, Action.OPPOSE)
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = receipts.receipt(_actor(request), pk)
    context = {
        "receipt": found,
        "rows": receipt_paper.rows(found, whose=queries.name_of(_actor(request))),
        "back": receipt_paper.how_to_take_back(),
        "law": receipt_paper.law(),
    }
    return render(request, "patients/receipt.html", context)


@require_safe
@door(Role.PATIENT, Action.OPPOSE)
def receipt_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = _actor(request)
    content = receipt_paper.pdf(receipts.receipt(actor, pk), whose=queries.name_of(actor))
    headers = {"Content-Disposition": 'inline; filename="recepisse.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _choice(request: HttpRequest) -> tuple[dict[str, Any], UUID | None]:
    """The target of a switch, among what is the patient's own, and the page to go back to."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        raise Http404
    return deciding.target_of(_actor(request), form.cleaned_data), form.cleaned_data["back"]


def _return(back: UUID | None) -> HttpResponse:
    return redirect("patients:prescription", pk=back) if back else redirect("patients:choices")


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]
