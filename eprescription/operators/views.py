"""The operator's pages."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from eprescription.doors import door
from eprescription.models import CaseAnswer, Role
from eprescription.operators import desk
from eprescription.permissions import Action


class AnswerForm(forms.Form):
    """What was found; no free text, so that nothing clinical is written."""

    answer = forms.TypedChoiceField(
        choices=[(a.value, a.label) for a in CaseAnswer if a],
        coerce=CaseAnswer,
        widget=forms.RadioSelect,
    )


@require_safe
@door(Role.OPERATOR, Action.HOME)
def home(request: HttpRequest) -> HttpResponse:
    found = desk.desk(request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return render(request, "operators/home.html", {"desk": found})


@require_safe
@door(Role.OPERATOR, Action.OPERATE)
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = desk.case(request.actor, pk)  # type: ignore[attr-defined]
    return render(request, "operators/case.html", {"case": found, "form": _form()})


@require_POST
@door(Role.OPERATOR, Action.OPERATE)
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        found = desk.case(request.actor, pk)  # type: ignore[attr-defined]
        return render(request, "operators/case.html", {"case": found, "form": form}, status=422)
    said = form.cleaned_data["answer"]
    desk.answer(pk=pk, answer=said, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("La réponse est enregistrée : le patient la lit dans son journal."))
    return redirect("operators:home")


@require_POST
@door(Role.OPERATOR, Action.OPERATE)
def resend(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    count = desk.resend(kind=kind, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    text = ngettext("%(count)d envoi repart.", "%(count)d envois repartent.", count)
    messages.success(request, text % {"count": count})
    return redirect("operators:home")


def _form(request: HttpRequest | None = None) -> AnswerForm:
    form = AnswerForm(request.POST if request else None)
    form.fields["answer"].label = _("Ce que vous avez trouvé")
    return form
