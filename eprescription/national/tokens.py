"""Believes an ID token or a signed userinfo only when it is signed by the provider, for us, now, in answer to this question.

OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2; the signature itself is joserfc's work (RFC 7515, 7518). Each guard refuses
with a code of its own, so that the journal says which one stopped a forgery.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from math import isfinite
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey
from joserfc.jws import JWSRegistry

from eprescription.national import wire
from eprescription.national.refusing import NotProved
from eprescription.national.registered import Provider

LEEWAY = 30  # seconds that two clocks may differ
OLDEST = 600  # seconds since an ID token was issued: it is read at once
LONGEST = 64 * 1024  # characters

Claims = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What an ID token must answer. `since`: the identity must have been proved again after this moment (a timestamp)."""

    nonce: str
    since: float | None = None


def read_id_token(
    text: str, *, provider: Provider, question: Question, access_token: str, now: float
) -> Claims:
    """The claims of an ID token; raises NotProved."""
    claims = _signed(text, provider)
    _check_parties(claims, provider)
    _check_moment(claims, now)
    _check_answer(claims, provider, question)
    _check_access_token(claims, access_token)
    return claims


def read_userinfo(answer: wire.Answer, *, provider: Provider, subject: str, now: float) -> Claims:
    """What the provider says of the person; raises NotProved unless it speaks of the subject of the ID token."""
    if answer.media_type == "application/jwt":
        claims = _signed(answer.text.strip(), provider)
        _check_parties(claims, provider)
        _check_lifetime(claims, now)
    elif provider.signed_userinfo:
        raise NotProved("userinfo_unsigned")
    else:
        claims = wire.document(provider, answer)
    if claims.get("sub") != subject:
        raise NotProved("userinfo_subject")
    return claims


def _signed(text: str, provider: Provider) -> Claims:
    """The claims of a token in compact form whose signature holds, under the one algorithm and a published key."""
    if len(text) > LONGEST:
        raise NotProved("token_size")
    pinned = [provider.algorithm]
    registry = JWSRegistry(algorithms=pinned)
    try:
        token = jwt.decode(
            text, lambda it: _key(it.headers(), provider), algorithms=pinned, registry=registry
        )
    except (JoseError, ValueError, TypeError, RecursionError):
        raise NotProved("token_signature") from None
    return token.claims


def _key(headers: dict[str, Any], provider: Provider) -> Any:
    """The provider's key of that name. A key that the token itself brings or points at is never looked at."""
    kid = headers.get("kid")
    found = wire.key_named(provider, kid) if isinstance(kid, str) else None
    if found is None or found.get("use", "sig") != "sig":
        raise NotProved("token_key")
    key = JWKRegistry.import_key(found)
    if not isinstance(key, RSAKey if provider.algorithm[:2] in ("RS", "PS") else ECKey):
        raise NotProved("token_key_kind")
    return key


def _check_parties(claims: Claims, provider: Provider) -> None:
    if claims.get("iss") != provider.issuer:
        raise NotProved("token_issuer")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if provider.client_id not in audiences:
        raise NotProved("token_audience")
    presenter = claims.get("azp")
    if presenter not in (None, provider.client_id) or (presenter is None and len(audiences) > 1):
        raise NotProved("token_presenter")
    if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
        raise NotProved("token_subject")


def _check_moment(claims: Claims, now: float) -> None:
    if _moment(claims, "exp") is None or (issued := _moment(claims, "iat")) is None:
        raise NotProved("token_moment")
    if issued < now - OLDEST:
        raise NotProved("token_old")
    _check_lifetime(claims, now)


def _check_lifetime(claims: Claims, now: float) -> None:
    expires, begins, issued = (_moment(claims, name) for name in ("exp", "nbf", "iat"))
    if expires is not None and expires <= now - LEEWAY:
        raise NotProved("token_expired")
    if begins is not None and begins > now + LEEWAY:
        raise NotProved("token_too_soon")
    if issued is not None and issued > now + LEEWAY:
        raise NotProved("token_of_tomorrow")


def _check_answer(claims: Claims, provider: Provider, question: Question) -> None:
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(
        nonce.encode(), question.nonce.encode()
    ):
        raise NotProved("token_nonce")
    if claims.get("acr") not in provider.acr:
        raise NotProved("token_level")
    if question.since is not None and (proved_at(claims) or 0) < question.since - LEEWAY:
        raise NotProved("token_not_again")


def _check_access_token(claims: Claims, access_token: str) -> None:
    """`at_hash` binds the access token to the ID token: the left half of its SHA-256 (all our algorithms end in 256)."""
    if (told := claims.get("at_hash")) is None:
        return
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    wanted = base64.urlsafe_b64encode(half).rstrip(b"=")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), wanted):
        raise NotProved("token_access")


def proved_at(claims: Claims) -> float | None:
    """When the person last proved who he is at the provider, as far as it says."""
    return _moment(claims, "auth_time")


def _moment(claims: Claims, name: str) -> float | None:
    """A claim that is a moment; raises NotProved when it is something else."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise NotProved("token_moment")
    return float(value)
