"""The traits that say who a person is (Référentiel national d'identitovigilance).

Five strict traits (birth name, birth first names, birth date, sex, birth place), the name in use,
and the national health identity (INS) with the trust that was put in it.
"""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eprescription.identity.numbers import INS_OIDS, ins_ok, normalise_ins

Sex = Literal["F", "M", "I"]

ADULT_AGE = 18
UNKNOWN_PLACE = "99999"
SCHEMA = 1

_SEXES = ("F", "M", "I")
_PLACE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_LIGATURES = str.maketrans({"Æ": "AE", "Œ": "OE", "ß": "SS", "Ø": "O", "Ł": "L", "Đ": "D"})
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "`": "'", "\u00b4": "'"})


class IdentityStatus(StrEnum):
    """How far an identity can be trusted (RNIV, EXI SI 07)."""

    PROV = "PROV"
    VALI = "VALI"
    RECUP = "RECUP"
    QUAL = "QUAL"

    @property
    def fetched(self) -> bool:
        """Whether the traits came from the national teleservice, so that an INS goes with them."""
        return self in (IdentityStatus.RECUP, IdentityStatus.QUAL)


STATUS_LABELS: dict[IdentityStatus, Promise] = {
    IdentityStatus.PROV: _("identité provisoire"),
    IdentityStatus.VALI: _("identité validée"),
    IdentityStatus.RECUP: _("identité récupérée"),
    IdentityStatus.QUAL: _("identité qualifiée"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """One state of a person's civil identity, always in the form of the RNIV.

    Names are cleaned when the object is made, so that two ways of typing give equal traits.
    `first_names` is the whole list, separated by spaces; a compound first name keeps its hyphen.
    Raises ValueError when a trait cannot be true, or when an INS and the status contradict.
    """

    birth_name: str
    first_names: str
    birth_date: date
    sex: Sex
    birth_place: str = UNKNOWN_PLACE
    used_name: str = ""
    ins: str = ""
    ins_oid: str = ""
    status: IdentityStatus = IdentityStatus.PROV

    def __post_init__(self) -> None:
        for name in ("birth_name", "first_names", "used_name"):
            object.__setattr__(self, name, clean_name(getattr(self, name)))
        object.__setattr__(self, "ins", normalise_ins(self.ins))
        object.__setattr__(self, "status", IdentityStatus(self.status))
        _check(self)

    @property
    def first_name(self) -> str:
        """The first of the birth first names, the one that people are called by at the desk."""
        return self.first_names.split(" ", 1)[0]

    def age_on(self, day: date) -> int:
        """Return the number of whole years lived on `day`."""
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday

    def adult_on(self, day: date) -> bool:
        """Tell whether the person is of age on `day`, from the 18th birthday on (C. civ. 414).

        Someone born on 29 February is of age on 1 March of a common year: a term of years without
        the same day ends with the last day of the month (C. proc. civ. 641), the next one is free.
        """
        return self.age_on(day) >= ADULT_AGE


def _check(traits: Traits) -> None:
    if not traits.birth_name or not traits.first_names:
        raise ValueError("An identity needs a birth name and at least one first name.")
    if traits.sex not in _SEXES:
        raise ValueError("Sex is F, M or I (undetermined).")
    if not _PLACE.fullmatch(traits.birth_place):
        raise ValueError("A birth place is a code officiel géographique of 5 characters.")
    if bool(traits.ins) != traits.status.fetched:
        raise ValueError("An INS goes with a fetched or qualified identity, and only with these.")
    if traits.ins and not (ins_ok(traits.ins) and traits.ins_oid in INS_OIDS):
        raise ValueError("The INS or the authority that gave it (OID) is not valid.")
    if traits.ins_oid and not traits.ins:
        raise ValueError("An assigning authority without INS says nothing.")


def clean_name(text: str) -> str:
    """Return a name in capitals, without accents, hyphens and apostrophes kept (RNIV)."""
    upper = text.translate(_APOSTROPHES).upper().translate(_LIGATURES)
    bare = "".join(c for c in unicodedata.normalize("NFD", upper) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^A-Z'\- ]", " ", bare).split())


def display_name(traits: Traits) -> str:
    """Return the name as people read it: Jeanne MARTIN (née DURAND)."""
    name = f"{traits.first_name.title()} {traits.used_name or traits.birth_name}"
    if traits.used_name in ("", traits.birth_name):
        return name
    born = {"F": _("née"), "M": _("né")}.get(traits.sex, _("nom de naissance"))
    return f"{name} ({born} {traits.birth_name})"


def matches(a: Traits, b: Traits) -> bool:
    """Tell whether two records can be of one person: the strict traits agree where both know them.

    One list of first names may go on where the other stops; an unknown birth place agrees with all;
    two INS decide only against: the same INS with other traits is a case for a human.
    """
    names = list(zip(a.first_names.split(), b.first_names.split(), strict=False))
    places = {a.birth_place, b.birth_place} - {UNKNOWN_PLACE}
    return (
        (a.birth_name, a.birth_date, a.sex) == (b.birth_name, b.birth_date, b.sex)
        and all(one == other for one, other in names)
        and len(places) < 2
        and not (a.ins and b.ins and a.ins != b.ins)
    )


def to_json(traits: Traits) -> bytes:
    """Write traits with the number of their schema, so that old sealed rows stay readable."""
    content = asdict(traits) | {"birth_date": traits.birth_date.isoformat(), "schema": SCHEMA}
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def from_json(content: bytes) -> Traits:
    """Read what `to_json` wrote; ValueError for a schema that this code does not know."""
    fields = json.loads(content)
    if fields.pop("schema", None) != SCHEMA:
        raise ValueError("These traits were written with another schema.")
    return Traits(**fields | {"birth_date": date.fromisoformat(fields["birth_date"])})
