"""Begins the session of somebody whom a provider proved, or refreshes the proof of one who is signed in."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from eprescription.accounts import CAME_BY, ONLY, came_by
from eprescription.models import NationalLink
from eprescription.national.flow import Arrival, sealed
from eprescription.national.matching import Found
from eprescription.national.refusing import NotProved
from eprescription.national.registered import PSC, Provider


def begin(request: HttpRequest, provider: Provider, arrival: Arrival, found: Found) -> None:
    """Ends whatever session the browser had and begins one, which opens the activities found and no other.

    The proof is as old as the provider says: somebody who was signed in there since the morning has not just proved
    who he is, and is asked again before he signs (ASVS 6.8.4).
    """
    request.session.flush()
    login(request, found.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[CAME_BY] = {"provider": provider.key, "id_token": sealed(arrival.id_token)}
    request.session[ONLY] = [str(activity.pk) for activity in found.activities]
    request.session["proved_at"] = arrival.proved_at or 0


def confirm(request: HttpRequest, provider: Provider, arrival: Arrival) -> None:
    """Takes a fresh proof of the person of this session; raises NotProved when somebody else gave it."""
    link = NationalLink.objects.filter(issuer=provider.issuer, subject=arrival.subject)
    if came_by(request) != provider.key or not link.filter(user=request.user.pk).exists():
        raise NotProved("proof_of_another")
    if arrival.proved_at is None:
        raise NotProved("proof_undated")
    request.session.cycle_key()
    request.session["proved_at"] = arrival.proved_at


def strongly(request: HttpRequest) -> bool:
    """Whether the sign-in had two factors by itself: a card or its application, at Pro Santé Connect."""
    return came_by(request) == PSC
