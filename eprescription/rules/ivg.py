"""Medicines of abortion: where, and whether she asks for anonymity, before anything else (CSP R. 2212-14-1, R. 2212-16).

These rules also stand alone, as the register IVG: it is asked before a line is stored.
"""

from datetime import date

from eprescription.rules.facts import LinesFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, beside, rule
from eprescription.rules.sources import CSP, E_PRESCRIPTION, E_PRESCRIPTION_SINCE

SINCE = date(2022, 2, 20)
Facts = SignatureFacts | LinesFacts


def _asked(facts: Facts, text: Text, field: str) -> list[Breach]:
    return beside([x for x in facts.lines if x.ivg], text, field)


@rule(article="CSP R. 2212-14-1", url=CSP, since=SINCE, product="P30")
def ivg_place_is_said(facts: Facts) -> list[Breach]:
    """It is said whether the consultation is face to face or at a distance."""
    text = Text(
        "Dites si la consultation a lieu en présence de la patiente ou à distance.",
        "Say whether the consultation is face to face or at a distance.",
    )
    return _asked(facts, text, "teleconsultation") if facts.teleconsultation is None else []


@rule(article="CSP R. 2212-14-1", url=CSP, since=SINCE, product="P30")
def ivg_medicines_are_handed_over_face_to_face(facts: Facts) -> list[Breach]:
    """Face to face, the prescriber hands the medicines over: nothing is sent to a pharmacy."""
    text = Text(
        "En consultation, vous remettez vous-même ces médicaments : il n'y a pas d'ordonnance pour la pharmacie.",
        "Face to face, you hand these medicines over yourself: there is no prescription for the pharmacy.",
    )
    return _asked(facts, text, "teleconsultation") if facts.teleconsultation is False else []


@rule(
    article="CSP R. 4072-1 et s. (décret 2023-1222)",
    url=E_PRESCRIPTION,
    since=E_PRESCRIPTION_SINCE,
    product="P30",
)
def ivg_anonymity_is_answered(facts: Facts) -> list[Breach]:
    """The patient was asked whether she wants anonymity; there is no answer by default."""
    text = Text(
        "Demandez à la patiente si elle veut l'anonymat.",
        "Ask the patient whether she wants anonymity.",
    )
    missing = facts.teleconsultation is not False and facts.anonymity == ""
    return _asked(facts, text, "anonymity") if missing else []


@rule(
    article="CSP R. 4072-1 et s. (décret 2023-1222)",
    url=E_PRESCRIPTION,
    since=E_PRESCRIPTION_SINCE,
    product="P30",
)
def ivg_anonymity_never_goes_on_with_a_name(facts: Facts) -> list[Breach]:
    """When she asks for anonymity, nothing goes on under her name."""
    text = Text(
        "Une ordonnance anonyme ne porte aucune identité : elle s'écrit à part, sans le nom de la patiente.",
        "An anonymous prescription bears no identity: it is written apart, without the patient's name.",
    )
    asks = facts.anonymity == "anonymous" and facts.named
    return _asked(facts, text, "anonymity") if asks else []


@rule(article="CSP R. 2212-14-1, R. 2212-16", url=CSP, since=SINCE, product="P30")
def ivg_names_pharmacy_and_convention(facts: Facts) -> list[Breach]:
    """At a distance, the pharmacy, the establishment of the convention and its date are named."""
    if facts.teleconsultation is not True:
        return []
    ivg = [x for x in facts.lines if x.ivg]
    bare = [name for name in NAMED if not getattr(facts, name)]
    return [b for name in bare for b in beside(ivg, NAMED[name], name)]


NAMED = {
    "pharmacy_named": Text(
        "Nommez la pharmacie que la patiente choisit.",
        "Name the pharmacy that the patient chooses.",
    ),
    "convention_place": Text(
        "Nommez l'établissement avec lequel vous avez signé la convention.",
        "Name the establishment with which you signed the convention.",
    ),
    "convention_date": Text("Donnez la date de la convention.", "Give the date of the convention."),
}


@rule(article="CSP R. 2212-9, R. 2212-16", url=CSP, since=SINCE, product="P30")
def ivg_convention_is_signed_already(facts: Facts) -> list[Breach]:
    """The convention was signed on the day of the prescription at the latest."""
    text = Text("La convention porte une date à venir.", "The convention bears a date to come.")
    signed = facts.convention_date
    return _asked(facts, text, "convention_date") if signed and signed > facts.on else []
