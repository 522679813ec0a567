"""The providers at which this installation is registered, from the environment; none, and their buttons do not appear."""

from dataclasses import dataclass, field
from typing import Final

from eprescription.environment import env, required

PSC: Final = "pro-sante-connect"
FRANCECONNECT: Final = "franceconnect"

# Levels of the European regulation on identification (910/2014), the lowest first.
LEVELS = ("eidas1", "eidas2", "eidas3")


@dataclass(frozen=True)
class Provider:
    """One provider and what it must answer. `key` stands in addresses and sessions, `name` on the button."""

    key: str
    name: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    scope: str
    acr: tuple[str, ...]  # the first is asked for, any of them is taken
    algorithm: str  # the one signature that is read
    signed_userinfo: bool = True

    @property
    def professional(self) -> bool:
        """Whether it proves professionals; the other one proves patients."""
        return self.key == PSC


def _pro_sante_connect() -> Provider:
    """Its level is asked and must come back exactly (domain.md 6.4)."""
    return Provider(
        key=PSC,
        name="Pro Santé Connect",
        issuer=env.str("PSC_ISSUER"),
        client_id=required("PSC_CLIENT_ID", "what the registration with PSC_ISSUER gave"),
        secret=required("PSC_CLIENT_SECRET", "what the registration with PSC_ISSUER gave"),
        scope="openid scope_all",
        acr=(env.str("PSC_ACR", default="eidas1"),),
        algorithm=env.str("PSC_ALGORITHM", default="RS256"),
        signed_userinfo=env.bool("PSC_SIGNED_USERINFO", default=True),
    )


def _franceconnect() -> Provider:
    """Asks a level and takes it or a higher one; of the person only the five traits, never an e-mail address."""
    asked = env.str("FRANCECONNECT_ACR", default="eidas1")
    return Provider(
        key=FRANCECONNECT,
        name="FranceConnect",
        issuer=env.str("FRANCECONNECT_ISSUER"),
        client_id=required("FRANCECONNECT_CLIENT_ID", "what the registration gave"),
        secret=required("FRANCECONNECT_CLIENT_SECRET", "what the registration gave"),
        scope="openid given_name family_name birthdate gender birthplace birthcountry",
        acr=LEVELS[LEVELS.index(asked) :] if asked in LEVELS else (asked,),
        algorithm=env.str("FRANCECONNECT_ALGORITHM", default="ES256"),
    )


def from_environment() -> dict[str, Provider]:
    """The providers whose issuer is set, by key."""
    made = {"PSC_ISSUER": _pro_sante_connect, "FRANCECONNECT_ISSUER": _franceconnect}
    found = [make() for name, make in made.items() if env.str(name, default="")]
    return {provider.key: provider for provider in found}


NATIONAL_PROVIDERS = from_environment()
