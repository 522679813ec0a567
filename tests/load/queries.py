"""What people type to find a medicine, made from the base itself with a fixed seed.

Eight kinds, an equal number of each. A medicine is drawn in proportion to its use (what people look
for) or, harder, each that is used at all alike.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from eprescription.catalogue.models import Medicine
from eprescription.catalogue.search import Row
from eprescription.catalogue.words import index_words

KINDS = (
    *("prefix", "brand", "INN", "brand, strength", "INN, strength"),
    *("brand, typos", "INN, typos", "brand, strength, typos"),
)
SHORTEST_TYPO = 4  # a word of three letters with an error could be anything


@dataclass(frozen=True)
class Query:
    """What is typed, and the answer: this medicine, or its row when what was typed is an INN."""

    kind: str
    text: str
    cis: str
    inn_key: str

    def right(self, rows: list[Row]) -> bool:
        """Tell whether the answer is among the first ten rows."""
        if self.inn_key:
            return any(row.key == self.inn_key for row in rows[:10])
        return any(hit.cis == self.cis for row in rows[:10] for hit in (row.usual, *row.brands))


def generate(count: int, *, seed: int, by_use: bool) -> list[Query]:
    """Return `count` queries, the same for the same seed and the same base."""
    chance = random.Random(seed)
    known = Medicine.objects.filter(marketed=True, homeopathic=False, usage__gt=0)
    medicines = list(known.exclude(inn="").exclude(strength="").order_by("cis"))
    weights = [medicine.usage if by_use else 1 for medicine in medicines]
    queries: list[Query] = []
    for kind in KINDS:
        drawn = chance.choices(medicines, weights, k=4 * count)
        made = (query for one in drawn if (query := _query(kind, one, chance)))
        queries += [query for query, _ in zip(made, range(count // len(KINDS)), strict=False)]
    return queries


def _query(kind: str, medicine: Medicine, chance: random.Random) -> Query | None:
    brand = re.split(r"[\d,]", medicine.name)[0].strip(" (").lower()
    text = medicine.inn.replace(" + ", " ") if kind.startswith("INN") else brand
    if kind == "prefix":
        text = re.findall(r"[^\W\d_]+", text)[0]
        if len(text) < 5:
            return None
        text = text[: chance.randint(4, len(text) - 1)]
    row = kind.startswith("INN") or _names_inn(text, medicine)
    if "strength" in kind:
        text += " " + medicine.strength
    if "typos" in kind:
        text = _with_typos(text, chance)
    return Query(kind, text, medicine.cis, medicine.inn_key if row else "")


def _names_inn(text: str, medicine: Medicine) -> bool:
    """Tell whether these are words of the INN: a generic is often named by it alone."""
    inn = index_words(medicine.inn)
    return all(any(known.startswith(word) for known in inn) for word in index_words(text))


def _with_typos(text: str, chance: random.Random) -> str:
    return "".join(_piece(piece, chance) for piece in re.split(r"([^\W\d_]+)", text))


def _piece(piece: str, chance: random.Random) -> str:
    if len(piece) < SHORTEST_TYPO or not piece.isalpha():
        return piece
    return chance.choice(list(_typos(piece, chance)))


def _typos(word: str, chance: random.Random) -> Iterator[str]:
    """One of each: a letter left out, doubled or foreign, changed, or two swapped, anywhere."""
    rank = chance.randrange(len(word))
    letter = chance.choice(ascii_lowercase.replace(word[rank], ""))
    yield word[:rank] + word[rank + 1 :]
    yield word[:rank] + letter + word[rank:]
    yield word[:rank] + letter + word[rank + 1 :]
    swap = chance.choice([n for n in range(len(word) - 1) if word[n] != word[n + 1]])
    yield word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :]
