"""Signed assertions: the software says who it is, and for which professional it acts (RFC 7523).

Both are JWT signed with a key that the registry lists, short-lived, and used once.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from eprescription.api.keys import ALGORITHMS, key_set
from eprescription.api.problems import Problem
from eprescription.models import Software, SpentAssertion

LONGEST = 4000  # characters
LONGEST_LIFE = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
Claims = Mapping[str, Any]
CLIENT, PROFESSIONAL = "client_assertion", "assertion"  # their parameters, and their OAuth errors
ERRORS = {CLIENT: "invalid_client", PROFESSIONAL: "invalid_grant"}
REFUSED = "Its editor asks the operator of the portal. Nothing is done in its name meanwhile."


def audience() -> str:
    """For whom assertions are signed: the address of the token endpoint."""
    return f"{settings.BASE_URL}/api/token"


def software_of(text: str, *, at: datetime) -> tuple[Software, Claims]:
    """The listed software that signed its client assertion, with its claims. Raises Problem.

    Whether it is suspended or expired is told to nobody but itself: the signature is checked first.
    """
    software = _named(text)
    claims = _checked(text, software, CLIENT, at)
    if claims["sub"] != str(software.pk):
        raise _bad(CLIENT, "sub is not the client identifier.")
    if software.suspended_at:
        raise Problem(403, "suspended_software", REFUSED, error="unauthorized_client")
    if not software.in_force(timezone.localdate(at)):
        raise Problem(403, "expired_software", REFUSED, error="unauthorized_client")
    return software, claims


def professional_of(text: str, software: Software, *, at: datetime) -> Claims:
    """The claims about the acting professional: sub (RPPS), place, auth_time. Raises Problem."""
    claims = _checked(text, software, PROFESSIONAL, at)
    if not isinstance(claims.get("place"), str) or type(claims.get("auth_time")) is not int:
        raise _bad(PROFESSIONAL, "place (text) and auth_time (number) are missing.")
    return claims


def spend(claims: Claims, software: Software, name: str) -> None:
    """An assertion serves once, in the transaction of what it serves for. Raises Problem the second time."""
    digest = hashlib.sha256(f"{software.pk} {claims['jti']}".encode()).digest()
    until = datetime.fromtimestamp(claims["exp"], UTC) + 2 * SKEW
    try:
        with transaction.atomic():
            SpentAssertion(digest=digest, until=until).save(force_insert=True)
    except IntegrityError:
        text = f"{name} was used before: sign a new one, with another jti."
        raise Problem(400, "spent_assertion", text, error=ERRORS[name]) from None


def forget_spent(*, at: datetime) -> None:
    """Nobody would take them any more."""
    SpentAssertion.objects.filter(until__lt=at).delete()


def _named(text: str) -> Software:
    """The software that an assertion names, before anything of it is believed."""
    try:
        payload = json.loads(jws.extract_compact(text[:LONGEST].encode()).payload)
        pk = UUID(payload["iss"])
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _unknown() from None
    found = Software.objects.filter(pk=pk).first()
    if found is None:
        raise _unknown()
    return found


def _unknown() -> Problem:
    """One answer to what is not listed and to what is wrongly signed: nobody finds out what is listed."""
    text = "client_assertion is not signed by a listed software with one of its listed keys."
    return Problem(401, "unknown_software", text, error="invalid_client")


def _checked(text: str, software: Software, name: str, at: datetime) -> Claims:
    """The claims of a JWT that this software signed for us, and that is of now."""
    try:
        token = jwt.decode(text, _key_named(text, software), algorithms=ALGORITHMS)
        claims = token.claims
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        if name == CLIENT:
            raise _unknown() from None
        raise _bad(name, "the signature is not that of the software.") from None
    if not isinstance(claims, dict):
        raise _bad(name, "the claims are no object.")
    _check_whom(claims, software, name)
    _check_when(claims, name, at)
    return claims


def _key_named(text: str, software: Software) -> Key:
    """The one key that the header names: no other is tried."""
    kid = jws.extract_compact(text[:LONGEST].encode()).headers()["kid"]
    return key_set(software.keys).get_by_kid(kid)


def _check_whom(claims: Claims, software: Software, name: str) -> None:
    if claims.get("iss") != str(software.pk):
        raise _bad(name, "iss is not the client identifier.")
    if not isinstance(claims.get("sub"), str):
        raise _bad(name, "sub is missing.")
    wanted = claims.get("aud")
    if audience() not in (wanted if isinstance(wanted, list) else [wanted]):
        raise _bad(name, f"aud is not {audience()}.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 8 <= len(jti) <= 128:
        raise _bad(name, "jti is a text of 8 to 128 characters.")


def _check_when(claims: Claims, name: str, at: datetime) -> None:
    """Signed just now, for some minutes at most."""
    begins, ends = claims.get("iat"), claims.get("exp")
    if type(begins) is not int or type(ends) is not int:
        raise _bad(name, "iat and exp are numbers of seconds.")
    now, skew = at.timestamp(), SKEW.total_seconds()
    if ends - begins > LONGEST_LIFE.total_seconds():
        raise _bad(name, "it lives for more than five minutes.")
    if begins > now + skew or ends < now - skew:
        raise _bad(name, "it is not of now: check the clock of the machine.")


def _bad(name: str, why: str) -> Problem:
    status = 401 if name == CLIENT else 400
    return Problem(status, "bad_assertion", f"{name}: {why}", error=ERRORS[name])
