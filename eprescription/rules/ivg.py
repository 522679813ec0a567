"""Medicines of abortion: their own flow, or none."""

from datetime import date

from eprescription.rules.facts import LinesFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, rule

URL = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072665/"


@rule(article="CSP R. 2212-14-1, R. 2212-16", url=URL, since=date(2022, 2, 20))
def ivg_medicines_wait_for_their_own_flow(facts: SignatureFacts | LinesFacts) -> list[Breach]:
    """A medicine of the IVG list is not prescribed before anonymity is asked in its own flow."""
    text = Text(
        "Le portail ne permet pas encore de prescrire les médicaments de l'IVG : leur parcours, avec "
        "la question de l'anonymat, n'existe pas encore ici. En consultation, ils sont remis par vous.",
        "The portal does not yet allow prescribing abortion medicines: their own flow, with the "
        "question of anonymity, does not exist here yet. Face to face, you hand them over yourself.",
    )
    return [Breach(text, x.position, "product") for x in facts.lines if x.ivg]
