"""What two years of prescriptions left in each table, written from the plan (planned.py) in the order of time."""

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
from tests.load.planned import id_of
from tests.load.world import COPIED

MODELS = (
    AccessCode, Balance, Care, Claim, DispensedLine, Dispensing, DispensingCase, DoneOnce, JournalEntry, Line, Message,
    Opening, Prescription, PrescriptionGroupGrant, PrescriptionUserGrant, Push, Register, RegisterEntry, Transition,
)  # fmt: skip
TABLES = [model._meta.db_table for model in MODELS]


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
        "id": id_of("push", "n"),
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
        "id": id_of("message", "n"),
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
    owing = f"{later} AND mod(n, 40) = 0"
    line = {
        "id": "dl.id", "dispensing_id": "dispensing", "line_id": "line", "quantity": "dl.period", "days": "28",
        "cis": "drug.cis", "name": "drug.name", "cip13": "drug.cip13", "packs": "1",
        "owed": f"CASE WHEN {owing} THEN 1 ELSE 0 END", "pharmacy_id": "place",
        "owed_since": f"CASE WHEN {owing} THEN at::date END",
        "ends_on": f"CASE WHEN NOT ({owing}) THEN at::date + 28 END",
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
                "corrects_id": f"CASE WHEN rank > 10 THEN {id_of('ds', 'n', 'rank - 10')} END",
                "correction_reason": "CASE WHEN rank > 10 THEN 'Boîtes recomptées' ELSE '' END",
            },
            "ds JOIN rx USING (n) ORDER BY at",
        ),
        (DispensedLine, line, "dl JOIN drug USING (i) ORDER BY dl.id"),
        (RegisterEntry, entry | {"cis": "drug.cis", "narcotic": "drug.list = 'S'"}, f"{listed} ORDER BY dl.id"),
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
    first = opening | {"id": id_of("opening", "n", "rank"), "at": "at - interval '5 minutes'"}
    return [
        (Claim, claim | over, ENDED),
        (Claim, claim | {"at": "at", "end": "''"}, HELD),
        (Opening, first, ENDED),
        (Opening, opening | {"id": id_of("opening", "n", "0"), "at": "at"}, HELD),
        (
            DoneOnce,
            {
                "id": id_of("once", "n", "rank"), "place_id": "place", "key": id_of("key", "n", "rank"),
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
