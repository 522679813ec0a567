"""The public keys of a software: what the registry takes, and what signatures are checked with."""

import json
from typing import Any

from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from eprescription.refusal import Refusal

# What an assertion may be signed with, by the type of its key. Nothing symmetric, no "none".
ALGORITHMS = ["ES256", "PS256", "EdDSA"]
CURVES = {"P-256", "Ed25519"}
SHORTEST_RSA = 2048
MOST_KEYS, LONGEST = 4, 8000
# What is kept of a key: nothing private, whatever was sent.
PUBLIC = ("kty", "kid", "crv", "x", "y", "n", "e")
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k"}


def public_keys(text: str) -> dict[str, Any]:
    """The JWK Set that was typed, with what is public of it. Raises Refusal that says what is wrong."""
    try:
        found = json.loads(text[: LONGEST + 1]) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        found = None
    rows = found.get("keys", [found]) if isinstance(found, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_KEYS:
        raise Refusal("no_keys", _("Collez un jeu de clés publiques au format JWK (JSON)."))
    kept = [_public(row) for row in rows]
    if len({row["kid"] for row in kept}) < len(kept):
        raise Refusal("same_key_name", _("Chaque clé porte un nom (kid) différent."))
    return {"keys": kept}


def key_set(keys: dict[str, Any]) -> KeySet:
    """The keys that the registry keeps, to check a signature with."""
    return KeySet.import_key_set(keys)  # type: ignore[arg-type]


def _public(row: Any) -> dict[str, str]:
    if not isinstance(row, dict) or not all(isinstance(v, str | list) for v in row.values()):
        raise Refusal("bad_key", _("Une de ces clés n'est pas une clé JWK."))
    if PRIVATE & {*row}:
        raise Refusal(
            "private_key",
            _("Cette clé est privée : elle ne doit jamais quitter l'éditeur. Faites-en une autre."),
        )
    if not row.get("kid"):
        raise Refusal("no_key_name", _("Chaque clé porte un nom (kid)."))
    kept = {name: row[name] for name in PUBLIC if isinstance(row.get(name), str)}
    _check(kept)
    return kept


def _check(row: dict[str, str]) -> None:
    try:
        key = KeySet.import_key_set({"keys": [row]}).keys[0]  # type: ignore[arg-type, list-item]
        strong = row.get("crv") in CURVES or (
            row["kty"] == "RSA" and key.raw_value.key_size >= SHORTEST_RSA  # type: ignore[union-attr]
        )
    except (JoseError, ValueError, KeyError, TypeError):
        raise Refusal("bad_key", _("Une de ces clés n'est pas une clé JWK.")) from None
    if not strong:
        raise Refusal(
            "weak_key", _("Clés acceptées : EC P-256, Ed25519, ou RSA de 2048 bits et plus.")
        )
