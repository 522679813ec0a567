"""Who may prescribe what."""

from datetime import date

from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Breach, Text, rule

URL = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072665/"
DOCTOR, DENTIST, MIDWIFE = "10", "40", "50"
PRESCRIBE_MEDICINES = (DOCTOR, DENTIST, MIDWIFE)


@rule(article="CSP L. 4161-1, L. 4141-2, L. 4151-4", url=URL, since=date(2007, 1, 1))
def only_prescribing_professions_prescribe(facts: SignatureFacts) -> Breach | None:
    """Medicines are prescribed by a doctor, a dental surgeon or a midwife in activity."""
    if facts.prescriber.active and facts.prescriber.profession in PRESCRIBE_MEDICINES:
        return None
    return Breach(
        Text(
            "Votre profession ou votre situation ne permet pas de prescrire des médicaments.",
            "Your profession or your situation does not allow prescribing medicines.",
        )
    )


@rule(article="CSP L. 5121-8", url=URL, since=date(2007, 1, 1))
def only_marketed_medicines_are_prescribed(facts: SignatureFacts) -> list[Breach]:
    """A medicine that has left the market since the draft is not signed."""
    text = Text(
        "Ce médicament n'est plus commercialisé : choisissez-en un autre.",
        "This medicine is no longer marketed: choose another one.",
    )
    return [Breach(text, x.position, "product") for x in facts.lines if not x.marketed]
