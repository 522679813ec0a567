"""Keys and codes of an account are touched only with a fresh proof, whatever the sign-in was."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from eprescription.accounts import came_by
from eprescription.identity.sign_in import proof_is_fresh

Handler = Callable[[HttpRequest], HttpResponse]


def guard_keys(get_response: Handler) -> Handler:
    """Sends who came by a provider to prove himself there: allauth takes an account without password for a fresh one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        keys = reverse("mfa_index")
        touching = request.path.startswith(keys) and request.path != keys
        if touching and came_by(request) and not proof_is_fresh(request):
            back = urlencode({"next": request.path}, safe="/")
            return redirect(f"{reverse('national:prove')}?{back}")
        return get_response(request)

    return middleware
