"""The downtime pad: print sheets, withdraw one, copy one afterwards."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.documents.pad import pad_pdf
from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from prescribers import actions, pads, queries
from prescribers.forms.downtime import NumberForm, PadForm, SheetForm


@door(Role.PRESCRIBER, Action.PRINT)
def pad(request: HttpRequest) -> HttpResponse:
    return _pad(request, PadForm(), NumberForm(prefix="lost"))


@require_POST
@door(Role.PRESCRIBER, Action.PRINT)
def print_sheets(request: HttpRequest) -> HttpResponse:
    """The sheets as one PDF; the same press again gives the same sheets."""
    actor, at = request.actor, timezone.now()  # type: ignore[attr-defined]
    form = PadForm(request.POST)
    if not form.is_valid():
        return _pad(request, form, NumberForm(prefix="lost"), status=422)
    values = form.cleaned_data
    sheets = actions.print_pad(count=values["count"], key=values["key"], by=actor, at=at)
    pdf = pad_pdf(sheets, pads.as_signed(actor), at=at)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="carnet-de-secours.pdf"'
    return answer


@require_POST
@door(Role.PRESCRIBER, Action.PRINT)
def withdraw(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.POST, prefix="lost")
    if form.is_valid():
        number, actor = form.cleaned_data["number"], request.actor  # type: ignore[attr-defined]
        try:
            actions.withdraw_sheet(number=number, by=actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error("number", refusal.text)
        else:
            messages.success(request, _("Feuille retirée : son code ne vaut plus rien."))
            return redirect("prescribers:pad")
    return _pad(request, PadForm(), form, status=422)


@door(Role.PRESCRIBER, Action.WRITE)
def regularise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the sheet says beside its lines; then the page on which every prescription is written."""
    actor = request.actor  # type: ignore[attr-defined]
    _traits, patient = queries.patient(actor, pk)
    form = SheetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        names = ("number", "motive", "secured_paper")
        try:
            prescription = actions.regularise(
                **{name: form.cleaned_data[name] for name in names},
                written_at=form.written_at(),
                subject_id=pk,
                by=actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("number" if "sheet" in refusal.code else "day", refusal.text)
        else:
            messages.info(request, _("Recopiez maintenant les lignes de la feuille, puis signez."))
            return redirect("prescribers:write", prescription.pk)
    context = {"patient": patient, "form": form}
    status = 422 if form.errors else 200
    return render(request, "prescribers/sheet_regularise.html", context, status=status)


def _pad(request: HttpRequest, form: PadForm, lost: NumberForm, status: int = 200) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {"form": form, "lost": lost, "pad": pads.pad_of(actor, at=timezone.now())}
    return render(request, "prescribers/pad.html", context, status=status)
