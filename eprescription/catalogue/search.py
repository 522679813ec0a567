"""Find medicines: by the words that people type, by the code of a box, by generic group.

Ordinary SQL on a table of words, no extension. Measured on the whole public base, see medicines.md
section 5 for the ways that were compared.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from eprescription.catalogue.models import Edition, Medicine, Membership, Pack, Token
from eprescription.catalogue.spelling import Vocabulary
from eprescription.catalogue.words import query_words

SHORTEST_QUERY = 2
MOST_WORDS = 10
# Dosage complementarity (2) is no substitution: the strengths differ.
_INTERCHANGEABLE = (
    Membership.Kind.PRINCEPS,
    Membership.Kind.GENERIC,
    Membership.Kind.SUBSTITUTABLE,
)
# GS1 DataMatrix: optional symbology prefix, AI 01, then 0 + CIP13, then expiry, lot, serial…
_GS1 = re.compile(r"(?:\]d2)?\x1d?\(?01\)?0(34009\d{8})")

_vocabulary = Vocabulary(set(), stamp=(None, None))


@dataclass(frozen=True, slots=True)
class Hit:
    """A medicine as a list shows it, with its usual pack (empty when it has none).

    `group` and `kind` tell its generic group and its role there; `near`: found by forgiving a typo.
    """

    cis: str
    name: str
    inn: str
    strength: str
    form: str
    routes: str
    list: str
    max_days: int | None
    max_days_extended: int | None
    secured: bool
    fraction_days: int | None
    ivg: bool
    marketed: bool
    cip13: str = ""
    cip7: str = ""
    pack: str = ""
    units: int | None = None
    reimbursement: str = ""
    group: str = ""
    kind: int | None = None
    near: bool = False


def search(text: str, *, limit: int = 20) -> list[Hit]:
    """Return the medicines that have all these words, best first; a code finds its box at once.

    Words may be unfinished; a single letter must be a whole word ("vitamine d"). Names and INN that
    start with the first word come first, then what is used most. When nothing has all the words,
    one typing error in each is forgiven. One query, three when a typo is forgiven.
    """
    if code := _code(text):
        return _of_packs(code, limit)
    words = query_words(text)[:MOST_WORDS]
    if sum(map(len, words)) < SHORTEST_QUERY:
        return []
    exact = _with_words([[word] for word in words], limit, near=False)
    if exact:
        return exact
    vocabulary = _current_vocabulary()
    guesses = [vocabulary.near(word) for word in words]
    return _with_words(guesses, limit, near=True) if all(guesses) else []


def medicine(cis: str) -> Medicine:
    """Return a medicine with its edition and packs, or raise Medicine.DoesNotExist."""
    found = Medicine.objects.select_related("edition").prefetch_related("packs")
    return found.get(cis=cis)


def by_cip13(cip13: str) -> Hit | None:
    """Return the medicine in this very box, marketed or not: old boxes stand on shelves."""
    return next(iter(_of_packs(Q(cip13=cip13), 1)), None)


def substitutes(cis: str) -> list[Hit]:
    """Return the marketed medicines that may stand in for this one (CSP L. 5125-23), most used
    first: the other members of its generic groups. Whether the act allows it is for the rules."""
    others = Medicine.objects.filter(
        Exists(_memberships(medicine=OuterRef("pk"), group__in=_groups(cis))), marketed=True
    )
    return _hits(others.exclude(cis=cis).order_by("-usage", "name"), _usual_pack())


def same_group(cis_a: str, cis_b: str) -> bool:
    """Tell whether two medicines may stand in for each other."""
    return _memberships(medicine=cis_a, group__in=_groups(cis_b)).exists()


def _memberships(**conditions: Any) -> QuerySet[Membership]:
    return Membership.objects.filter(kind__in=_INTERCHANGEABLE, **conditions)


def _groups(cis: str) -> QuerySet[Membership, Any]:
    return _memberships(medicine=cis).values("group")


def _code(text: str) -> Q | None:
    """Return the pack that a scanned or typed code means, or None when it is no code."""
    compact = re.sub(r"\s", "", text)
    if gs1 := _GS1.match(compact):
        return Q(cip13=gs1[1])
    if re.fullmatch(r"34009\d{8}", compact):
        return Q(cip13=compact)
    return Q(cip7=compact) if re.fullmatch(r"\d{7}", compact) else None


def _of_packs(code: Q, limit: int) -> list[Hit]:
    pack = Pack.objects.filter(code, medicine=OuterRef("pk"))
    boxed = Medicine.objects.filter(Exists(pack))
    return _hits(boxed[:limit], pack)


def _with_words(words: list[list[str]], limit: int, *, near: bool) -> list[Hit]:
    """Return the medicines that have, for each word, a token that starts with one of its forms."""
    found = Medicine.objects.filter(marketed=True)
    for forms in words:
        found = found.filter(Exists(_tokens(forms)))
    leads = Exists(_tokens(words[0]).filter(leads=True))
    found = found.annotate(leading=leads).order_by("-leading", "-usage", "name")
    return _hits(found[:limit], _usual_pack(), near=near)


def _tokens(forms: list[str]) -> QuerySet[Token]:
    start = Q()
    for form in forms:
        start |= Q(word=form) if len(form) == 1 and form.isalpha() else Q(word__startswith=form)
    return Token.objects.filter(start, medicine=OuterRef("pk"))


def _usual_pack() -> QuerySet[Pack]:
    packs = Pack.objects.filter(medicine=OuterRef("pk"))
    return packs.order_by("-marketed", "-usage", "cip13")


def _hits(medicines: QuerySet[Medicine], packs: QuerySet[Pack], *, near: bool = False) -> list[Hit]:
    """Read everything that a list shows in one query: a row, its pack and its group as JSON."""
    shown = JSONObject(
        cip13="cip13", cip7="cip7", pack="label", units="units", reimbursement="reimbursement"
    )
    groups = Membership.objects.filter(medicine=OuterRef("pk")).order_by("kind", "group")
    rows = medicines.annotate(
        shown_pack=Subquery(packs.values(data=shown)[:1]),
        shown_group=Subquery(
            groups.values(data=JSONObject(group=F("group_id"), kind=F("kind")))[:1]
        ),
    )
    return [_hit(row, near=near) for row in rows]


def _hit(row: Any, *, near: bool) -> Hit:
    facts = {name: getattr(row, name) for name in _FACTS}
    return Hit(**facts, **(row.shown_pack or {}), **(row.shown_group or {}), near=near)


_FACTS = (
    *("cis", "name", "inn", "strength", "form", "routes", "list", "max_days"),
    *("max_days_extended", "secured", "fraction_days", "ivg", "marketed"),
)


def _current_vocabulary() -> Vocabulary:
    """Return the words of the active edition, read again only when the edition has changed.

    One query both ways: it returns no row when the words in memory are those of the edition.
    """
    global _vocabulary
    active = Edition.objects.filter(kind=Edition.Kind.MEDICINES, active=True)
    pk, loaded_at = _vocabulary.stamp
    changed = active.exclude(pk=pk, loaded_at=loaded_at)
    rows = (
        Token.objects.filter(Exists(changed))
        .annotate(pk_=Subquery(active.values("pk")), at=Subquery(active.values("loaded_at")))
        .values_list("word", "pk_", "at")
        .distinct()
    )
    words = list(rows)
    if words:
        _vocabulary = Vocabulary({row[0] for row in words}, stamp=words[0][1:])
    return _vocabulary
