"""Find medicines: by the words that people type, by the code of a box, by generic group.

`search_rows` is for who prescribes (by INN, which is the law), `search` for who has a box in hand.
"""

from eprescription.catalogue.models import Medicine, Membership
from eprescription.catalogue.search import finders
from eprescription.catalogue.search.hits import Hit, Supply, read
from eprescription.catalogue.search.rows import MOST_BRANDS, Row, gather
from eprescription.catalogue.search.typed import Code, understand
from eprescription.catalogue.search.vocabulary import corrected

__all__ = [
    "Hit",
    "Row",
    "Supply",
    "by_cip13",
    "medicine",
    "same_group",
    "search",
    "search_rows",
    "substitutes",
]

_ALL = 1000  # more than any generic group has


def search(text: str, *, limit: int = 20) -> list[Hit]:
    """Return the medicines that have all these words, best first; a code finds its box at once.

    Words may be unfinished; a single letter must be a whole word ("vitamine d"). Names and INN that
    start with one of the words come first, then what is used most. When nothing has all the words,
    one typing error in each is forgiven. Homeopathic medicines show when the words ask for them
    or when there is nothing else. One query, three when a typo is forgiven.
    """
    asked = understand(text)
    if asked is None:
        return []
    if isinstance(asked, Code):
        return _box(asked, limit=limit)
    found = read(finders.list_of_words(asked.counts), asked.params() | {"limit": limit})
    if not found and (understood := corrected(asked)):
        params = understood.params() | {"limit": limit}
        found = read(finders.list_of_words(understood.counts), params, near=True)
    return [one.hit for one in found]


def search_rows(text: str, *, limit: int = 10) -> list[Row]:
    """Return what may be prescribed by INN, best first, each with its brands under it.

    Finds as `search` does. A row is ranked by the use of those of its medicines that have all the
    words, so that a brand brings its own strengths first. One query, three when a typo is forgiven.
    """
    asked = understand(text)
    if asked is None:
        return []
    bounds = {"limit": limit, "brands": MOST_BRANDS}
    if isinstance(asked, Code):
        return gather(read(finders.ROWS_OF_BOX[asked.field], bounds | {"code": asked.value}))
    if found := read(finders.rows_of_words(asked.counts), asked.params() | bounds):
        return gather(found)
    understood = corrected(asked)
    if understood is None:
        return []
    found = read(finders.rows_of_words(understood.counts), understood.params() | bounds, near=True)
    return gather(found, understood)


def medicine(cis: str) -> Medicine:
    """Return a medicine with its edition and packs, or raise Medicine.DoesNotExist."""
    found = Medicine.objects.select_related("edition").prefetch_related("packs")
    return found.get(cis=cis)


def by_cip13(cip13: str) -> Hit | None:
    """Return the medicine in this very box, marketed or not: old boxes stand on shelves."""
    return next(iter(_box(Code("cip13", cip13), limit=1)), None)


def substitutes(cis: str) -> list[Hit]:
    """Return the marketed medicines that may stand in for this one (CSP L. 5125-23), most used
    first: the other members of its generic groups. Whether the act allows it is for the rules."""
    return [one.hit for one in read(finders.SUBSTITUTES, {"cis": cis, "limit": _ALL})]


def same_group(cis_a: str, cis_b: str) -> bool:
    """Tell whether two medicines may stand in for each other."""
    interchangeable = Membership.objects.exclude(kind=Membership.Kind.COMPLEMENTARY)
    theirs = interchangeable.filter(medicine=cis_b).values("group")
    return interchangeable.filter(medicine=cis_a, group__in=theirs).exists()


def _box(code: Code, *, limit: int) -> list[Hit]:
    found = read(finders.LIST_OF_BOX[code.field], {"code": code.value, "limit": limit})
    return [one.hit for one in found]
