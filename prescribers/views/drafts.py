"""Writing: one page, one form, several buttons."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.doors import door
from eprescription.models import Prescription, PrescriptionState, Role
from eprescription.permissions import Action
from eprescription.presenters import line_view, patient_view
from eprescription.refusal import Overtaken, Refusal, Unlawful
from eprescription.rules import blocking
from prescribers import actions, queries, writing
from prescribers.forms import SearchForm


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def draft_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    prescription = actions.draft(
        subject_id=pk,
        by=request.actor,
        at=timezone.now(),  # type: ignore[attr-defined]
    )
    return redirect("prescribers:write", prescription.pk)


@door(Role.PRESCRIBER, Action.WRITE)
def write(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    prescription = queries.read(actor, pk)
    if prescription.state != PrescriptionState.DRAFT:
        return redirect("prescribers:prescription", pk)
    if request.method == "POST":
        return _written(request, prescription)
    return _page(request, prescription, data=None)


def _written(request: HttpRequest, prescription: Prescription) -> HttpResponse:
    """Keeps what was typed, then does what the button says; a fault shows the page again as typed."""
    actor = request.actor  # type: ignore[attr-defined]
    act = request.POST.get("act", "search")
    lines = list(prescription.lines.all())
    forms = writing.line_forms(lines, request.POST)
    try:
        if request.POST.get("version") != str(prescription.version):
            raise Overtaken(
                "draft_overtaken",
                _("Ce brouillon a changé dans une autre fenêtre. Relisez, puis enregistrez."),
            )
        well = writing.save(prescription, forms, by=actor)
        leaving = act in ("sign", "save")
        if act == "search" or (leaving and not well):
            return _page(request, prescription, data=request.POST)
        writing.perform(prescription, act, by=actor)
    except Refusal as refusal:
        return _page(request, prescription, data=request.POST, refusal=refusal)
    if not well:
        return _page(request, prescription, data=request.POST)
    if act == "sign":
        return _to_signature(request, prescription)
    if act == "save":
        messages.success(request, _("Brouillon enregistré."))
    return redirect("prescribers:write", prescription.pk)


def _to_signature(request: HttpRequest, prescription: Prescription) -> HttpResponse:
    """On to the two questions; but what the law forbids is mended here, beside its line."""
    lines = list(prescription.lines.all())
    if blocking(writing.law(prescription, lines, queries.traits_of(prescription))):
        return _page(request, prescription, data=request.POST, status=422)
    return redirect("prescribers:sign", prescription.pk)


def _page(
    request: HttpRequest,
    prescription: Prescription,
    data: Any,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = list(prescription.lines.all())
    traits = queries.traits_of(prescription)
    search = SearchForm(data)
    cards, whole = writing.cards(prescription, lines, writing.line_forms(lines, data), traits)
    context = {
        "prescription": prescription,
        "patient": patient_view(traits, prescription.subject_id),
        "cards": cards,
        "breaches": whole,
        "wrong": len(whole) + sum(len(c.breaches) for c in cards),
        "search": search,
        "hits": writing.hits(search),
        "search_first": not lines or bool(data and data.get("search")),
        "searched": bool(data and data.get("search")),
        "lines": [line_view(line) for line in lines],
        "refusal": refusal,
        "refused": refusal.breaches if isinstance(refusal, Unlawful) else [],
    }
    status = refusal.status if refusal else status
    return render(request, "prescribers/prescription_write.html", context, status=status)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def medicines(request: HttpRequest) -> HttpResponse:
    """The hits alone, for the page that searches while one types."""
    search = SearchForm(request.POST)
    context = {"hits": writing.hits(search), "searched": bool(request.POST.get("search"))}
    return render(request, "prescribers/_hits.html", context)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    actions.discard(prescription=queries.own(actor, pk), by=actor, at=timezone.now())
    messages.success(request, _("Brouillon supprimé."))
    return redirect("prescribers:home")
