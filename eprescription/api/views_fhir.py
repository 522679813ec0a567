"""The FHIR doors that both kinds of software pass: read a prescription, read its execution, the capabilities."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
)
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from eprescription.api import reading, scopes
from eprescription.api.capability import statement
from eprescription.api.description import NONE_MATCH, described
from eprescription.api.dispensed import execution_bundle
from eprescription.api.doors import Asked, FhirView, etag
from eprescription.doors import Door
from eprescription.execution import read_execution


class PrescriptionDetail(FhirView):
    """One prescription that the professional may see."""

    scopes = {"GET": scopes.READ}

    @described("read", gives={200: "Bundle"}, asks=(NONE_MATCH,), refuses=(304,))
    def get(self, request: Asked, pk: UUID) -> Response:
        """Its bundle, with its version as ETag; 304 when If-None-Match names that version."""
        found, told = reading.read(request.user, pk)
        version = etag(reading.version_of(found, request.user))
        if request.headers.get("If-None-Match", "").strip() == version:
            return Response(status=304, headers={"ETag": version})
        return Response(told, headers={"ETag": version})


class Execution(FhirView):
    """What was dispensed of it, unless the patient opposed that its author reads it (CSP R. 4072-1)."""

    scopes = {"GET": scopes.EXECUTION}

    @described("execution", gives={200: "Bundle"})
    def get(self, request: Asked, pk: UUID) -> Response:
        found = reading.one(request.user, pk)
        told: dict[str, Any] = execution_bundle(read_execution(found, by=request.user), pk)
        return Response(told)


class Metadata(FhirView):
    """The CapabilityStatement, for everybody: it says nothing of anybody."""

    door = Door(None, None, "what the server can do, as the standard asks")
    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super(FhirView, self).initial(request, *args, **kwargs)

    @described("metadata", gives={200: "CapabilityStatement"})
    def get(self, request: Request) -> Response:
        return Response(statement())


@method_decorator(login_not_required, name="dispatch")
class Description(SpectacularAPIView):
    """The description of the API, for everybody."""

    door = Door(None, None, "the description of the API")
    http_method_names = ["get"]
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer]
