"""Signing, and what follows: printing, reading the execution, cancelling."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.anonymity import is_anonymous
from eprescription.documents.number import grouped
from eprescription.doors import door
from eprescription.execution import read_execution
from eprescription.health_space.delivery import obstacles
from eprescription.identity.sign_in import proof_is_fresh
from eprescription.models import Prescription, PrescriptionState, Role
from eprescription.permissions import Action
from eprescription.presenters import Execution, line_view, sheet_mentions
from eprescription.refusal import Overtaken, Refusal, Unlawful
from eprescription.statuses import OPPOSED, PUSHED, WRITTEN
from prescribers import actions, asked, habits, queries, writing
from prescribers.forms import AnonymousSignForm, SignForm
from prescribers.named import shown_patient
from prescribers.views.proving import proved


@door(Role.PRESCRIBER, Action.SIGN)
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The two questions, the proof, the signature. A second click finds it signed and goes on."""
    actor = request.actor  # type: ignore[attr-defined]
    posted = request.method == "POST"
    prescription = queries.own(actor, pk) if posted else queries.read(actor, pk)
    if prescription.state != PrescriptionState.DRAFT:
        return redirect("prescribers:prescription", pk)
    shape = AnonymousSignForm if is_anonymous(prescription) else SignForm
    form = shape(request.POST if posted else None)
    refusal = None
    if form.is_valid() and proved(request, form):
        refusal = _signed(prescription, form, actor)
        if refusal is None:
            return redirect("prescribers:prescription", pk)
        prescription = queries.own(actor, pk)
    return _sign_page(request, prescription, form, refusal)


def _signed(prescription: Prescription, form: SignForm, actor: Any) -> Refusal | None:
    """Signs what was read over; None when it is signed, by this click or by the one before."""
    values = form.cleaned_data
    prescription.version = values["version"]  # a draft that changed since is not this one
    try:
        actions.sign(
            prescription=prescription,
            may_follow=values["may_follow"],
            paper=values["paper"],
            by=actor,
            at=timezone.now(),
        )
    except Overtaken:
        now = queries.own(actor, prescription.pk)
        return None if now.state != PrescriptionState.DRAFT else _changed_since()
    except Unlawful as unlawful:
        return unlawful
    return None


def _changed_since() -> Refusal:
    text = _("L'ordonnance a changé depuis que vous l'avez relue. Relisez-la, puis signez.")
    return Overtaken("draft_overtaken", text)


def _initial(answers: queries.Answers) -> dict[str, str | None]:
    follow = {True: "yes", False: "no", None: None}[answers.may_follow]
    return {"may_follow": follow, "paper": answers.paper}


def _sign_page(
    request: HttpRequest, prescription: Prescription, form: SignForm, refusal: Refusal | None
) -> HttpResponse:
    traits = queries.traits_of(prescription)
    answers = queries.remembered(request.actor, prescription)  # type: ignore[attr-defined]
    form.initial = _initial(answers)
    context = {
        "prescription": prescription,
        "patient": shown_patient(prescription, traits),
        "lines": [line_view(line) for line in prescription.lines.all()],
        "mentions": sheet_mentions(prescription, prescription.lines.all()),
        "form": form,
        "fresh": proof_is_fresh(request),
        "attested": writing.attested(prescription, traits),
        "remembered": any(form.initial.values()),
        "wish": answers.wish,
        "refusal": refusal,
        "breaches": refusal.breaches if isinstance(refusal, Unlawful) else [],
    }
    status = refusal.status if refusal else 200
    return render(request, "prescribers/prescription_sign.html", context, status=status)


@door(Role.PRESCRIBER, Action.READ)
def prescription(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.read(actor, pk)
    if found.state == PrescriptionState.DRAFT:
        return redirect("prescribers:write", pk)
    push = queries.last_push(found)
    executed = _execution(found, actor)
    context = {
        "prescription": found,
        "number": grouped(found.number or ""),
        "patient": shown_patient(found, queries.traits_of(found)),
        "lines": queries.lines_of(found),
        "mentions": sheet_mentions(found, found.lines.all()),
        "written": WRITTEN[found.state],
        "execution": executed,
        "opposed": OPPOSED,
        "push": PUSHED[push.state] if push else None,
        "push_at": (push.delivered_at or push.next_at) if push else None,
        "obstacles": obstacles(found, on=timezone.localdate()),
        "can_print": queries.can_print(found),
        "issued": found.state == PrescriptionState.ISSUED,
        "questions": asked.questions_of(found),
        "told": asked.told_of(actor, found, at=timezone.now()),
        "covering": habits.covering(found, timezone.localdate()),
    }
    return render(request, "prescribers/prescription.html", context)


def _execution(found: Prescription, actor: Any) -> Execution | None:
    """None when the patient opposed it: the page then says only that."""
    try:
        return read_execution(found, by=actor)
    except Refusal:
        return None


@door(Role.PRESCRIBER, Action.READ)
def prescriptions(request: HttpRequest) -> HttpResponse:
    page = queries.prescriptions(request.actor, request.GET.get("page"))  # type: ignore[attr-defined]
    return render(request, "prescribers/prescriptions.html", {"page": page})


@door(Role.PRESCRIBER, Action.PRINT)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The PDF, with the code it has; its file name says nothing of a person."""
    found, pdf = queries.paper(request.actor, pk)  # type: ignore[attr-defined]
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="ordonnance-{found.number}.pdf"'
    return response


@require_POST
@door(Role.PRESCRIBER, Action.PRINT)
def recode(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    actions.recode(prescription=queries.own(actor, pk), by=actor, at=timezone.now())
    messages.success(request, _("Nouveau code fait. L'ancien papier n'ouvre plus rien."))
    return redirect("prescribers:prescription", pk)


@require_POST
@door(Role.PRESCRIBER, Action.CANCEL)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    actions.cancel(prescription=queries.own(actor, pk), by=actor, at=timezone.now())
    messages.success(
        request, _("Annulation enregistrée : ce qui n'est pas encore délivré ne le sera pas.")
    )
    return redirect("prescribers:prescription", pk)
