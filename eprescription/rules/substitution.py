"""What a prescriber excludes of substitution, and by which of its three reasons."""

from datetime import date

from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP, NARROW_MARGIN

REASONS = ("MTE", "EFG", "CIF")
SMALL_CHILD = 6  # years: under this age a form may be wanting (EFG)


@rule(article="CSP L. 5125-23, R. 5125-54", url=CSP, since=date(2020, 1, 1), product="P20")
def non_substitutable_is_justified(facts: SignatureFacts) -> list[Breach]:
    """The mention "non substituable" bears one of its three reasons."""
    text = Text(
        "« Non substituable » demande un motif : MTE, EFG ou CIF.",
        "“Not substitutable” needs a reason: MTE, EFG or CIF.",
    )
    given = [x for x in facts.medicines if x.non_substitutable]
    return beside(
        [x for x in given if x.non_substitutable not in REASONS], text, "non_substitutable"
    )


@rule(
    article="CSP L. 5125-23 ; arrêté du 12 novembre 2019",
    url=NARROW_MARGIN,
    since=date(2020, 1, 1),
    product="P20",
)
def no_form_for_a_child_is_for_a_small_child(facts: SignatureFacts) -> list[Breach]:
    """The reason EFG is for a child under six."""
    age = facts.patient.age_on(facts.on)
    text = Text("EFG vaut pour un enfant de moins de 6 ans.", "EFG is for a child under six years.")
    lines = [x for x in facts.medicines if x.non_substitutable == "EFG"]
    return beside(lines, text, "non_substitutable") if age is None or age >= SMALL_CHILD else []


@rule(article="CSP L. 5125-23 II, R. 5125-54", url=CSP, since=date(2020, 1, 1), product="P20")
def inn_alone_leaves_nothing_to_keep(facts: SignatureFacts) -> list[Breach]:
    """A line prescribed by its INN alone names no product that could be "non substituable"."""
    text = Text(
        "Prescrit en DCI seule : choisissez la spécialité à ne pas substituer, ou retirez la mention.",
        "Prescribed by its INN alone: choose the product not to be substituted, or remove the mention.",
    )
    wrong = [x for x in facts.medicines if x.by_inn and x.non_substitutable]
    return beside(wrong, text, "non_substitutable")


@rule(
    article="CSP L. 5125-23 ; arrêtés des 12 novembre 2019 et 20 juillet 2022",
    url=NARROW_MARGIN,
    since=date(2020, 1, 1),
    product="P21",
    weight=Weight.WARNS,
)
def narrow_margin_is_for_listed_substances(facts: SignatureFacts) -> list[Breach]:
    """The reason MTE is for the substances of narrow therapeutic margin that the decree lists."""
    text = Text(
        "Ce médicament n'est pas sur la liste des marges thérapeutiques étroites (MTE).",
        "This medicine is not on the list of narrow therapeutic margins (MTE).",
    )
    lines = [x for x in facts.medicines if x.non_substitutable == "MTE"]
    return beside([x for x in lines if "mte" not in x.listed], text, "non_substitutable")


@rule(
    article="CSP L. 5125-23-2 ; arrêté du 4 décembre 2025",
    url=CSP,
    since=date(2022, 4, 15),
    product="P28",
    weight=Weight.INFORMS,
)
def biosimilars_are_announced(facts: SignatureFacts) -> list[Breach]:
    """The patient is told that the pharmacist may give a similar biological medicine."""
    text = Text(
        "La pharmacie peut le remplacer par un biosimilaire : dites-le au patient. Vous pouvez indiquer le "
        "dispositif d'injection à préférer.",
        "The pharmacy may give a biosimilar instead: tell the patient. You may state which injection device "
        "to prefer.",
    )
    lines = [x for x in facts.medicines if "biosimilar" in x.listed and not x.non_substitutable]
    return beside(lines, text)
