"""Forged answers, against real providers with real keys: no sign-in, and the guard that stopped each is the one named."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from eprescription.demo.identity_realm import Realm, Reply
from eprescription.models import Deed, JournalEntry, User
from eprescription.national.registered import FRANCECONNECT, PSC
from tests import factories as f
from tests.national import Nation, Traveller, account_of, asked, card_of

pytestmark = pytest.mark.django_db

KEYS = (PSC, FRANCECONNECT)
Forge = Callable[[Realm, Nation, pytest.MonkeyPatch], None]


@pytest.fixture(params=KEYS)
def traveller(request: pytest.FixtureRequest, nation: Nation, db: Any) -> Traveller:
    """Somebody who may enter by this provider, if nothing is forged."""
    doctor = f.a_prescriber()
    traits = f.traits()
    f.a_patient(doctor, traits)
    traveller = Traveller(nation, request.param)
    person = card_of(doctor) if request.param == PSC else account_of(traits)
    traveller.realm.people["one"] = person
    return traveller


def claims(**other: Any) -> Forge:
    """The ID token says something else; None takes the claim out."""

    def forge(realm: Realm, nation: Nation, patch: pytest.MonkeyPatch) -> None:
        honest = realm.id_claims
        patch.setattr(
            realm,
            "id_claims",
            lambda grant, access: {
                name: value
                for name, value in (honest(grant, access) | other).items()
                if value is not None
            },
        )

    return forge


def later(**seconds: int) -> Forge:
    """Moments of the ID token, in seconds from now."""

    def forge(realm: Realm, nation: Nation, patch: pytest.MonkeyPatch) -> None:
        now = int(time.time())
        claims(**{name: now + by for name, by in seconds.items()})(realm, nation, patch)

    return forge


def signing(make: Callable[[Realm, Nation, dict[str, Any]], str]) -> Forge:
    """The tokens are signed otherwise."""

    def forge(realm: Realm, nation: Nation, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(realm, "sign", lambda about: make(realm, nation, about))

    return forge


def unsigned(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'kid': realm.key.kid, 'typ': 'JWT'})}.{_part(about)}."


def with_public_key_as_secret(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    signed = f"{_part({'alg': 'HS256', 'kid': realm.key.kid})}.{_part(about)}"
    mark = hmac.digest(realm.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def with_client_secret(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    known = OctKey.import_key(realm.secret.ljust(32))
    return jwt.encode({"alg": "HS256", "kid": realm.key.kid}, about, known, algorithms=["HS256"])


def with_own_key(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    """A forger's key under the name of the provider's."""
    own: Any = RSAKey if realm.algorithm == "RS256" else ECKey
    key = own.generate_key(2048 if own is RSAKey else "P-256")
    return jwt.encode(
        {"alg": realm.algorithm, "kid": realm.key.kid}, about, key, algorithms=[realm.algorithm]
    )


def pointing_at_own_key(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    """The token says where the key lies that verifies it."""
    own: Any = RSAKey if realm.algorithm == "RS256" else ECKey
    key = own.generate_key(2048 if own is RSAKey else "P-256", {"kid": "mine"})
    head = {"alg": realm.algorithm, "kid": "mine", "jku": "https://auth.exemple/jwks"}
    return jwt.encode(head, about, key, algorithms=[realm.algorithm])


def with_unnamed_key(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    return jwt.encode({"alg": realm.algorithm}, about, realm.key, algorithms=[realm.algorithm])


def by_the_other_provider(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    other = next(r for r in nation.realms.values() if r is not realm)
    head = {"alg": other.algorithm, "kid": other.key.kid}
    return jwt.encode(head, about, other.key, algorithms=[other.algorithm])


def by_another_algorithm(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    """The right key, an algorithm that nobody agreed on."""
    other = "PS256" if realm.algorithm == "RS256" else "ES256K"
    if realm.algorithm != "RS256":
        return by_the_other_provider(realm, nation, about)
    key = RSAKey.import_key(realm.key.as_dict(private=True) | {"alg": other})
    return jwt.encode({"alg": other, "kid": realm.key.kid}, about, key, algorithms=[other])


def with_changed_body(realm: Realm, nation: Nation, about: dict[str, Any]) -> str:
    head, _body, mark = Realm.sign(realm, about).split(".")
    return f"{head}.{_part(about | {'sub': 'f:somebody:else'})}.{mark}"


def userinfo(**other: Any) -> Forge:
    def forge(realm: Realm, nation: Nation, patch: pytest.MonkeyPatch) -> None:
        honest = realm.user_claims
        patch.setattr(realm, "user_claims", lambda person: honest(person) | other)

    return forge


def userinfo_of(reply: Callable[[Realm, str], Reply]) -> Forge:
    def forge(realm: Realm, nation: Nation, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(realm, "userinfo", lambda access: reply(realm, access))

    return forge


def in_the_clear(realm: Realm, access: str) -> Reply:
    return Reply.of(realm.user_claims(realm.accesses[access]))


FORGED: dict[str, tuple[Forge, str]] = {
    "another issuer": (claims(iss="https://auth.exemple"), "token_issuer"),
    "the issuer with a slash": (claims(iss="http://127.0.0.1/"), "token_issuer"),
    "no issuer": (claims(iss=None), "token_issuer"),
    "another audience": (claims(aud="other"), "token_audience"),
    "no audience": (claims(aud=None), "token_audience"),
    "an audience that only contains ours": (claims(aud=[["portail"]]), "token_audience"),
    "presented by another": (claims(azp="other"), "token_presenter"),
    "expired": (later(exp=-60), "token_expired"),
    "never expiring": (claims(exp=None), "token_moment"),
    "expiring at no number": (claims(exp=float("nan")), "token_moment"),
    "expiring in words": (claims(exp="tomorrow"), "token_moment"),
    "not valid yet": (later(nbf=120), "token_too_soon"),
    "issued tomorrow": (later(iat=24 * 3600), "token_of_tomorrow"),
    "issued long ago": (later(iat=-3600), "token_old"),
    "no nonce": (claims(nonce=None), "token_nonce"),
    "another nonce": (claims(nonce="n" * 43), "token_nonce"),
    "a lesser level": (claims(acr="eidas0"), "token_level"),
    "no level": (claims(acr=None), "token_level"),
    "a level of two": (claims(acr=["eidas1"]), "token_level"),
    "no subject": (claims(sub=None), "token_subject"),
    "an empty subject": (claims(sub=""), "token_subject"),
    "another access token": (claims(at_hash="A" * 22), "token_access"),
    "not signed": (signing(unsigned), "token_signature"),
    "signed with the public key as a secret": (
        signing(with_public_key_as_secret),
        "token_signature",
    ),
    "signed with the client's secret": (signing(with_client_secret), "token_signature"),
    "signed by another under the same name": (signing(with_own_key), "token_signature"),
    "pointing at its own key": (signing(pointing_at_own_key), "token_key"),
    "naming no key": (signing(with_unnamed_key), "token_key"),
    "signed by the other provider": (signing(by_the_other_provider), "token_signature"),
    "signed by an algorithm not agreed on": (signing(by_another_algorithm), "token_signature"),
    "changed after the signature": (signing(with_changed_body), "token_signature"),
    "no token at all": (signing(lambda realm, nation, about: "a.b.c"), "token_signature"),
    "a token without end": (signing(lambda *all: "a" * 100_000), "token_size"),
    "userinfo not signed": (userinfo_of(in_the_clear), "userinfo_unsigned"),
    "userinfo of another person": (userinfo(sub="f:somebody:else"), "userinfo_subject"),
    "userinfo for another client": (userinfo(aud="other"), "token_audience"),
    "userinfo of another issuer": (userinfo(iss="https://auth.exemple"), "token_issuer"),
    "userinfo expired": (userinfo(exp=1_000_000), "token_expired"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_signs_nobody_in(
    traveller: Traveller, nation: Nation, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    forge, guard = FORGED[name]
    forge(traveller.realm, nation, monkeypatch)
    stopped(traveller, traveller.signs_in("one"), guard)


def stopped(traveller: Traveller, answer: Any, guard: str) -> None:
    assert not traveller.is_in
    assert answer.status_code == 403
    refusals = JournalEntry.objects.filter(deed=Deed.REFUSED)
    assert list(refusals.values_list("code", flat=True)) == [guard]
    assert not User.objects.filter(last_login__isnull=False).exists()


def test_without_forgery_the_same_person_is_in(traveller: Traveller) -> None:
    assert traveller.signs_in("one")["Location"] == "/role/"
    assert traveller.is_in


def test_a_higher_level_is_taken_from_franceconnect_and_not_from_pro_sante_connect(
    traveller: Traveller, nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PSC answers exactly what is asked; FranceConnect may answer more."""
    claims(acr="eidas2")(traveller.realm, nation, monkeypatch)
    answer = traveller.signs_in("one")
    if traveller.key == PSC:
        stopped(traveller, answer, "token_level")
    else:
        assert traveller.is_in


def test_a_return_that_is_sent_twice_is_read_once(traveller: Traveller) -> None:
    back = traveller.proves(traveller.leaves(), "one")
    traveller.arrives(back)
    traveller.client.post("/deconnexion/")
    stopped_again(traveller, traveller.arrives(back), "state_unknown")


def test_a_state_is_spent_by_its_first_answer_whatever_that_was(traveller: Traveller) -> None:
    """Given a person who gave up, when the same state comes back with a code, then it is known no more."""
    back = traveller.proves(traveller.leaves(), "one")
    state = asked(back)["state"]
    traveller.arrives(f"{back.split('?')[0]}?error=access_denied&state={state}")
    stopped(traveller, traveller.arrives(back), "state_unknown")


def stopped_again(traveller: Traveller, answer: Any, guard: str) -> None:
    assert answer.status_code == 403 and not traveller.is_in
    assert JournalEntry.objects.filter(deed=Deed.REFUSED, code=guard).exists()


def test_a_code_that_was_used_is_refused_under_a_new_state(
    traveller: Traveller, nation: Nation
) -> None:
    """A stolen code, in the thief's own journey."""
    used = asked(traveller.proves(traveller.leaves(), "one"))["code"]
    traveller.arrives(traveller.proves(traveller.leaves(), "one"))
    thief = Traveller(nation, traveller.key)
    url = thief.leaves()
    answer = thief.arrives(f"{asked(url)['redirect_uri']}?code={used}&state={asked(url)['state']}")
    stopped_again(thief, answer, "code_refused")


def test_a_fresh_code_stolen_on_its_way_is_worth_nothing_without_the_verifier(
    traveller: Traveller, nation: Nation
) -> None:
    stolen = asked(traveller.proves(traveller.leaves(), "one"))["code"]
    thief = Traveller(nation, traveller.key)
    url = thief.leaves()
    answer = thief.arrives(
        f"{asked(url)['redirect_uri']}?code={stolen}&state={asked(url)['state']}"
    )
    stopped(thief, answer, "code_refused")


def test_the_answer_of_another_browser_is_refused(traveller: Traveller, nation: Nation) -> None:
    """Login CSRF: a victim is led to the attacker's answer."""
    back = traveller.proves(traveller.leaves(), "one")
    victim = Traveller(nation, traveller.key)
    victim.leaves()
    stopped(victim, victim.arrives(back), "state_unknown")


def test_an_answer_to_a_question_that_is_too_old_is_refused(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = traveller.proves(traveller.leaves(), "one")
    monkeypatch.setattr("eprescription.national.flow.PATIENCE", -1)
    stopped(traveller, traveller.arrives(back), "state_old")


def test_pkce_stripped_from_the_question_is_refused_by_the_provider(traveller: Traveller) -> None:
    url = traveller.leaves()
    bare = "&".join(part for part in url.split("&") if not part.startswith("code_challenge"))
    assert httpx.get(bare).status_code == 400


def test_the_code_and_state_of_the_other_provider_are_refused(
    traveller: Traveller, nation: Nation
) -> None:
    """Mix-up: the answer of one provider is brought to the return address of the other."""
    back = traveller.proves(traveller.leaves(), "one")
    other = next(key for key in KEYS if key != traveller.key)
    elsewhere = back.replace(f"/{traveller.key}/retour/", f"/{other}/retour/")
    stopped(traveller, traveller.arrives(elsewhere), "state_elsewhere")


def test_an_answer_that_names_another_issuer_is_refused(traveller: Traveller) -> None:
    """RFC 9207."""
    back = traveller.proves(traveller.leaves(), "one")
    stopped(traveller, traveller.arrives(back.replace("iss=", "iss=x")), "answer_issuer")


def test_the_nonce_of_one_journey_does_not_serve_another(
    traveller: Traveller, nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(traveller.leaves())["nonce"]
    claims(nonce=first)(traveller.realm, nation, monkeypatch)
    stopped(traveller, traveller.signs_in("one"), "token_nonce")
