"""What the medicines of the catalogue are made of, read once by edition of the drug base."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eprescription.catalogue.interactions.drugs import Classes, Drug, Moiety
from eprescription.catalogue.interactions.words import fold
from eprescription.catalogue.models import Edition, Ingredient, Medicine

FRACTION = "FT"

# Some stocks are also in medicines that are not registered as homeopathic.
_HOMEOPATHIC = "préparations homéopathiques"


@dataclass(frozen=True)
class Composition:
    """The substances of the marketed medicines that are not homeopathic.

    `substances`: code to name, of what acts (the fraction rather than its salt), and `words` to the
    name folded. `classes`: code to the ATC codes of the medicines that hold it alone. `codes`: every
    ATC code of a medicine.
    """

    substances: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    classes: Classes = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    label: str = ""
    stamp: Any = None


_kept = Composition()


def composition() -> Composition:
    """Return the substances of the live edition; one query while it stays the same, two otherwise."""
    global _kept
    edition = Edition.objects.filter(kind=Edition.Kind.MEDICINES, active=True).first()
    stamp = (edition.pk, edition.loaded_at) if edition else None
    if stamp != _kept.stamp:
        _kept = _read(edition) if edition else Composition()
    return _kept


def drugs_of(cis_by_key: Mapping[str, str]) -> list[Drug]:
    """Return the drugs behind these CIS codes, in their order, all of them mine; codes that the
    catalogue does not know are left out. Two queries."""
    wanted = {cis for cis in cis_by_key.values() if cis}
    medicines = Medicine.objects.filter(cis__in=wanted).only("cis", "name", "routes", "atc")
    known = {medicine.cis: medicine for medicine in medicines}
    rows: dict[str, list[_Row]] = defaultdict(list)
    for cis, *row in _rows(Ingredient.objects.filter(medicine__in=known)):
        rows[cis].append(_Row(*row))
    return [
        Drug(key, m.name, moieties(rows[cis]), routes=m.routes, atc=m.atc)
        for key, cis in cis_by_key.items()
        if (m := known.get(cis))
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    name: str
    nature: str
    link: int | None


def _rows(ingredients: Any) -> Any:
    return ingredients.order_by("medicine", "rank").values_list(
        "medicine_id", "substance_id", "substance__name", "nature", "link"
    )


def moieties(rows: Iterable[Any]) -> tuple[Moiety, ...]:
    """Return what acts in a medicine, in its order, once each: the fractions (FT), each with the
    salts (SA) of its link; where a link tells no fraction, the salts themselves."""
    links: dict[Any, list[Any]] = defaultdict(list)
    for rank, row in enumerate(rows):
        links[("alone", rank) if row.link is None else row.link].append(row)
    found: dict[str, Moiety] = {}
    for tied in links.values():
        fractions = [row for row in tied if row.nature == FRACTION]
        salts = tuple(dict.fromkeys(row.code for row in tied if row.nature != FRACTION))
        for row in fractions or tied:
            before = found[row.code].forms if row.code in found else ()
            # One salt that carries two fractions (sacubitril and valsartan) is neither of them.
            forms = (*before, *(salts if len(fractions) == 1 else ()))
            found[row.code] = Moiety(row.code, row.name, tuple(dict.fromkeys(forms)))
    return tuple(found.values())


def _read(edition: Edition) -> Composition:
    """Read the whole base: 32,000 rows, some tenths of a second, once an edition."""
    medicines = Medicine.objects.filter(marketed=True, homeopathic=False)
    atc = dict(medicines.values_list("cis", "atc"))
    rows: dict[str, list[_Row]] = defaultdict(list)
    for cis, *row in _rows(Ingredient.objects.filter(medicine__in=medicines)).iterator():
        rows[cis].append(_Row(*row))
    substances: dict[str, str] = {}
    classes: dict[str, set[str]] = defaultdict(set)
    for cis, told in rows.items():
        acting = moieties(told)
        substances |= {m.code: m.name for m in acting if _HOMEOPATHIC not in m.name.casefold()}
        if len(acting) == 1 and atc[cis]:
            for code in acting[0].codes:
                classes[code].add(atc[cis])
    return Composition(
        substances,
        {code: fold(name) for code, name in substances.items()},
        {code: frozenset(found) for code, found in classes.items()},
        frozenset(filter(None, atc.values())),
        label=str(edition),
        stamp=(edition.pk, edition.loaded_at),
    )
