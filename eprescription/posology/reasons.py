"""Why a dose is needed, in both languages."""

import re
from decimal import Decimal

from eprescription.posology.folding import fold

# Reasons that doctors give most, folded; others stay in the words of the prescriber.
_REASONS = {
    "douleur": "pain", "douleurs": "pain", "fievre": "fever", "fievre ou douleur": "fever or pain",
    "douleur ou fievre": "pain or fever", "nausees": "nausea", "vomissements": "vomiting", "toux": "cough",
    "diarrhee": "diarrhoea", "constipation": "constipation", "anxiete": "anxiety", "angoisse": "anxiety",
    "insomnie": "insomnia", "demangeaisons": "itching", "migraine": "migraine", "spasmes": "cramps",
    "gene respiratoire": "shortness of breath", "brulures": "heartburn", "allergie": "allergy",
}  # fmt: skip
KNOWN_REASONS = frozenset(_REASONS)
"""Folded: what a prescriber may have typed without telling anything of a person."""
_FEVER = re.compile(r"(?:fievre|temperature|t) ?([<>]) ?(\d+)(?:[.,](\d))?(?: ?°? ?c)?")


def french_reason(reason: str) -> str:
    """ "si douleur"."""
    return f"si {reason}"


def english_reason(reason: str) -> str:
    """ "if pain"; a reason that is not known keeps the words of the prescriber."""
    folded = fold(reason)
    if fever := _FEVER.fullmatch(folded):
        return f"if temperature {fever[1]} {fever[2]}{'.' + fever[3] if fever[3] else ''}"
    return f"if {_REASONS.get(folded, reason)}"


def is_known_reason(reason: str) -> bool:
    """Whether it is one of those that doctors give most, accents and capitals aside."""
    return fold(reason) in KNOWN_REASONS


def reason_code(reason: str) -> str:
    """The code of a reason that doctors give most, its word in English; empty for another."""
    return _REASONS.get(fold(reason), "")


def fever_over(reason: str) -> Decimal | None:
    """Degrees above which to take it: "fièvre > 38,5"; None for any other reason."""
    found = _FEVER.fullmatch(fold(reason))
    return Decimal(f"{found[2]}.{found[3] or 0}") if found and found[1] == ">" else None
