"""The mentions without which a prescription is none (CSP R. 5132-3)."""

from datetime import date

from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Breach, Text, rule

MENTIONS = "CSP R. 5132-3"
URL = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072665/"
SINCE = date(2013, 1, 1)

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


def _missing(what: Text, field: str, line: int | None = None) -> Breach:
    return Breach(Text(f"Il manque {what.fr}.", f"Missing: {what.en}."), line, field)


@rule(article=f"{MENTIONS} 1°", url=URL, since=SINCE)
def prescriber_is_fully_named(facts: SignatureFacts) -> list[Breach]:
    """The page names the prescriber: name, quality, identifier, address, telephone, e-mail."""
    return [_missing(t, f) for f, t in PRESCRIBER.items() if not getattr(facts.prescriber, f)]


@rule(article=f"{MENTIONS} 8°", url=URL, since=SINCE)
def patient_is_fully_named(facts: SignatureFacts) -> list[Breach]:
    """The page names the patient: surname, first names, sex, date of birth."""
    return [_missing(t, f) for f, t in PATIENT.items() if not getattr(facts.patient, f)]


@rule(article=f"{MENTIONS} 3°", url=URL, since=SINCE)
def something_is_prescribed(facts: SignatureFacts) -> Breach | None:
    """A prescription has at least one line."""
    if facts.lines:
        return None
    return _missing(Text("au moins un médicament", "at least one medicine"), "search")


@rule(article=f"{MENTIONS} 3°", url=URL, since=SINCE)
def each_line_says_how_to_take_it(facts: SignatureFacts) -> list[Breach]:
    """Each line states its posology."""
    what = Text("la posologie", "the dosage")
    return [_missing(what, "posology", x.position) for x in facts.lines if not x.posology.strip()]


@rule(article=f"{MENTIONS} 4°", url=URL, since=SINCE)
def each_line_has_duration_or_quantity(facts: SignatureFacts) -> list[Breach]:
    """Each line states a duration of treatment or a number of boxes."""
    what = Text("la durée ou le nombre de boîtes", "the duration or the number of boxes")
    bare = [x for x in facts.lines if not x.duration_days and not x.quantity]
    return [_missing(what, "duration", x.position) for x in bare]


@rule(article="CSP L. 5121-1-2", url=URL, since=date(2015, 1, 1))
def each_medicine_is_named_by_its_substance(facts: SignatureFacts) -> list[Breach]:
    """Each medicine is prescribed by its international non-proprietary name."""
    what = Text("la dénomination commune (DCI)", "the common name (INN)")
    return [_missing(what, "inn", x.position) for x in facts.lines if not x.inn.strip()]
