"""The register of listed medicines: searched on one page, printed as one document."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eprescription.doors import door
from eprescription.exports import csv_answer
from eprescription.models import Role
from eprescription.permissions import Action
from pharmacies import papers, register_file, register_paper
from pharmacies.queries import slip as slip_to_print
from pharmacies.queries.registered import MOST_PRINTED, Asked, Found, entries_of, registered
from pharmacies.register_form import PeriodForm, RegisterForm


@door(Role.PHARMACIST, Action.READ)
def register(request: HttpRequest) -> HttpResponse:
    """The latest rows, or those looked for: names are posted, never in an address."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        found = registered(actor, Asked())
        return _page(request, RegisterForm(), found)
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return _page(request, form, Found(), status=422)
    return _page(request, form, registered(actor, form.asked()))


@door(Role.PHARMACIST, Action.READ)
def register_print(request: HttpRequest) -> HttpResponse:
    """The rows looked for as a PDF, whose name says nothing."""
    if request.method != "POST":
        return redirect("pharmacies:register")
    actor = request.actor  # type: ignore[attr-defined]
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return _page(request, form, Found(), status=422)
    asked = form.asked()
    found = registered(actor, asked, limit=MOST_PRINTED)
    pdf = register_paper.pdf(found, asked, by=actor, at=timezone.now())
    return _document(pdf, "registre.pdf")


@door(Role.PHARMACIST, Action.READ)
def register_export(request: HttpRequest) -> HttpResponse:
    """The rows of a period as a file for a spreadsheet; too many of them are refused and not cut."""
    if request.method != "POST":
        return redirect("pharmacies:register")
    actor = request.actor  # type: ignore[attr-defined]
    form = PeriodForm(request.POST)
    if form.is_valid():
        try:
            rows = register_file.rows_of(actor, form.asked())
        except register_file.TooMany as refusal:
            form.add_error("until", refusal.text)
        else:
            return csv_answer(register_file.csv(rows), "registre.csv")
    return _page(request, form, Found(), status=422)


@require_safe
@door(Role.PHARMACIST, Action.READ)
def slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The slip for the back of the paper, or as a ticket."""
    done = slip_to_print(request.actor, pk)  # type: ignore[attr-defined]
    pdf = papers.slip_pdf(done, dict(entries_of(pk)), paper=request.GET.get("paper", ""))
    return _document(pdf, "delivrance.pdf")


@require_safe
@door(Role.PHARMACIST, Action.READ)
def labels(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One label a medicine handed over."""
    done = slip_to_print(request.actor, pk)  # type: ignore[attr-defined]
    pdf = papers.labels_pdf(done, paper=request.GET.get("paper", ""))
    return _document(pdf, "etiquettes.pdf")


def _document(pdf: bytes, name: str) -> HttpResponse:
    """A PDF to look at and print, whose name says nothing."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _page(
    request: HttpRequest, form: RegisterForm, found: Found, status: int = 200
) -> HttpResponse:
    """`older` posts the same search from where this page ended."""
    after = f"{found.after[0].isoformat()}|{found.after[1]}" if found.after else ""
    context = {"form": form, "found": found, "after": after, "asked": form.is_bound}
    return render(request, "pharmacies/register.html", context, status=status)
