"""Read single values of the drug base: what cannot be read is None, what identifies must be right."""

import re
from datetime import date, datetime
from functools import lru_cache

_OLDEST = date(1900, 1, 1)
_PRICE = re.compile(r"([0-9]+(?:,[0-9]{3})*)(?:,([0-9]{1,2}))?")
# The nouns of the forms, and whether they are feminine.
_NOUNS = {
    **dict.fromkeys(
        ["comprimé", "vernis", "emplâtre", "pansement", "granulé", "granule", "gel"], False
    ),
    **dict.fromkeys(
        ["suppositoire", "tampon", "microgranule", "collyre", "ovule", "film", "sirop"], False
    ),
    **dict.fromkeys(
        ["gélule", "gomme", "compresse", "poudre", "solution", "suspension", "plante"], True
    ),
    **dict.fromkeys(
        ["capsule", "pastille", "crème", "pommade", "émulsion", "pâte", "pulvérisation"], True
    ),
}
_ENDINGS = (("x(se)", "se"), ("f(ve)", "ve"), ("(e)", "e"))
_DAY_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%Y%m%d")


def cis(text: str) -> str:
    """Return a code of a medicine: 8 digits."""
    if not re.fullmatch(r"[0-9]{8}", text):
        raise ValueError("not a CIS code")
    return text


def cip13(text: str) -> str:
    """Return a code of a box: a French EAN-13 with a right check digit."""
    if not re.fullmatch(r"34009[0-9]{8}", text):
        raise ValueError("not a CIP13 code")
    if sum(int(digit) * (3 if rank % 2 else 1) for rank, digit in enumerate(text)) % 10:
        raise ValueError("CIP13 code with a wrong check digit")
    return text


def cip7_of(code: str, text: str) -> str:
    """Return the short code of a box, which its CIP13 contains."""
    if code[5:12] != text:
        raise ValueError("CIP7 and CIP13 codes of two boxes")
    return text


def substance(text: str) -> str:
    """Return a code of a substance: 5 digits, whose leading zeros count."""
    if not re.fullmatch(r"[0-9]{5}", text):
        raise ValueError("not a substance code")
    return text


def one_of(text: str, known: frozenset[str], what: str) -> str:
    """Return a code among those of the specification."""
    if text not in known:
        raise ValueError(f"unknown {what}")
    return text


def short(text: str, limit: int, what: str) -> str:
    """Return a text that the database can hold."""
    if len(text) > limit:
        raise ValueError(f"{what} of more than {limit} characters")
    return text


def said(text: str, what: str) -> str:
    """Return a text that must not be empty."""
    if not text:
        raise ValueError(f"no {what}")
    return text


@lru_cache(maxsize=4096)
def day(text: str) -> date | None:
    """Return a date of the past century or of this one, or None: 29/11/2924 is no date."""
    for written in _DAY_FORMATS:
        try:
            read = datetime.strptime(text, written).date()
        except ValueError:
            continue
        return read if read >= _OLDEST and read.year < 2100 else None
    return None


def cents(text: str) -> int | None:
    """Return a price in cents: the last comma is the decimal mark, "1,466,29" is 146629."""
    found = _PRICE.fullmatch(text.replace(" ", ""))
    if not found:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))


def rate(text: str) -> str:
    """Return the reimbursement rate: "65 %" and "65%" are one."""
    return text.replace(" ", "").replace("\xa0", "")[:10]


def yes_no(text: str) -> bool | None:
    """Return what oui or non says; anything else says nothing."""
    return {"oui": True, "non": False}.get(text.casefold())


def repaired(text: str) -> str:
    """Return a label as it was written: "¿" stands for an apostrophe, runs of spaces for one."""
    return " ".join(text.replace("¿", "'").split())


def number(text: str) -> int | None:
    """Return a small number, or None."""
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def atc(text: str) -> str:
    """Return an ATC code of five or seven characters (levels 4 and 5)."""
    if not re.fullmatch(r"[A-Z][0-9]{2}[A-Z]{2}([0-9]{2})?", text):
        raise ValueError("not an ATC code")
    return text


def form(text: str) -> str:
    """Return a pharmaceutical form whose adjectives agree: the base writes "gélule
    gastro-résistant(e)", a prescription gélule gastro-résistante."""
    words = repaired(text).split(" ")
    feminine = False
    for rank, word in enumerate(words):
        noun = word.removesuffix("(s)").removesuffix("s").casefold()
        if noun in _NOUNS:
            feminine = _NOUNS[noun]
        for masculine, end in _ENDINGS:
            if word.endswith(masculine):
                stem = word.removesuffix(masculine)
                words[rank] = stem + (end if feminine else masculine.split("(")[0])
    return " ".join(words)
