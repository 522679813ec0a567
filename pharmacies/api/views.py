"""Present a code and claim, dispense, release, fetch the document of a dispensing."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from rest_framework.response import Response

from eprescription.addresses import client_address
from eprescription.api import reading, scopes
from eprescription.api.bodies import XML, CdaRenderer
from eprescription.api.description import KEY, MATCH, PARAMETERS, described
from eprescription.api.doors import Asked, FhirView, check_match, etag, key_of
from eprescription.api.outcome import Told
from eprescription.models import Prescription
from pharmacies import actions, queries
from pharmacies.actions.opening import ClaimedElsewhere
from pharmacies.api import parameters
from pharmacies.claims import living_claim, secret_of
from pharmacies.keeping import balances_of

NO_CDA = "No CDA document of it: that names a patient, and holds a medicine that was handed over."


class Present(FhirView):
    """A code is presented: the prescription is claimed for the pharmacy; one pharmacy wins."""

    scopes = {"POST": scopes.PRESENT}
    conflict = ""

    @described("present", gives={200: "Parameters"}, takes=PARAMETERS, refuses=(409,))
    def post(self, request: Asked) -> Response:
        """The prescription, the secret that the next acts ask for, and what is due. Asked again: the same."""
        shown, at = parameters.presented(request.data), timezone.now()
        found = self._opened(request, shown, at)
        with transaction.atomic():
            found, bundle = reading.read(request.user, found.pk)
            held = living_claim(found.case)
            if held is None or held.pharmacy_id != request.user.place_id:
                raise Told(409, "The claim has ended meanwhile: present the code again.")
            told = parameters.claimed(bundle, secret_of(held), balances_of(found.case), at=at)
        version = etag(reading.version_of(found, request.user))
        return Response(told, headers={"ETag": version})

    def _opened(self, request: Asked, shown: parameters.Presented, at: datetime) -> Prescription:
        who: dict[str, Any] = {
            "by": request.user,
            "address": client_address(request._request),
            "at": at,
        }
        try:
            if shown.code:
                return actions.open_by_code(text=shown.code, **who)
            return actions.open_by_number(number=shown.number, proof=shown.proof, **who)
        except ClaimedElsewhere:
            self.conflict = "claimed"
            raise

    def state(self) -> str:
        return self.conflict


class InHand(FhirView):
    """What is done with a prescription that was presented at this pharmacy."""

    def shown(self) -> Prescription:
        """It; 404 for what was not presented here."""
        return reading.one(self.request.user, self.kwargs["pk"])

    def state(self) -> str:
        return self.shown().case.state


class Dispense(InHand):
    """Records what was done of each line."""

    scopes = {"POST": scopes.DISPENSE}

    @described(
        "dispense",
        gives={201: "Parameters"},
        takes=PARAMETERS,
        asks=(KEY, MATCH),
        refuses=(409, 412),
    )
    def post(self, request: Asked, pk: UUID) -> Response:
        """201 with the id of the dispensing and its completeness; the same again for the same key."""
        key = key_of(request)
        secret, decisions, handing = parameters.dispensing(request.data)
        found = self.shown()
        check_match(request, reading.version_of(found, request.user), asked=False)
        done = actions.dispense(
            prescription=found,
            decisions=decisions,
            handing=handing,
            secret=secret,
            key=key,
            by=request.user,
            at=timezone.now(),
        )
        told = parameters.told(dispensing=str(done.pk), completeness=done.completeness)
        return Response(told, status=201)


class Release(InHand):
    """Gives it back to all pharmacies."""

    scopes = {"POST": scopes.RELEASE}

    @described("release", gives={200: "Parameters"}, takes=PARAMETERS, asks=(KEY,), refuses=(409,))
    def post(self, request: Asked, pk: UUID) -> Response:
        """Asked again with the same key, the same; what was given back is no longer open here."""
        key, secret = key_of(request), parameters.secret(request.data)
        found = reading.presented_or_done(request.user, pk, act="release", key=key)
        if found is not None:
            actions.release(
                prescription=found, secret=secret, key=key, by=request.user, at=timezone.now()
            )
        return Response(parameters.told(state="released"))


class Document(FhirView):
    """The CDA document (eDISP-MED) of one dispensing of this pharmacy: asked for as XML itself, else in a Binary."""

    scopes = {"GET": scopes.DISPENSE}
    renderer_classes = [*FhirView.renderer_classes, CdaRenderer]

    @described("dispensed_document", gives={200: "Binary"}, documents=True)
    def get(self, request: Asked, pk: UUID) -> Response:
        """`pk` is the id that dispensing gave."""
        document = queries.as_cda(request.user, pk)
        if document is None:
            raise Told(406, NO_CDA)
        if self.wants_cda():
            return Response(document)
        data = base64.b64encode(document).decode()
        told = {"resourceType": "Binary", "id": str(pk), "contentType": XML, "data": data}
        return Response(told)
