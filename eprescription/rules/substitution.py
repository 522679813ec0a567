"""What a pharmacist may give instead, and what he must have asked first."""

from datetime import date

from eprescription.rules.facts import DispensingFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, rule

URL = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072665/"
REASONS = ("MTE", "EFG", "CIF")


@rule(article="CSP L. 5125-23, R. 5125-54", url=URL, since=date(2020, 1, 1))
def non_substitutable_is_justified(facts: SignatureFacts) -> list[Breach]:
    """The mention "non substituable" bears one of its three reasons."""
    text = Text(
        "« Non substituable » demande un motif : MTE, EFG ou CIF.",
        "“Not substitutable” needs a reason: MTE, EFG or CIF.",
    )
    given = [x for x in facts.lines if x.non_substitutable]
    return [
        Breach(text, x.position, "non_substitutable")
        for x in given
        if x.non_substitutable not in REASONS
    ]


@rule(article="CSP L. 5125-23 II", url=URL, since=date(2020, 1, 1))
def substitution_stays_inside_the_generic_group(facts: DispensingFacts) -> list[Breach]:
    """Another product is given only inside the generic group of the one prescribed."""
    text = Text(
        "Ce produit n'est pas du même groupe générique : il faut l'accord du prescripteur.",
        "This product is not of the same generic group: the prescriber's agreement is needed.",
    )
    outside = [x for x in facts.lines if x.quantity and not x.same_product and not x.same_group]
    return [Breach(text, x.position, "product") for x in outside if not x.agreement.strip()]


@rule(article="CSP L. 5125-23 II", url=URL, since=date(2020, 1, 1))
def non_substitutable_is_respected(facts: DispensingFacts) -> list[Breach]:
    """A line marked "non substituable" is dispensed as it was prescribed."""
    text = Text(
        "Le prescripteur a exclu la substitution de cette ligne.",
        "The prescriber excluded substitution on this line.",
    )
    changed = [x for x in facts.lines if x.quantity and not x.same_product and x.non_substitutable]
    return [Breach(text, x.position, "product") for x in changed]


@rule(article="CSP L. 5125-23 I", url=URL, since=date(2007, 1, 1))
def changed_posology_was_agreed(facts: DispensingFacts) -> list[Breach]:
    """A posology is changed only with the prescriber's express agreement, which is noted."""
    text = Text(
        "Notez l'accord du prescripteur : qui, quand, comment.",
        "Note the prescriber's agreement: who, when, how.",
    )
    changed = [x for x in facts.lines if x.posology_changed and not x.agreement.strip()]
    return [Breach(text, x.position, "agreement") for x in changed]


@rule(article="CSP R. 5132-14", url=URL, since=date(2007, 1, 1))
def never_more_than_prescribed(facts: DispensingFacts) -> list[Breach]:
    """No line is dispensed beyond what remains of the prescription, renewals included."""
    return [
        Breach(
            Text(
                f"Il reste {x.remaining} à délivrer sur cette ligne.",
                f"{x.remaining} left to dispense on this line.",
            ),
            x.position,
            "quantity",
        )
        for x in facts.lines
        if x.quantity > x.remaining
    ]


@rule(article="CSP L. 4071-2", url=URL, since=date(2024, 12, 31))
def what_is_not_dispensed_has_its_reason(facts: DispensingFacts) -> list[Breach]:
    """A line that could be dispensed and is not says why."""
    text = Text("Dites pourquoi rien n'est délivré.", "Say why nothing is dispensed.")
    silent = [x for x in facts.lines if not x.quantity and x.remaining and not x.refusal]
    return [Breach(text, x.position, "refusal") for x in silent]
