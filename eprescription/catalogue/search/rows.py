"""What a prescriber chooses from: an INN with a strength and a form, and its brands under it."""

from dataclasses import dataclass
from itertools import groupby

from eprescription.catalogue.search.hits import Hit, Placed
from eprescription.catalogue.search.typed import Words
from eprescription.catalogue.words import index_words

MOST_BRANDS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One INN, strength and form (`key`, see inn.py), by which the law asks to prescribe.

    `usual` is its member that is used most, from which the law is read. `brands` has what the query
    named first, then what is used most, MOST_BRANDS at most. When typing errors were forgiven,
    `near` is true and `corrected` says what was understood.
    """

    key: str
    inn: str
    strength: str
    form: str
    usual: Hit
    brands: tuple[Hit, ...]
    near: bool = False
    corrected: str = ""


def gather(placed: list[Placed], understood: Words | None = None) -> list[Row]:
    """Return the rows of these hits, in their order; `understood`: the typing errors forgiven."""
    return [_row(list(members), understood) for _, members in groupby(placed, lambda one: one.row)]


def _row(members: list[Placed], understood: Words | None) -> Row:
    usual = next((one.hit for one in members if one.most_used), members[0].hit)
    found = next((one.hit for one in members if one.matched), usual)
    return Row(
        key=usual.inn_key,
        inn=usual.inn,
        strength=usual.strength,
        form=usual.form,
        usual=usual,
        brands=tuple(one.hit for one in members)[:MOST_BRANDS],
        near=understood is not None,
        corrected=understood.found_in(_words(found)) if understood else "",
    )


def _words(hit: Hit) -> list[str]:
    return [
        word for text in (hit.name, hit.inn, hit.strength, hit.form) for word in index_words(text)
    ]
