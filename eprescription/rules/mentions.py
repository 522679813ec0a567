"""The mentions without which a prescription is none (CSP R. 5132-3)."""

from datetime import date

from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, beside, rule
from eprescription.rules.sources import CSP

MENTIONS = "CSP R. 5132-3"
SINCE = date(2013, 1, 1)
CHILD = 15  # under this age weight decides the dose

PRESCRIBER = {
    "name": Text("votre nom et vos prénoms", "your surname and first names"),
    "title": Text("votre qualité, titre ou spécialité", "your profession, title or speciality"),
    "identifier": Text("votre identifiant RPPS", "your RPPS identifier"),
    "address": Text("votre adresse professionnelle", "your professional address"),
    "phone": Text("votre téléphone professionnel", "your professional telephone number"),
    "email": Text("votre adresse électronique", "your e-mail address"),
}
PATIENT = {
    "birth_name": Text("le nom du patient", "the patient's surname"),
    "first_names": Text("les prénoms du patient", "the patient's first names"),
    "sex": Text("le sexe du patient", "the patient's sex"),
    "birth_date": Text("la date de naissance du patient", "the patient's date of birth"),
}


def _missing(what: Text) -> Text:
    return Text(f"Il manque {what.fr}.", f"Missing: {what.en}.")


@rule(article=f"{MENTIONS} 1° ; CSS R. 161-45", url=CSP, since=SINCE, product=("P1", "P4"))
def prescriber_is_fully_named(facts: SignatureFacts) -> list[Breach]:
    """The page names the prescriber: name, quality, identifier, address, telephone, e-mail."""
    return [
        Breach(_missing(what), field=name)
        for name, what in PRESCRIBER.items()
        if not getattr(facts.prescriber, name)
    ]


@rule(article=f"{MENTIONS} 1°", url=CSP, since=SINCE, product="P1")
def prescriber_can_be_reached_from_abroad(facts: SignatureFacts) -> list[Breach]:
    """The address says "France" and the telephone number has its international prefix."""
    found = []
    if facts.prescriber.address and "FRANCE" not in facts.prescriber.address.upper():
        what = Text("« France » dans votre adresse", "“France” in your address")
        found.append(Breach(_missing(what), field="address"))
    if facts.prescriber.phone and not facts.prescriber.phone.strip().startswith("+"):
        what = Text("l'indicatif +33 de votre téléphone", "the +33 prefix of your telephone")
        found.append(Breach(_missing(what), field="phone"))
    return found


@rule(article=f"{MENTIONS} 8° ; CSS R. 161-45", url=CSP, since=SINCE, product=("P1", "P4"))
def patient_is_fully_named(facts: SignatureFacts) -> list[Breach]:
    """The page names the patient: surname, first names, sex, date of birth."""
    if (
        facts.anonymity == "anonymous"
    ):  # the special text of her anonymity goes before this one (CSP R. 4072-1 et s.)
        return []
    return [
        Breach(_missing(what), field=name)
        for name, what in PATIENT.items()
        if not getattr(facts.patient, name)
    ]


@rule(article=f"{MENTIONS} 8°", url=CSP, since=SINCE, product="P1", weight=Weight.INFORMS)
def the_weight_of_a_child_is_stated(facts: SignatureFacts) -> Breach | None:
    """A prescription of medicines for a child says the weight."""
    age = facts.patient.age_on(facts.on)
    if facts.patient.weight_kg or age is None or age >= CHILD or not facts.medicines:
        return None
    return Breach(
        Text(
            "Chez un enfant, indiquez le poids : la pharmacie vérifie la dose avec lui.",
            "For a child, state the weight: the pharmacy checks the dose with it.",
        ),
        field="weight_kg",
    )


@rule(article=f"{MENTIONS} 3°", url=CSP, since=SINCE, product="P1")
def something_is_prescribed(facts: SignatureFacts) -> Breach | None:
    """A prescription has at least one line."""
    if facts.lines:
        return None
    return Breach(_missing(Text("au moins une ligne", "at least one line")), field="search")


@rule(article=f"{MENTIONS} 3°", url=CSP, since=SINCE, product=("P1", "P9"))
def each_line_says_how_to_take_it(facts: SignatureFacts) -> list[Breach]:
    """Each medicine states its posology."""
    bare = [x for x in facts.medicines if not x.posology.strip()]
    return beside(bare, _missing(Text("la posologie", "the dosage")), "posology")


@rule(article=f"{MENTIONS} 3°", url=CSP, since=SINCE, product="P1")
def each_free_line_says_something(facts: SignatureFacts) -> list[Breach]:
    """A device, an examination or care says what it is, by its name or in its text."""
    bare = [x for x in facts.lines if not x.is_medicine and not f"{x.name}{x.posology}".strip()]
    return beside(bare, _missing(Text("ce qui est prescrit", "what is prescribed")), "name")


@rule(
    article=f"{MENTIONS} 4° ; CSP R. 5123-1",
    url=CSP,
    since=SINCE,
    product=("P1", "P9"),
)
def each_line_has_duration_or_quantity(facts: SignatureFacts) -> list[Breach]:
    """Each medicine states a duration of treatment or a number of boxes."""
    bare = [x for x in facts.medicines if not x.duration_days and not x.quantity]
    what = Text("la durée ou le nombre de boîtes", "the duration or the number of boxes")
    return beside(bare, _missing(what), "duration")


@rule(
    article="CSP L. 5121-1-2",
    url=CSP,
    since=date(2015, 1, 1),
    product="P3",
    weight=(Weight.BLOCKS, Weight.WARNS),
)
def each_medicine_is_named_by_its_substance(facts: SignatureFacts) -> list[Breach]:
    """Each medicine is prescribed by its common name (INN); the brand may stand beside it."""
    # The portal writes the INN by itself: it is missing only where the drug base knows none.
    alone = Text(
        "La base publique ne donne pas la dénomination commune (DCI) : seul le nom de marque sera imprimé.",
        "The public base gives no common name (INN): only the brand name will be printed.",
    )
    nothing = _missing(Text("le nom du médicament", "the name of the medicine"))
    return [
        Breach(alone, x.position, "inn", Weight.WARNS)
        if x.name.strip() and not x.by_inn
        else Breach(nothing, x.position, "inn")
        for x in facts.medicines
        if not x.inn.strip()
    ]


@rule(article=MENTIONS, url=CSP, since=SINCE, product="P2", weight=Weight.INFORMS)
def medicines_are_prescribed_after_examination(facts: SignatureFacts) -> Breach | None:
    """A prescription of medicines is written after examination of the patient."""
    if not facts.medicines:
        return None
    return Breach(
        Text(
            "En signant, vous attestez prescrire après examen du patient.",
            "By signing, you state that you prescribe after examining the patient.",
        ),
        field="signature",
    )
