"""What all FHIR doors share: the token, the scope, the count of calls, and how refusals are told."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from eprescription.actor import Actor
from eprescription.api import metering, outcome
from eprescription.api.bodies import (
    FHIR_JSON,
    LARGEST,
    CdaRenderer,
    FhirParser,
    FhirRenderer,
    PlainParser,
)
from eprescription.api.outcome import Told
from eprescription.api.problems import Problem, answer
from eprescription.api.tokens import Grant, grant_of
from eprescription.audit.journal import record
from eprescription.doors import Door
from eprescription.models import Deed, Outcome
from eprescription.refusal import Refusal

KEYS = UUID("c1de3f3a-6f6e-5b0b-8c7e-5c0a5b1c8d22")
LONGEST_KEY = 100
CONFLICT = 409


class Asked(Request):
    """A request that passed the door: `user` is the actor, `auth` the grant of his software."""

    user: Actor  # type: ignore[assignment]
    auth: Grant  # type: ignore[assignment]


class Bearer(BaseAuthentication):
    """The token of a software that acts for a professional (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[Actor, Grant]:
        kind, _, token = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer" or not token:
            raise Problem(401, "no_token", "Authorization: Bearer, with a token of /api/token.")
        grant = grant_of(token.decode("latin-1"), at=timezone.now())
        return grant.actor, grant

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class InScope(BasePermission):
    """The scope that the method asks for; a method without one is nobody's."""

    def has_permission(self, request: Asked, view: Any) -> bool:  # type: ignore[override]
        wanted = view.scopes.get(request.method)
        if wanted is None:
            return request.method not in view.allowed_methods  # 405 says it
        if wanted not in request.auth.scopes:
            raise Problem(403, "not_in_scope", f"The token does not have the scope {wanted}.")
        return True


@method_decorator(login_not_required, name="dispatch")
class FhirView(APIView):
    """A FHIR door. `scopes`: what each method asks for. The actor is `request.user`, the grant `request.auth`."""

    door = Door(None, None, "software with a token of its own")
    http_method_names = ["get", "post"]
    authentication_classes = [Bearer]
    permission_classes = [InScope]
    parser_classes = [FhirParser, PlainParser]
    renderer_classes = [FhirRenderer, JSONRenderer]
    scopes: dict[str, str] = {}
    request: Asked

    def initial(self, request: Asked, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        super().initial(request, *args, **kwargs)
        # Counted whatever becomes of it: nothing of this is undone with an act.
        metering.count(request.auth.software, request.auth.actor.activity_id, at=timezone.now())
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdecimal() or int(length) > LARGEST:
            raise Told(413, f"A body has {LARGEST // 1024} kB at most.")

    def wants_cda(self) -> bool:
        """Whether the caller asked for the document itself, as XML."""
        return isinstance(getattr(self.request, "accepted_renderer", None), CdaRenderer)

    def handle_exception(self, exc: Exception) -> Any:
        if self.wants_cda():  # a refusal is JSON whatever was asked for
            self.request.accepted_renderer = FhirRenderer()
            self.request.accepted_media_type = FHIR_JSON
        if isinstance(exc, Problem):
            self.headers["Content-Type"] = "application/problem+json"
            return _plain(answer(exc))
        status, issues = outcome.of_exception(exc)
        if isinstance(exc, Refusal):
            self._trace(exc)
        if status == CONFLICT and (state := self.state()):
            issues.append(outcome.of_state(state))
        response = Response(outcome.outcome(issues), status=status, headers=_headers(exc))
        response.exception = True
        return response

    def state(self) -> str:
        """The state to tell beside a conflict, of what the actor may see; empty when there is none to tell."""
        return ""

    def _trace(self, refusal: Refusal) -> None:
        with transaction.atomic():
            code = refusal.code[:40]
            record(Deed.REFUSED, by=self.request.user, outcome=Outcome.REFUSED, code=code)


def _plain(response: HttpResponseBase) -> HttpResponseBase:
    response.exception = True  # type: ignore[attr-defined]
    return response


def _headers(exc: Exception) -> dict[str, str]:
    again_at = getattr(exc, "again_at", None)
    if again_at:
        return {"Retry-After": str(max(1, int((again_at - timezone.now()).total_seconds()) + 1))}
    return {}


def key_of(request: Asked) -> UUID:
    """The key of an act, asked once however often it is sent: Idempotency-Key, apart for each software."""
    text = request.headers.get("Idempotency-Key", "").strip()
    if not text:
        raise Told(428, "Idempotency-Key is missing: a lost answer is asked again with the same.")
    if len(text) > LONGEST_KEY:
        raise Told(400, f"Idempotency-Key has {LONGEST_KEY} characters at most.")
    return uuid5(KEYS, f"{request.auth.software.pk} {text}")


def etag(version: str) -> str:
    """A version as an entity tag."""
    return f'W/"{version}"'


def check_match(request: Request, version: str, *, asked: bool = True) -> None:
    """If-Match names the version that was read. `asked`: it must be there."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        if asked:
            raise Told(428, "If-Match is missing: say which version you read (its ETag).")
        return
    if etag(version) not in (part.strip() for part in text.split(",")):
        raise Told(412, "It has changed since you read it: read it again.")


def check_proof(request: Asked) -> None:
    """The professional proved who he is a moment ago, as for a signature on the portal. Raises Problem."""
    latest = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    if timezone.now() - request.auth.proved_at > latest:
        text = "auth_time is more than 15 minutes ago: the professional proves again who he is."
        raise Problem(403, "old_proof", text)
