"""Why a dose is needed, in both languages."""

import re

from eprescription.posology.folding import fold

# Reasons that doctors give most, folded; others stay in the words of the prescriber.
_REASONS = {
    "douleur": "pain", "douleurs": "pain", "fievre": "fever", "fievre ou douleur": "fever or pain",
    "douleur ou fievre": "pain or fever", "nausees": "nausea", "vomissements": "vomiting", "toux": "cough",
    "diarrhee": "diarrhoea", "constipation": "constipation", "anxiete": "anxiety", "angoisse": "anxiety",
    "insomnie": "insomnia", "demangeaisons": "itching", "migraine": "migraine", "spasmes": "cramps",
    "gene respiratoire": "shortness of breath", "brulures": "heartburn", "allergie": "allergy",
}  # fmt: skip
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
