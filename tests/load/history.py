"""What two years of prescriptions left in each table: first the plan in temporary tables, then the rows.

Ids are made of their number, so that a row knows those of its neighbours without a join. Rows come in the order of
time, as they would have.
"""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.utils import timezone

from eprescription.models import (
    AccessCode,
    Balance,
    Care,
    Claim,
    DispensedLine,
    Dispensing,
    DispensingCase,
    DoneOnce,
    JournalEntry,
    Line,
    LineContent,
    Message,
    Opening,
    Prescription,
    PrescriptionGroupGrant,
    PrescriptionUserGrant,
    Push,
    Register,
    RegisterEntry,
    Transition,
)
from tests.load.bulk import pour, run
from tests.load.world import COPIED

MODELS = (
    AccessCode, Balance, Care, Claim, DispensedLine, Dispensing, DispensingCase, DoneOnce, JournalEntry, Line, Message,
    Opening, Prescription, PrescriptionGroupGrant, PrescriptionUserGrant, Push, Register, RegisterEntry, Transition,
)  # fmt: skip
TABLES = [model._meta.db_table for model in MODELS]
MEASURED = 8  # pharmacies that share a quarter of all dispensings
SAFE = "(SELECT count(*) FROM drug WHERE NOT narcotic)"


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


def _id(kind: str, *of: str) -> str:
    return f"md5(concat_ws(' ', '{kind}', {', '.join(of)}))::uuid"


# Waiting ones within a month, the others over the two years before. A third is for three deliveries.
RX = f"""
CREATE TEMP TABLE rx AS
SELECT n, {_id("rx", "n")} AS id, {_id("case", "n")} AS "case", activity AS author, person, subject,
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
SELECT {_id("line", "n", "position")} AS id, rx.n, position, drug.i
FROM rx CROSS JOIN generate_series(1, 3) position
JOIN drug ON drug.i = CASE WHEN mod(n, 50) = 8 AND position = 2 AND NOT fresh AND (SELECT bool_or(narcotic) FROM drug)
    THEN (SELECT min(i) FROM drug WHERE narcotic) + mod(n, (SELECT count(*) FROM drug WHERE narcotic))
    ELSE mod(3 * n + position, {SAFE}) END
WHERE position <= lines
"""
# `rank` 1 and 2 are deliveries, 11 and 12 their corrections, an hour later.
DS = f"""
CREATE TEMP TABLE ds AS
SELECT *, {_id("ds", "n", "rank")} AS id FROM (
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


def write(edition: str) -> dict[str, int]:
    """All rows from the plan; how many in each table."""
    counts: dict[str, int] = {}
    for model, columns, source in (
        *_prescribed(edition), *_readable(), *_dispensed(), *_taken(), *_traced()
    ):  # fmt: skip
        table = model._meta.db_table.removeprefix("eprescription_")
        counts[table] = counts.get(table, 0) + pour(model, columns, source)
    run(
        "SELECT setval(pg_get_serial_sequence('eprescription_dispensedline', 'id'), (SELECT max(id) FROM dl))"
    )
    return counts


Rows = tuple[type, dict[str, str], str]
TODAY = f"'{timezone.localdate():%Y-%m-%d}'::date"
EXPIRES = "signed::date + 360"
GIVEN = "(SELECT n, count(*) AS times FROM ds WHERE rank < 10 GROUP BY n) g"
UNKNOWN = "decode(md5('a ' || n) || md5('b ' || n), 'hex')"


def _prescribed(edition: str) -> list[Rows]:
    content = {f.column: f"drug.{f.column}" for f in LineContent._meta.fields}
    state = (
        f"CASE WHEN held THEN 'claimed' WHEN fresh THEN 'waiting' WHEN times > renewals THEN 'dispensed'"
        f" WHEN {EXPIRES} < {TODAY} THEN 'expired' ELSE 'partly' END"
    )
    return [
        (
            Prescription,
            {
                "id": "id", "state": f"CASE WHEN {EXPIRES} < {TODAY} THEN 'expired' ELSE 'issued' END",
                "version": "2", "author_id": "author", "subject_id": "subject", "identity_version": "1",
                "created_at": "signed", "written_at": "signed", "may_follow": "true", "paper": "'paper'",
                "number": "coalesce(number, '01' || upper(substr(md5('number ' || n), 1, 16)))",
                "prescriber": f"'{COPIED}'::jsonb", "catalogue_edition": f"'{edition}'", "signed_at": "signed",
                "expires_on": EXPIRES,
            },
            "rx ORDER BY signed",
        ),
        (
            Line,
            content | {"id": "ln.id", "prescription_id": "rx.id", "position": "position", "renewals": "rx.renewals"},
            "ln JOIN rx USING (n) JOIN drug USING (i) ORDER BY n DESC, position",
        ),
        (
            DispensingCase,
            {"id": '"case"', "prescription_id": "id", "state": state, "version": "coalesce(2 * times, 0)"},
            f"rx LEFT JOIN {GIVEN} USING (n) ORDER BY signed",
        ),
        (
            Balance,
            {
                "line_id": "ln.id", "case_id": '"case"', "unit": "drug.unit",
                "total": "period * (rx.renewals + 1)", "dispensed": "period * coalesce(times, 0)",
            },
            f"ln JOIN rx USING (n) JOIN drug USING (i) LEFT JOIN {GIVEN} USING (n) ORDER BY n DESC, position",
        ),
    ]  # fmt: skip


def _readable() -> list[Rows]:
    """Who may read it, by which code, and its document that left."""
    read, opened = (
        f"{Permission.objects.get(codename=name).pk}"
        for name in ("read_execution", "open_presented")
    )
    code = {
        "prescription_id": "id",
        "serial": "1",
        "digest": f"coalesce(digest, {UNKNOWN})",
        "made_at": "signed",
    }
    push = {
        "id": _id("push", "n"),
        "prescription_id": "id",
        "occasion": "'signed'",
        "state": "'delivered'",
    }
    push |= {
        "version": "2",
        "attempts": "1",
        "created_at": "signed",
        "next_at": "signed",
        "delivered_at": "signed",
    }
    care = {
        "subject_id": "subject",
        "prescriber_id": "author",
        "since": "min(signed)",
        "last_at": "max(signed)",
    }
    grant = {"permission_id": opened, "group_id": "team", "content_object_id": "rx.id"}
    message = {
        "id": _id("message", "n"),
        "place_id": "place",
        "way": "'portal'",
        "message_id": "sha256(convert_to('message ' || n, 'UTF8'))",
        "sent_by_id": "author",
        "received_at": "signed",
        "state": "CASE mod(n, 3) WHEN 0 THEN 'new' ELSE 'done' END",
        "prescription_id": "rx.id",
    }
    return [
        (AccessCode, code | {"alive": f"{EXPIRES} >= {TODAY}"}, "rx ORDER BY signed"),
        (Push, push, "rx ORDER BY signed"),
        (Care, care, "rx GROUP BY subject, author"),
        (Message, message, RECEIVED),
        (
            PrescriptionUserGrant,
            {"permission_id": read, "user_id": "person", "content_object_id": "id"},
            "rx",
        ),
        (PrescriptionGroupGrant, grant, HELD),
    ]


def _dispensed() -> list[Rows]:
    later = "mod(rank, 10) = 2"
    line = {
        "id": "dl.id", "dispensing_id": "dispensing", "line_id": "line", "quantity": "dl.period", "days": "28",
        "cis": "drug.cis", "name": "drug.name", "cip13": "drug.cip13", "packs": "1",
        "owed": f"CASE WHEN {later} AND mod(n, 40) = 0 THEN 1 ELSE 0 END",
    }  # fmt: skip
    listed = "dl JOIN drug USING (i) JOIN rx USING (n) WHERE drug.list IN ('I', 'II', 'S')"
    number = "row_number() OVER (PARTITION BY place ORDER BY dl.id)"
    entry = {
        "pharmacy_id": "place",
        "number": number,
        "at": "at",
        "delivered_id": "dl.id",
        "subject_id": "subject",
    }
    return [
        (
            Dispensing,
            {
                "id": "ds.id", "case_id": '"case"', "pharmacy_id": "place", "by_id": "by", "at": "at",
                "completeness": f"CASE WHEN {later} THEN 'RFC' ELSE 'FFC' END",
                "corrects_id": f"CASE WHEN rank > 10 THEN {_id('ds', 'n', 'rank - 10')} END",
                "correction_reason": "CASE WHEN rank > 10 THEN 'Boîtes recomptées' ELSE '' END",
            },
            "ds JOIN rx USING (n) ORDER BY at",
        ),
        (DispensedLine, line, "dl JOIN drug USING (i) ORDER BY dl.id"),
        (RegisterEntry, entry | {"cis": "drug.cis"}, f"{listed} ORDER BY dl.id"),
        (Register, {"pharmacy_id": "pharmacy_id", "last": "count(*)"}, "eprescription_registerentry GROUP BY 1"),
    ]  # fmt: skip


# What was sent to a pharmacy before it came: the youngest, a third of them not opened yet
RECEIVED = (
    "rx JOIN pharmacy ON k = mod(n, (SELECT count(*) FROM pharmacy)) WHERE fresh ORDER BY signed"
)
# Those in hand, ten a pharmacy at most, since two days at most
HELD = (
    "(SELECT rx.*, place, team, one AS by, now() - mod(n, 48) * interval '1 hour' AS at FROM rx"
    " JOIN pharmacy ON k = mod(n, (SELECT count(*) FROM pharmacy)) WHERE held) rx"
)
ENDED = "ds JOIN rx USING (n) WHERE rank < 10 ORDER BY at"


def _taken() -> list[Rows]:
    """Claims and what the counter answered at each."""
    claim = {"case_id": '"case"', "pharmacy_id": "place", "by_id": "by"}
    over = {"at": "at - interval '5 minutes'", "ended_at": "at", "end": "'dispensed'"}
    seal = "sha512(convert_to('signature ' || n, 'UTF8'))"
    opening = {
        "prescription_id": "rx.id",
        "pharmacy_id": "place",
        "by_id": "by",
        "way": "'code'",
        "signature": seal,
    }
    opening |= {"remaining": "'[[1, 1], [2, 1]]'::jsonb"}
    first = opening | {"id": _id("opening", "n", "rank"), "at": "at - interval '5 minutes'"}
    return [
        (Claim, claim | over, ENDED),
        (Claim, claim | {"at": "at", "end": "''"}, HELD),
        (Opening, first, ENDED),
        (Opening, opening | {"id": _id("opening", "n", "0"), "at": "at"}, HELD),
        (
            DoneOnce,
            {
                "id": _id("once", "n", "rank"), "place_id": "place", "key": _id("key", "n", "rank"),
                "act": "CASE WHEN rank > 10 THEN 'correct' ELSE 'dispense' END",
                "asked": "sha256(convert_to('asked ' || n, 'UTF8'))", "result": "id", "at": "at",
            },
            "ds ORDER BY at",
        ),
    ]  # fmt: skip


def _traced() -> list[Rows]:
    """The states that each went through, and the journal of who did and read what."""
    step = {"machine": "'dispensing'", "object_id": '"case"', "by_id": "by"}
    signed = {
        "machine": "'prescription'",
        "object_id": "id",
        "before": "'draft'",
        "after": "'issued'",
    }
    entry = {"subject_id": "subject", "prescription_id": "rx.id"}
    author = {"activity_id": "author", "role": "'prescriber'", "at": "signed", "deed": "'signed'"}
    counter = {
        "activity_id": "by",
        "place_id": "place",
        "role": "'pharmacist'",
        "at": "at",
        "deed": "deed",
    }
    deeds = "unnest(ARRAY['claimed', 'read', 'read_execution', 'dispensed']) deed"
    return [
        (Transition, signed | {"by_id": "author", "at": "signed"}, "rx ORDER BY signed"),
        (Transition, step | {"before": "'waiting'", "after": "'claimed'", "at": "at"}, ENDED),
        (Transition, step | {"before": "'claimed'", "after": "'dispensed'", "at": "at"}, ENDED),
        (Transition, step | {"before": "'waiting'", "after": "'claimed'", "at": "at"}, HELD),
        (JournalEntry, entry | author, "rx ORDER BY signed"),
        (
            JournalEntry,
            entry | counter,
            f"ds JOIN rx USING (n) CROSS JOIN {deeds} WHERE rank < 10 ORDER BY at",
        ),
        (JournalEntry, entry | counter | {"deed": "'claimed'"}, HELD),
    ]
