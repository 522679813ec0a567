"""The floor: the rows that each operation writes and reads, by bare SQL in one transaction, in the same run."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings

from tests.load.world import COPIED, World

local = threading.local()


def connection() -> psycopg.Connection[Any]:
    """One connection a thread, as the web server has."""
    if not hasattr(local, "connection"):
        known = settings.DATABASES["default"]
        local.connection = psycopg.connect(
            host=known["HOST"], dbname=known["NAME"], user=known["USER"], password=known["PASSWORD"] or None
        )  # fmt: skip
    return local.connection


JOURNAL = (
    "INSERT INTO eprescription_journalentry"
    " (deed, outcome, role, code, request_id, activity_id, place_id, subject_id, prescription_id)"
    " VALUES (%s, 'done', 'bench', '', %s, %s, %s, %s, %s)"
)
TRANSITION = (
    "INSERT INTO eprescription_transition (machine, object_id, before, after, by_id, at)"
    " VALUES (%s, %s, %s, %s, %s, now())"
)


class Floor:
    """Each method does once what one request does, and nothing more."""

    def __init__(self, world: World) -> None:
        self.world = world
        with psycopg_rows("SELECT id FROM auth_permission WHERE codename = 'read_execution'") as r:
            self.permission = r[0][0]
        with psycopg_rows("SELECT id FROM auth_permission WHERE codename = 'open_presented'") as r:
            self.presented = r[0][0]

    def sign(self, me: int) -> bool:
        if not self.world.drafts[me]:
            return False
        pk, doctor = self.world.drafts[me].pop(), self.world.doctors[me]
        with connection().transaction(), connection().cursor() as c:
            c.execute("SELECT * FROM eprescription_prescription WHERE id = %s", (pk,))
            subject = c.execute(
                "SELECT subject_id FROM eprescription_prescription WHERE id = %s", (pk,)
            ).fetchone()
            c.execute("SELECT * FROM eprescription_line WHERE prescription_id = %s", (pk,))
            lines = c.fetchall()
            c.execute("SELECT sealed FROM identity_civilidentity WHERE subject_id = %s", subject)
            c.execute(
                "UPDATE eprescription_prescription SET state = 'issued', version = version + 1,"
                " number = %s, signed_at = now(), expires_on = now()::date + 360, identity_version = 1,"
                " prescriber = %s, may_follow = true, paper = 'paper' WHERE id = %s",
                (uuid.uuid4().hex[:18], COPIED, pk),
            )
            c.execute(TRANSITION, ("prescription", pk, "draft", "issued", doctor.activity_id))
            case = uuid.uuid4()
            c.execute(
                "INSERT INTO eprescription_dispensingcase (id, prescription_id, state, version)"
                " VALUES (%s, %s, 'waiting', 0)",
                (case, pk),
            )
            c.executemany(
                "INSERT INTO eprescription_balance (line_id, case_id, total, dispensed)"
                " VALUES (%s, %s, 1, 0)",
                [(line[0], case) for line in lines],
            )
            c.execute(
                "INSERT INTO eprescription_accesscode"
                " (prescription_id, serial, digest, alive, made_at, sealed)"
                " VALUES (%s, 1, %s, true, now(), '')",
                (pk, uuid.uuid4().bytes * 2),
            )
            c.execute("SELECT id FROM eprescription_subject WHERE id = %s FOR UPDATE", subject)
            c.execute(
                "INSERT INTO eprescription_prescriptionusergrant"
                " (permission_id, user_id, content_object_id) VALUES (%s, %s, %s)",
                (self.permission, doctor.user_id, pk),
            )
            self._trace(c, "read", doctor, subject[0] if subject else None, pk)
            self._trace(c, "signed", doctor, subject[0] if subject else None, pk)
            c.execute(
                "INSERT INTO eprescription_push"
                " (id, prescription_id, occasion, state, version, attempts, created_at, next_at, last_code)"
                " VALUES (%s, %s, 'signed', 'waiting', 0, 0, now(), now() + interval '1 day', '')",
                (uuid.uuid4(), pk),
            )
        return True

    def scan(self, me: int) -> bool:
        if not self.world.codes:
            return False
        pk, pharmacist = self.world.codes.pop()[1], self.world.pharmacists[me]
        with connection().transaction(), connection().cursor() as c:
            c.execute("SELECT * FROM eprescription_accesscode WHERE prescription_id = %s", (pk,))
            c.execute("SELECT * FROM eprescription_prescription WHERE id = %s", (pk,))
            c.execute(
                "SELECT id FROM eprescription_dispensingcase WHERE prescription_id = %s", (pk,)
            )
            case = c.fetchone()
            c.execute("SELECT * FROM eprescription_claim WHERE case_id = %s", case)
            c.execute(
                "UPDATE eprescription_dispensingcase SET state = 'claimed', version = version + 1"
                " WHERE id = %s AND state = 'waiting'",
                case,
            )
            c.execute(
                TRANSITION, ("dispensing", case[0], "waiting", "claimed", pharmacist.activity_id)
            )
            c.execute(
                'INSERT INTO eprescription_claim (case_id, pharmacy_id, by_id, at, "end")'
                " VALUES (%s, %s, %s, now(), '')",
                (case[0], pharmacist.place_id, pharmacist.activity_id),
            )
            c.execute(
                "INSERT INTO eprescription_prescriptiongroupgrant"
                " (permission_id, group_id, content_object_id) VALUES (%s, %s, %s)",
                (self.presented, pharmacist.group_id, pk),
            )
            self._trace(c, "claimed", pharmacist, None, pk)
        self.claimed[me].append(pk)
        return True

    def dispense(self, me: int) -> bool:
        if not self.claimed[me]:
            return False
        pk, pharmacist = self.claimed[me].pop(), self.world.pharmacists[me]
        with connection().transaction(), connection().cursor() as c:
            case = c.execute(
                "SELECT id FROM eprescription_dispensingcase WHERE prescription_id = %s FOR UPDATE",
                (pk,),
            ).fetchone()
            c.execute("SELECT * FROM eprescription_claim WHERE case_id = %s", case)
            c.execute(
                "SELECT line_id, cis, name FROM eprescription_balance JOIN eprescription_line"
                " ON id = line_id WHERE case_id = %s",
                case,
            )
            lines = c.fetchall()
            done = uuid.uuid4()
            c.execute(
                "INSERT INTO eprescription_dispensing"
                " (id, case_id, pharmacy_id, by_id, at, completeness, correction_reason)"
                " VALUES (%s, %s, %s, %s, now(), 'FFC', '')",
                (done, case[0], pharmacist.place_id, pharmacist.activity_id),
            )
            for line, cis, name in lines:
                c.execute(
                    "INSERT INTO eprescription_dispensedline (dispensing_id, line_id, quantity, cis,"
                    " name, substitution, posology, agreement, refusal, note)"
                    " VALUES (%s, %s, 1, %s, %s, '', '', '', '', '')",
                    (done, line, cis, name),
                )
                c.execute(
                    "UPDATE eprescription_balance SET dispensed = dispensed + 1"
                    " WHERE line_id = %s AND dispensed < total",
                    (line,),
                )
            c.execute(
                "UPDATE eprescription_dispensingcase SET state = 'dispensed' WHERE id = %s", case
            )
            c.execute(
                TRANSITION, ("dispensing", case[0], "claimed", "dispensed", pharmacist.activity_id)
            )
            c.execute(
                "UPDATE eprescription_claim SET ended_at = now(), \"end\" = 'dispensed'"
                " WHERE case_id = %s AND ended_at IS NULL",
                case,
            )
            c.execute(
                "DELETE FROM eprescription_prescriptiongroupgrant WHERE content_object_id = %s",
                (pk,),
            )
            self._trace(c, "dispensed", pharmacist, None, pk)
        return True

    def prescriber_list(self, me: int) -> bool:
        return self._list("author_id", self.world.doctors[me].activity_id, self.world.doctors[me])

    def patient_list(self, me: int) -> bool:
        patient = self.world.patients[me]
        return self._list("subject_id", patient.subject_id, patient)

    def _list(self, column: str, value: Any, actor: Any) -> bool:
        with connection().transaction(), connection().cursor() as c:
            c.execute(
                f"SELECT count(*) FROM eprescription_prescription WHERE {column} = %s", (value,)
            )
            c.execute(
                f"SELECT * FROM eprescription_prescription WHERE {column} = %s"
                " ORDER BY written_at DESC LIMIT 20",
                (value,),
            )
            rows = c.fetchall()
            ids = [row[0] for row in rows]
            c.execute("SELECT * FROM eprescription_line WHERE prescription_id = ANY(%s)", (ids,))
            c.execute(
                "SELECT i.sealed FROM identity_civilidentity i JOIN eprescription_prescription p"
                " USING (subject_id) WHERE p.id = ANY(%s)",
                (ids,),
            )
            c.execute(
                "SELECT * FROM eprescription_dispensingcase WHERE prescription_id = ANY(%s)", (ids,)
            )
            c.executemany(
                JOURNAL,
                [
                    ("listed", uuid.uuid4(), actor.activity_id, actor.place_id, None, pk)
                    for pk in ids
                ],
            )
        return True

    def prepare(self) -> None:
        self.claimed: list[list[uuid.UUID]] = [[] for _ in range(8)]

    def _trace(self, c: Any, deed: str, actor: Any, subject: Any, pk: uuid.UUID) -> None:
        c.execute(JOURNAL, (deed, uuid.uuid4(), actor.activity_id, actor.place_id, subject, pk))


class psycopg_rows:
    """The rows of one query, for the start."""

    def __init__(self, sql: str) -> None:
        self.sql = sql

    def __enter__(self) -> list[tuple[Any, ...]]:
        with connection().cursor() as cursor:
            return cursor.execute(self.sql).fetchall()

    def __exit__(self, *error: object) -> None:
        connection().commit()


Operation = Callable[[int], bool]
