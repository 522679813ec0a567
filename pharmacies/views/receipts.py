"""The receipt of good faith, the key that verifies it, and the report of a forgery."""

import uuid
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from eprescription.doors import door, open_door
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import actions, doubts, queries, receipts

LONGEST_RECEIPT = 4000


class ReceiptForm(forms.Form):
    """A receipt as it was printed, text and signature."""

    receipt = forms.CharField(
        label=gettext_lazy("Texte du reçu, avec sa signature"),
        max_length=LONGEST_RECEIPT,
        error_messages={"required": gettext_lazy("Collez le texte du reçu.")},
        widget=forms.Textarea(attrs={"rows": 9, "class": "code", "spellcheck": "false"}),
    )


class KeyForm(forms.Form):
    """The key that gives one effect to one press."""

    key = forms.UUIDField(widget=forms.HiddenInput)


@require_safe
@door(Role.PHARMACIST, Action.READ)
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One receipt of this pharmacy, to print or to keep."""
    opening = receipts.one_here(request.actor, pk)  # type: ignore[attr-defined]
    context = {"text": receipts.printed(opening), "at": opening.at, "rx": opening.prescription_id}
    return render(request, "pharmacies/receipt.html", context)


@open_door("whoever holds a receipt may verify it")
def verify(request: HttpRequest) -> HttpResponse:
    """Says whether a receipt is the portal's; the public key and its fingerprint stand beside."""
    form = ReceiptForm(request.POST or None)
    answer: bool | None = None
    if request.method == "POST" and form.is_valid():
        answer = receipts.verified(form.cleaned_data["receipt"])
    context = {"form": form, "answer": answer, "keys": _keys()}
    status = 422 if form.errors else 200
    return render(request, "pharmacies/verify.html", context, status=status)


@require_safe
@open_door("whoever holds a receipt may verify it")
def key(request: HttpRequest) -> JsonResponse:
    """The public key, for programs (RFC 8032: Ed25519), and those of earlier receipts."""
    present, *former = _keys()
    return JsonResponse({"algorithm": "Ed25519", **present, "former": former})


@door(Role.PHARMACIST, Action.DISPENSE)
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks once more, then reports the prescription that was presented here."""
    prescription, page = queries.presented(request.actor, pk)  # type: ignore[attr-defined]
    form = KeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"new_key": uuid.uuid4(), "number": page.number, "rx": prescription.pk}
        return render(request, "pharmacies/report.html", context)
    actions.report(
        prescription=prescription,
        key=form.cleaned_data["key"],
        by=request.actor,  # type: ignore[attr-defined]
        at=timezone.now(),
    )
    messages.success(
        request,
        _(
            "Le signalement est enregistré. Le prescripteur est prévenu sur le portail, sauf opposition du patient."
        ),
    )
    return redirect("pharmacies:prescription", pk)


@door(Role.PHARMACIST, Action.DISPENSE)
def report_code(request: HttpRequest) -> HttpResponse:
    """The same from the desk, for what was just refused there; `doubt` says what, sealed by the portal."""
    if request.method != "POST":
        return redirect("pharmacies:desk")
    actor = request.actor  # type: ignore[attr-defined]
    doubt = request.POST.get("doubt", "")
    asked = doubts.read(doubt, actor)
    if asked is None:
        raise Refusal("doubt_over", _("Présentez de nouveau le code, puis signalez-le."))
    form = KeyForm(request.POST)
    if not form.is_valid():
        return render(request, "pharmacies/report.html", {"new_key": uuid.uuid4(), "doubt": doubt})
    doubts.report(asked, key=form.cleaned_data["key"], by=actor, at=timezone.now())
    messages.success(
        request, _("Le signalement est enregistré. La prochaine pharmacie sera avertie.")
    )
    return redirect("pharmacies:desk")


def _keys() -> list[dict[str, str]]:
    """The public keys, the present one first."""
    return [
        {"public_key": public.hex(), "fingerprint": receipts.fingerprint(public)}
        for public in receipts.public_keys()
    ]
