"""The mailbox: what came by secure mail, to open or to file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import mailbox
from pharmacies.actions import mailing
from pharmacies.presenters import told
from pharmacies.views.desk import posted


@require_safe
@door(Role.PHARMACIST, Action.OPEN)
def inbox(request: HttpRequest) -> HttpResponse:
    return _inbox(request)


@require_safe
@door(Role.PHARMACIST, Action.OPEN)
def filed(request: HttpRequest) -> HttpResponse:
    return _inbox(request, filed=True)


@door(Role.PHARMACIST, Action.OPEN)
@posted
def open_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dispensing page; or the mailbox again, with why."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        found = mailing.open_message(message_id=pk, by=actor, at=timezone.now())
    except Refusal as refusal:
        return _inbox(request, problem=told(refusal), status=refusal.status)
    return redirect("pharmacies:prescription", found.pk)


@door(Role.PHARMACIST, Action.OPEN)
@posted
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    mailing.file_message(message_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("Le message est classé."))
    return redirect("pharmacies:mailbox")


@require_safe
@door(Role.PHARMACIST, Action.OPEN)
def original(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The mail as it came, to be saved and never to be shown by the portal."""
    source = mailbox.original(request.actor, pk)  # type: ignore[attr-defined]
    headers = {"Content-Disposition": 'attachment; filename="message.eml"'}
    return HttpResponse(source, content_type="application/octet-stream", headers=headers)


def _inbox(
    request: HttpRequest, *, filed: bool = False, problem: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "page": mailbox.inbox(actor, request.GET.get("page"), filed=filed),
        "account": mailbox.account(actor),
        "filed": filed,
        "problem": problem,
    }
    return render(request, "pharmacies/mailbox.html", context, status=status)
