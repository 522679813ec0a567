"""Loading an edition: the same one twice changes nothing, a new one deletes nothing."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DataError, IntegrityError, transaction

from eprescription.catalogue import loading
from eprescription.catalogue.models import (
    Edition,
    GenericGroup,
    Ingredient,
    Medicine,
    Membership,
    Pack,
    Token,
)
from eprescription.catalogue.sources.starter import Starter

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
DOLIPRANE = "60234100"


@pytest.fixture(autouse=True)
def starter():
    return loading.load_starter(AT)


def a_base(day=date(2026, 6, 30)):
    return Edition.objects.create(source="BDPM", date=day, digest="0" * 64, loaded_at=AT)


def counts():
    models = (Medicine, Pack, GenericGroup, Membership, Token, Ingredient)
    return [model.objects.count() for model in models]


def write(edition, *, rows):
    """Load an edition that tells these rows of the starter file alone."""
    source = Starter()
    source.rows = list(rows)
    with transaction.atomic():
        return loading.swap(loading.stage(source, usage_of=source.usage), edition=edition)


def test_the_starter_is_active_and_dated(starter):
    assert Edition.objects.get(active=True) == starter
    assert str(starter) == "BDPM (extrait), 26/05/2026"
    assert Medicine.objects.filter(marketed=True).count() == 722
    assert starter.counts == {"medicines": 722, "packs": 722}


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
    changes = write(starter, rows=[row for row in Starter().rows if row["cis"] != DOLIPRANE])

    medicine = Medicine.objects.get(cis=DOLIPRANE)
    assert not medicine.marketed
    assert not medicine.packs.get().marketed
    assert medicine.ingredients.exists()
    assert Medicine.objects.filter(marketed=False).count() == 1
    assert (changes["medicine"].left, changes["pack"].left) == (1, 1)


def test_a_medicine_that_is_told_again_comes_back(starter):
    write(starter, rows=[row for row in Starter().rows if row["cis"] != DOLIPRANE])
    write(starter, rows=Starter().rows)

    assert Medicine.objects.get(cis=DOLIPRANE).marketed


def test_only_what_changed_is_written(starter):
    rows = Starter().rows
    row = next(row for row in rows if row["cis"] == DOLIPRANE)
    row["name"] = "DOLIPRANE NOUVEAU 1000 mg, comprimé"
    kept = set(Token.objects.values_list("pk", flat=True))

    changes = write(starter, rows=rows)

    assert changes["medicine"] == loading.Change(changed=1)
    assert changes["token"] == loading.Change(added=1)
    assert changes["pack"] == changes["ingredient"] == loading.Change()
    assert kept < set(Token.objects.values_list("pk", flat=True))


def test_a_medicine_changes_groups_with_its_edition(starter):
    row = next(row for row in Starter().rows if row["generic_group"])
    moved = row | {"generic_group": "99999", "group_label": "NOUVEAU GROUPE", "group_kind": "2"}
    write(starter, rows=[moved])

    membership = Membership.objects.get(medicine=row["cis"])
    assert (membership.group_id, membership.kind) == ("99999", 2)
    assert Medicine.objects.get(cis=row["cis"]).inn_key.startswith("n:")


def test_what_has_left_keeps_its_groups_for_prescriptions_that_name_it(starter):
    first, *others = [row for row in Starter().rows if row["generic_group"]]
    write(starter, rows=others)

    assert Membership.objects.filter(medicine=first["cis"]).exists()


def test_the_whole_base_takes_over_and_the_starter_never_takes_back(starter):
    base = a_base()
    write(base, rows=Starter().rows[:10])

    assert Edition.objects.get(active=True) == base
    assert Medicine.objects.filter(marketed=True).count() == 10
    assert Medicine.objects.filter(edition=base).count() == 10
    assert loading.load_starter(AT + timedelta(days=1)) == base
    assert Medicine.objects.filter(marketed=True).count() == 10


@pytest.mark.parametrize(
    ("wrong", "raised"),
    [({"reimbursement": "65 pour cent"}, DataError), ({"cip13": "1" * 13}, IntegrityError)],
)
def test_an_edition_that_fails_leaves_the_former_one_whole(starter, wrong, raised):
    base, before = a_base(), counts()
    good, bad = Starter().rows[:2]

    with pytest.raises(raised):
        write(base, rows=[good, bad | wrong])

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
