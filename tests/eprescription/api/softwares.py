"""Invented software with keys of their own, for the tests of the API."""

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from eprescription.models import Software
from eprescription.operators import software as registry

MAKERS: dict[str, Any] = {
    "ES256": lambda kid: ECKey.generate_key("P-256", {"kid": kid}),
    "EdDSA": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid}),
    "PS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid}),
}


def a_key(kid: str = "k1", alg: str = "ES256") -> Any:
    return MAKERS[alg](kid)


def public(*keys: Any) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def values(kind: str = "LAP", *keys: Any, **more: Any) -> dict[str, Any]:
    """What the operator types of a software; its version is its own."""
    today = timezone.localdate()
    return {
        "editor": "Éditeur des Tilleuls",
        "product": "Plume",
        "version": uuid.uuid4().hex[:8],
        "kind": kind,
        "wave": "2",
        "certificate": "SEG-0001",
        "keys": public(*(keys or (a_key(),))),
        "valid_from": today - timedelta(days=30),
        "valid_until": today + timedelta(days=300),
    } | more


@dataclass
class Program:
    """A listed software and what only its editor has."""

    row: Software
    key: Any
    alg: str = "ES256"

    def claims(self, **more: Any) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": str(self.row.pk),
            "sub": str(self.row.pk),
            "aud": "https://localhost/api/token",
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + 60,
        } | more

    def signed(self, *, key: Any = None, alg: str = "", kid: str = "", **more: Any) -> str:
        """An assertion of the software, or what `more` makes of it; a claim that is None is left out."""
        used = key or self.key
        header = {"alg": alg or self.alg, "kid": kid or used.kid}
        told = {name: value for name, value in self.claims(**more).items() if value is not None}
        return jwt.encode(header, told, used, algorithms=["ES256", "PS256", "EdDSA", "HS256"])


def a_program(kind: str = "LAP", *, alg: str = "ES256", **more: Any) -> Program:
    key = a_key(alg=alg)
    row = registry.enlist(values=values(kind, key, **more), by=None, at=timezone.now())
    return Program(row, key, alg)


def a_key_set(*keys: Any) -> KeySet:
    return KeySet(list(keys))
