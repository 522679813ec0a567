"""A million signed prescriptions and three million dispensed lines, as two years of 2,000 pharmacies leave them.

Made in the database itself (tests/load/bulk.py). Prescription `n` counts from the youngest: the first ones wait for a
pharmacy, some of them are in hand, the others were dispensed once, or twice of three times; every fiftieth dispensing
was corrected. A quarter of all was dispensed in the pharmacies that are measured: they are the busy ones.
"""

import sys
import time
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from eprescription import posology
from eprescription.actor import Actor, load
from eprescription.catalogue.conditions import restrictions
from eprescription.catalogue.editions import current_label
from eprescription.catalogue.models import Medicine
from eprescription.documents import codes
from eprescription.documents.code import code_text, new_token, token_digest
from eprescription.documents.number import new_number
from eprescription.models import (
    Activity,
    Line,
    LineContent,
    Place,
    Profession,
    Role,
    User,
)
from eprescription.quantities import one_period, unit_of_dispensing
from prescribers.lines import of_medicine
from tests.load import history, planned
from tests.load.bulk import at_leisure, bare, copy_in, run
from tests.load.world import named_subjects, traits_of

DOCTORS, PHARMACIES, BUSY = 4000, 2000, 8
DRUGS = 200
NARCOTICS = 4  # the last of the drugs; in old prescriptions alone


@dataclass
class Million:
    """What the clients need to know of what was filled; all of it lies in the busy pharmacies."""

    pharmacists: list[Actor]
    codes: list[tuple[str, uuid.UUID]]  # (QR text, prescription), nobody's yet
    people: list[list[tuple[str, date]]]  # birth names and dates to search by, of each pharmacy
    drugs: list[str]  # the beginning of their INN
    rows: dict[str, int] = field(default_factory=dict)  # by table


def fill(prescriptions: int, *, at: datetime | None = None) -> Million:
    """Fills an empty base that knows its medicines; see the module."""
    at = at or timezone.now()
    pharmacies, doctors = _pharmacies(), _doctors(min(DOCTORS, max(50, prescriptions // 5)))
    fresh = max(prescriptions * 6 // 100, min(prescriptions // 2, 12000))
    with at_leisure():
        subjects = named_subjects(max(50, prescriptions // 5))
        drugs = _drugs(at)
        texts = _staged(at, prescriptions, fresh, doctors, pharmacies, subjects)
        _tell("planned")
        with bare(history.TABLES):
            rows = history.write(current_label())
            _tell("written")
        _tell("keys and indexes put back, each row checked")
        run("VACUUM ANALYZE")
    _tell("on the disk")
    busy = pharmacies[:BUSY]
    return Million(
        pharmacists=[_actor(by[0]) for _place, _group, by in busy],
        codes=texts,
        people=[_patients_of(place) for place, _group, _by in busy],
        drugs=drugs,
        rows=rows,
    )


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr)


def _patients_of(place: uuid.UUID) -> list[tuple[str, date]]:
    """Some of those whom the register of a pharmacy knows."""
    found = run(
        "SELECT DISTINCT k FROM eprescription_registerentry JOIN patient ON subject = subject_id"
        " WHERE pharmacy_id = %s LIMIT 500",
        [place],
    )
    return [traits_of(k) for (k,) in found]


def _pharmacies() -> list[tuple[uuid.UUID, int, list[uuid.UUID]]]:
    """Each with its group and the activities of its two pharmacists."""
    places = _places(Place.Kind.PHARMACY, "Pharmacie", PHARMACIES)
    staff = _people(Role.PHARMACIST, Profession.PHARMACIST, [p for p in places for _ in (1, 2)])
    pairs = zip(staff[::2], staff[1::2], strict=True)
    return [
        (place.pk, place.group_id, [a.pk, b.pk])
        for place, (a, b) in zip(places, pairs, strict=True)
    ]


def _doctors(count: int) -> list[Activity]:
    places = _places(Place.Kind.PRACTICE, "Cabinet", count // 4 + 1)
    return _people(Role.PRESCRIBER, Profession.DOCTOR, [places[n // 4] for n in range(count)])


def _places(kind: str, name: str, count: int) -> list[Place]:
    groups = Group.objects.bulk_create(Group(name=f"place {uuid.uuid4()}") for _ in range(count))
    return Place.objects.bulk_create(
        Place(
            kind=kind,
            name=f"{name} {n}",
            identifier=f"{n:09d}",
            address="12 rue des Tilleuls\n31000 TOULOUSE\nFrance",
            group=group,
        )
        for n, group in enumerate(groups)
    )


def _people(role: str, profession: str, places: list[Place]) -> list[Activity]:
    users = User.objects.bulk_create(
        User(username=f"{role}{n}", password="!") for n in range(len(places))
    )
    return Activity.objects.bulk_create(
        Activity(
            user=user,
            role=role,
            place=place,
            profession=profession,
            identifier=f"8{n:010d}",
            title="Dr" if role == Role.PRESCRIBER else "Mme",
            surname="Lemoine",
            first_name="Claire",
        )
        for n, (user, place) in enumerate(zip(users, places, strict=True))
    )


def _actor(activity_id: uuid.UUID) -> Actor:
    activity = Activity.objects.select_related("user").get(pk=activity_id)
    actor = load(activity.pk, activity.user)
    assert actor
    return actor


def _drugs(at: datetime) -> list[str]:
    """Stages the content of a line for each drug, narcotics last; gives the beginning of their INN."""
    known = (
        Medicine.objects.filter(marketed=True, ivg=False).exclude(inn="").order_by("-usage", "cis")
    )
    free: dict[str, str] = {}
    for medicine in known.filter(secured=False, max_days=None)[: 10 * DRUGS]:
        if not restrictions(medicine.conditions.split("\n")):
            free.setdefault(medicine.inn, medicine.cis)
    narcotics = known.filter(list="S").values_list("cis", flat=True)[:NARCOTICS]
    wanted = [*list(free.values())[:DRUGS], *narcotics]
    columns = [f.column for f in LineContent._meta.fields]
    run(
        f"CREATE TEMP TABLE drug AS SELECT 0 AS i, false AS narcotic, ''::text AS unit, 0 AS period,"
        f" {', '.join(columns)} FROM eprescription_line WITH NO DATA"
    )
    copy_in(
        "drug",
        ["i", "narcotic", "unit", "period", *columns],
        (_drug(i, cis, at) for i, cis in enumerate(wanted)),
    )
    return [inn[:60] for inn in list(free)[:DRUGS]]


def _drug(i: int, cis: str, at: datetime) -> list[Any]:
    taken = posology.read("1 comprimé matin et soir").posology
    assert taken
    said = {"posology": "1 comprimé matin et soir", "dosing": taken.to_json(), "duration_days": 28}
    line = Line(**(of_medicine(cis, by_inn=False, on=timezone.localdate(at)) | said))
    values = [
        f.get_db_prep_save(getattr(line, f.attname), connection) for f in LineContent._meta.fields
    ]
    return [i, line.list == "S", unit_of_dispensing(line), one_period(line, None), *values]


def _staged(
    at: datetime,
    count: int,
    fresh: int,
    doctors: list[Activity],
    pharmacies: list[tuple[uuid.UUID, int, list[uuid.UUID]]],
    subjects: list[uuid.UUID],
) -> list[tuple[str, uuid.UUID]]:
    """The plan of it all in temporary tables; gives the codes that nobody has presented."""
    _numbered("doctor", activity=[d.pk for d in doctors], person=[d.user_id for d in doctors])
    _numbered(
        "pharmacy",
        place=[p for p, _, _ in pharmacies],
        team=[g for _, g, _ in pharmacies],
        one=[by[0] for _, _, by in pharmacies],
        two=[by[1] for _, _, by in pharmacies],
    )
    _numbered("patient", subject=subjects)
    held = min(fresh // 4, 10 * len(pharmacies))
    texts = _codes(fresh)
    planned.plan(at=at, count=count, fresh=fresh, held=held)
    ids = dict(run("SELECT n, id FROM rx WHERE n <= %s", [fresh - held]))
    return [(text, ids[n]) for n, text in enumerate(texts, 1) if n in ids]


def _numbered(table: str, **columns: list[Any]) -> None:
    """A temporary table of these columns, with `k` from 0."""
    kinds = {name: "int" if isinstance(v[0], int) else "uuid" for name, v in columns.items()}
    told = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    run(f"CREATE TEMP TABLE {table} (k int, {told})")
    copy_in(
        table,
        ["k", *columns],
        ([k, *row] for k, row in enumerate(zip(*columns.values(), strict=True))),
    )


def _codes(fresh: int) -> list[str]:
    """True numbers and tokens for those that will be presented; the others have rows alike that nobody knows."""
    key = codes._digest_keys().present.secret
    drawn = [(new_number(), new_token()) for _ in range(fresh)]
    run("CREATE TEMP TABLE given (n int, number text, digest bytea)")
    rows = ((n, number, token_digest(t, key=key)) for n, (number, t) in enumerate(drawn, 1))
    copy_in("given", ["n", "number", "digest"], rows)
    return [code_text(number, token) for number, token in drawn]
