"""The FHIR door of the health space: one operation, one sender, OperationOutcome for what is wrong."""

import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.utils.decorators import method_decorator
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from eprescription.doors import Door
from patients.receiving import Unacceptable, receive

FHIR_JSON = "application/fhir+json"


class BoundedJson(JSONParser):
    """JSON that is not too deep to be read."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError("JSON is nested too deeply.") from error


class FhirParser(BoundedJson):
    media_type = FHIR_JSON


class TooLarge(APIException):
    status_code = 413
    default_detail = "The transaction is larger than 2 MB."


class FhirRenderer(JSONRenderer):
    media_type = FHIR_JSON
    format = "fhir"


class Sender(BaseAuthentication):
    """The one sender: it bears the token of this health space."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        kind, _, token = get_authorization_header(request).partition(b" ")
        expected = settings.HEALTH_SPACE_TOKEN.encode()
        if kind.lower() != b"bearer" or not hmac.compare_digest(token, expected):
            raise AuthenticationFailed("A valid bearer token is expected.")
        return None, "health-space"

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class FromSender(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return request.auth == "health-space"


@method_decorator(login_not_required, name="dispatch")
class Receive(APIView):
    """POST of an ITI-65 transaction: 200 with a transaction-response, the same again for a repeat."""

    door = Door(None, None, "software with the token of the health space")
    authentication_classes = [Sender]
    permission_classes = [FromSender]
    parser_classes = [FhirParser, BoundedJson]
    renderer_classes = [FhirRenderer]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or 0
        if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge

    def post(self, request: Request) -> Response:
        document, new = receive(request.data, at=timezone.now())
        status = "201 Created" if new else "200 OK"
        entries = [
            {"response": {"status": status, "location": f"{kind}/{document.id}"}}
            for kind in ("List", "DocumentReference", "Binary")
        ]
        return Response(
            {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
        )

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Unacceptable):
            return Response(_outcome(exc.code, exc.text), status=exc.status)
        response = super().handle_exception(exc)
        if isinstance(exc, APIException):
            response.data = _outcome("processing", str(exc.detail))
        return response


def _outcome(code: str, text: str) -> dict[str, Any]:
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
