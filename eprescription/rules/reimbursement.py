"""What the social security asks of a prescription: zones, special forms, flags, one type a prescription."""

from datetime import date

from eprescription.rules.facts import LineFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSS, EXCEPTION, LONG_SINCE

# What may stand together: a pharmacy executes the first; each other type goes to somebody else.
TYPES = {
    "medicine": Text("médicaments et dispositifs", "medicines and devices"),
    "biology": Text("biologie", "laboratory tests"),
    "nursing": Text("soins infirmiers", "nursing"),
    "physio": Text("kinésithérapie", "physiotherapy"),
    "transport": Text("transport", "patient transport"),
}
TYPE_OF = {"device": "medicine", "preparation": "medicine"}


@rule(
    article="CSS R. 161-45, L. 324-1",
    url=CSS,
    since=LONG_SINCE,
    product="P22",
    weight=Weight.INFORMS,
)
def long_term_illness_has_its_zone(facts: SignatureFacts) -> Breach | None:
    """Lines for the long-term illness and the others stand in two zones."""
    if len({x.ald for x in facts.lines}) < 2:
        return None
    return Breach(
        Text(
            "Ordonnance bizone : en haut, ce qui se rapporte à l'affection de longue durée reconnue.",
            "Two-zone prescription: above, what relates to the recognised long-term illness.",
        )
    )


def is_exception(line: LineFacts) -> bool:
    """An exception medicine that is to be reimbursed: without reimbursement the form is not asked."""
    return "exception" in line.listed and not line.not_reimbursable


@rule(
    article="CSS R. 163-2 ; arrêté du 26 juin 2006, art. 1",
    url=EXCEPTION,
    since=date(2006, 7, 5),
    product="P23",
)
def exception_medicines_stand_alone(facts: SignatureFacts) -> list[Breach]:
    """An exception medicine is prescribed on its own kind of prescription, with nothing else."""
    # The electronic prescription is that form when nothing else stands on it: it then bears its title.
    text = Text(
        "Un médicament d'exception se prescrit sur une ordonnance à part : mettez les autres lignes sur une "
        "seconde ordonnance.",
        "An exception medicine is prescribed on a prescription of its own: put the other lines on a "
        "second one.",
    )
    exceptions = [x for x in facts.medicines if is_exception(x)]
    mixed = len(exceptions) < len(facts.lines)
    return beside(exceptions, text, "product") if mixed else []


@rule(
    article="CSS R. 163-2 ; arrêté du 26 juin 2006, art. 1",
    url=EXCEPTION,
    since=date(2006, 7, 5),
    product="P23",
    weight=Weight.INFORMS,
)
def exception_medicines_follow_their_sheet(facts: SignatureFacts) -> list[Breach]:
    """Prescribing an exception medicine attests that it follows the therapeutic information sheet."""
    text = Text(
        "Médicament d'exception : en signant, vous attestez suivre sa fiche d'information thérapeutique.",
        "Exception medicine: by signing, you attest that you follow its therapeutic information sheet.",
    )
    return beside([x for x in facts.medicines if is_exception(x)], text)


@rule(
    article="CSS L. 162-4 ; CSP L. 5121-12-1",
    url=CSS,
    since=LONG_SINCE,
    product="P25",
    weight=Weight.WARNS,
)
def off_label_says_whether_it_is_reimbursed(facts: SignatureFacts) -> list[Breach]:
    """An off-label line is marked as not reimbursable, or says why it is reimbursed."""
    text = Text(
        "Hors AMM : cochez « non remboursable », ou dites pourquoi c'est remboursé (accès compassionnel).",
        "Off-label: tick “not reimbursable”, or say why it is reimbursed (compassionate access).",
    )
    wrong = [x for x in facts.medicines if x.off_label and not x.not_reimbursable]
    return beside(wrong, text, "not_reimbursable")


@rule(article="CSS R. 161-45", url=CSS, since=LONG_SINCE, product="P26", weight=Weight.WARNS)
def each_line_is_charged_to_one_risk(facts: SignatureFacts) -> list[Breach]:
    """A line is charged to the long-term illness, or to work, maternity or prevention: to one of them."""
    text = Text(
        "Cette ligne est à la fois en ALD et à la charge d'un autre risque : choisissez.",
        "This line is both for the long-term illness and charged to another risk: choose.",
    )
    return beside([x for x in facts.lines if x.ald and x.cover], text, "cover")


@rule(
    article="CSS L. 162-5 (convention médicale)",
    url=CSS,
    since=LONG_SINCE,
    product="P27",
    weight=Weight.WARNS,
)
def each_type_has_its_prescription(facts: SignatureFacts) -> Breach | None:
    """Medicines and devices, laboratory tests, nursing, physiotherapy and transport stand apart."""
    kinds = {TYPE_OF.get(x.kind, x.kind) for x in facts.lines}
    types = [name for name in TYPES if name in kinds]
    if len(types) < 2:
        return None
    fr = ", ".join(TYPES[t].fr for t in types)
    en = ", ".join(TYPES[t].en for t in types)
    text = Text(
        f"À séparer en autant d'ordonnances : {fr}.",
        f"To be split into as many prescriptions: {en}.",
    )
    return Breach(text, key="+".join(types))
