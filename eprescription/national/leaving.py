"""Signing out here and at the provider: the next person at this machine must not find its session open."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from eprescription.accounts import CAME_BY
from eprescription.identity.sign_in import PortalAccounts
from eprescription.national import flow
from eprescription.national.registered import Provider

FAREWELL = "national_farewell"  # in the session of a visitor: where he came from, until he has left there too


class NationalAccounts(PortalAccounts):
    """allauth's adapter: whoever came by a provider is led there after signing out."""

    def logout(self, request: HttpRequest) -> None:
        came = request.session.get(CAME_BY)
        super().logout(request)
        if came:
            request.session[FAREWELL] = came

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        if request.session.get(CAME_BY):
            return reverse("national:leave")
        return str(super().get_logout_redirect_url(request))


def offer(request: HttpRequest, provider: Provider, id_token: str) -> None:
    """Lets somebody who was proved there and refused here leave there, to come back as somebody else."""
    request.session[FAREWELL] = {"provider": provider.key, "id_token": flow.sealed(id_token)}


def farewell(request: HttpRequest) -> tuple[Provider | None, str]:
    """The provider that this browser still has a session with, and where to end it; asked once."""
    came: dict[str, Any] = request.session.pop(FAREWELL, None) or {}
    provider = settings.NATIONAL_PROVIDERS.get(came.get("provider", ""))
    return provider, flow.farewell(provider, came["id_token"]) if provider else ""
