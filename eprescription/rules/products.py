"""What the drug base says of a medicine today: whether it is still sold, who may prescribe it, what is watched."""

from eprescription.rules.facts import LineFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, rule
from eprescription.rules.sources import CSP, LONG_SINCE

MONITORING = "surveillance particulière"  # the wording of the drug base (CSP R. 5121-93)


@rule(article="CSP L. 5121-8", url=CSP, since=LONG_SINCE)
def only_marketed_medicines_are_prescribed(facts: SignatureFacts) -> list[Breach]:
    """A medicine that has left the market is not signed; those that replace it are named."""
    return [Breach(_gone(x), x.position, "product") for x in facts.medicines if not x.marketed]


def _gone(line: LineFacts) -> Text:
    if not line.proposals:
        return Text(
            "Ce médicament n'est plus commercialisé : choisissez-en un autre.",
            "This medicine is no longer marketed: choose another one.",
        )
    names = " ; ".join(line.proposals)
    return Text(
        f"Ce médicament n'est plus commercialisé. À sa place : {names}.",
        f"This medicine is no longer marketed. In its place: {names}.",
    )


@rule(
    article="CSP R. 5121-77 et s.",
    url=CSP,
    since=LONG_SINCE,
    product="P24",
    weight=Weight.WARNS,
)
def restricted_medicines_are_prescribed_by_those_who_may(facts: SignatureFacts) -> list[Breach]:
    """A medicine reserved to hospitals or to certain specialists says on which ground it is prescribed."""
    return [
        Breach(_restricted(labels), x.position, "product")
        for x in facts.medicines
        if (labels := _labels(x, monitoring=False))
    ]


def _restricted(labels: tuple[str, ...]) -> Text:
    told = " ; ".join(labels)
    return Text(
        f"Prescription restreinte : {told}. Dites à quel titre vous prescrivez (votre spécialité ; pour une "
        "prescription initiale hospitalière, sa date et son hôpital).",
        f"Restricted prescription: {told}. Say on which ground you prescribe (your speciality; for an "
        "initial hospital prescription, its date and hospital).",
    )


@rule(
    article="CSP R. 5121-93 à R. 5121-95",
    url=CSP,
    since=LONG_SINCE,
    product="P24",
    weight=Weight.INFORMS,
)
def special_monitoring_is_known(facts: SignatureFacts) -> list[Breach]:
    """A medicine whose treatment is specially monitored says so."""
    return [
        Breach(Text(f"À savoir : {told}.", f"Good to know: {told}."), x.position)
        for x in facts.medicines
        if (told := " ; ".join(_labels(x, monitoring=True)))
    ]


def _labels(line: LineFacts, *, monitoring: bool) -> tuple[str, ...]:
    return tuple(x for x in line.restricted if (MONITORING in x) is monitoring)


@rule(
    article="CSP R. 5132-3 4° ; CSS L. 162-2-1",
    url=CSP,
    since=LONG_SINCE,
    product="P9",
    weight=(Weight.WARNS, Weight.INFORMS),
)
def boxes_match_the_treatment(facts: SignatureFacts) -> list[Breach]:
    """The number of boxes is what posology and duration need: not fewer, not more than twice."""
    return [
        Breach(_boxes(x.quantity, x.boxes_needed), x.position, "quantity", weight)
        for x in facts.medicines
        if x.quantity and x.boxes_needed and (weight := _weight(x.quantity, x.boxes_needed))
    ]


def _weight(boxes: int, needed: int) -> Weight | None:
    if boxes > 2 * needed:
        return Weight.WARNS
    return Weight.INFORMS if boxes < needed else None


def _boxes(boxes: int, needed: int) -> Text:
    return Text(
        f"Boîtes par délivrance : {boxes} ; la posologie et la durée en demandent {needed}.",
        f"Boxes a delivery: {boxes}; the dosage and the duration ask for {needed}.",
    )
