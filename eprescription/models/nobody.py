"""What the database refuses about an anonymous subject, whatever the code above does (product.md 3.7, security.md 2.3).

Anonymous means: no identity, no account, no carer who knows her, no wish, no representative, no opposition, no document
that leaves, one pharmacy, and not one word of free text in which a name could stand.
"""

from collections.abc import Iterable

import pgtrigger

from eprescription.posology import KNOWN_REASONS


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


IS_ANONYMOUS = "(SELECT anonymity = 'anonymous' FROM eprescription_prescription WHERE id = {0})"
DESIGNATED = "(SELECT designated_id FROM eprescription_prescription WHERE id = {0})"
# What was written beside an anonymous prescription is a code, or a sentence that the portal made.
REASONS = (
    "Bénéfice attendu supérieur au risque",
    "Traitement déjà bien toléré",
    "Surveillance clinique et biologique prévue",
    "Avis du spécialiste obtenu",
    "Erreur de saisie",
)
"""The only reasons that may be kept beside an anonymous prescription, in the words of the law's language."""

CODED = _quoted(REASONS)


def named_only(name: str = "named_only") -> pgtrigger.Trigger:
    """No row of this table is about an anonymous subject (`subject_id`)."""
    return _refuses(
        "(SELECT kind FROM eprescription_subject WHERE id = NEW.subject_id) = 'anonymous'",
        "an anonymous subject has no row here",
        name,
    )


def never_of_anonymous(
    unless: str = "false", column: str = "prescription_id", name: str = "never_of_anonymous"
) -> pgtrigger.Trigger:
    """No row of this table is about an anonymous prescription, but for those that are `unless` (SQL on NEW)."""
    asked = f"{IS_ANONYMOUS.format(f'NEW.{column}')} AND NOT ({unless})"
    return _refuses(asked, "an anonymous prescription has no such row", name)


def designated_only(
    place: str, prescription: str = "NEW.prescription_id", name: str = "designated_only"
) -> pgtrigger.Trigger:
    """A row of this table opens an anonymous prescription to the designated pharmacy and to no other.

    `place`, `prescription`: SQL on NEW that gives their ids.
    """
    designated = DESIGNATED.format(prescription)
    asked = f"{IS_ANONYMOUS.format(prescription)} AND {designated} IS DISTINCT FROM {place}"
    return _refuses(asked, "another pharmacy than the designated one", name)


def wordless(texts: str, prescription: str, name: str = "wordless") -> pgtrigger.Trigger:
    """No free text beside an anonymous prescription. `texts`: SQL on NEW that holds when nothing was typed."""
    asked = f"{IS_ANONYMOUS.format(prescription)} AND NOT ({texts})"
    return _refuses(asked, "no free text beside an anonymous prescription", name)


KIND_AND_ANSWER = """
    IF ((SELECT kind FROM eprescription_subject WHERE id = NEW.subject_id) = 'anonymous')
        <> (NEW.anonymity = 'anonymous') THEN
        RAISE EXCEPTION 'the answer and the kind of the subject differ';
    END IF;
    RETURN NEW;
"""

ANSWER_STANDS = """
    IF NEW.anonymity IS DISTINCT FROM OLD.anonymity
        AND NOT (OLD.anonymity = '' AND NEW.anonymity = 'named') THEN
        RAISE EXCEPTION 'anonymity is answered once';
    END IF;
    IF OLD.anonymity = 'anonymous' AND (
        NEW.subject_id IS DISTINCT FROM OLD.subject_id
        OR NEW.designated_id IS DISTINCT FROM OLD.designated_id
    ) THEN
        RAISE EXCEPTION 'an anonymous prescription keeps its subject and its pharmacy';
    END IF;
    RETURN NEW;
"""

NO_WORDS_IN_DOSING = f"""NOT EXISTS (
    SELECT FROM jsonb_array_elements(NEW.dosing->'steps') step
    WHERE coalesce(step->>'note', '') <> '' OR (
        coalesce(step->>'reason', '') <> ''
        AND translate(lower(step->>'reason'), 'éèêëàâîïôöùûç', 'eeeeaaiioouuc')
            NOT IN ({_quoted(sorted(KNOWN_REASONS))})
    )
)"""
NO_WORDS_ON_A_LINE = (
    "NEW.kind = 'medicine' AND NEW.overlap = ''"
    f" AND (NEW.posology = '' OR NEW.dosing IS NOT NULL) AND {NO_WORDS_IN_DOSING}"
)


def kind_and_answer_agree() -> pgtrigger.Trigger:
    """An anonymous prescription is about an anonymous subject, and no other prescription is."""
    return pgtrigger.Trigger(
        name="kind_and_answer_agree",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("subject_id", "anonymity"),
        func=KIND_AND_ANSWER,
    )


def answered_once() -> pgtrigger.Trigger:
    """The answer is given once: neither taken back nor turned, in a draft either."""
    return pgtrigger.Trigger(
        name="anonymity_is_answered_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=ANSWER_STANDS,
    )


def _refuses(asked: str, why: str, name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"IF {asked} THEN RAISE EXCEPTION '{why} (%)', TG_TABLE_NAME; END IF; RETURN NEW;",
    )
