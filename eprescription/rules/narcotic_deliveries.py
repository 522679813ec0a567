"""Narcotics at the counter: the days that are left of them, their fractions, and who fetches them."""

from eprescription.rules.delivery_facts import DeliveryFacts, DispensingFacts
from eprescription.rules.law import Breach, Text, Weight, rule
from eprescription.rules.sources import CSP, LONG_SINCE


def _narcotics(facts: DispensingFacts) -> list[DeliveryFacts]:
    return [x for x in facts.medicines if x.list == "S"]


@rule(article="CSP R. 5132-33", url=CSP, since=LONG_SINCE, product="D9")
def late_narcotics_cover_what_is_left(facts: DispensingFacts) -> list[Breach]:
    """A narcotic presented more than three days late is given for the days that are left of it only."""
    late = [x for x in _narcotics(facts) if x.lost and x.quantity > x.due]
    return [
        Breach(
            Text(
                f"Présenté plus de 3 jours après sa date : {x.due} au plus, pour les jours qui restent.",
                f"Presented more than 3 days after its date: at most {x.due}, for the days that are left.",
            ),
            x.position,
            "quantity",
        )
        for x in late
    ]


@rule(article="CSP R. 5132-30", url=CSP, since=LONG_SINCE, product=("P12", "D9"))
def fractions_are_kept(facts: DispensingFacts) -> list[Breach]:
    """A medicine dispensed by fractions is given one fraction at a time, unless its author asks for one delivery."""
    by_fractions = [x for x in facts.medicines if x.fraction_days and not x.single_delivery]
    return [
        Breach(
            Text(
                f"Délivrance par fractions de {x.fraction_days} jours : {x.due} au plus.",
                f"Dispensed by fractions of {x.fraction_days} days: at most {x.due}.",
            ),
            x.position,
            "quantity",
        )
        for x in by_fractions
        if x.quantity > x.due and not x.lost
    ]


@rule(article="CSP R. 5132-33", url=CSP, since=LONG_SINCE, product="D9")
def overlapping_narcotics_bear_their_mention(facts: DispensingFacts) -> list[Breach]:
    """A narcotic that the same prescriber already covers is given only with his express mention."""
    covered = [
        x for x in _narcotics(facts) if x.covered_until and x.covered_until >= facts.signed_on
    ]
    return [
        Breach(
            Text(
                f"Le même prescripteur a déjà prescrit jusqu'au {x.covered_until:%d/%m/%Y}, sans mention de "
                "chevauchement : demandez-lui son accord.",
                f"The same prescriber has already prescribed until {x.covered_until:%d/%m/%Y}, without mention of an "
                "overlap: ask for his agreement.",
            ),
            x.position,
            "agreement",
        )
        for x in covered
        if not x.overlap.strip() and not x.agreed.begun
    ]


@rule(article="CSP R. 5132-35", url=CSP, since=LONG_SINCE, product="D10")
def who_fetches_narcotics_is_recorded(facts: DispensingFacts) -> Breach | None:
    """Who fetches a narcotic for the patient leaves name and address."""
    if not _narcotics(facts) or bool(facts.bearer.strip()) == bool(facts.bearer_address.strip()):
        return None
    text = Text(
        "Stupéfiant remis à un tiers : écrivez son nom et son adresse.",
        "Narcotic handed to somebody else: write name and address.",
    )
    return Breach(text, field="bearer_address" if facts.bearer.strip() else "bearer")


@rule(article="CSP R. 5132-35", url=CSP, since=LONG_SINCE, product="D10", weight=Weight.INFORMS)
def identity_is_checked_for_narcotics(facts: DispensingFacts) -> Breach | None:
    """Who fetches a narcotic and is not known to the pharmacist proves who he is."""
    if not _narcotics(facts) or facts.identity_checked:
        return None
    text = Text(
        "Stupéfiant : demandez une pièce d'identité à qui vous ne connaissez pas. La copie se garde 3 ans.",
        "Narcotic: ask whom you do not know for an identity document. The copy is kept for 3 years.",
    )
    return Breach(text, field="identity_checked")
