"""What this pharmacy dispensed: the list, one delivery with its versions, and its correction."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eprescription.actor import Actor
from eprescription.doors import door
from eprescription.models import Dispensing, Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import actions, queries
from pharmacies.dispensing_form import CorrectionForm, Filled, correcting_button, fill


@require_safe
@door(Role.PHARMACIST, Action.READ)
def dispensings(request: HttpRequest) -> HttpResponse:
    page = queries.dispensings(request.actor, request.GET.get("page", 1))  # type: ignore[attr-defined]
    return render(request, "pharmacies/dispensings.html", {"page": page})


@require_safe
@door(Role.PHARMACIST, Action.READ)
def dispensing(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "slip": queries.slip(actor, pk),
        "versions": queries.versions(actor, pk, at=timezone.now()),
    }
    return render(request, "pharmacies/dispensing.html", context)


@door(Role.PHARMACIST, Action.DISPENSE)
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same form, filled with what was recorded; both versions are kept."""
    actor, at = request.actor, timezone.now()  # type: ignore[attr-defined]
    known = queries.corrected_with(actor, request.POST.get("key"))
    if known:
        return redirect("pharmacies:dispensing", known)
    asked = queries.to_correct(actor, pk, at=at)
    if request.method != "POST":
        return _page(request, asked, _form(asked))
    filled = fill(asked.page.lines, request.POST)
    if filled:
        return _page(request, asked, _form(asked, filled), filled=filled)
    form = CorrectionForm(asked.page.lines, request.POST, **_prefilled(asked))
    if not form.is_valid() or form.key is None:
        return _again(request, asked, form, status=422)
    try:
        done = _corrected(asked, form, by=actor, at=at)
    except Refusal as refusal:
        form.tell(refusal)
        return _again(request, asked, form, status=refusal.status)
    messages.success(request, _("La correction est enregistrée."))
    return redirect("pharmacies:dispensing", done.pk)


def _corrected(
    asked: queries.Correctable, form: CorrectionForm, *, by: Actor, at: datetime
) -> Dispensing:
    assert form.key
    return actions.correct(
        dispensing=asked.dispensing,
        decisions=form.decisions(),
        handing=form.who(),
        reason=form.reason,
        key=form.key,
        by=by,
        at=at,
    )


def _again(
    request: HttpRequest, asked: queries.Correctable, form: CorrectionForm, *, status: int
) -> HttpResponse:
    form.renew("")
    return _page(request, asked, form, status=status)


def _form(asked: queries.Correctable, filled: Filled | None = None) -> CorrectionForm:
    form = CorrectionForm(asked.page.lines, filled.data if filled else None, **_prefilled(asked))
    form.renew("")
    form.show(filled.found if filled else {})
    return form


def _prefilled(asked: queries.Correctable) -> dict[str, object]:
    return {"prescriber": asked.page.prescriber.name, "recorded": asked.recorded}


def _page(
    request: HttpRequest,
    asked: queries.Correctable,
    form: CorrectionForm,
    *,
    filled: Filled | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "counter": asked.page,
        "corrects": asked.dispensing,
        "form": form,
        "button": correcting_button(),
        "told": filled.told if filled else None,
    }
    return render(request, "pharmacies/correction.html", context, status=status)
