"""Narcotics and what is assimilated to them, but for their durations: words, fractions, overlap, pharmacy."""

from datetime import date

from eprescription.rules.facts import LineFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP, CSS, E_PRESCRIPTION_SINCE, LONG_SINCE

IN_FULL = "toutes lettres"  # the wording of the drug base for what is written as narcotics are
SUBSTITUTION_TREATMENTS = "N07BC"


def written_in_full(line: LineFacts) -> bool:
    """A narcotic, or a medicine that the base says is prescribed "en toutes lettres"."""
    return line.list == "S" or any(IN_FULL in label for label in line.conditions)


@rule(article="CSP R. 5132-30", url=CSP, since=LONG_SINCE, product="P12")
def narcotics_state_their_duration_and_are_not_renewed(facts: SignatureFacts) -> list[Breach]:
    """A narcotic states its duration and bears no renewal."""
    narcotics = [x for x in facts.medicines if x.list == "S"]
    silent = Text("Un stupéfiant porte une durée.", "A narcotic states a duration.")
    renewed = Text("Un stupéfiant ne se renouvelle pas.", "A narcotic is not renewed.")
    return [
        *beside([x for x in narcotics if not x.duration_days], silent, "duration"),
        *beside([x for x in narcotics if x.renewals], renewed, "renewals"),
    ]


@rule(article="CSP R. 5132-30", url=CSP, since=LONG_SINCE, product="P12", weight=Weight.INFORMS)
def fractions_are_known(facts: SignatureFacts) -> list[Breach]:
    """A medicine dispensed by fractions says so, unless the prescriber asks for one delivery."""
    return [
        Breach(
            Text(
                f"La pharmacie délivrera par fractions de {x.fraction_days} jours. Pour l'exclure, "
                "cochez « délivrance en une seule fois ».",
                f"The pharmacy will dispense by fractions of {x.fraction_days} days. To exclude it, "
                "tick “single delivery”.",
            ),
            x.position,
            "single_delivery",
        )
        for x in facts.medicines
        if x.fraction_days and not x.single_delivery and (x.duration_days or 0) > x.fraction_days
    ]


@rule(article="CSP R. 5132-29", url=CSP, since=LONG_SINCE, product="P13")
def narcotics_are_written_in_full(facts: SignatureFacts) -> list[Breach]:
    """Units a dose, number of doses and strength of a narcotic or assimilated stand in words."""
    text = Text(
        "La loi veut la dose, le nombre de prises et le dosage en toutes lettres. Le portail les écrit dès "
        "qu'il comprend la posologie et la durée : par exemple « 1 comprimé matin et soir », 28 jours.",
        "The law wants dose, number of doses and strength in words. The portal writes them as soon as it "
        "understands the dosage and the duration: for example “1 comprimé matin et soir”, 28 days.",
    )
    bare = [x for x in facts.medicines if written_in_full(x) and not x.in_full.strip()]
    return beside(bare, text, "posology")


@rule(
    article="CSP R. 5132-5",
    url=CSP,
    since=E_PRESCRIPTION_SINCE,
    product=("P14", "P15", "P16"),
    weight=Weight.INFORMS,
)
def secured_prescriptions_are_electronic(facts: SignatureFacts) -> list[Breach]:
    """What asks for a secured prescription is electronic; on secured paper only with its motive."""
    text = Text(
        "Ordonnance sécurisée : votre ordonnance numérique en tient lieu et l'imprimera. Sur papier "
        "sécurisé seulement en cas de panne, avec son motif (R. 4073-2).",
        "Secured prescription: your electronic prescription is one and says so in print. Secured paper "
        "only when the service fails, with its motive (R. 4073-2).",
    )
    return beside([x for x in facts.medicines if x.secured or x.list == "S"], text)


@rule(article="CSP R. 5132-5", url=CSP, since=E_PRESCRIPTION_SINCE, product="P14")
def narcotics_on_paper_stand_on_secured_paper(facts: SignatureFacts) -> list[Breach]:
    """What asks for a secured prescription and was written on paper stood on secured paper."""
    text = Text(
        "Ce médicament écrit sur papier demande le papier sécurisé : cochez-le sur la feuille si c'était le cas.",
        "This medicine written on paper asks for secured paper: tick it on the sheet if it was so.",
    )
    asking = [x for x in facts.medicines if x.secured or x.list == "S"]
    return beside(asking, text) if facts.on_paper and not facts.secured_paper else []


@rule(article="CSP R. 5132-33", url=CSP, since=LONG_SINCE, product="P18")
def overlapping_narcotics_say_so(facts: SignatureFacts) -> list[Breach]:
    """A narcotic on top of an earlier one of the same prescriber bears the express mention."""
    return [
        Breach(_overlap(x.covered_until), x.position, "overlap")
        for x in facts.medicines
        if x.covered_until and x.covered_until >= facts.on and not x.overlap.strip()
    ]


def _overlap(until: date) -> Text:
    return Text(
        f"Votre ordonnance précédente le couvre jusqu'au {until:%d/%m/%Y} : écrivez la mention du "
        "chevauchement et sa raison, elle sera imprimée.",
        f"Your earlier prescription covers it until {until:%d/%m/%Y}: write the mention of the overlap "
        "and its reason, they will be printed.",
    )


@rule(article="CSS L. 162-4-2", url=CSS, since=date(2008, 4, 1), product="P19")
def substitution_treatments_name_their_pharmacy(facts: SignatureFacts) -> list[Breach]:
    """An opioid substitution treatment names the pharmacy that the patient chose."""
    text = Text(
        "Un traitement de substitution porte le nom de la pharmacie choisie par le patient.",
        "An opioid substitution treatment bears the name of the pharmacy that the patient chose.",
    )
    lines = [x for x in facts.medicines if x.atc.startswith(SUBSTITUTION_TREATMENTS)]
    return [] if facts.pharmacy_named.strip() else beside(lines, text, "pharmacy_named")
