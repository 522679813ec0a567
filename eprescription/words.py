"""Numbers and durations in the words of the paper, which is French whatever the screen speaks."""

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


def number_words(number: int) -> str:
    """A whole number from 0 to 999 in French words (CSP R. 5132-29 asks them for narcotics)."""
    if number < 20:
        return UNITS[number]
    if number < 100:
        return _tens(number)
    hundreds, rest = divmod(number, 100)
    head = "cent" if hundreds == 1 else f"{UNITS[hundreds]} cent{'s' if not rest else ''}"
    return f"{head} {number_words(rest)}" if rest else head


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
