"""The counter: one prescription to dispense, and what this pharmacy dispensed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eprescription.doors import door
from eprescription.models import Prescription, Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import actions, queries
from pharmacies.counter_presenter import Counter
from pharmacies.dispensing_form import ActForm, DispensingForm


@door(Role.PHARMACIST, Action.OPEN)
def prescription(request: HttpRequest, pk: UUID) -> HttpResponse:
    _found, page = queries.presented(request.actor, pk)  # type: ignore[attr-defined]
    return _counter(request, page, DispensingForm(page.lines, secret=page.secret))


@door(Role.PHARMACIST, Action.DISPENSE)
def dispense(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All as prescribed, or line by line; a refusal shows the page again, as it was typed."""
    if request.method != "POST":
        return redirect("pharmacies:prescription", pk)
    actor = request.actor  # type: ignore[attr-defined]
    found, lines = queries.to_dispense(actor, pk)
    form = DispensingForm(lines, request.POST)
    if not form.is_valid() or form.key is None:
        return _again(request, found, form, status=422)
    try:
        done = actions.dispense(
            prescription=found,
            decisions=form.decisions(),
            secret=form.head.cleaned_data["secret"],
            key=form.key,
            by=actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.tell(refusal)
        return _again(request, found, form, status=refusal.status)
    messages.success(request, _("La délivrance est enregistrée."))
    return redirect("pharmacies:dispensing", done.pk)


def _again(
    request: HttpRequest, found: Prescription, form: DispensingForm, *, status: int
) -> HttpResponse:
    """The page as it was typed; but a second press of a key that was heard goes on to what it did."""
    actor = request.actor  # type: ignore[attr-defined]
    earlier = form.key and queries.done_with(actor, found, form.key)
    if earlier:
        return redirect("pharmacies:dispensing", earlier)
    _found, page = queries.presented(actor, found.pk)
    return _counter(request, page, form, status=status)


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


@require_safe
@door(Role.PHARMACIST, Action.READ)
def dispensings(request: HttpRequest) -> HttpResponse:
    page = queries.dispensings(request.actor, request.GET.get("page", 1))  # type: ignore[attr-defined]
    return render(request, "pharmacies/dispensings.html", {"page": page})


@require_safe
@door(Role.PHARMACIST, Action.READ)
def dispensing(request: HttpRequest, pk: UUID) -> HttpResponse:
    slip = queries.slip(request.actor, pk)  # type: ignore[attr-defined]
    return render(request, "pharmacies/dispensing.html", {"slip": slip})


def _counter(
    request: HttpRequest, page: Counter, form: DispensingForm, status: int = 200
) -> HttpResponse:
    context = {"counter": page, "form": form}
    return render(request, "pharmacies/prescription.html", context, status=status)
