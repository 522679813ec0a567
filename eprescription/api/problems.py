"""What is told to software that is refused before anything clinical: RFC 9457 problem documents."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:ordonnance-numerique:problem:"


class Problem(Exception):
    """A refusal of the API. `code` ends the URI of its type; `error` is the code of OAuth 2.0 (RFC 6749, 5.2)."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        error: str = "",
        again_at: datetime | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.error, self.again_at = error, again_at

    def document(self) -> dict[str, Any]:
        """The members of the document."""
        told = {
            "type": TYPES + self.code,
            "title": TITLES[self.code],
            "status": self.status,
            "detail": self.detail,
        }
        return told | ({"error": self.error} if self.error else {})


TITLES = {
    "bad_request": "The request is not complete",
    "unknown_software": "The software is not listed or did not sign",
    "suspended_software": "The software is suspended",
    "expired_software": "The software is outside the validity of its certification",
    "bad_assertion": "The assertion is not acceptable",
    "spent_assertion": "The assertion was used before",
    "unknown_professional": "The professional is not known to act there",
    "bad_scope": "The scope is not for this kind of software",
    "no_token": "A valid token is expected",
    "not_in_scope": "The token does not allow this",
    "old_proof": "The professional has to prove who he is again",
    "too_many_calls": "Too many calls",
}


def answer(problem: Problem) -> HttpResponse:
    """The problem as a response, with the headers that go with its status."""
    response = JsonResponse(problem.document(), status=problem.status, content_type=MEDIA_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if problem.again_at:
        left = (problem.again_at - timezone.now()).total_seconds()
        response["Retry-After"] = str(max(1, int(left) + 1))
    return response
