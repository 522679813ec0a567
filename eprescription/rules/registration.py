"""What a delivery leaves behind: its number and day, the box that was read, the file that it feeds."""

from datetime import date

from eprescription.rules.deliveries import LISTED
from eprescription.rules.delivery_facts import DispensingFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP, LONG_SINCE

FALSIFIED = "https://eur-lex.europa.eu/eli/reg_del/2016/161/oj"


@rule(article="CSP R. 5132-13", url=CSP, since=LONG_SINCE, product="D6")
def deliveries_follow_the_signature(facts: DispensingFacts) -> Breach | None:
    """The day that a delivery bears is never before that of its prescription."""
    if facts.on >= facts.signed_on:
        return None
    return Breach(
        Text(
            "La délivrance est datée d'avant l'ordonnance.",
            "The delivery is dated before the prescription.",
        )
    )


@rule(
    article="CSP R. 5132-9, R. 5132-10, R. 5132-13",
    url=CSP,
    since=LONG_SINCE,
    product=("D6", "D8"),
    weight=Weight.INFORMS,
)
def listed_deliveries_are_numbered(facts: DispensingFacts) -> list[Breach]:
    """What is on a list enters the register of the pharmacy under its next number."""
    text = Text(
        "Inscrit à l'ordonnancier sous le numéro suivant, avec date et quantité.",
        "Entered in the register under the next number, with day and quantity.",
    )
    return beside([x for x in facts.medicines if x.list in LISTED], text)


@rule(
    article="Règlement (UE) 2016/161, art. 24", url=FALSIFIED, since=date(2019, 2, 9), product="D16"
)
def a_box_is_given_once(facts: DispensingFacts) -> list[Breach]:
    """A box whose serial number was given already is not given again; one that is shared out by the unit may be."""
    seen = [x for x in facts.medicines if x.given.serial_seen and not x.by_unit]
    return [
        Breach(
            Text(
                f"La boîte de numéro de série {x.given.serial_seen} a déjà été délivrée : mettez-la de côté, elle est"
                " peut-être falsifiée.",
                f"The box of serial number {x.given.serial_seen} was given already: put it aside, it may be falsified.",
            ),
            x.position,
            "serial",
        )
        for x in seen
    ]


@rule(
    article="Règlement (UE) 2016/161, art. 20", url=FALSIFIED, since=date(2019, 2, 9), product="D16"
)
def no_box_has_expired(facts: DispensingFacts) -> list[Breach]:
    """An expired box is not given."""
    expired = [x for x in facts.handed if x.given.expiry and x.given.expiry < facts.on]
    return [
        Breach(
            Text(
                f"Cette boîte est périmée depuis le {x.given.expiry:%d/%m/%Y}.",
                f"This box expired on {x.given.expiry:%d/%m/%Y}.",
            ),
            x.position,
            "expiry",
        )
        for x in expired
    ]


@rule(article="CSP R. 5125-53", url=CSP, since=LONG_SINCE, product=("D3", "D16"))
def the_box_is_of_the_product(facts: DispensingFacts) -> list[Breach]:
    """The box that was read is one of the product that is recorded."""
    text = Text(
        "La boîte lue n'est pas de ce produit.", "The box that was read is not of this product."
    )
    return beside([x for x in facts.medicines if x.given.unknown_box], text, "product")


@rule(article="CSP R. 1111-20-7", url=CSP, since=LONG_SINCE, product="D17", weight=Weight.INFORMS)
def the_pharmaceutical_file_is_fed_unless_opposed(facts: DispensingFacts) -> Breach | None:
    """Deliveries feed the pharmaceutical file unless the patient opposes it; never those of an anonymous prescription."""
    if not facts.medicines:
        return None
    if facts.anonymous:
        return Breach(
            Text(
                "Ordonnance anonyme : n'alimentez pas le dossier pharmaceutique.",
                "Anonymous prescription: do not feed the pharmaceutical file.",
            )
        )
    return Breach(
        Text(
            "Le dossier pharmaceutique est alimenté par votre logiciel, sauf opposition du patient, ou du mineur soigné "
            "sans l'accord de ses parents.",
            "Your software feeds the pharmaceutical file, unless the patient opposes it, or the minor treated without "
            "the consent of the parents.",
        )
    )
