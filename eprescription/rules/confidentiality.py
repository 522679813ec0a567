"""The two questions that are asked each time, and what may leave for the health space."""

from eprescription.rules.facts import PushFacts, SignatureFacts
from eprescription.rules.law import Breach, Text, rule
from eprescription.rules.sources import E_PRESCRIPTION as URL
from eprescription.rules.sources import E_PRESCRIPTION_SINCE as IN_FORCE

DECREE = "CSP R. 4072-1 et s. (décret 2023-1222)"


@rule(article=DECREE, url=URL, since=IN_FORCE, product="P29")
def following_the_dispensing_was_asked(facts: SignatureFacts) -> Breach | None:
    """The patient was asked whether the prescriber may read the execution."""
    if facts.may_follow is not None:
        return None
    return Breach(
        Text(
            "Demandez au patient si vous pouvez suivre la délivrance.",
            "Ask the patient whether you may follow the dispensing.",
        ),
        field="may_follow",
    )


@rule(article=DECREE, url=URL, since=IN_FORCE, product="P29")
def paper_was_asked(facts: SignatureFacts) -> Breach | None:
    """The patient was asked whether he wants the paper or the secure mail only."""
    if facts.paper is not None:
        return None
    return Breach(
        Text(
            "Demandez au patient s'il veut le papier.",
            "Ask the patient whether he wants the paper.",
        ),
        field="paper",
    )


@rule(article="CSP R. 4072-1 et s. ; RNIV", url=URL, since=IN_FORCE, product="P29")
def secure_mail_only_needs_a_qualified_identity(facts: SignatureFacts) -> Breach | None:
    """Without a qualified identity nothing can be sent: the paper is handed over."""
    if facts.paper != "mail" or facts.patient.qualified:
        return None
    return Breach(
        Text(
            "L'identité n'est pas qualifiée : le papier doit être remis.",
            "The identity is not qualified: the paper must be handed over.",
        ),
        field="paper",
    )


@rule(article="CSP R. 1111-8-1 ; RNIV", url=URL, since=IN_FORCE)
def only_qualified_identities_leave(facts: PushFacts) -> Breach | None:
    """Only a qualified INS carries a document outside."""
    if facts.qualified:
        return None
    return Breach(
        Text(
            "L'identité du patient n'est pas qualifiée : rien n'est envoyé à l'espace santé.",
            "The patient's identity is not qualified: nothing is sent to the health space.",
        )
    )


@rule(article=DECREE, url=URL, since=IN_FORCE, product="P30")
def anonymous_prescriptions_never_leave(facts: PushFacts) -> Breach | None:
    """An anonymous prescription is sent to no health space."""
    if not facts.anonymous:
        return None
    return Breach(
        Text(
            "Une ordonnance anonyme n'est jamais envoyée.",
            "An anonymous prescription is never sent.",
        )
    )
