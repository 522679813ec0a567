"""The floor of the counter: the rows that each operation reads and writes, by bare SQL in one transaction."""

import uuid
from typing import Any

from django.contrib.auth.models import Permission

from eprescription.actor import Actor
from tests.load.floor import JOURNAL, TRANSITION, connection
from tests.load.million import Million

CODE = (
    "SELECT * FROM eprescription_accesscode c JOIN eprescription_prescription p ON p.id = prescription_id"
    " JOIN eprescription_dispensingcase d USING (prescription_id) JOIN eprescription_subject s ON s.id = subject_id"
    " JOIN eprescription_activity a ON a.id = author_id WHERE prescription_id = %s"
)
CLAIMED = (
    "UPDATE eprescription_dispensingcase SET state = 'claimed', version = version + 1"
    " WHERE prescription_id = %s AND state = 'waiting' RETURNING id"
)
CLAIM = "INSERT INTO eprescription_claim (case_id, pharmacy_id, by_id, at, \"end\") VALUES (%s, %s, %s, now(), '')"
GRANT = (
    "INSERT INTO eprescription_prescriptiongroupgrant (permission_id, group_id, content_object_id)"
    " VALUES (%s, %s, %s)"
)
OPENING = (
    "INSERT INTO eprescription_opening (id, prescription_id, pharmacy_id, by_id, at, way, refused, remaining,"
    " signature) VALUES (%s, %s, %s, %s, now(), 'code', '', '[[1, 1], [2, 1]]', %s)"
)
BALANCES = (
    "SELECT * FROM eprescription_balance JOIN eprescription_line ON id = line_id"
    " WHERE case_id = (SELECT id FROM eprescription_dispensingcase WHERE prescription_id = %s)"
)
DELIVERED = (
    "SELECT * FROM eprescription_dispensedline l JOIN eprescription_dispensing d ON d.id = dispensing_id"
    " WHERE case_id = (SELECT id FROM eprescription_dispensingcase WHERE prescription_id = %s)"
)
NAMED = (
    "SELECT i.sealed FROM identity_civilidentity i JOIN eprescription_prescription p USING (subject_id)"
    " WHERE p.id = ANY(%s)"
)
ONCE = (
    "INSERT INTO eprescription_doneonce (id, place_id, key, act, asked, result, at)"
    " VALUES (%s, %s, %s, 'dispense', %s, %s, now())"
)
DISPENSING = (
    "INSERT INTO eprescription_dispensing (id, case_id, pharmacy_id, by_id, at, completeness, correction_reason)"
    " VALUES (%s, %s, %s, %s, now(), 'FFC', '')"
)
GIVEN = (
    "INSERT INTO eprescription_dispensedline (dispensing_id, line_id, quantity, cis, name, substitution, posology,"
    " agreement, refusal, note) VALUES (%s, %s, 1, %s, %s, '', '', '', '', '') RETURNING id"
)
TAKEN = "UPDATE eprescription_balance SET dispensed = dispensed + 1 WHERE line_id = %s AND dispensed < total"
NUMBERED = (
    "UPDATE eprescription_register SET last = last + %s WHERE pharmacy_id = %s RETURNING last"
)
ENTERED = (
    "INSERT INTO eprescription_registerentry (pharmacy_id, number, at, delivered_id, subject_id, cis)"
    " VALUES (%s, %s, now(), %s, %s, %s)"
)
QUEUE = (
    "SELECT case_id, prescription_id FROM eprescription_claim JOIN eprescription_dispensingcase d ON d.id = case_id"
    " WHERE pharmacy_id = %s AND ended_at IS NULL ORDER BY at DESC LIMIT 12"
)
LATEST = (
    "SELECT d.id, prescription_id FROM eprescription_dispensing d JOIN eprescription_dispensingcase c"
    " ON c.id = case_id WHERE pharmacy_id = %s ORDER BY at DESC LIMIT %s"
)
RECEIVED = (
    "SELECT prescription_id FROM eprescription_message WHERE place_id = %s AND state = 'new'"
    " ORDER BY received_at DESC LIMIT 20"
)
REGISTER = (
    "SELECT delivered_id, prescription_id FROM eprescription_registerentry e"
    " JOIN eprescription_dispensedline l ON l.id = delivered_id"
    " JOIN eprescription_dispensing d ON d.id = dispensing_id"
    " JOIN eprescription_dispensingcase c ON c.id = case_id"
    " WHERE e.pharmacy_id = %s ORDER BY e.at DESC LIMIT 20"
)
DUE = (
    (
        "SELECT * FROM eprescription_dispensedline WHERE pharmacy_id = %s AND owed_since >= CURRENT_DATE - 31"
        " ORDER BY owed_since LIMIT 25"
    ),
    (
        "SELECT * FROM eprescription_dispensedline WHERE pharmacy_id = %s AND ends_on >= CURRENT_DATE"
        " AND ends_on <= CURRENT_DATE + 7 ORDER BY ends_on LIMIT 25"
    ),
)


class Floor:
    """Each method does once what one operation does, and nothing more."""

    def __init__(self, million: Million) -> None:
        self.million = million
        self.presented = Permission.objects.get(codename="open_presented").pk
        self.claimed: list[list[uuid.UUID]] = [[] for _ in million.pharmacists]

    def claim(self, me: int) -> bool:
        if not self.million.codes:
            return False
        with connection().transaction(), connection().cursor() as c:
            self._claim(c, self.million.pharmacists[me], self._next(me))
        return True

    def scan(self, me: int) -> bool:
        if not self.million.codes:
            return False
        actor, pk = self.million.pharmacists[me], self._next(me)
        with connection().transaction(), connection().cursor() as c:
            self._claim(c, actor, pk)
        with connection().transaction(), connection().cursor() as c:
            for sql in (CODE, BALANCES, DELIVERED):
                c.execute(sql, (pk,)).fetchall()
            c.execute(NAMED, ([pk],)).fetchall()
            _trace(c, "read", actor, [pk])
            _trace(c, "read_execution", actor, [pk])
        return True

    def dispense(self, me: int) -> bool:
        if not self.claimed[me]:
            return False
        actor, pk, new = self.million.pharmacists[me], self.claimed[me].pop(), uuid.uuid4()
        with connection().transaction(), connection().cursor() as c:
            c.execute(ONCE, (uuid.uuid4(), actor.place_id, uuid.uuid4(), b"0" * 32, new))
            c.execute(
                "SELECT * FROM eprescription_dispensingcase WHERE prescription_id = %s FOR UPDATE",
                (pk,),
            )
            c.execute(
                "SELECT id FROM eprescription_dispensingcase WHERE prescription_id = %s", (pk,)
            )
            [case] = c.fetchone() or [None]
            c.execute("SELECT subject_id FROM eprescription_prescription WHERE id = %s", (pk,))
            [subject] = c.fetchone() or [None]
            c.execute(
                "SELECT id, cis, name FROM eprescription_line WHERE prescription_id = %s", (pk,)
            )
            lines = c.fetchall()
            c.execute(DISPENSING, (new, case, actor.place_id, actor.activity_id))
            delivered = [self._give(c, new, line) for line in lines]
            c.execute(NUMBERED, (len(lines), actor.place_id))
            [last] = c.fetchone() or [None]
            for rank, (row, cis) in enumerate(delivered):
                c.execute(ENTERED, (actor.place_id, last - rank, row, subject, cis))
            _end(c, case, pk, actor)
            _trace(c, "dispensed", actor, [pk])
        return True

    def desk(self, me: int) -> bool:
        actor = self.million.pharmacists[me]
        with connection().transaction(), connection().cursor() as c:
            ids = [pk for _, pk in c.execute(QUEUE, (actor.place_id,)).fetchall()]
            ids += [pk for _, pk in c.execute(LATEST, (actor.place_id, 5)).fetchall()]
            for sql in DUE:
                c.execute(sql, (actor.place_id,)).fetchall()
            self._listed(c, actor, ids)
        return True

    def dispensings(self, me: int) -> bool:
        actor = self.million.pharmacists[me]
        with connection().transaction(), connection().cursor() as c:
            rows = c.execute(LATEST, (actor.place_id, 20)).fetchall()
            done = [pk for pk, _ in rows]
            c.execute(
                "SELECT * FROM eprescription_dispensedline WHERE dispensing_id = ANY(%s)", (done,)
            )
            self._listed(c, actor, [pk for _, pk in rows])
        return True

    def mailbox(self, me: int) -> bool:
        actor = self.million.pharmacists[me]
        with connection().transaction(), connection().cursor() as c:
            rows = c.execute(RECEIVED, (actor.place_id,)).fetchall()
            self._listed(c, actor, [pk for (pk,) in rows])
        return True

    def _register(self, me: int) -> bool:
        """One page of it, whatever was looked for."""
        actor = self.million.pharmacists[me]
        with connection().transaction(), connection().cursor() as c:
            rows = c.execute(REGISTER, (actor.place_id,)).fetchall()
            c.execute(
                "SELECT * FROM eprescription_dispensedline WHERE id = ANY(%s)",
                ([row for row, _ in rows],),
            )
            self._listed(c, actor, [pk for _, pk in rows])
        return True

    register_patient = register_product = register_dates = register_narcotics = _register

    def _next(self, me: int) -> uuid.UUID:
        pk = self.million.codes.pop()[1]
        self.claimed[me].append(pk)
        return pk

    def _claim(self, c: Any, actor: Actor, pk: uuid.UUID) -> None:
        c.execute(CODE, (pk,)).fetchall()
        [case] = c.execute(CLAIMED, (pk,)).fetchone()
        c.execute(TRANSITION, ("dispensing", case, "waiting", "claimed", actor.activity_id))
        c.execute(CLAIM, (case, actor.place_id, actor.activity_id))
        c.execute(GRANT, (self.presented, actor.group_id, pk))
        c.execute(BALANCES, (pk,)).fetchall()
        c.execute(OPENING, (uuid.uuid4(), pk, actor.place_id, actor.activity_id, b"0" * 64))
        _trace(c, "claimed", actor, [pk])

    def _give(self, c: Any, new: uuid.UUID, line: tuple[Any, ...]) -> tuple[int, str]:
        pk, cis, name = line
        c.execute(TAKEN, (pk,))
        [row] = c.execute(GIVEN, (new, pk, cis, name)).fetchone()
        return row, cis

    def _listed(self, c: Any, actor: Actor, ids: list[uuid.UUID]) -> None:
        for table, column in (("prescription", "id"), ("line", "prescription_id")):
            c.execute(
                f"SELECT * FROM eprescription_{table} WHERE {column} = ANY(%s)", (ids,)
            ).fetchall()
        c.execute(NAMED, (ids,)).fetchall()
        _trace(c, "listed", actor, ids)


def _end(c: Any, case: uuid.UUID, pk: uuid.UUID, actor: Actor) -> None:
    c.execute("UPDATE eprescription_dispensingcase SET state = 'dispensed' WHERE id = %s", (case,))
    c.execute(TRANSITION, ("dispensing", case, "claimed", "dispensed", actor.activity_id))
    c.execute(
        "UPDATE eprescription_claim SET ended_at = now(), \"end\" = 'dispensed'"
        " WHERE case_id = %s AND ended_at IS NULL",
        (case,),
    )
    c.execute(
        "DELETE FROM eprescription_prescriptiongroupgrant WHERE content_object_id = %s", (pk,)
    )


def _trace(c: Any, deed: str, actor: Actor, ids: list[uuid.UUID]) -> None:
    rows = [(deed, uuid.uuid4(), actor.activity_id, actor.place_id, None, pk) for pk in ids]
    c.executemany(JOURNAL, rows)
