"""The words of the active edition, in the memory of the process, to forgive typing errors."""

from django.db import connection

from eprescription.catalogue.search.typed import Words, words_of
from eprescription.catalogue.spelling import Vocabulary
from eprescription.catalogue.words import forgive_units

_known = Vocabulary({}, stamp=(None, None))

# No row when the words in memory are those of the active edition. A word weighs what its medicines
# are used: of two guesses the likelier one comes first.
_CHANGED = """
WITH active AS MATERIALIZED (
    SELECT id, loaded_at FROM catalogue_edition
    WHERE kind = 'medicines' AND active AND (id, loaded_at) IS DISTINCT FROM (%s, %s)
)
SELECT word, sum(usage) AS weight, active.id, active.loaded_at
FROM active, catalogue_token t JOIN catalogue_medicine m ON m.cis = t.medicine_id
WHERE marketed
GROUP BY word, active.id, active.loaded_at
"""


def corrected(typed: Words) -> Words | None:
    """Return the words with what they may have meant, or None when one of them means nothing."""
    vocabulary = _current()
    words = words_of(forgive_units(typed.text))
    forms = tuple(tuple(vocabulary.near(word)) for word in words)
    return Words(typed.text, forms) if all(forms) else None


def _current() -> Vocabulary:
    """Read the words again only when the edition has changed. One query both ways."""
    global _known
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, _known.stamp)
        rows = cursor.fetchall()
    if rows:
        _known = Vocabulary({row[0]: int(row[1]) for row in rows}, stamp=rows[0][2:])
    return _known
