"""Who came: a professional with his activities (Pro Santé Connect), or a person by five traits (FranceConnect).

Read from a userinfo whose signature was checked; whatever cannot be read is a refusal, never an error. domain.md 6.4.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from eprescription.identity.numbers import rpps_ok
from eprescription.identity.traits import Traits
from eprescription.models import Profession, Role
from eprescription.national.refusing import NotProved

RPPS_KIND = "8"  # the first digit of a national number whose rest is an RPPS
BORN_IN_FRANCE = "99100"
SEXES = {"female": "F", "male": "M"}
MOST = 200  # activities of one person

# What the directory calls a profession → what the portal does for it. Nobody else is served, and is told so.
ROLES: dict[str, Role] = {
    Profession.DOCTOR: Role.PRESCRIBER,
    Profession.DENTIST: Role.PRESCRIBER,
    Profession.MIDWIFE: Role.PRESCRIBER,
    Profession.PHARMACIST: Role.PHARMACIST,
    Profession.PREPARER: Role.PHARMACIST,
}
# A préparateur of a pharmacy is known by his role (317), formerly by a profession (39).
PREPARER_ROLE, PREPARER_FORMERLY = "317", "39"
PLACE_CODES = (
    "numeroFinessSite",
    "identifiantTechniqueDeLaStructure",
    "numeroSiretSite",
)


@dataclass(frozen=True)
class Situation:
    """One activity as the directory knows it: a profession, at a place that goes by any of these numbers."""

    profession: str
    places: frozenset[str]
    named: str

    @property
    def served(self) -> bool:
        return self.profession in ROLES


@dataclass(frozen=True)
class Professional:
    """A professional by his RPPS, with all that he exercises."""

    rpps: str
    situations: tuple[Situation, ...]


def professional(userinfo: dict[str, Any]) -> Professional:
    """The professional whom Pro Santé Connect describes; raises NotProved when he has no valid RPPS."""
    number = userinfo.get("SubjectNameID")
    if not isinstance(number, str) or number[:1] != RPPS_KIND or not rpps_ok(number[1:]):
        raise NotProved("claims_number")
    if userinfo.get("preferred_username", number) != number:
        raise NotProved("claims_two_numbers")
    described = _object(userinfo.get("SubjectRefPro"))
    found = [s for exercise in _objects(described.get("exercices")) for s in _situations(exercise)]
    return Professional(number[1:], tuple(found[:MOST]))


def _situations(exercise: dict[str, Any]) -> list[Situation]:
    profession = _text(exercise.get("codeProfession"))
    return [_situation(profession, place) for place in _objects(exercise.get("activities"))]


def _situation(profession: str, place: dict[str, Any]) -> Situation:
    if _text(place.get("codeRole")) == PREPARER_ROLE or profession == PREPARER_FORMERLY:
        profession = Profession.PREPARER
    codes = frozenset(filter(None, (_text(place.get(name)) for name in PLACE_CODES)))
    return Situation(profession, codes, _text(place.get("raisonSocialeSite"))[:120])


def person(userinfo: dict[str, Any]) -> Traits:
    """The five strict traits that FranceConnect certifies; raises NotProved when one is missing or cannot be true.

    A person born abroad has no place of birth but a country: it stands in its place, as in the RNIV.
    """
    country = _text(userinfo.get("birthcountry")) or BORN_IN_FRANCE
    place = _text(userinfo.get("birthplace")) if country == BORN_IN_FRANCE else country
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _text(userinfo.get("birthdate"))):
        raise NotProved("claims_traits")
    try:
        return Traits(
            birth_name=_text(userinfo.get("family_name")),
            first_names=_text(userinfo.get("given_name")),
            birth_date=date.fromisoformat(userinfo["birthdate"]),
            sex=SEXES[_text(userinfo.get("gender"))],  # type: ignore[arg-type]
            birth_place=place,
        )
    except (ValueError, KeyError):
        raise NotProved("claims_traits") from None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
