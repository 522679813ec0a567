"""Asking the prescriber: the page of a question, its answer, taking it back."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eprescription.doors import door
from eprescription.models import Line, Prescription, Role
from eprescription.permissions import Action
from eprescription.presenters import line_view
from eprescription.quantities import counted
from eprescription.refusal import Refusal
from pharmacies import actions
from pharmacies.asking_form import AskForm
from pharmacies.presenters import prescriber_view
from pharmacies.queries import asking
from pharmacies.views.receipts import KeyForm


@door(Role.PHARMACIST, Action.DISPENSE)
def ask(request: HttpRequest, pk: UUID, line: UUID) -> HttpResponse:
    """The question; a product is looked for without sending anything, and a fault keeps what was typed."""
    actor = request.actor  # type: ignore[attr-defined]
    prescription, about = asking.line_to_ask(actor, pk, line)
    form = AskForm(about, request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and not form.searches and form.is_valid():
        try:
            asked = actions.ask(
                prescription=prescription,
                line_id=about.pk,
                proposal=form.proposal(),
                key=form.cleaned_data["key"],
                by=actor,
                at=timezone.now(),
            )
        except Refusal as raised:
            refusal = raised
        else:
            messages.success(request, _("La question est envoyée au prescripteur."))
            return redirect("pharmacies:question", asked.pk)
    return _page(request, prescription, about, form, refusal)


def _page(
    request: HttpRequest,
    prescription: Prescription,
    line: Line,
    form: AskForm,
    refusal: Refusal | None,
) -> HttpResponse:
    searches = form.searches
    shown = form.to_go_on() if searches else form
    left = line.balance.remaining
    context = {
        "rx": prescription.pk,
        "prescriber": prescriber_view(prescription),
        "line": line_view(line),
        "left": counted(left, line.balance.unit, line.form) if left else "",
        "found": form.found() if searches else [],
        "form": shown,
        "new_key": shown["key"].value(),
        "searches": searches,
        "refusal": refusal,
    }
    wrong = refusal.status if refusal else 422 if form.is_bound and not searches else 200
    return render(request, "pharmacies/question_ask.html", context, status=wrong)


@require_safe
@door(Role.PHARMACIST, Action.READ)
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One question asked here; reading its answer takes it out of the queue."""
    actor = request.actor  # type: ignore[attr-defined]
    found, view = asking.question(actor, pk)
    actions.see(questions=[found.pk], by=actor, at=timezone.now())
    context = {
        "question": view,
        "prescriber": prescriber_view(found.prescription),
        "in_hand": asking.is_in_hand(actor, found),
        "new_key": uuid4(),
    }
    return render(request, "pharmacies/question.html", context)


@require_POST
@door(Role.PHARMACIST, Action.DISPENSE)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found, _view = asking.question(actor, pk)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return redirect("pharmacies:question", pk)
    actions.withdraw(question=found, key=form.cleaned_data["key"], by=actor, at=timezone.now())
    messages.success(request, _("La question est retirée."))
    return redirect("pharmacies:question", pk)
