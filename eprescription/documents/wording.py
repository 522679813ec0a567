"""The words of the printed page: dates, persons and the sentences that the law asks for.

Sources: R. 5132-3 CSP (mentions), R. 161-45 CSS (zones of a long-term illness), R. 4072 CSP (opposition).
"""

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from eprescription.words import number_words

PARIS = ZoneInfo("Europe/Paris")

OPPOSED = "Le patient s’oppose à la consultation par le prescripteur des données de dispensation."
NOT_OPPOSED = "Le patient ne s’est pas opposé à la consultation par le prescripteur des données de dispensation."
HOW_TO_OPPOSE = (
    "Ce choix peut être changé à tout moment, dans votre espace sur ce portail ou auprès de votre caisse "
    "d’assurance maladie (art. R. 4072 CSP)."
)
ANONYMOUS = "Patiente anonyme"
ANONYMOUS_ACCESS = (
    "Anonymat demandé\u00a0: seuls le prescripteur et le professionnel qui exécute l’ordonnance la consultent "
    "(art. R. 4072 CSP)."
)
EXEMPT_ZONE = (
    "Prescriptions relatives au traitement de l’affection de longue durée reconnue "
    "(liste ou hors liste) (AFFECTION EXONÉRANTE)"
)
OTHER_ZONE = "Prescriptions SANS RAPPORT avec l’affection de longue durée (MALADIES INTERCURRENTES)"

EXCEPTION = "DE MÉDICAMENTS D’EXCEPTION"
GROUPS = {
    "medicine": "Médicaments",
    "preparation": "Préparations magistrales",
    "device": "Dispositifs médicaux",
    "biology": "Examens de biologie médicale",
    "nursing": "Soins infirmiers",
    "physio": "Kinésithérapie",
    "transport": "Transport",
    "other": "Autres prescriptions",
}
"""What a page prescribes, in the order in which it does when it mixes them."""

LONGEST_WORD = 40
"""What surely stands in the widest column, at the largest type."""
LONGEST_NARROW_WORD = 14
"""What surely stands in the columns of durations and quantities."""

_TRANSMITTED = "Ordonnance transmise électroniquement"
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_SEXES = {"F": "féminin", "M": "masculin", "I": "indéterminé", "U": "indéterminé"}


def long_date(day: date) -> str:
    """Write a day: ``1er mars 2026``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def moment(at: datetime) -> str:
    """Write a moment as clocks in Paris show it: ``24 novembre 2026 à 10 h 42``."""
    local = at.astimezone(PARIS)
    return f"{long_date(local)} à {local.hour}\u00a0h\u00a0{local.minute:02}"


def born(day: date, sex: str, age: str) -> str:
    """Write the birth date, agreeing with the sex, and the age when it is told."""
    participle = {"F": "Née", "M": "Né"}.get(sex.upper(), "Né(e)")
    return f"{participle} le {long_date(day)}" + (f" ({age})" if age else "")


def sex_in_words(sex: str) -> str:
    """Write the sex of the civil status; a word that is no code stays as it is."""
    return f"Sexe {_SEXES.get(sex.upper(), sex)}"


def weight(kilograms: Decimal | float) -> str:
    """Write a weight with a decimal comma and no zero for nothing."""
    return f"{float(kilograms):.10g}\u00a0kg".replace(".", ",")


def column(kinds: set[str]) -> str:
    """Name the column of what is prescribed."""
    if len(kinds) > 1:
        return "Prescription"
    return "Médicament" if kinds <= {"medicine"} else GROUPS[next(iter(kinds))]


def days_in_full(days: int) -> str:
    """Write a duration of a narcotic in full letters: ``vingt-huit jours``."""
    months, rest = divmod(days, 30)
    if months > 1 and not rest:
        return f"{number_words(months)}\u00a0mois"
    return f"{number_words(days)}\u00a0jour{'s' if days > 1 else ''}"


def sentence(words: str) -> str:
    """Give a mention its capital, and its colons the blank that keeps them on their row."""
    return (words[:1].upper() + words[1:]).replace(" :", "\u00a0:")


def matricule(ins: str) -> str:
    """Group the fifteen digits of an INS as on a health card; leave anything else as it is."""
    parts = re.fullmatch(r"(\d)(\d\d)(\d\d)(\w\w)(\d{3})(\d{3})(\d\d)", re.sub(r"\s", "", ins))
    return "INS " + ("\u00a0".join(parts.groups()) if parts else ins)


def place(identifier: str) -> str:
    """Name the number of the place of practice, when it comes bare (nine characters)."""
    bare = re.fullmatch(r"[0-9AB]{9}", identifier)
    return f"AM ou FINESS {identifier}" if bare else identifier


def count(lines: int) -> str:
    """Close the list, so that a line added by hand shows."""
    return f"Fin de la prescription\u00a0: {lines}\u00a0ligne{'s' if lines > 1 else ''}"


def opposition(opposed: bool) -> str:
    """Say what the patient chose about the reading of execution data by the prescriber."""
    return OPPOSED if opposed else NOT_OPPOSED


def transmitted(paper: bool) -> str:
    """Say how the prescription went, and whether the patient is handed this page."""
    if paper:
        return f"{_TRANSMITTED}\u00a0; cet exemplaire est remis au patient."
    return f"{_TRANSMITTED} uniquement, comme le patient l’a souhaité."


def how_to_verify(anonymous: bool) -> str:
    """Say how a pharmacy makes sure that the page is genuine."""
    second = "le code de retrait" if anonymous else "la date de naissance du patient"
    return (
        "Pour la vérifier, la pharmacie lit le code, ou saisit sur le portail le numéro et "
        f"{second}\u00a0: elle doit y retrouver les mêmes lignes."
    )


def breakable(text: str, longest: int = LONGEST_WORD) -> str:
    """Let words that are longer than ``longest`` break anywhere, so that nothing leaves the page."""
    return re.sub(rf"\S{{{longest + 1},}}", lambda word: "\u200b".join(word[0]), text)
