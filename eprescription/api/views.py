"""The doors that are the same for all software: tokens."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from eprescription.api import tokens
from eprescription.api.problems import Problem, answer
from eprescription.doors import open_door

LONGEST = 20_000  # bytes: two assertions and some parameters
FORM = "application/x-www-form-urlencoded"
NAMES = ("grant_type", "client_assertion_type", "client_assertion", "assertion", "scope")


@csrf_exempt
@login_not_required
@open_door("software proves itself by what it signed")
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint (RFC 6749, 3.2)."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        given = tokens.give(_asked(request), at=timezone.now())
    except Problem as problem:
        return answer(problem)
    return JsonResponse(
        {
            "access_token": given.token,
            "token_type": "Bearer",
            "expires_in": given.seconds,
            "scope": " ".join(given.scopes),
        }
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    """Each parameter stands once (RFC 6749, 3.2)."""
    if request.content_type != FORM:
        raise Problem(415, "bad_request", f"Content-Type is {FORM}.", error="invalid_request")
    if len(request.body) > LONGEST:
        raise Problem(413, "bad_request", "The request is too long.", error="invalid_request")
    twice = [name for name in NAMES if len(request.POST.getlist(name)) > 1]
    if twice:
        text = f"{twice[0]} stands more than once."
        raise Problem(400, "bad_request", text, error="invalid_request")
    return {name: request.POST.get(name, "") for name in NAMES}
