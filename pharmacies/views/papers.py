"""After an outage: what was dispensed on paper is recorded, and what does not agree is decided."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.doors import door
from eprescription.models import PaperDispensing, Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import actions
from pharmacies.paper_form import DecisionForm, PaperForm
from pharmacies.queries.papers import own, papers_of

NAMES = ("number", "birth_date", "secured_paper", "lines", "key")


@door(Role.PHARMACIST, Action.DISPENSE)
def papers(request: HttpRequest) -> HttpResponse:
    return _page(request, PaperForm())


@require_POST
@door(Role.PHARMACIST, Action.DISPENSE)
def record_paper(request: HttpRequest) -> HttpResponse:
    """What was typed is kept on the page until it is right; the same press again records once."""
    form = PaperForm(request.POST)
    if form.is_valid():
        try:
            paper = actions.record_paper(
                **{name: form.cleaned_data[name] for name in NAMES},
                dispensed_at=form.dispensed_at(),
                by=request.actor,  # type: ignore[attr-defined]
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("day" if refusal.code == "not_then" else None, refusal.text)
        else:
            _say(request, paper)
            return redirect("pharmacies:papers")
    return _page(request, form, status=422)


@require_POST
@door(Role.PHARMACIST, Action.DISPENSE)
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    conflict = own(request.actor, pk)  # type: ignore[attr-defined]
    form = DecisionForm(request.POST)
    if form.is_valid():
        actions.decide(
            conflict=conflict,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            by=request.actor,  # type: ignore[attr-defined]
            at=timezone.now(),
        )
        messages.success(request, _("Décision gardée, avec les deux côtés."))
        return redirect("pharmacies:papers")
    return _page(request, PaperForm(), status=422, deciding=(pk, form))


def _say(request: HttpRequest, paper: PaperDispensing) -> None:
    """What came of it; success only where there is one."""
    if paper.dispensing_id:
        messages.success(request, _("Enregistrée et rapprochée de son ordonnance."))
    elif paper.prescription_id:
        messages.warning(
            request, _("Enregistrée. Elle ne concorde pas avec l'ordonnance : tranchez ci-dessous.")
        )
    else:
        messages.info(
            request, _("Enregistrée. Elle sera rapprochée quand le prescripteur aura régularisé.")
        )


def _page(
    request: HttpRequest,
    form: PaperForm,
    status: int = 200,
    deciding: tuple[UUID, DecisionForm] | None = None,
) -> HttpResponse:
    shown = papers_of(request.actor, at=timezone.now())  # type: ignore[attr-defined]
    context = {"form": form, "papers": shown, "deciding": deciding}
    return render(request, "pharmacies/papers.html", context, status=status)
