"""Numbers and durations in the words of the paper, which is French whatever the screen speaks."""

from decimal import Decimal

UNITS = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
TENS = {
    20: "vingt",
    30: "trente",
    40: "quarante",
    50: "cinquante",
    60: "soixante",
    80: "quatre-vingt",
}


LARGEST = 999_999_999


def number_words(number: int) -> str:
    """A whole number up to 999 999 999 in French words (CSP R. 5132-29 asks them for narcotics).

    ValueError beyond, and for what is less than nought.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError("no words for this number")
    millions, rest = divmod(number, 1_000_000)
    thousands, units = divmod(rest, 1000)
    parts = [
        f"{_hundreds(millions)} million{'s' if millions > 1 else ''}" if millions else "",
        _thousands(thousands) if thousands else "",
        _hundreds(units) if units or not number else "",
    ]
    return " ".join(part for part in parts if part)


def decimal_words(value: Decimal, *, feminine: bool = False) -> str:
    """A quantity in French words: "douze virgule cinq", "zéro virgule zéro cinq", "vingt et une".

    Nought is said after the comma for as long as it is written; the rest as one number.
    """
    text = format(value.normalize(), "f")
    whole, _, decimals = text.partition(".")
    words = number_words(int(whole))
    if not decimals:
        return f"{words}e" if feminine and words.endswith("un") else words
    tail = decimals.lstrip("0")
    zeros = [UNITS[0]] * (len(decimals) - len(tail))
    return " ".join([words, "virgule", *zeros, number_words(int(tail))])


def _hundreds(number: int) -> str:
    """From 0 to 999."""
    if number < 20:
        return UNITS[number]
    if number < 100:
        return _tens(number)
    hundreds, rest = divmod(number, 100)
    head = "cent" if hundreds == 1 else f"{UNITS[hundreds]} cent{'s' if not rest else ''}"
    return f"{head} {_hundreds(rest)}" if rest else head


def _thousands(thousands: int) -> str:
    """ "mille" never takes an s, and takes it from "cents" and "vingts" before it."""
    if thousands == 1:
        return "mille"
    head = _hundreds(thousands)
    bare = head.removesuffix("s") if head.endswith(("cents", "vingts")) else head
    return f"{bare} mille"


def _tens(number: int) -> str:
    base = number - number % 10
    base, rest = (base - 10, number % 10 + 10) if base in (70, 90) else (base, number % 10)
    word = TENS[base]
    if not rest:
        return f"{word}s" if base == 80 else word
    if rest in (1, 11) and base != 80:
        return f"{word} et {UNITS[rest]}"
    return f"{word}-{UNITS[rest]}"


def age_words(years: int) -> str:
    """An age as the paper says it."""
    return f"{years} an{'s' if years > 1 else ''}"


def in_words(days: int) -> str:
    """A duration as a doctor says it: whole months of 30 days from 60 on, weeks never guessed."""
    if days >= 60 and days % 30 == 0:
        return f"{days // 30} mois"
    return f"{days} jour{'s' if days > 1 else ''}"


def quantity_words(boxes: int) -> str:
    """Boxes in words, feminine."""
    words = number_words(boxes)
    feminine = f"{words}e" if words.endswith("un") else words
    return f"{feminine} boîte{'s' if boxes > 1 else ''}"


def renewal_words(renewals: int) -> str:
    """What the page says of renewals (CSP R. 5132-22: the indication is express)."""
    return f"à renouveler {renewals} fois" if renewals else "non renouvelable"
