"""Care of a minor that stays unknown to those who hold parental authority: on which ground, and by whose hand.

A ground is one of L1111-5 (necessary care that the minor keeps secret), L5134-1 (birth control), L2212-7 (abortion).
"""

from datetime import date

from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Breach, Text, Weight, rule
from eprescription.rules.professions import DOCTOR, MIDWIFE, NURSE
from eprescription.rules.sources import CSP, LONG_SINCE

HEALTH, CONTRACEPTION, ABORTION = "L1111-5", "L5134-1", "L2212-7"
ADULT = 18
NURSES_SINCE = date(2016, 1, 28)  # loi 2016-41, article 7
WITH_AN_ADULT = (HEALTH, ABORTION)
OF_CONTRACEPTION = ("G02B", "G03A")  # ATC: local contraceptives, hormonal contraceptives


@rule(article="CSP L. 1111-5, L. 2212-7, L. 5134-1", url=CSP, since=LONG_SINCE)
def secret_care_is_for_minors(facts: SignatureFacts) -> Breach | None:
    """Only a minor's care is kept from representatives: an adult has none, or one whom a judge named."""
    age = facts.patient.age_on(facts.on)
    if not facts.secret or (age is not None and age < ADULT):
        return None
    return Breach(
        Text(
            "Les soins secrets concernent un mineur : choisissez « soins ordinaires ».",
            "Secret care is for a minor: choose “ordinary care”.",
        ),
        field="secret",
    )


@rule(article="CSP L. 1111-5, L. 2212-7", url=CSP, since=LONG_SINCE)
def a_minor_who_keeps_care_secret_is_accompanied(facts: SignatureFacts) -> Breach | None:
    """The minor comes with an adult of his or her choice; birth control alone does not ask for it."""
    if facts.secret not in WITH_AN_ADULT or facts.accompanied:
        return None
    if facts.accompanied is None:
        text = Text(
            "Dites si un adulte de son choix l'accompagne.",
            "Say whether an adult of the minor's choice is present.",
        )
    else:
        text = Text(
            "La loi veut qu'un adulte de son choix l'accompagne : demandez-lui qui peut venir.",
            "The law wants an adult of the minor's choice to be present: ask who can come.",
        )
    return Breach(text, field="accompanied")


@rule(article="CSP L. 1111-5, L. 2212-2, L. 5134-1", url=CSP, since=LONG_SINCE)
def secret_care_comes_from_doctors_and_midwives(facts: SignatureFacts) -> Breach | None:
    """A doctor or a midwife does without the consent of the parents; nurses have a text of their own."""
    if not facts.secret or facts.prescriber.profession in (DOCTOR, MIDWIFE, NURSE):
        return None
    return Breach(
        Text(
            "Seuls un médecin, une sage-femme ou, en santé sexuelle, un infirmier soignent un mineur en secret.",
            "Only a doctor, a midwife or, in sexual health, a nurse treats a minor in secret.",
        ),
        field="secret",
    )


@rule(article="CSP L. 1111-5-1", url=CSP, since=NURSES_SINCE)
def nurses_keep_sexual_health_secret_and_nothing_else(facts: SignatureFacts) -> list[Breach]:
    """A nurse keeps secret what protects sexual and reproductive health alone; here that is birth control."""
    if facts.prescriber.profession != NURSE or not facts.secret:
        return []
    text = Text(
        "Un infirmier ne garde secrets que des soins de santé sexuelle et reproductive.",
        "A nurse keeps only care of sexual and reproductive health secret.",
    )
    if facts.secret != CONTRACEPTION:
        return [Breach(text, field="secret")]
    return [Breach(text, x.position, "product") for x in facts.medicines if not _prevents(x.atc)]


@rule(article="CSP L. 5134-1, L. 1111-5", url=CSP, since=LONG_SINCE, weight=Weight.WARNS)
def the_ground_of_birth_control_is_for_birth_control(facts: SignatureFacts) -> list[Breach]:
    """Under the ground of birth control stands birth control; for anything else the prescriber says why."""
    if facts.secret != CONTRACEPTION or facts.prescriber.profession == NURSE:
        return []
    text = Text(
        "Ce médicament n'est pas un contraceptif : dites pourquoi il reste secret, ou choisissez le motif L. 1111-5.",
        "This medicine is no contraceptive: say why it stays secret, or choose the ground L. 1111-5.",
    )
    return [Breach(text, x.position, "product") for x in facts.medicines if not _prevents(x.atc)]


@rule(article="CSP L. 1111-5, R. 4072-1 et s.", url=CSP, since=LONG_SINCE)
def secret_care_leaves_on_paper(facts: SignatureFacts) -> Breach | None:
    """The secure mailbox of a minor may be open to his parents: the paper goes into his own hand."""
    if not facts.secret or facts.paper != "mail":
        return None
    return Breach(
        Text(
            "Ses représentants peuvent lire la messagerie d'un mineur : remettez-lui le papier en main propre.",
            "Representatives may read a minor's mailbox: hand the paper to the minor.",
        ),
        field="paper",
    )


def _prevents(atc: str) -> bool:
    """A class of contraceptives, or a medicine whose class the drug base does not give."""
    return not atc or atc.startswith(OF_CONTRACEPTION)
