"""The SQL that finds: ordinary queries on the table of words, no extension.

Written as SQL because one query must rank the words, gather the rows of an INN and read what a list
shows. Each text is a chain of CTEs that ends with `shown`, see hits.py. Measured on the whole public
base by tests/load/search.py.
"""

from collections.abc import Sequence

# One word of the query, under any of its forms. Constants rather than a join with them: the planner
# then knows how few there are, and does not read the whole table of medicines for ten.
_WORD = """
    SELECT {rank} AS rank, medicine_id, leads, word = ANY(%(forms_{rank})s) AS whole
    FROM catalogue_token WHERE {ranges}"""
# Left out for one word, where it is always true: the planner takes it to leave one in two hundred.
_HAVING = "HAVING bit_or(1 << rank) = %(all_words)s"
_RANGE = "word ~>=~ %({name})s AND word ~<=~ %({name}_end)s"

# Medicines that have, for each typed word, a word that starts with one of its forms. `lead` says how
# well a name or an INN starts with what was typed: 1 with its beginning, 2 with the very word, 3 and
# it is no combination ("valsartan" alone comes before what it is combined with), 0 not at all.
_OF_WORDS = """
typed AS ({tokens}),
found AS (
    SELECT medicine_id AS cis, bool_or(leads) AS leads, bool_or(leads AND whole) AS whole,
        coalesce(bit_or(1 << rank) FILTER (WHERE whole), 0) & %(letters)s AS letters
    FROM typed GROUP BY medicine_id {having}
),
matching AS (
    SELECT cis, name, inn_key, usage, homeopathic,
        leads::int + whole::int + (whole AND position(' + ' IN inn) = 0)::int AS lead,
        letters = max(letters) OVER () AS whole_letters, NULL AS cip13
    FROM found JOIN catalogue_medicine USING (cis) WHERE marketed
),
wanted AS (
    SELECT * FROM matching
    WHERE whole_letters AND (
        NOT homeopathic OR %(homeopathy)s OR (SELECT bool_and(homeopathic) FROM matching)
    )
)"""

_OF_BOX = """
wanted AS (
    SELECT cis, name, inn_key, m.usage, 0 AS lead, p.cip13
    FROM catalogue_pack p JOIN catalogue_medicine m ON m.cis = p.medicine_id
    WHERE {field} = %(code)s
)"""

# The marketed members of the same interchangeable groups (2 is dosage complementarity).
_SUBSTITUTES = """
wanted AS (
    SELECT cis, name, inn_key, usage, 0 AS lead, NULL AS cip13
    FROM catalogue_medicine
    WHERE marketed AND cis <> %(cis)s AND cis IN (
        SELECT other.medicine_id FROM catalogue_membership mine
        JOIN catalogue_membership other USING (group_id)
        WHERE mine.medicine_id = %(cis)s AND mine.kind <> 2 AND other.kind <> 2
    )
)"""

_LIST = """,
best AS (
    SELECT * FROM wanted ORDER BY lead DESC, usage DESC, name LIMIT %(limit)s
),
shown AS (
    SELECT cis, cip13, 0 AS row, true AS matched, false AS most_used,
        row_number() OVER (ORDER BY lead DESC, usage DESC, name) AS place,
        (SELECT count(*) FROM catalogue_medicine m
            WHERE m.inn_key = best.inn_key AND m.marketed) AS size
    FROM best
)"""

# A medicine without a key (loaded before keys were) is a row by itself.
_ROWS = """,
best AS (
    SELECT coalesce(nullif(inn_key, ''), cis) AS key,
        row_number() OVER (ORDER BY max(lead) DESC, sum(usage) DESC, min(name)) AS row
    FROM wanted GROUP BY key ORDER BY row LIMIT %(limit)s
),
members AS (
    -- IN, not a join: hashed even when the planner takes `wanted` for one row.
    SELECT m.*, best.row, m.cis IN (SELECT cis FROM wanted) AS matched
    FROM best JOIN catalogue_medicine m ON m.inn_key = best.key OR m.cis = best.key
),
placed AS (
    SELECT cis, row, matched,
        row_number() OVER (
            PARTITION BY row ORDER BY matched DESC, marketed DESC, usage DESC, name
        ) AS place,
        row_number() OVER (PARTITION BY row ORDER BY marketed DESC, usage DESC, name) AS rank,
        count(*) FILTER (WHERE marketed) OVER (PARTITION BY row) AS size
    FROM members WHERE marketed OR matched
),
shown AS (
    SELECT *, rank = 1 AS most_used,
        CASE WHEN matched THEN (SELECT min(cip13) FROM wanted) END AS cip13
    FROM placed WHERE place <= %(brands)s OR rank = 1
)"""


def list_of_words(forms: Sequence[int]) -> str:
    """Return the finder of a list; `forms`: under how many forms each word is looked for."""
    return _of_words(forms) + _LIST


def rows_of_words(forms: Sequence[int]) -> str:
    """Return the finder of rows; `forms`: under how many forms each word is looked for."""
    return _of_words(forms) + _ROWS


def _of_words(forms: Sequence[int]) -> str:
    tokens = " UNION ALL ".join(_word(rank, count) for rank, count in enumerate(forms))
    return _OF_WORDS.format(tokens=tokens, having=_HAVING if len(forms) > 1 else "")


def _word(rank: int, count: int) -> str:
    ranges = (_RANGE.format(name=f"form_{rank}_{n}") for n in range(count))
    return _WORD.format(rank=rank, ranges=" OR ".join(ranges))


LIST_OF_BOX = {field: _OF_BOX.format(field=field) + _LIST for field in ("cip13", "cip7")}
ROWS_OF_BOX = {field: _OF_BOX.format(field=field) + _ROWS for field in ("cip13", "cip7")}
SUBSTITUTES = _SUBSTITUTES + _LIST
