"""One provider of the demonstration: what it asks of a client, the tokens that it signs, who is signed in there."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

ACR = "eidas1"
LIVES = 60  # seconds of a code and of an ID token
SHORTEST_NONCE = 22  # characters, as FranceConnect wants


class Denied(Exception):
    """A request that a provider refuses: an error code of OAuth 2.0."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True)
class Reply:
    """What goes back to a browser or to the portal."""

    status: int
    media_type: str
    body: str
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, answer: dict[str, Any], status: int = 200) -> Self:
        return cls(status, "application/json", json.dumps(answer))

    @classmethod
    def to(cls, address: str, **query: str) -> Self:
        return cls(302, "text/plain", "", (("Location", f"{address}?{urlencode(query)}"),))


@dataclass(frozen=True)
class Person:
    """Somebody invented: how the list of the demonstration calls him, and what the provider says of him."""

    called: str
    sub: str
    claims: dict[str, Any]


@dataclass
class Grant:
    """What a code stands for, until it is spent."""

    question: dict[str, str]
    person: Person
    proved_at: int
    born: float = field(default_factory=time.time)


@dataclass
class Realm:
    """A provider with its one client. Methods are small, so that a test can let one of them lie."""

    name: str
    issuer: str
    client_id: str
    secret: str
    portal: str  # where the client lives: the only place that people are sent back to
    algorithm: str
    people: dict[str, Person]
    codes: dict[str, Grant] = field(default_factory=dict)
    accesses: dict[str, Person] = field(default_factory=dict)
    sessions: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        about: Any = {"kid": secrets.token_hex(8), "use": "sig", "alg": self.algorithm}
        self.key: Any = (
            RSAKey.generate_key(2048, about)
            if self.algorithm.startswith("RS")
            else ECKey.generate_key("P-256", about)
        )
        self.cookie = f"idp_{hashlib.sha256(self.issuer.encode()).hexdigest()[:8]}"

    def description(self) -> dict[str, Any]:
        """The published configuration (OpenID Connect Discovery 1.0)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "jwks_uri": f"{self.issuer}/jwks",
        }

    def published_keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    # --- The browser

    def check_question(self, query: dict[str, str]) -> None:
        """Refuses a question that the real ones refuse."""
        wanted = (
            query.get("response_type") == "code"
            and query.get("client_id") == self.client_id
            and query.get("redirect_uri", "").startswith(f"{self.portal}/")
            and "openid" in query.get("scope", "").split()
            and query.get("acr_values") == ACR
            and query.get("code_challenge_method") == "S256"
            and bool(query.get("code_challenge"))
        )
        long = all(len(query.get(name, "")) >= SHORTEST_NONCE for name in ("state", "nonce"))
        if not (wanted and long):
            raise Denied("invalid_request")

    def sign_in(self, query: dict[str, str], key: str) -> Reply:
        """Somebody proved who he is: the provider will know him for a while."""
        session, proved_at = secrets.token_urlsafe(16), int(time.time())
        self.sessions[session] = (key, proved_at)
        back = self.send_back(query, key, proved_at)
        cookie = f"{self.cookie}={session}; Path=/; HttpOnly; SameSite=Lax"
        return Reply(back.status, back.media_type, "", (*back.headers, ("Set-Cookie", cookie)))

    def send_back(self, query: dict[str, str], key: str, proved_at: int) -> Reply:
        code = secrets.token_urlsafe(24)
        self.codes[code] = Grant(query, self.people[key], proved_at)
        return Reply.to(query["redirect_uri"], code=code, state=query["state"], iss=self.issuer)

    def give_up(self, query: dict[str, str]) -> Reply:
        return Reply.to(query["redirect_uri"], error="access_denied", state=query["state"])

    def sent_off(self, query: dict[str, str]) -> Reply:
        """Back to the portal after signing out; only for who shows one of our own ID tokens."""
        hint = jwt.decode(query.get("id_token_hint", ""), self.key, algorithms=[self.algorithm])
        back = query.get("post_logout_redirect_uri", "")
        if hint.claims.get("aud") != self.client_id or not back.startswith(f"{self.portal}/"):
            raise Denied("invalid_request")
        return Reply.to(back, state=query.get("state", ""))

    # --- The portal

    def tokens(self, form: dict[str, str]) -> dict[str, Any]:
        """Tokens for a code: once, for the client, the address and the verifier that belong to it."""
        grant = self.codes.pop(form.get("code", ""), None)
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.secret):
            raise Denied("invalid_client", 401)
        if grant is None or time.time() - grant.born > LIVES:
            raise Denied("invalid_grant")
        if form.get("redirect_uri") != grant.question["redirect_uri"]:
            raise Denied("invalid_grant")
        if challenge_of(form.get("code_verifier", "")) != grant.question["code_challenge"]:
            raise Denied("invalid_grant")
        access_token = secrets.token_urlsafe(24)
        self.accesses[access_token] = grant.person
        id_token = self.sign(self.id_claims(grant, access_token))
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": LIVES,
            "id_token": id_token,
        }

    def id_claims(self, grant: Grant, access_token: str) -> dict[str, Any]:
        """What the ID token says."""
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": self.client_id,
            "azp": self.client_id,
            "sub": grant.person.sub,
            "iat": now,
            "exp": now + LIVES,
            "auth_time": grant.proved_at,
            "nonce": grant.question["nonce"],
            "acr": ACR,
            "at_hash": half_hash(access_token),
        }

    def userinfo(self, access_token: str) -> Reply:
        """What is said of the person, signed."""
        person = self.accesses.get(access_token)
        if person is None:
            raise Denied("invalid_token", 401)
        return Reply(200, "application/jwt", self.sign(self.user_claims(person)))

    def user_claims(self, person: Person) -> dict[str, Any]:
        return {"iss": self.issuer, "aud": self.client_id, "sub": person.sub, **person.claims}

    def sign(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636)."""
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def half_hash(access_token: str) -> str:
    """`at_hash`: the left half of the hash of the access token."""
    return _encoded(hashlib.sha256(access_token.encode()).digest()[:16])


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
