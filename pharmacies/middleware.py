"""The counter's guard: a locked post answers nothing but the lock, and whoever signed in fully has a seat."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from eprescription.middleware import is_live
from pharmacies.locking import COOKIE, is_locked, signed_in_at
from pharmacies.people import LASTS, new_post, take_seat
from pharmacies.views.people import locked_page

# What a locked post may still do: prove who is there, go away, choose the language of the lock.
PASSES = {
    "pharmacies:lock",
    "pharmacies:unlock",
    "pharmacies:leave",
    "account_logout",
    "set_language",
    "live",
    "ready",
}


class Counter:
    """Runs after `act_as`; concerns pharmacists alone. The check of forms (CSRF) comes before the lock keeps one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        post = _seated(request) if _at_counter(request) else ""
        response = self.get_response(request)
        if post:
            response.set_cookie(
                COOKIE,
                post,
                max_age=LASTS,
                secure=not settings.PLAIN_HTTP,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not _at_counter(request) or not is_locked(request):
            return None
        if request.resolver_match and request.resolver_match.view_name in PASSES:
            return None
        return HttpResponse(status=423) if is_live(request) else locked_page(request)


def _at_counter(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and actor.is_pharmacist


def _seated(request: HttpRequest) -> str:
    """Seats whoever comes from a full sign-in; gives the cookie to set, when this browser was no post yet."""
    since = signed_in_at(request)
    if "seat" in request.session or since is None:
        return ""
    known = request.COOKIES.get(COOKIE, "")
    post = known or new_post()
    seat = take_seat(post=post, by=request.actor, since=since)  # type: ignore[attr-defined]
    request.session["seat"] = seat.pk
    request.COOKIES[COOKIE] = post
    return post
