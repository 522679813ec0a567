"""What every request passes: hard headers, the idle limit, and who is acting.

A pharmacist is not signed out by a pause: his post locks, sooner (pharmacies/middleware.py). A page that asks for news
by itself says so in a header (`X-Live: 1`): it is nobody's activity.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from eprescription.actor import Actor, load, standing_for
from eprescription.models import Role
from eprescription.representing import came_of_age
from eprescription.sessions import too_old

Handler = Callable[[HttpRequest], HttpResponse]
REFRESH_SECONDS = 30  # how often "seen" is written: each write is a query

PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


def harden(get_response: Handler) -> Handler:
    """Nothing of a page is kept by a browser or a proxy; only the desk may use the camera."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return middleware


def act_as(get_response: Handler) -> Handler:
    """Sets `request.actor`: None for visitors and for people who have not chosen a role."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return get_response(request)
        if too_old(request, settings.ABSOLUTE_LIMIT.total_seconds()):
            return _signed_out(
                request, _("Votre session a duré huit heures : connectez-vous de nouveau.")
            )
        request.idle = _idle(request)  # type: ignore[attr-defined]
        activity = request.session.get("activity")
        actor = load(activity, request.user) if activity else None
        locks = actor is not None and actor.role == Role.PHARMACIST
        if not locks and request.idle > settings.IDLE_LIMIT.total_seconds():  # type: ignore[attr-defined]
            return _signed_out(
                request, _("Vous avez été déconnecté après une pause. Rien n'est perdu.")
            )
        if actor is not None:
            several = bool(request.session.get("several"))
            actor = replace(actor, has_several=several)
            request.actor = actor  # type: ignore[attr-defined]
            link = request.session.get("representing")
            stood = standing_for(actor, link, at=timezone.now()) if link else actor
            if stood is None:
                return _space_closed(request, actor, str(link))
            request.actor = stood  # type: ignore[attr-defined]
        elif activity:  # struck off, or taken away since: the role ends at once
            del request.session["activity"]
        return get_response(request)

    return middleware


def is_live(request: HttpRequest) -> bool:
    """Whether the page asked by itself, and not the person."""
    return request.headers.get("X-Live") == "1"


def _idle(request: HttpRequest) -> float:
    """Seconds since the person last did something here, as far as it was written down."""
    now, seen = time.time(), request.session.get("seen")
    if not is_live(request) and (seen is None or now - seen > REFRESH_SECONDS):
        request.session["seen"] = now
    return now - seen if seen is not None else 0


def _space_closed(request: HttpRequest, actor: Actor, link: str) -> HttpResponse:
    """The person came of age, the mandate or the link ended: nothing of that space is shown, nothing is decided."""
    request.session.cycle_key()
    del request.session["representing"]
    if came_of_age(actor.user_id, UUID(link), at=timezone.now()):
        text = _(
            "Depuis ses 18 ans, cette personne décide seule. Son espace ne vous est plus ouvert : voici le vôtre."
        )
    else:
        text = _("Vous ne représentez plus cette personne. Voici votre espace.")
    messages.info(request, text)
    return redirect("patients:home")


def _signed_out(request: HttpRequest, why: str) -> HttpResponse:
    back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    logout(request)
    messages.info(request, why)
    return redirect(f"{reverse('account_login')}?{back}")
