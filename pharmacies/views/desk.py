"""The desk: four ways to present a code, one answer when it opens nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from eprescription.addresses import client_address
from eprescription.doors import View, door
from eprescription.models import Prescription, Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import actions, frames, queries
from pharmacies.boxes import Box
from pharmacies.doubts import doubt_of
from pharmacies.forms import FileForm, NumberForm, ScanForm
from pharmacies.holding import box_found, served_by
from pharmacies.pictures import code_in_file, code_in_frame
from pharmacies.presented import is_number
from pharmacies.presenters import told
from pharmacies.proofs import Proof
from pharmacies.queue import Queue


def posted(view: View) -> View:
    """What is not posted goes to the desk: a reload, or the switch of the language after a refusal."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (
            view(request, *args, **kwargs)
            if request.method == "POST"
            else redirect("pharmacies:desk")
        )

    return guarded


@door(Role.PHARMACIST, Action.OPEN)
def desk(request: HttpRequest) -> HttpResponse:
    return _desk(request)


@require_safe
@door(Role.PHARMACIST, Action.OPEN)
def waiting(request: HttpRequest, queue: Queue) -> HttpResponse:
    """All that waits in one queue; the desk shows how each begins."""
    page, cut = queries.whole(
        request.actor,  # type: ignore[attr-defined]
        queue,
        request.GET.get("page"),
        at=timezone.now(),
    )
    context = {"queue": queue, "page": page, "cut": cut}
    return render(request, "pharmacies/waiting.html", context)


@door(Role.PHARMACIST, Action.OPEN)
@posted
def scan(request: HttpRequest) -> HttpResponse:
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _desk(request, scan=form, status=422)
    text = form.cleaned_data["text"]
    if is_number(text):
        return _desk(request, number=NumberForm(initial={"number": text}), way="number")
    return _opened(request, form, "text", lambda: _open(request, text), "scan")


@door(Role.PHARMACIST, Action.OPEN)
@posted
def open_number(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _desk(request, number=form, way="number", status=422)
    values = form.cleaned_data

    def act() -> Prescription:
        return actions.open_by_number(
            number=values["number"],
            proof=Proof(values["birth_date"], values["withdrawal"]),
            **_who(request),
        )

    return _opened(request, form, "number", act, "number")


@door(Role.PHARMACIST, Action.OPEN)
@posted
def open_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _desk(request, file=form, way="file", status=422)
    data = form.cleaned_data["file"].read()
    return _opened(request, form, "file", lambda: _open(request, code_in_file(data)), "file")


@door(Role.PHARMACIST, Action.OPEN)
@posted
def frame(request: HttpRequest) -> JsonResponse:
    """One picture of the camera, decoded and forgotten. A code that opens nothing stops the camera."""
    try:
        frames.count(request.actor)  # type: ignore[attr-defined]
        text = code_in_frame(request.FILES.get("frame"))
        if text is None:
            return JsonResponse({"found": False})
        prescription = _open(request, text)
    except Refusal as refusal:
        said = {"problem": told(refusal), "presented": _presented(request, refusal)}
        return JsonResponse({"found": False, **said}, status=refusal.status)
    url = reverse("pharmacies:prescription", args=[prescription.pk])
    return JsonResponse({"found": True, "url": url})


def _presented(request: HttpRequest, refusal: Refusal) -> str:
    """What the desk shows of a code that opened nothing, for a page that stays: the box that it names, or the report
    of a forgery."""
    by, at = request.actor, timezone.now()  # type: ignore[attr-defined]
    box = getattr(refusal, "box", None)
    held = queries.desk(by, at=at, also=served_by(by, box, at=at)).also if box else []
    found = box and box_found(box, held, at=at)
    context = {"found": found, "doubt": doubt_of(refusal, by)}
    return render_to_string("pharmacies/_presented.html", context, request=request).strip()


def _open(request: HttpRequest, text: str) -> Prescription:
    return actions.open_by_code(text=text, **_who(request))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {
        "by": request.actor,  # type: ignore[attr-defined]
        "address": client_address(request),
        "at": timezone.now(),
    }


def _opened(
    request: HttpRequest, form: forms.Form, field: str, act: Callable[[], Prescription], way: str
) -> HttpResponse:
    """The dispensing page; or the desk again, with why at the field and what was typed."""
    try:
        prescription = act()
    except Refusal as refusal:
        form.add_error(field, told(refusal))
        doubt = doubt_of(refusal, request.actor)  # type: ignore[attr-defined]
        status = refusal.status
        box = getattr(refusal, "box", None)
        return _desk(request, status=status, way=way, doubt=doubt, box=box, **{way: form})  # type: ignore[arg-type]
    return redirect("pharmacies:prescription", prescription.pk)


def _desk(
    request: HttpRequest,
    *,
    scan: ScanForm | None = None,
    number: NumberForm | None = None,
    file: FileForm | None = None,
    way: str = "scan",
    doubt: str = "",
    box: Box | None = None,
    status: int = 200,
) -> HttpResponse:
    by, at = request.actor, timezone.now()  # type: ignore[attr-defined]
    shown = queries.desk(by, at=at, also=served_by(by, box, at=at) if box else ())
    context = {
        "scan": scan or ScanForm(),
        "number": number or NumberForm(),
        "file": file or FileForm(),
        "way": way,
        "doubt": doubt,
        "desk": shown,
        "found": box and box_found(box, shown.also, at=at),
    }
    return render(request, "pharmacies/desk.html", context, status=status)
