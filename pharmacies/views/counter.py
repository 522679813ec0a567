"""The counter: one prescription to dispense from."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.doors import door
from eprescription.models import Prescription, Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import actions, queries
from pharmacies.counter_line import CounterLine
from pharmacies.counter_presenter import Counter
from pharmacies.dispensing_form import (
    ActForm,
    DispensingForm,
    Filled,
    fill,
    main_button,
    page_mark,
    typed_again,
    typed_fields,
    was_open,
)
from pharmacies.presenters import prescriber_view


@door(Role.PHARMACIST, Action.OPEN)
def prescription(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is due, filled in; or as a préparateur made it ready."""
    _found, page = queries.presented(request.actor, pk)  # type: ignore[attr-defined]
    typed = page.prepared.typed if page.prepared else None
    form = DispensingForm(page.lines, typed, prescriber=page.prescriber.name)
    form.renew(page.secret)
    return _counter(request, page, form)


@door(Role.PHARMACIST, Action.DISPENSE)
def dispense(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All as prescribed, or line by line; a refusal shows the page again, as it was typed."""
    if request.method != "POST":
        return redirect("pharmacies:prescription", pk)
    try:
        found, lines = queries.to_dispense(request.actor, pk)  # type: ignore[attr-defined]
    except Http404:
        return _lost(request, pk)
    filled = fill(lines, request.POST)
    if filled:
        return _filled(request, found, lines, filled)
    form = DispensingForm(lines, request.POST, prescriber=prescriber_view(found).name)
    if not form.is_valid() or form.key is None:
        return _again(request, found, form, status=422)
    try:
        return _done(request, found, form)
    except Refusal as refusal:
        form.tell(refusal)
        return _again(request, found, form, status=refusal.status)


@door(Role.PHARMACIST, Action.DISPENSE)
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect("pharmacies:prescription", pk)
    actor = request.actor  # type: ignore[attr-defined]
    found, _page = queries.presented(actor, pk)
    form = ActForm(request.POST)
    if not form.is_valid():
        raise Refusal("incomplete", _("Cette page est incomplète. Rouvrez-la au comptoir."))
    said = form.cleaned_data
    actions.release(
        prescription=found, secret=said["secret"], key=said["key"], by=actor, at=timezone.now()
    )
    messages.success(
        request, _("L'ordonnance est libérée : toute pharmacie peut de nouveau la délivrer.")
    )
    return redirect("pharmacies:desk")


def _done(request: HttpRequest, found: Prescription, form: DispensingForm) -> HttpResponse:
    """Delivers, or makes ready for the pharmacist who validates. Raises Refusal."""
    assert form.key
    actor = request.actor  # type: ignore[attr-defined]
    act: dict[str, Any] = {"secret": form.secret, "key": form.key, "by": actor}
    at = timezone.now()
    if form.prepares:
        actions.prepare(prescription=found, typed=typed_fields(request.POST), at=at, **act)
        messages.success(request, _("La préparation est gardée : un pharmacien la valide."))
        return redirect("pharmacies:desk")
    decisions, handing = form.decisions(), form.who()
    done = actions.dispense(prescription=found, decisions=decisions, handing=handing, at=at, **act)
    messages.success(request, _("La délivrance est enregistrée."))
    return redirect("pharmacies:dispensing", done.pk)


def _filled(
    request: HttpRequest, found: Prescription, lines: list[CounterLine], filled: Filled
) -> HttpResponse:
    """The page with what was scanned or found; nothing is delivered."""
    actor, decided = request.actor, DispensingForm(lines, filled.data).proposed()  # type: ignore[attr-defined]
    _found, page = queries.presented(actor, found.pk, decided)
    form = DispensingForm(page.lines, filled.data, prescriber=page.prescriber.name)
    form.show(filled.found)
    form.renew(page.secret)
    return _counter(request, page, form, told=filled.told)


def _again(
    request: HttpRequest, found: Prescription, form: DispensingForm, *, status: int
) -> HttpResponse:
    """The page as it was typed; but a second press of a key that was heard goes on to what it did."""
    actor = request.actor  # type: ignore[attr-defined]
    earlier = form.key and queries.done_with(actor, found, form.key)
    if earlier:
        return redirect("pharmacies:dispensing", earlier)
    _found, page = queries.presented(actor, found.pk, form.proposed())
    form.renew(page.secret)
    return _counter(request, page, form, status=status)


def _lost(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is no longer here; who had it open reads what he typed. The mark of the page proves that he had."""
    actor = request.actor  # type: ignore[attr-defined]
    if not was_open(actor, pk, request.POST.get("mark", "")):
        raise Http404
    context = {"typed": typed_again(request.POST)}
    return render(request, "pharmacies/lost.html", context, status=409)


def _counter(
    request: HttpRequest, page: Counter, form: DispensingForm, status: int = 200, **more: Any
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    form.inform(page.lines)
    button, mark = main_button(form, page, actor), page_mark(actor, page.id)
    actions.see(questions=[x.id for x in page.questions], by=actor, at=timezone.now())
    context = {"counter": page, "form": form, "button": button, "mark": mark}
    return render(request, "pharmacies/prescription.html", context | more, status=status)
