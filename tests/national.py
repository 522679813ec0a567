"""Two real OpenID providers on a thread of this process, and somebody who goes there and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from django.test import Client

from eprescription.actor import Actor
from eprescription.demo.identity_provider import IdentityProvider
from eprescription.demo.identity_realm import Person, Realm
from eprescription.demo.national_people import citizen, professional
from eprescription.identity.traits import Traits
from eprescription.models import Activity, Profession
from eprescription.national import wire
from eprescription.national.registered import FRANCECONNECT, LEVELS, PSC, Provider

ALGORITHMS = {PSC: "RS256", FRANCECONNECT: "ES256"}


class Nation:
    """The providers as they run, and the portal's registration with them."""

    def __init__(self) -> None:
        self.server = IdentityProvider()
        self.realms = {key: self._realm(key) for key in ALGORITHMS}
        self.server.start()

    def _realm(self, key: str) -> Realm:
        return self.server.add(
            Realm(
                name=key,
                issuer=f"{self.server.address}/{key}",
                client_id=f"portail-{key}",
                secret=f"secret of {key}",
                portal="http://testserver",
                algorithm=ALGORITHMS[key],
                people={},
            )
        )

    def registered(self, key: str, **other: Any) -> Provider:
        """What the settings would hold."""
        realm = self.realms[key]
        return Provider(
            **{
                "key": key,
                "name": {PSC: "Pro Santé Connect", FRANCECONNECT: "FranceConnect"}[key],
                "issuer": realm.issuer,
                "client_id": realm.client_id,
                "secret": realm.secret,
                "scope": "openid",
                "acr": LEVELS[:1] if key == PSC else LEVELS,
                "algorithm": realm.algorithm,
                **other,
            }
        )

    def forget(self) -> None:
        """As if it had just started; what the portal read is forgotten too."""
        for realm in self.realms.values():
            for kept in (realm.people, realm.codes, realm.accesses, realm.sessions):
                kept.clear()
        self.server.failing = False
        wire.forget()


@contextmanager
def running() -> Iterator[Nation]:
    nation = Nation()
    try:
        yield nation
    finally:
        nation.server.stop()


class Traveller:
    """A browser at the portal and at one provider, by real HTTP at the latter."""

    def __init__(self, nation: Nation, key: str, client: Client | None = None) -> None:
        self.realm, self.key = nation.realms[key], key
        self.client = client or Client()
        self.provider = httpx.Client()

    def leaves(self, path: str = "") -> str:
        """Where the portal sends him."""
        answer = self.client.get(path or f"/connexion/{self.key}/")
        assert answer.status_code == 302, answer.status_code
        return str(answer["Location"])

    def proves(self, url: str, person: str) -> str:
        """Where the provider sends him back to."""
        page = self.provider.get(url)
        answer = page
        if page.status_code == 200:
            answer = self.provider.post(url, data={"person": person})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def arrives(self, url: str) -> Any:
        """What the portal answers to his return."""
        assert url.startswith("http://testserver/")
        return self.client.get(url.removeprefix("http://testserver"))

    def signs_in(self, person: str) -> Any:
        return self.arrives(self.proves(self.leaves(), person))

    @property
    def is_in(self) -> bool:
        return "_auth_user_id" in self.client.session


def asked(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))


def card_of(actor: Actor, **more: Any) -> Person:
    """The card of a professional of the portal, for his place here."""
    activity = Activity.objects.select_related("place").get(pk=actor.activity_id)
    assert activity.place
    preparer = activity.profession == Profession.PREPARER
    return professional(
        activity.identifier,
        activity.first_name,
        activity.surname,
        "" if preparer else activity.profession,
        more.pop("places", [(activity.place.identifier, activity.place.name)]),
        role="317" if preparer else "",
        **more,
    )


def account_of(traits: Traits, **more: str) -> Person:
    """The FranceConnect account of somebody with these traits."""
    gender = {"F": "female", "M": "male"}[traits.sex]
    about = {"birthplace": traits.birth_place, **more}
    born = traits.birth_date.isoformat()
    return citizen(traits.birth_name, traits.first_names, born, gender, **about)
