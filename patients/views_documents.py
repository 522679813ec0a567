"""The documents of a patient, as they arrived, and the page that helps when something goes wrong."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from patients import documents
from patients.fhir import FHIR_JSON
from patients.fhir_document import bundle


@require_safe
@door(Role.PATIENT, Action.READ)
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    _document, content = documents.document(_actor(request), pk)
    headers = {"Content-Disposition": 'inline; filename="document.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
@door(Role.PATIENT, Action.READ)
def document_fhir(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same page with what computers ask about it; the name of the file tells nothing."""
    found, content = documents.document(_actor(request), pk)
    headers = {"Content-Disposition": 'attachment; filename="document.json"'}
    return JsonResponse(bundle(found, content), content_type=FHIR_JSON, headers=headers)


@require_safe
@door(Role.PATIENT, Action.HOME)
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "patients/help.html")


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]
