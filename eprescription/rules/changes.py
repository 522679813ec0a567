"""What is handed over compared with what was prescribed: by which right it differs, and what is recorded of it."""

from datetime import date

from eprescription.rules.delivery_facts import BIOSIMILAR, HYBRID, DeliveryFacts, DispensingFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import ANSM, CSP, LONG_SINCE


@rule(
    article="CSP L. 5125-23 I et II, L. 5125-23-2",
    url=CSP,
    since=date(2020, 1, 1),
    product=("D1", "D2"),
)
def another_product_stands_in_by_right(facts: DispensingFacts) -> list[Breach]:
    """Another product is given only by a right: its generic or hybrid group, a biosimilar, an agreement, urgency, or a
    shortage."""
    text = Text(
        "Ce produit n'est pas du même groupe : il faut l'accord du prescripteur.",
        "This product is not of the same group: the prescriber's agreement is needed.",
    )
    changed = [x for x in facts.medicines if x.changes_product and not x.given.link]
    return beside([x for x in changed if not _by_another_right(x)], text, "product")


def _by_another_right(line: DeliveryFacts) -> bool:
    return line.agreed.begun or line.urgent or line.shortage


@rule(
    article="CSP L. 5125-23 II, R. 5125-54", url=CSP, since=date(2020, 1, 1), product=("P20", "D2")
)
def non_substitutable_is_respected(facts: DispensingFacts) -> list[Breach]:
    """A line marked "non substituable" is dispensed as it was prescribed, unless its author agrees or in urgency."""
    text = Text(
        "Le prescripteur a exclu la substitution de cette ligne : il faut son accord.",
        "The prescriber excluded substitution on this line: his agreement is needed.",
    )
    marked = [x for x in facts.medicines if x.changes_product and x.non_substitutable]
    return beside([x for x in marked if not x.agreed.begun and not x.urgent], text, "product")


@rule(article="CSP L. 5125-23 I", url=CSP, since=LONG_SINCE, product="D1")
def changed_posology_was_agreed(facts: DispensingFacts) -> list[Breach]:
    """A posology is changed only with the prescriber's express agreement, or in urgency."""
    text = Text(
        "Notez l'accord du prescripteur : qui, quand, comment.",
        "Note the prescriber's agreement: who, when, how.",
    )
    changed = [x for x in facts.handed if x.posology_changed]
    return beside([x for x in changed if not x.agreed.begun and not x.urgent], text, "agreement")


@rule(article="CSP L. 5125-23 I, R. 5123-1", url=CSP, since=LONG_SINCE, product="D1")
def agreements_say_who_when_and_how(facts: DispensingFacts) -> list[Breach]:
    """An agreement noted at the counter names who agreed, when and by which way."""
    text = Text(
        "L'accord dit qui l'a donné, quand et comment : complétez-le.",
        "An agreement says who gave it, when and how: complete it.",
    )
    noted = [x for x in facts.lines if x.agreed.begun]
    return beside([x for x in noted if not x.agreed.whole], text, "agreement")


@rule(article="CSP L. 5125-23 I", url=CSP, since=LONG_SINCE, product="D1", weight=Weight.WARNS)
def urgent_changes_say_why(facts: DispensingFacts) -> list[Breach]:
    """What is changed without agreement, in urgency and in the patient's interest, says why."""
    text = Text(
        "Délivré autrement sans accord : dites l'urgence et l'intérêt du patient. Le prescripteur en est informé.",
        "Dispensed otherwise without agreement: state the urgency and the patient's interest. The prescriber is told.",
    )
    changed = [x for x in facts.handed if x.posology_changed or _needs_agreement(x)]
    return beside([x for x in changed if x.urgent and not x.agreed.begun], text, "reason")


def _needs_agreement(line: DeliveryFacts) -> bool:
    return line.changes_product and (not line.given.link or bool(line.non_substitutable))


@rule(
    article="CSP L. 5125-23 II",
    url=ANSM,
    since=date(2025, 7, 10),
    product="D2",
    weight=Weight.WARNS,
)
def hybrid_groups_are_looked_up(facts: DispensingFacts) -> list[Breach]:
    """A hybrid is given once its group was looked up: the public drug base does not publish the groups of hybrids."""
    text = Text(
        "Même substance, même dosage, même voie, classe ouverte aux hybrides ; la base publique ne donne pas leurs "
        "groupes : dites que vous avez lu le registre de l'ANSM.",
        "Same substance, strength and route, class open to hybrids; the public base does not give their groups: say "
        "that you read the register of the ANSM.",
    )
    lines = [x for x in facts.medicines if x.changes_product and x.given.link == HYBRID]
    return beside([x for x in lines if not x.agreed.begun], text, "reason")


@rule(
    article="CSP L. 5125-23 (rupture, recommandation de l'ANSM)",
    url=ANSM,
    since=date(2019, 7, 27),
    product="D18",
    weight=(Weight.WARNS, Weight.INFORMS),
)
def shortages_are_those_of_the_ansm(facts: DispensingFacts) -> list[Breach]:
    """A replacement in a shortage follows a recommendation of the ANSM; one that it does not publish is justified."""
    known = Text(
        "Rupture publiée par l'ANSM : suivez sa recommandation, le prescripteur est informé.",
        "Shortage published by the ANSM: follow its recommendation, the prescriber is told.",
    )
    unknown = Text(
        "L'ANSM ne publie pas de rupture de ce produit dans la base du jour : dites quelle recommandation vous suivez.",
        "The ANSM publishes no shortage of this product in today's base: say which recommendation you follow.",
    )
    short = [x for x in facts.medicines if x.changes_product and x.shortage]
    return [
        Breach(known, x.position, weight=Weight.INFORMS)
        if x.given.in_shortage
        else Breach(unknown, x.position, "reason", Weight.WARNS)
        for x in short
        if not x.given.link and not x.agreed.begun
    ]


@rule(article="CSP R. 5125-53", url=CSP, since=LONG_SINCE, product="D3")
def what_is_given_has_its_name(facts: DispensingFacts) -> list[Breach]:
    """The name of what is handed over is recorded: a product that the drug base does not know has none."""
    text = Text(
        "Ce produit n'est pas dans la base des médicaments.",
        "This product is not in the drug base.",
    )
    return beside([x for x in facts.medicines if not x.given.name.strip()], text, "product")


@rule(article="CSP R. 5125-53", url=CSP, since=LONG_SINCE, product="D3", weight=Weight.WARNS)
def another_strength_says_how_many_to_take(facts: DispensingFacts) -> list[Breach]:
    """When the strength differs, the number of units a dose is written anew."""
    text = Text(
        "Le dosage diffère : écrivez combien en prendre (posologie ou consigne), ou pourquoi rien ne change.",
        "The strength differs: write how many to take (dosage or instruction), or why nothing changes.",
    )
    other = [x for x in facts.medicines if x.changes_product and not x.given.same_strength]
    silent = [x for x in other if not x.posology_changed and not x.instruction.strip()]
    return beside(silent, text, "instruction")


@rule(article="CSP R. 5125-53", url=CSP, since=LONG_SINCE, product="D3", weight=Weight.INFORMS)
def another_form_is_told(facts: DispensingFacts) -> list[Breach]:
    """When the form differs, it is recorded with the name, and the patient is told."""
    text = Text(
        "La forme diffère : elle est inscrite avec le nom. Dites-le au patient.",
        "The form differs: it is recorded with the name. Tell the patient.",
    )
    other = [x for x in facts.medicines if x.changes_product and not x.given.same_form]
    return beside(other, text)


BIOSIMILARS = "CSP L. 5125-23-2 ; arrêté du 4 décembre 2025"


@rule(article=BIOSIMILARS, url=CSP, since=date(2022, 4, 15), product="D11")
def biosimilars_bear_their_lot(facts: DispensingFacts) -> list[Breach]:
    """A biosimilar given instead is recorded with its name and its lot."""
    text = Text(
        "Biosimilaire : le numéro de lot est obligatoire.",
        "Biosimilar: the lot number is compulsory.",
    )
    instead = [x for x in facts.medicines if x.changes_product and x.given.link == BIOSIMILAR]
    return beside([x for x in instead if not x.given.lot.strip()], text, "lot")


@rule(article=BIOSIMILARS, url=CSP, since=date(2022, 4, 15), product="D11", weight=Weight.WARNS)
def the_same_biological_goes_on(facts: DispensingFacts) -> list[Breach]:
    """A patient keeps the biological medicine that he got the last time."""
    text = Text(
        "La dernière fois, le patient a reçu un autre médicament biologique : gardez le même, ou dites pourquoi.",
        "Last time the patient got another biological medicine: keep the same, or say why.",
    )
    other = [x for x in facts.medicines if x.given.biological and not x.given.same_as_last]
    return beside(other, text, "reason")


@rule(article=BIOSIMILARS, url=CSP, since=date(2022, 4, 15), product="D11", weight=Weight.INFORMS)
def biosimilars_are_told(facts: DispensingFacts) -> list[Breach]:
    """The patient is told of the biosimilar and may refuse it; the prescriber is informed."""
    text = Text(
        "Informez le patient du biosimilaire, il peut le refuser ; le prescripteur en est informé.",
        "Tell the patient of the biosimilar, he may refuse it; the prescriber is informed.",
    )
    instead = [x for x in facts.medicines if x.changes_product and x.given.link == BIOSIMILAR]
    return beside(instead, text)
