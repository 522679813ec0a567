"""Loading an edition: the same one twice changes nothing, a new one deletes nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from eprescription.catalogue import loading
from eprescription.catalogue.models import (
    Edition,
    GenericGroup,
    Medicine,
    Membership,
    Pack,
    Token,
)
from eprescription.catalogue.records import Group, read_starter

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
DOLIPRANE = "60234100"


@pytest.fixture(autouse=True)
def starter():
    return loading.load_starter(AT)


def a_base(day=date(2026, 6, 30)):
    return Edition.objects.create(source="BDPM", date=day, digest="0" * 64, loaded_at=AT)


def counts():
    return [model.objects.count() for model in (Medicine, Pack, GenericGroup, Membership, Token)]


def test_the_starter_is_active_and_dated(starter):
    assert Edition.objects.get(active=True) == starter
    assert str(starter) == "BDPM (extrait), 26/05/2026"
    assert Medicine.objects.filter(marketed=True).count() == 722


def test_loading_it_again_changes_nothing(starter):
    before, loaded_at = counts(), starter.loaded_at

    assert loading.load_starter(AT + timedelta(days=1)).loaded_at == loaded_at
    assert counts() == before


def test_loading_a_changed_starter_writes_the_change(starter, monkeypatch):
    before = counts()
    Edition.objects.update(digest="of a former file")
    Medicine.objects.filter(cis=DOLIPRANE).update(name="a former name", marketed=False)

    assert loading.load_starter(AT + timedelta(days=1)).pk == starter.pk
    assert Medicine.objects.get(cis=DOLIPRANE).name == "DOLIPRANE 1000 mg, comprimé"
    assert counts() == before


def test_a_medicine_that_is_told_no_more_is_withdrawn_and_kept(starter):
    records = [r for r in read_starter(starter) if r.medicine.cis != DOLIPRANE]
    loading.write(records, edition=starter)

    medicine = Medicine.objects.get(cis=DOLIPRANE)
    assert not medicine.marketed
    assert not medicine.packs.get().marketed
    assert Medicine.objects.filter(marketed=False).count() == 1


def test_a_medicine_changes_groups_with_its_edition(starter):
    record = next(r for r in read_starter(starter) if r.groups)
    moved = replace(record, groups=(Group("99999", "NOUVEAU GROUPE", 2),))
    loading.write([moved], edition=starter)

    membership = Membership.objects.get(medicine=record.medicine)
    assert (membership.group_id, membership.kind) == ("99999", 2)


def test_the_whole_base_takes_over_and_the_starter_never_takes_back(starter):
    base = a_base()
    loading.write(read_starter(base)[:10], edition=base)

    assert Edition.objects.get(active=True) == base
    assert loading.load_starter(AT + timedelta(days=1)) == base
    assert Medicine.objects.filter(marketed=True).count() == 722


def test_an_edition_that_fails_leaves_the_former_one_whole(starter):
    base, before = a_base(), counts()
    good, bad = read_starter(base)[:2]
    bad.packs[0].cip13 = "12"

    with pytest.raises(IntegrityError):
        loading.write([good, bad], edition=base)

    assert Edition.objects.get(active=True) == starter
    assert counts() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"cis": "6023410"},
        {"list": "IV"},
        {"max_days": 0},
        {"fraction_days": 0},
        {"max_days": 28, "max_days_extended": 7},
    ],
)
def test_the_database_refuses_what_no_base_can_say(starter, wrong):
    facts = {"cis": "60000000", "name": "X", "edition": starter}

    with pytest.raises(IntegrityError):
        Medicine.objects.create(**facts | wrong)


def test_one_edition_is_active_at_a_time():
    with pytest.raises(IntegrityError):
        Edition.objects.create(
            source="BDPM", date=date(2026, 6, 30), digest="", loaded_at=AT, active=True
        )


def test_the_command_says_what_it_loaded():
    said = StringIO()
    call_command("load_catalogue", stdout=said)

    assert said.getvalue() == "BDPM (extrait), 26/05/2026: 722 marketed medicines.\n"
