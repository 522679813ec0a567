"""Speaks HTTP with a provider: bounded in time and size, never redirected, its published description kept for a while."""

import json
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from eprescription.national.refusing import Unreachable
from eprescription.national.registered import Provider

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
LONGEST = 8.0  # seconds for a whole answer, however it trickles
LARGEST = 256 * 1024  # bytes
KEPT = 3600.0  # seconds that a description and its keys are believed
NO_SOONER = 30.0  # seconds between two looks for a key that was not there
DISCOVERY = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Answer:
    """What came back, with its media type in lower case and without parameters."""

    status: int
    media_type: str
    text: str


@dataclass(frozen=True)
class Published:
    """The provider's description of itself and its public keys, with the moment they were read."""

    endpoints: dict[str, str]
    keys: list[dict[str, Any]]
    read_at: float


_kept: dict[str, Published] = {}
_lock = Lock()


def published(provider: Provider) -> Published:
    """What the provider publishes, read again after an hour; raises Unreachable."""
    known = _kept.get(provider.issuer)
    if known is None or time.monotonic() - known.read_at > KEPT:
        known = _read(provider)
    return known


def key_named(provider: Provider, kid: str) -> dict[str, Any] | None:
    """The public key of this name; a name never seen is looked for once more, keys change."""
    known = published(provider)
    found = _named(known, kid)
    if found is None and time.monotonic() - known.read_at > NO_SOONER:
        found = _named(_read(provider), kid)
    return found


def forget() -> None:
    """Reads everything anew at the next need."""
    _kept.clear()


def call(provider: Provider, method: str, url: str, **more: Any) -> Answer:
    """One request to the provider; raises Unreachable for whatever the network or its server does."""
    began = time.monotonic()
    try:
        with httpx.stream(method, url, timeout=TIMEOUT, **more) as response:
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST or time.monotonic() - began > LONGEST:
                    raise Unreachable(provider, "endless")
            media = response.headers.get("content-type", "").split(";")[0].strip().lower()
            return Answer(response.status_code, media, body.decode("utf-8", "replace"))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(provider, type(error).__name__) from None


def document(provider: Provider, answer: Answer) -> dict[str, Any]:
    """The JSON object of a good answer; raises Unreachable for anything else."""
    try:
        read = json.loads(answer.text) if answer.status == 200 else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise Unreachable(provider, f"http_{answer.status}")
    return read


def _read(provider: Provider) -> Published:
    told = document(provider, call(provider, "GET", provider.issuer.rstrip("/") + DISCOVERY))
    if told.get("issuer") != provider.issuer:
        raise Unreachable(provider, "other_issuer")
    endpoints = {name: url for name, url in told.items() if isinstance(url, str) and _safe(url)}
    if not all(name in endpoints for name in NEEDED):
        raise Unreachable(provider, "endpoints")
    keys = document(provider, call(provider, "GET", endpoints["jwks_uri"])).get("keys")
    if not isinstance(keys, list):
        raise Unreachable(provider, "keys")
    found = Published(endpoints, [k for k in keys if isinstance(k, dict)], time.monotonic())
    with _lock:
        _kept[provider.issuer] = found
    return found


def _named(known: Published, kid: str) -> dict[str, Any] | None:
    return next((key for key in known.keys if key.get("kid") == kid), None)


def _safe(url: str) -> bool:
    """Plain HTTP only where the portal itself speaks it: demo and tests, on one machine."""
    schemes = ("https", "http") if settings.PLAIN_HTTP else ("https",)
    return urlsplit(url).scheme in schemes
