"""Sign an order, list one's own, cancel, fetch the printed page."""

import base64
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.response import Response

from eprescription.api import reading, scopes
from eprescription.api.bodies import CdaRenderer
from eprescription.api.description import KEY, MATCH, ORDER, PAGE, described
from eprescription.api.doors import Asked, FhirView, check_match, check_proof, etag, key_of
from eprescription.api.fhir import bundle
from eprescription.api.outcome import Told
from eprescription.api.paging import page_asked, searchset
from eprescription.models import Prescription
from eprescription.permissions import Action, check_role
from prescribers import ordering, queries

NO_CDA = (
    "No CDA document of it: that names a patient, and holds a medicine or a device. Ask for JSON."
)


class Prescriptions(FhirView):
    """The prescriptions that the professional may see: one's own, or what was presented at one's counter."""

    scopes = {"GET": scopes.READ, "POST": scopes.WRITE}

    @described("search", gives={200: "Bundle"}, asks=PAGE)
    def get(self, request: Asked) -> Response:
        """One page of one's own, latest first: number, state and moment; each is read at its address."""
        rows = reading.signed_ones(request.user).order_by("-signed_at", "pk")
        return Response(searchset(request, rows, page_asked(request)))

    @described("sign", gives={201: "Bundle"}, takes=ORDER, asks=(KEY,))
    def post(self, request: Asked) -> Response:
        """Signs what the bundle orders; 201 with what was signed, the same again for the same key."""
        check_proof(request)
        key, order = key_of(request), bundle.read(request.data)
        done = ordering.sign_order(order=order, key=key, by=request.user, at=timezone.now())
        found, told = reading.read(request.user, done.pk)
        headers = {"ETag": etag(reading.version_of(found, request.user))}
        headers["Location"] = f"/api/fhir/Bundle/{done.pk}"
        return Response(told, status=201, headers=headers)


class OwnPrescription(FhirView):
    """What is done with one of one's own."""

    def own(self) -> Prescription:
        """It; 404 for all others."""
        return reading.one(self.request.user, self.kwargs["pk"])

    def state(self) -> str:
        return self.own().state


class Cancel(OwnPrescription):
    """Stops what is not yet dispensed."""

    scopes = {"POST": scopes.CANCEL}

    @described(
        "cancel", gives={200: "Bundle"}, asks=(KEY, MATCH), refuses=(409, 412, 413, 415, 422, 428)
    )
    def post(self, request: Asked, pk: UUID) -> Response:
        """The answer is the same whatever was dispensed."""
        found, key = self.own(), key_of(request)
        if not ordering.was_cancelled(key=key, by=request.user):
            check_match(request, reading.version_of(found, request.user))
        ordering.cancel_once(prescription=found, key=key, by=request.user, at=timezone.now())
        after, told = reading.read(request.user, pk)
        return Response(told, headers={"ETag": etag(reading.version_of(after, request.user))})


class Document(OwnPrescription):
    """The printed page, PDF/A, as a Binary; asked for as XML, the CDA document that holds it (eP-MED-DM)."""

    scopes = {"GET": scopes.READ}
    renderer_classes = [*OwnPrescription.renderer_classes, CdaRenderer]

    @described("document", gives={200: "Binary"}, documents=True)
    def get(self, request: Asked, pk: UUID) -> Response:
        # The page bears the code: it is its author's to print.
        check_role(request.user, Action.PRINT)
        if self.wants_cda():
            document = queries.paper_as_cda(request.user, pk)
            if document is None:
                raise Told(406, NO_CDA)
            return Response(document)
        found, pdf = queries.paper(request.user, pk)
        told: dict[str, Any] = {
            "resourceType": "Binary",
            "id": str(found.pk),
            "contentType": "application/pdf",
            "data": base64.b64encode(pdf).decode(),
        }
        return Response(told)
