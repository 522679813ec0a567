"""Twelve canaries typed everywhere, before and after the choice of anonymity: none sings anywhere (scenario 19).

Each sink is shown to hear: a canary is planted in it, and the same check finds it.
"""

import logging
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from redis import Redis

from eprescription.catalogue.models import Medicine
from eprescription.documents import codes
from eprescription.documents.paper import page_of
from eprescription.identity.traits import IdentityStatus
from eprescription.models import Message, Place, Prescription, Push, Subject
from pharmacies import register_file
from pharmacies.queries.registered import Asked
from prescribers import queries
from tests import canaries as c
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db(transaction=True)
NAME, USED = c.CANARIES["birth name"][0], c.CANARIES["used name"][0]
INS = c.CANARIES["INS"][0]
HER_WORDS = c.CANARIES["patient's words"][0]
HIS_WORDS = c.CANARIES["doctor's words"][0]
BORN = "14/07/1993"
BEGIN = "/prescripteur/ordonnances/commencer/"


def her_traits() -> Any:
    return f.traits(
        birth_name=NAME,
        used_name=USED,
        first_names=c.CANARIES["first names"][0],
        birth_date=date(1993, 7, 14),
        birth_place="64445",
        ins=INS,
        status=IdentityStatus.QUAL,
    )


@dataclass
class World:
    """What was lived: who, what was made, all that was said."""

    prescription: Prescription
    pharmacy: Place
    doctor: Any
    pharmacist: Any
    heard: c.Heard
    disk: Path
    subject_id: Any
    read: list[Any] = field(default_factory=list)  # answers to somebody who only reads
    typed: list[Any] = field(default_factory=list)  # answers to who typed


@pytest.fixture
def heard() -> Iterator[c.Heard]:
    handler = c.Heard()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet = logging.getLogger("django.db.backends")  # statements are logged nowhere but in tests
    before, quiet.level = quiet.level, logging.WARNING
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)
    quiet.level = before


@pytest.fixture
def lived(
    catalogue: None, heard: c.Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    """Given a woman who is known by name, whose doctor begins with her name, and who then asks for anonymity."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    pharmacy = Place.objects.get(pk=pharmacist.place_id)
    office = acting(doctor)
    typed = _before(office)
    subject_id, _account = f.a_patient(doctor, her_traits())
    typed += c.type_everywhere(office, f"/prescripteur/patients/{subject_id}/")
    prescription, more = _choose(office, doctor, subject_id, pharmacy)
    world = World(prescription, pharmacy, doctor, pharmacist, heard, tmp_path, subject_id)
    world.typed += typed + more + _after(world, office)
    world.read += _readers(world, office)
    return world


def _before(office: Client) -> list[Any]:
    """Everything that the doctor may type before the choice."""
    told = []
    for path in ("", "patients/", "patients/nouveau/", "modeles/"):
        told += c.type_everywhere(office, "/prescripteur/" + path)
    told.append(office.post(BEGIN, {"pharmacy_named": NAME, "anonymity": "anonymous"}))
    told.append(office.post("/prescripteur/patients/", {"birth_name": NAME, "birth_date": BORN}))
    told.append(office.post("/prescripteur/patients/", {"ins": INS}))
    return told


def _choose(
    office: Client, doctor: Any, subject_id: Any, pharmacy: Place
) -> tuple[Prescription, list[Any]]:
    """A named draft, in which words are typed; then a medicine of abortion, and the answer."""
    draft = f.a_draft(doctor, subject_id, posology="1 cp matin si douleur")
    told = c.type_everywhere(office, f"/prescripteur/ordonnances/{draft.pk}/ecrire/")
    draft = Prescription.objects.get(pk=draft.pk)
    cis = Medicine.objects.filter(ivg=True, marketed=True, inn="mifépristone")[0].cis
    said = {
        "cis": cis,
        "search": f"mifepristone 1 cp matin ({NAME})",
        "key": str(uuid.uuid4()),
        "teleconsultation": "yes",
        "anonymity": "anonymous",
        "pharmacy_named": "Gare",
        "place": str(pharmacy.pk),
        "convention_place": "Centre hospitalier des Tilleuls",
        "convention_date": "04/03/2024",
    }
    answer = office.post(f"/prescripteur/ordonnances/{draft.pk}/questions/", said)
    assert answer.status_code == 302, answer.content.decode()
    return Prescription.objects.get(anonymity="anonymous"), [*told, answer]


def _after(world: World, office: Client) -> list[Any]:
    """Everything that anybody may type once she is anonymous, until it is dispensed and corrected."""
    pk = world.prescription.pk
    told = c.type_everywhere(office, f"/prescripteur/ordonnances/{pk}/ecrire/")
    _sign(world)
    desk = acting(world.pharmacist)
    for path in ("", "messagerie/", "registre/", "signaler/", "recus/verifier/"):
        told += c.type_everywhere(desk, "/pharmacie/" + path)
    told += c.type_everywhere(office, f"/prescripteur/ordonnances/{pk}/")
    told += c.type_everywhere(office, f"/prescripteur/ordonnances/{pk}/pharmacie/")
    f.open_at(world.pharmacist, world.prescription)
    told += c.type_everywhere(desk, reverse("pharmacies:prescription", args=[pk]))
    for line in world.prescription.lines.all():
        told += c.type_everywhere(desk, reverse("pharmacies:ask", args=[pk, line.pk]))
    done = f.dispense_all(world.pharmacist, world.prescription)
    told += c.type_everywhere(desk, reverse("pharmacies:correct", args=[done.pk]))
    told += c.type_everywhere(desk, reverse("pharmacies:dispensing", args=[done.pk]))
    return told


def _sign(world: World) -> None:
    prescription = Prescription.objects.get(pk=world.prescription.pk)
    for line in prescription.lines.all():
        f.prescriber_acts.save_lines(
            prescription=prescription,
            lines={line.pk: {"posology": "1 cp matin", "duration_days": 1, "quantity": 1}},
            by=world.doctor,
            at=f.timezone.now(),
        )
    f.give_reasons(world.doctor, prescription, "Avis du spécialiste obtenu")
    world.prescription = f.prescriber_acts.sign(
        prescription=prescription,
        may_follow=True,
        paper="paper",
        by=world.doctor,
        at=f.timezone.now(),
    )


def _readers(world: World, office: Client) -> list[Any]:
    """The author and the pharmacy read all of it; a doctor, a pharmacist, a parent and an operator try to."""
    rx, parent = world.prescription.pk, f.a_patient(world.doctor)[1]
    f.a_link(parent.user_id, world.subject_id)
    paths = [
        *(f"/prescripteur/ordonnances/{rx}/", f"/prescripteur/ordonnances/{rx}/papier/"),
        *(f"/prescripteur/ordonnances/{rx}/pharmacie/", BEGIN, f"/espace/ordonnances/{rx}/"),
        *("/pharmacie/messagerie/", "/pharmacie/registre/", "/pharmacie/delivrances/"),
        *(f"/pharmacie/ordonnances/{rx}/", "/espace/", "/exploitation/", "/nulle-part/"),
    ]
    done = world.prescription.case.dispensings.get()
    paths += [
        reverse(f"pharmacies:{name}", args=[done.pk]) for name in ("dispensing", "slip", "labels")
    ]
    people = [world.pharmacist, f.a_prescriber(), f.a_pharmacist(), f.an_operator()]
    clients = [office, *map(acting, people), Client(raise_request_exception=False)]
    return [client.get(path) for client in clients for path in paths]


def the_register(world: World) -> bytes:
    """The register of the pharmacy as a file; she stands in it, by the number of her prescription."""
    file = register_file.csv(register_file.rows_of(world.pharmacist, Asked()))
    assert b"Patiente anonyme" in file
    return file


# --- Nothing sings


def test_19_nothing_sings_outside_the_vault(lived: World) -> None:
    """The whole story is told once: each sink is listened to in turn, and all that sings is told together."""
    sinks = {
        "tables": c.tables(),
        "sealed vault": c.tables(vault=True),
        "broker": c.broker(),
        "logs": lived.heard.sink(),
        "mails": c.mails(),
        "disk": c.files(lived.disk),
        "print": c.pdf(page_of(lived.prescription, queries.traits_of(lived.prescription))),
        "code": iter([("qr", f.code_of(lived.prescription))]),
        "file of the register": iter([("csv", the_register(lived))]),
        "pages": (found for answer in lived.read for found in c.answer(answer)),
        "headers": (
            found
            for answer in lived.typed
            for found in c.answer(answer)
            if found[0].startswith(("header", "cookie"))
        ),
    }
    sung = {name: found for name, sink in sinks.items() if (found := c.hits(sink))}
    assert sung == {}
    assert not Push.objects.filter(prescription=lived.prescription).exists()
    assert Message.objects.filter(prescription=lived.prescription).get().place == lived.pharmacy


def test_19_no_row_links_her_to_it(lived: World) -> None:
    """Of all columns of all tables, none holds both her subject and anything of the prescription in one row."""
    hers = {str(lived.subject_id)}
    anonymous = {str(lived.prescription.pk), str(lived.prescription.subject_id)}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                both = [{x for x in ids if x in row} for ids in (hers, anonymous)]
                assert not all(both), table
    assert lived.prescription.subject.kind == Subject.Kind.ANONYMOUS


def test_the_canaries_were_typed_and_heard_by_who_typed_them(lived: World) -> None:
    """The story is no empty one: what was typed comes back to the one who typed it, in every spelling."""
    came = {song for answer in lived.typed for _where, x in c.answer(answer) for song in c.songs(x)}
    assert len(lived.typed) > 60
    for name in c.CANARIES.keys() - {"file name", "birth place"}:
        assert set(c.CANARIES[name]) & came, name


# --- Each sink hears


def plant_in_a_table() -> Any:
    place = f.a_place()
    Place.objects.filter(pk=place.pk).update(name=NAME)
    return c.tables()


def plant_in_a_sealed_column_unsealed() -> Any:
    place = f.a_place()
    Message.objects.create(
        place=place, way="mail", message_id=b"1", received_at=f.timezone.now(), sender=NAME.encode()
    )
    return c.tables()


def plant_in_the_cache() -> Any:
    cache.set("what", {"who": USED})
    try:
        return iter(list(c.tables()))
    finally:
        cache.clear()


def plant_in_a_session() -> Any:
    session = SessionStore()
    session["typed"] = HER_WORDS
    session.create()
    return c.tables()


def plant_in_the_broker() -> Any:
    client = Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://"))
    client.lpush("canary", f'{{"headers": {{"argsrepr": "({INS})"}}}}')
    try:
        return iter(list(c.broker()))
    finally:
        client.delete("canary")


def plant_in_a_mail() -> Any:
    mail.outbox = [EmailMessage("Message sécurisé", f"Madame {NAME}", to=["x@exemple.fr"])]
    return c.mails()


def plant_in_a_pdf() -> Any:
    doctor = f.a_prescriber()
    named = f.a_signed(doctor, f.a_patient(doctor, her_traits())[0])
    return c.pdf(page_of(named, queries.traits_of(named)))


def plant_in_a_header() -> Any:
    answer = HttpResponse("")
    answer["Content-Disposition"] = f'inline; filename="{c.CANARIES["file name"][0]}"'
    return c.answer(answer)


def plant_in_a_page() -> Any:
    return c.answer(HttpResponse(f"<p>née le {BORN}</p>"))


PLANTED = (
    plant_in_a_table,
    plant_in_a_sealed_column_unsealed,
    plant_in_the_cache,
    plant_in_a_session,
    plant_in_the_broker,
    plant_in_a_mail,
    plant_in_a_pdf,
    plant_in_a_header,
    plant_in_a_page,
)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_canary_that_is_planted_is_heard(plant: Any, catalogue: None) -> None:
    assert c.hits(plant())


def test_a_canary_in_a_log_is_heard(heard: c.Heard) -> None:
    logging.getLogger("pharmacies").warning("opened for %s", NAME)
    assert c.hits(heard.sink())


def test_a_canary_on_disk_is_heard(tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(HIS_WORDS.encode())
    assert c.hits(c.files(tmp_path))
    (tmp_path / "spool").unlink()
    (tmp_path / c.CANARIES["file name"][0]).write_bytes(b"")
    assert c.hits(c.files(tmp_path))


@pytest.mark.parametrize("spelling", c.SPELLINGS)
def test_each_spelling_is_heard_packed_or_plain(spelling: str) -> None:
    import base64
    import zlib
    from urllib.parse import quote

    packed = base64.urlsafe_b64encode(zlib.compress(f"x {spelling} y".encode())).decode()
    for text in (f"x {spelling} y", quote(f" {spelling} "), packed, f" {spelling} ".encode()):
        assert c.songs(text)


# --- A named prescription


def test_a_named_one_sings_for_its_readers_alone(
    catalogue: None, heard: c.Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vault keeps it sealed; the page and the print of its readers say it; nothing else does."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject_id, patient = f.a_patient(doctor, her_traits())
    named = f.a_signed(doctor, subject_id, may_follow=False)
    done = f.dispense_all(pharmacist, named)
    office, desk, space = acting(doctor), acting(pharmacist), acting(patient)
    theirs = [
        office.get(f"/prescripteur/ordonnances/{named.pk}/"),
        office.get(f"/prescripteur/ordonnances/{named.pk}/papier/"),
        desk.get(reverse("pharmacies:dispensing", args=[done.pk])),
    ]
    assert all(c.hits(c.answer(answer)) for answer in theirs)
    space.get("/espace/")
    strangers = [acting(x) for x in (f.a_prescriber(), f.a_pharmacist(), f.an_operator())]
    others = [
        stranger.get(path)
        for stranger in strangers
        for path in (
            f"/prescripteur/ordonnances/{named.pk}/",
            f"/pharmacie/ordonnances/{named.pk}/",
        )
    ]
    sinks = {
        "tables": c.tables(),
        "sealed vault": c.tables(vault=True),
        "broker": c.broker(),
        "logs": heard.sink(),
        "mails": c.mails(),
        "disk": c.files(tmp_path),
        "code": iter([("qr", f.code_of(named))]),
        "strangers": (found for answer in others for found in c.answer(answer)),
    }
    sung = {name: found for name, sink in sinks.items() if (found := c.hits(sink))}
    assert sung == {}
    assert codes.proof_text_of(named) is None
