"""Who stands for a patient: one page to find the person, say what was seen, and end a link."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.doors import door
from eprescription.linking import NotLinked
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.presenters import PatientView
from prescribers import actions, queries
from prescribers import representatives as people
from prescribers.forms import EndLinkForm, FindPatientForm, LinkForm


@door(Role.PRESCRIBER, Action.LINK)
def representatives(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A search is a POST: a name never stands in a URL."""
    find = FindPatientForm(request.POST if request.method == "POST" else None)
    return _page(request, pk, find, _found(request, find))


@require_POST
@door(Role.PRESCRIBER, Action.LINK)
def link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The identity is the proof of who is meant: it is typed, looked up anew, and only then believed."""
    actor = request.actor  # type: ignore[attr-defined]
    find = FindPatientForm(request.POST)
    found = _found(request, find)
    if found is None:
        return _page(request, pk, find, None)
    form = LinkForm(request.POST, minor=people.links(actor, pk, at=timezone.now()).minor)
    if not form.is_valid():
        return _page(request, pk, find, found, form, status=422)
    try:
        _link(actor, pk, found, form)
    except NotLinked as refusal:
        form.add_error(None, refusal.text)
        return _page(request, pk, find, found, form, status=refusal.status)
    messages.success(request, _("Représentant enregistré. Il voit désormais cet espace."))
    return redirect("prescribers:representatives", pk)


def _link(actor: Any, pk: UUID, found: PatientView, form: LinkForm) -> None:
    user_id = people.user_of(found.subject_id)
    if user_id is None:
        raise Http404
    actions.link(
        subject_id=pk,
        user_id=user_id,
        capacity=form.cleaned_data["capacity"],
        evidence=form.cleaned_data["evidence"],
        until=form.cleaned_data.get("until"),
        by=actor,
        at=timezone.now(),
    )


@require_POST
@door(Role.PRESCRIBER, Action.LINK)
def unlink(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    form = EndLinkForm(request.POST)
    if not form.is_valid():
        raise Http404
    values = form.cleaned_data
    actions.unlink(
        link_id=values["link"], subject_id=pk, why=values["why"], by=actor, at=timezone.now()
    )
    messages.success(request, _("Lien retiré. Cette personne ne voit plus cet espace."))
    return redirect("prescribers:representatives", pk)


def _found(request: HttpRequest, find: FindPatientForm) -> PatientView | None:
    actor = request.actor  # type: ignore[attr-defined]
    return people.account_like(actor, find.cleaned_data) if find.is_valid() else None


def _page(
    request: HttpRequest,
    pk: UUID,
    find: FindPatientForm,
    found: PatientView | None,
    form: LinkForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    _traits, patient = queries.patient(actor, pk)
    shown = people.links(actor, pk, at=timezone.now())
    context = {
        "patient": patient,
        "links": shown.links,
        "minor": shown.minor,
        "find": find,
        "searched": find.is_bound and find.is_valid(),
        "found": found,
        "form": form or LinkForm(minor=shown.minor),
    }
    return render(request, "prescribers/representatives.html", context, status=status)
