"""The plan of a full base, in temporary tables: which prescriptions, lines and dispensings there will be.

Ids are made of their number, so that a row knows those of its neighbours without a join.
"""

from datetime import datetime

from tests.load.bulk import run

MEASURED = 8  # pharmacies that share a quarter of all dispensings
SAFE = "(SELECT count(*) FROM drug WHERE NOT narcotic)"


def id_of(kind: str, *of: str) -> str:
    """The id of this kind of row for these numbers."""
    return f"md5(concat_ws(' ', '{kind}', {', '.join(of)}))::uuid"


# Waiting ones within a month, the others over the two years before. A third is for three deliveries.
RX = f"""
CREATE TEMP TABLE rx AS
SELECT n, {id_of("rx", "n")} AS id, {id_of("case", "n")} AS "case", activity AS author, person, subject,
    number, digest, n <= %(fresh)s AS fresh, n > %(fresh)s - %(held)s AND n <= %(fresh)s AS held,
    2 + mod(n, 2) AS lines, CASE WHEN n > %(fresh)s AND mod(n, 3) = 0 THEN 2 ELSE 0 END AS renewals,
    %(at)s - interval '3 minutes' - CASE WHEN n <= %(fresh)s THEN n * (interval '30 days' / %(fresh)s)
        ELSE interval '31 days' + (n - %(fresh)s) * (interval '699 days' / (%(count)s - %(fresh)s)) END AS signed
FROM generate_series(1, %(count)s) n
JOIN doctor d ON d.k = mod(n, (SELECT count(*) FROM doctor))
JOIN patient p ON p.k = mod(n, (SELECT count(*) FROM patient))
LEFT JOIN given USING (n)
ORDER BY n DESC
"""
LN = f"""
CREATE TEMP TABLE ln AS
SELECT {id_of("line", "n", "position")} AS id, rx.n, position, drug.i
FROM rx CROSS JOIN generate_series(1, 3) position
JOIN drug ON drug.i = CASE WHEN mod(n, 50) = 8 AND position = 2 AND NOT fresh AND (SELECT bool_or(narcotic) FROM drug)
    THEN (SELECT min(i) FROM drug WHERE narcotic) + mod(n, (SELECT count(*) FROM drug WHERE narcotic))
    ELSE mod(3 * n + position, {SAFE}) END
WHERE position <= lines
"""
# `rank` 1 and 2 are deliveries, 11 and 12 their corrections, an hour later.
DS = f"""
CREATE TEMP TABLE ds AS
SELECT *, {id_of("ds", "n", "rank")} AS id FROM (
    SELECT rx.n, rank, place, CASE mod(n / 32, 2) WHEN 0 THEN one ELSE two END AS by,
        signed + interval '2 hours' + mod(n, 48) * interval '20 minutes'
        + CASE WHEN mod(rank, 10) = 2 THEN interval '28 days' ELSE interval '0' END
        + CASE WHEN rank > 10 THEN interval '1 hour' ELSE interval '0' END AS at
    FROM rx CROSS JOIN unnest(ARRAY[1, 2, 11, 12]) rank
    JOIN pharmacy ON k = CASE WHEN mod(n, 4) = 0 THEN mod(n / 4, {MEASURED})
        ELSE {MEASURED} + mod(n, (SELECT count(*) FROM pharmacy) - {MEASURED}) END
    WHERE NOT fresh AND mod(rank, 10) <= 1 + renewals / 2 AND (rank < 10 OR mod(n + rank, 50) = 0)
) planned WHERE at < %(at)s ORDER BY at
"""
DL = """
CREATE TEMP TABLE dl AS
SELECT row_number() OVER (ORDER BY at, ds.n, rank, position) AS id, ds.id AS dispensing, ln.id AS line, ds.n, rank,
    place, at, i, narcotic, drug.period, rx.renewals, position
FROM ds JOIN ln USING (n) JOIN drug USING (i) JOIN rx USING (n)
"""


def plan(*, at: datetime, count: int, fresh: int, held: int) -> None:
    """Decides each prescription (`rx`), line (`ln`) and dispensing (`ds`); `drug` and the people are there already."""
    for sql, params in (
        (RX, {"at": at, "count": count, "fresh": fresh, "held": held}),
        (LN, {}),
        (DS, {"at": at}),
        (DL, {}),
    ):
        run(sql, params)  # type: ignore[arg-type]
    run("ANALYZE rx, ln, ds, dl, doctor, patient, pharmacy, drug, given")
