"""A pharmacist asks: what is proposed, what it would become, and the answer in one click."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eprescription.doors import door
from eprescription.identity.sign_in import proof_is_fresh
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal, Unlawful
from prescribers import actions, asked
from prescribers.forms.answering import ACCEPT, CALL, REFUSE, AnswerForm
from prescribers.views.proving import proved

ACTS: dict[str, Callable[..., Any]] = {
    ACCEPT: actions.accept,
    REFUSE: actions.refuse,
    CALL: actions.call_me,
}


@require_safe
@door(Role.PRESCRIBER, Action.HOME)
def todo(request: HttpRequest) -> JsonResponse:
    """How many things wait, for the home that asks now and then; nothing of them is told."""
    return JsonResponse({"waiting": asked.count(request.actor, at=timezone.now())})  # type: ignore[attr-defined]


@door(Role.PRESCRIBER, Action.SIGN)
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The question, and its answer; agreeing asks the fresh proof of a signature."""
    if request.method != "POST":
        return _page(request, pk, AnswerForm(initial={"key": uuid4()}))
    form = AnswerForm(request.POST)
    if form.is_valid() and (form.cleaned_data["act"] != ACCEPT or proved(request, form)):
        refusal = _answered(request, pk, form)
        if refusal is None:
            return redirect("prescribers:home")
        return _page(request, pk, form, refusal)
    return _page(request, pk, form)


def _answered(request: HttpRequest, pk: UUID, form: AnswerForm) -> Refusal | None:
    """Answers as the button says; None when it is done."""
    said, actor = form.cleaned_data, request.actor  # type: ignore[attr-defined]
    more = {"reason": said["reason"]} if said["act"] == ACCEPT else {}
    try:
        ACTS[said["act"]](
            question=asked.own(actor, pk),
            answer=said["answer"],
            key=said["key"],
            by=actor,
            at=timezone.now(),
            **more,
        )
    except Refusal as refusal:
        return refusal
    words = {
        ACCEPT: _("Accord enregistré : la pharmacie le voit."),
        REFUSE: _("Refus enregistré : la pharmacie le voit."),
        CALL: _("La pharmacie va vous appeler."),
    }
    messages.success(request, words[said["act"]])
    return None


def _page(
    request: HttpRequest, pk: UUID, form: AnswerForm, refusal: Refusal | None = None
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    page = asked.asking(actor, pk, at=timezone.now())
    lawless = isinstance(refusal, Unlawful)
    context = {
        "page": page,
        "form": form,
        "fresh": proof_is_fresh(request),
        "refusal": None if lawless else refusal,
        "asks_again": lawless and page.asks_reason,
        "new_key": form["key"].value() or uuid4(),
    }
    wrong = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "prescribers/question.html", context, status=wrong)
