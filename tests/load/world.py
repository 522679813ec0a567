"""Fills a database with many prescriptions, by COPY, so that lists and indexes are as large as in real life."""

import itertools
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import CharField, TextField
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue.conditions import restrictions
from eprescription.catalogue.models import Medicine
from eprescription.documents import codes
from eprescription.documents.code import code_text, new_token, token_digest
from eprescription.documents.number import new_number
from eprescription.identity import vault
from eprescription.identity.models import CivilIdentity
from eprescription.identity.sealed import CIVIL_IDENTITY
from eprescription.identity.traits import IdentityStatus, Traits, to_json
from eprescription.models import Place
from tests import factories as f

DOCTORS, PHARMACIES = 200, 8
NOW = timezone.now()


@dataclass
class World:
    """What the clients need to know of what was filled."""

    doctors: list[Actor]
    pharmacists: list[Actor]
    patients: list[Actor]
    drafts: dict[int, list[uuid.UUID]] = field(default_factory=dict)  # by doctor
    codes: list[tuple[str, uuid.UUID]] = field(default_factory=list)  # (QR text, prescription)


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes rows by COPY; what they do not tell is the default of the model."""
    told = {model._meta.db_table: model for model in apps.get_models()}[table]
    # A default of the base is the base's to write.
    ours = [f for f in told._meta.concrete_fields if not f.has_db_default()]
    untold = [f for f in ours if f.column not in columns and f.has_default()]
    more = [f for f in ours if _empty(f, columns)]
    defaults = [f.get_default() for f in (*untold, *more)]
    names = ", ".join([*columns, *(f.column for f in (*untold, *more))])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as pipe,
    ):
        for row in rows:
            pipe.write_row([*row, *defaults])


def _empty(column: Any, columns: Sequence[str]) -> bool:
    """A text that may be blank and is not told."""
    text = isinstance(column, CharField | TextField)
    return text and not (column.null or column.has_default() or column.column in columns)


def fill(prescriptions: int) -> World:
    """`prescriptions` signed ones of 200 doctors and a fifth as many patients, and drafts to sign."""
    doctors = _doctors()
    world = World(doctors, _pharmacists(), [])
    subjects = named_subjects(max(50, prescriptions // 5))
    _cares(doctors, subjects)
    medicines = _medicines()
    _signed(world, subjects, medicines[:40], prescriptions)
    _drafts(world, subjects, medicines[40:])  # or each would be a double of a current treatment
    world.patients = [f.a_patient_actor(pk) for pk in subjects[:8]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return world


def _medicines() -> list[Medicine]:
    """Sixty that anybody may prescribe for a month without a word to anybody, each substance once."""
    free = Medicine.objects.filter(marketed=True, ivg=False, secured=False, max_days=None)
    by_inn = {m.inn: m for m in free if not restrictions(m.conditions.split("\n")) and m.form}
    return list(by_inn.values())[:60]


def _doctors() -> list[Actor]:
    place = f.a_place(Place.Kind.PRACTICE, "Cabinet des Lilas")
    return [f.a_prescriber(place=place) for _ in range(DOCTORS)]


def _pharmacists() -> list[Actor]:
    return [f.a_pharmacist() for _ in range(PHARMACIES)]


def named_subjects(count: int) -> list[uuid.UUID]:
    """People with a sealed identity; the traits of each follow from its number."""
    ids = [uuid.uuid4() for _ in range(count)]
    copy(
        "eprescription_subject",
        ("id", "kind", "created_at"),
        ((pk, "named", NOW) for pk in ids),
    )
    rows = (_identity(pk, n) for n, pk in enumerate(ids))
    columns = (
        "id", "subject_id", "version", "sealed", "ins_index", "birth_index", "status", "created_at",
    )  # fmt: skip
    copy("identity_civilidentity", columns, rows)
    return ids


def traits_of(n: int) -> tuple[str, date]:
    """The birth name and the birth date of the person of this number."""
    name = f"MARTEL{chr(65 + n % 26)}{chr(65 + n // 26 % 26)}"
    return name, date(1930, 1, 1) + timedelta(days=n % 30000)


def _identity(subject_id: uuid.UUID, n: int) -> tuple[Any, ...]:
    name, born = traits_of(n)
    traits = Traits(
        birth_name=name,
        first_names="JEANNE MARIE",
        birth_date=born,
        sex="F",
        birth_place="31555",
        status=IdentityStatus.PROV,
    )
    row = CivilIdentity(id=uuid.uuid4(), subject_id=subject_id, version=1)
    sealed = CIVIL_IDENTITY.seal(to_json(traits), row=row)
    index = vault.birth_indexes(traits.birth_name, traits.birth_date)[0]
    return (row.id, subject_id, 1, sealed, None, index, "PROV", NOW)


def _cares(doctors: list[Actor], subjects: list[uuid.UUID]) -> None:
    columns = ("subject_id", "prescriber_id", "since", "last_at")
    pairs = ((s, doctors[n % DOCTORS].activity_id, NOW, NOW) for n, s in enumerate(subjects))
    copy("eprescription_care", columns, pairs)


SIGNED = (
    "id", "state", "version", "author_id", "subject_id", "identity_version", "created_at",
    "written_at", "may_follow", "paper", "number", "prescriber", "catalogue_edition", "secured",
    "signed_at", "expires_on",
)  # fmt: skip
LINE = (
    "id", "prescription_id", "position", "cis", "cip13", "inn", "name", "strength", "form", "list",
    "secured", "ivg", "posology", "duration_days", "quantity", "renewals", "ald",
    "non_substitutable",
)  # fmt: skip
COPIED = (
    '{"name": "Claire Lemoine", "title": "Dr", "speciality": "Médecine générale", '
    '"profession": "10", "identifier": "81000000016", "place_name": "Cabinet des Lilas", '
    '"place_identifier": "310000018", "address": "4 rue des Lilas\\n31000 TOULOUSE\\nFrance", '
    '"phone": "+33561000000", "email": "a@b.fr"}'
)


def _signed(world: World, subjects: list[uuid.UUID], medicines: list[Medicine], count: int) -> None:
    ids = [uuid.uuid4() for _ in range(count)]
    owners = [world.doctors[n % DOCTORS] for n in range(count)]
    numbers = [new_number() for _ in range(count)]
    whom = [subjects[n % len(subjects)] for n in range(count)]
    moments = [NOW - timedelta(minutes=3 + n) for n in range(count)]
    copy(
        "eprescription_prescription",
        SIGNED,
        (
            (ids[n], "issued", 2, owners[n].activity_id, whom[n], 1, moments[n], moments[n], True,
             "paper", numbers[n], COPIED, "", False, moments[n], NOW.date() + timedelta(days=300))
            for n in range(count)
        ),
    )  # fmt: skip
    lines = _lines(ids, medicines)
    _cases(ids, lines)
    _codes(world, ids, numbers)
    _grants(ids, owners)


def _lines(ids: list[uuid.UUID], medicines: list[Medicine]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    turn = itertools.cycle(medicines)
    rows = [
        (uuid.uuid4(), pk, position, m.cis, "", m.inn, m.name, m.strength, m.form, m.list,
         False, False, "1 comprimé le matin", 28, 1, 0, False, "")
        for pk in ids
        for position, m in ((1, next(turn)), (2, next(turn)))
    ]  # fmt: skip
    copy("eprescription_line", LINE, rows)
    return [(row[0], row[1]) for row in rows]


def _cases(ids: list[uuid.UUID], lines: list[tuple[uuid.UUID, uuid.UUID]]) -> None:
    cases = {pk: uuid.uuid4() for pk in ids}
    copy(
        "eprescription_dispensingcase",
        ("id", "prescription_id", "state", "version"),
        ((case, pk, "waiting", 0) for pk, case in cases.items()),
    )
    copy(
        "eprescription_balance",
        ("line_id", "case_id", "total", "dispensed"),
        ((line, cases[pk], 1, 0) for line, pk in lines),
    )


def _codes(world: World, ids: list[uuid.UUID], numbers: list[str]) -> None:
    key = codes._digest_keys().present.secret
    tokens = [new_token() for _ in ids]
    copy(
        "eprescription_accesscode",
        ("prescription_id", "serial", "digest", "alive", "made_at", "sealed"),
        (
            (pk, 1, token_digest(t, key=key), True, NOW, b"")
            for pk, t in zip(ids, tokens, strict=True)
        ),
    )
    texts = [code_text(n, t) for n, t in zip(numbers, tokens, strict=True)]
    # The youngest ones: all within three months.
    world.codes = list(zip(texts, ids, strict=True))[: min(len(ids), 45000)]
    secrets.SystemRandom().shuffle(world.codes)


def _grants(ids: list[uuid.UUID], owners: list[Actor]) -> None:
    permission = Permission.objects.get(codename="read_execution")
    copy(
        "eprescription_prescriptionusergrant",
        ("permission_id", "user_id", "content_object_id"),
        ((permission.pk, who.user_id, pk) for pk, who in zip(ids, owners, strict=True)),
    )


def _drafts(world: World, subjects: list[uuid.UUID], medicines: list[Medicine]) -> None:
    per_doctor = 1500
    columns = (
        "id", "state", "version", "author_id", "subject_id", "created_at", "written_at",
        "catalogue_edition", "secured",
    )  # fmt: skip
    for client in range(8):
        doctor = world.doctors[client]
        theirs = subjects[client * per_doctor : (client + 1) * per_doctor]
        ids = [uuid.uuid4() for _ in theirs]
        moment = NOW - timedelta(days=400)  # old: they do not fill the first page of the lists
        copy(
            "eprescription_prescription",
            columns,
            (
                (pk, "draft", 0, doctor.activity_id, subject, moment, moment, "", False)
                for pk, subject in zip(ids, theirs, strict=True)
            ),
        )
        world.drafts[client] = ids
        _lines(world.drafts[client], medicines)
