"""Writing: one page, one form, several buttons."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.doors import door
from eprescription.models import Prescription, PrescriptionState, Role
from eprescription.permissions import Action
from eprescription.presenters import line_view, sheet_mentions
from eprescription.refusal import Overtaken, Refusal, Unlawful
from prescribers import actions, finding, presses, queries, writing
from prescribers.at_hand import at_hand
from prescribers.forms import OtherKindForm, SearchForm
from prescribers.named import shown_patient
from prescribers.presses import Pressed
from prescribers.views.abortion import ask_ivg

KEPT_IN_PLACE = ("search", "keep")  # the page is shown again without leaving it


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
    posted = request.method == "POST"
    prescription = queries.own(actor, pk) if posted else queries.read(actor, pk)
    if prescription.state != PrescriptionState.DRAFT:
        return redirect("prescribers:prescription", pk)
    if posted:
        return _written(request, prescription)
    return _page(request, prescription, data=None)


def _written(request: HttpRequest, prescription: Prescription) -> HttpResponse:
    """Keeps what was typed, then does what the button says; a fault shows the page again as typed."""
    actor = request.actor  # type: ignore[attr-defined]
    act = _act(request)
    pressed = Pressed()
    try:
        if request.POST.get("version") != str(prescription.version):
            raise Overtaken(
                "draft_overtaken",
                _("Ce brouillon a changé dans une autre fenêtre. Relisez, puis enregistrez."),
            )
        well = writing.save(prescription, request.POST, by=actor)
        traits = queries.traits_of(prescription)
        writing.save_reasons(prescription, request.POST, traits, by=actor)
        if well or act not in ("sign", "save"):
            pressed = presses.perform(prescription, act, request.POST, by=actor)
    except actions.IvgAsked as asked:
        return ask_ivg(request, prescription, asked, act)
    except Refusal as refusal:
        return _page(request, prescription, data=request.POST, refusal=refusal)
    if not well or act in KEPT_IN_PLACE or pressed.removed or pressed.done:
        data = None if well else request.POST
        return _page(request, prescription, data=data, pressed=pressed, search=act == "search")
    return _leave(request, prescription, act)


def _act(request: HttpRequest) -> str:
    """Enter in the one-line input searches; anywhere else it saves."""
    act = request.POST.get("act", "enter")
    if act == "enter":
        return "search" if request.POST.get("search", "").strip() else "save"
    return act


def _leave(request: HttpRequest, prescription: Prescription, act: str) -> HttpResponse:
    """Where a button leads; but what stands in the way of the signature is settled here."""
    if act == "sign":
        if writing.standing(prescription, queries.traits_of(prescription)):
            return _page(request, prescription, data=None, status=422)
        return redirect("prescribers:sign", prescription.pk)
    if act == "save":
        messages.success(request, _("Brouillon enregistré."))
    return redirect("prescribers:write", prescription.pk)


def _page(
    request: HttpRequest,
    prescription: Prescription,
    data: Any,
    refusal: Refusal | None = None,
    pressed: Pressed | None = None,
    search: bool = False,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    lines = list(prescription.lines.all())
    traits = queries.traits_of(prescription)
    found = SearchForm(request.POST if search or refusal else None)
    context = {
        "prescription": prescription,
        "patient": shown_patient(prescription, traits),
        "page": writing.page(prescription, lines, traits, data, failed=status == 422),
        "lines": [line_view(line) for line in lines],
        "mentions": sheet_mentions(prescription, lines),
        "search": found,
        "kinds": OtherKindForm(),
        "found": finding.find(found, actor) if search else None,
        "refusal": refusal,
        "refused": refusal.breaches if isinstance(refusal, Unlawful) else [],
        "pressed": pressed,
        "known": at_hand(actor, prescription, quick=request.POST.get("act") == "keep"),
    }
    status = refusal.status if refusal else status
    return render(request, "prescribers/prescription_write.html", context, status=status)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def medicines(request: HttpRequest) -> HttpResponse:
    """What is found for the one-line input, for the page that searches while one types."""
    search = SearchForm(request.POST)
    found = finding.find(search, request.actor)  # type: ignore[attr-defined]
    # Asked at each key: no context of a whole page around it.
    return HttpResponse(render_to_string("prescribers/_found.html", {"found": found}))


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    actions.discard(prescription=queries.own(actor, pk), by=actor, at=timezone.now())
    messages.success(request, _("Brouillon supprimé."))
    return redirect("prescribers:home")
