"""The way to the provider and back: authorization code with PKCE; a state that is used once, in the browser that asked."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from eprescription.identity.crypto import Tampered, seal, unseal
from eprescription.identity.keys import field_keys
from eprescription.national import tokens, wire
from eprescription.national.refusing import GivenUp, NotProved, Unreachable
from eprescription.national.registered import Provider

ASKED = "national_asked"  # in the session: what was asked and not answered yet, by state
MOST = 5  # windows in which a person begins at the same time
PATIENCE = 600  # seconds between leaving and coming back
# The place an ID token is sealed for. It lives as long as a session: a change of keys forgets it, nothing rotates it.
SEALED = "session|national"


@dataclass(frozen=True)
class Asked:
    """One journey to a provider. `again`: a fresh proof by somebody who is signed in, and no sign-in."""

    provider: str
    nonce: str
    verifier: str
    at: float
    next: str
    again: bool


@dataclass(frozen=True)
class Arrival:
    """Who came back, proved. Tokens and claims live as long as the request that reads them."""

    subject: str
    userinfo: dict[str, Any]
    proved_at: float | None
    id_token: str
    asked: Asked


def leave(request: HttpRequest, provider: Provider, *, to: str = "", again: bool = False) -> str:
    """Where to send the browser; remembers in its session what was asked. Raises Unreachable."""
    endpoint = wire.published(provider).endpoints["authorization_endpoint"]
    state = secrets.token_urlsafe(32)
    asked = Asked(
        provider=provider.key,
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64),
        at=time.time(),
        next=to,
        again=again,
    )
    waiting = dict(list(request.session.get(ASKED, {}).items())[-(MOST - 1) :])
    request.session[ASKED] = waiting | {state: vars(asked)}
    return _with(endpoint, _question(provider, asked, state))


def _question(provider: Provider, asked: Asked, state: str) -> dict[str, str]:
    challenge = hashlib.sha256(asked.verifier.encode()).digest()
    question = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_address(provider),
        "scope": provider.scope,
        "acr_values": provider.acr[0],
        "state": state,
        "nonce": asked.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return question | ({"prompt": "login", "max_age": "0"} if asked.again else {})


def arrive(request: HttpRequest, provider: Provider) -> Arrival:
    """Who came back. Raises NotProved, Unreachable, or GivenUp when the person closed the provider's page."""
    asked = _what_was_asked(request, provider)
    if request.GET.get("error") == "access_denied":
        raise GivenUp
    if request.GET.get("error"):
        raise NotProved("provider_error")
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise NotProved("answer_issuer")
    answer = _exchange(provider, request.GET.get("code", ""), asked.verifier)
    return _who(provider, asked, answer["id_token"], answer["access_token"], now=time.time())


def _who(
    provider: Provider, asked: Asked, id_token: str, access_token: str, *, now: float
) -> Arrival:
    read = tokens.read_id_token(
        id_token,
        provider=provider,
        question=tokens.Question(asked.nonce, since=asked.at if asked.again else None),
        access_token=access_token,
        now=now,
    )
    told = _userinfo(provider, access_token)
    userinfo = tokens.read_userinfo(told, provider=provider, subject=read["sub"], now=now)
    proved_at = tokens.proved_at(read)
    return Arrival(
        subject=read["sub"],
        userinfo=userinfo,
        proved_at=None if proved_at is None else min(proved_at, now),
        id_token=id_token,
        asked=asked,
    )


def _userinfo(provider: Provider, access_token: str) -> wire.Answer:
    url = wire.published(provider).endpoints["userinfo_endpoint"]
    bearer = {"Authorization": f"Bearer {access_token}"}
    answer = wire.call(provider, "GET", url, headers=bearer)
    if answer.status != 200:
        raise Unreachable(provider, f"http_{answer.status}")
    return answer


def _what_was_asked(request: HttpRequest, provider: Provider) -> Asked:
    """What this browser asked under the state that came back; it is forgotten before anything else is done."""
    waiting = request.session.get(ASKED, {})
    found = waiting.pop(request.GET.get("state", ""), None)
    if found is None:
        raise NotProved("state_unknown")
    request.session[ASKED] = waiting
    request.session.save()  # now: the same answer, sent twice at once, is read once
    asked = Asked(**found)
    if asked.provider != provider.key:
        raise NotProved("state_elsewhere")
    if time.time() - asked.at > PATIENCE:
        raise NotProved("state_old")
    return asked


def _exchange(provider: Provider, code: str, verifier: str) -> dict[str, str]:
    """The tokens for a code; the secret of the client goes in the body, as both providers document it."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": return_address(provider),
        "client_id": provider.client_id,
        "client_secret": provider.secret,
        "code_verifier": verifier,
    }
    url = wire.published(provider).endpoints["token_endpoint"]
    answer = wire.call(provider, "POST", url, data=form, headers={"Accept": "application/json"})
    if 400 <= answer.status < 500:
        raise NotProved("code_refused")
    told = wire.document(provider, answer)
    if not all(isinstance(told.get(name), str) for name in ("id_token", "access_token")):
        raise NotProved("tokens_missing")
    return told


def return_address(provider: Provider) -> str:
    """Where the provider sends the browser back: one address for each, so that no answer goes to the wrong one."""
    return settings.BASE_URL + reverse(f"national:{provider.key}-return")


def sealed(id_token: str) -> str:
    """An ID token as the session keeps it, to sign out at the provider later: nobody reads it in the database."""
    return base64.b64encode(seal(id_token.encode(), aad=SEALED, keys=_keys())).decode()


def farewell(provider: Provider, kept: str) -> str:
    """Where to sign out at the provider; empty when it has no such place, or is down."""
    try:
        endpoint = wire.published(provider).endpoints.get("end_session_endpoint", "")
        id_token = unseal(base64.b64decode(kept), aad=SEALED, keys=_keys()).decode()
    except (Unreachable, Tampered, ValueError):
        return ""
    back = settings.BASE_URL + reverse("national:left")
    question = {"id_token_hint": id_token, "post_logout_redirect_uri": back}
    question["state"] = secrets.token_urlsafe(32)
    return _with(endpoint, question) if endpoint else ""


def _keys() -> Any:
    return field_keys("session.national.id_token")


def _with(endpoint: str, question: dict[str, str]) -> str:
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(question)}"
