"""Who a person is, written one way only, whoever typed it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.identity.numbers import INS_TEST_OID
from eprescription.identity.traits import (
    STATUS_LABELS,
    IdentityStatus,
    Traits,
    clean_name,
    display_name,
    from_json,
    matches,
    to_json,
)

JEANNE = Traits(
    birth_name="Durand",
    first_names="Jeanne Marie",
    birth_date=date(1984, 3, 7),
    sex="F",
    birth_place="31555",
)
INS = {"ins": "2 95 10 99 126 111 93", "ins_oid": INS_TEST_OID}

names = st.text(alphabet="aéÀçñœÆ'’ -zZ", min_size=1).filter(lambda text: clean_name(text))
people = st.builds(
    Traits,
    birth_name=names,
    first_names=names,
    used_name=st.just("") | names,
    birth_date=st.dates(date(1900, 1, 1), date(2026, 11, 22)),
    sex=st.sampled_from(["F", "M", "I"]),
    birth_place=st.sampled_from(["31555", "2A004", "97411", "99109", "99999"]),
    status=st.sampled_from([IdentityStatus.PROV, IdentityStatus.VALI]),
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lefèvre", "LEFEVRE"),
        ("le  Gall ", "LE GALL"),
        ("D’Aubigné", "D'AUBIGNE"),
        ("Saint-Exupéry", "SAINT-EXUPERY"),
        ("Cœur Æsop", "COEUR AESOP"),
        ("Muñoz, y Ibáñez", "MUNOZ Y IBANEZ"),
        ("Weiß", "WEISS"),
    ],
)
def test_writes_names_in_capitals_without_accents(typed, kept):
    assert clean_name(typed) == kept


@given(st.text())
def test_a_clean_name_stays_as_it_is(text):
    assert clean_name(clean_name(text)) == clean_name(text)


def test_two_ways_of_typing_make_the_same_person():
    assert replace(JEANNE, birth_name="DURAND", first_names="jeanne  MARIE") == JEANNE


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "Jeanne DURAND"),
        ({"used_name": "Durand"}, "Jeanne DURAND"),
        ({"used_name": "Martin"}, "Jeanne MARTIN (née DURAND)"),
        ({"used_name": "Martin", "sex": "M"}, "Jeanne MARTIN (né DURAND)"),
        ({"used_name": "Martin", "sex": "I"}, "Jeanne MARTIN (nom de naissance DURAND)"),
        ({"first_names": "jean-pierre"}, "Jean-Pierre DURAND"),
    ],
)
def test_shows_the_name_that_people_use(changes, shown):
    assert display_name(replace(JEANNE, **changes)) == shown


@pytest.mark.parametrize(
    ("born", "day", "age", "adult"),
    [
        (date(2008, 11, 22), date(2026, 11, 21), 17, False),
        (date(2008, 11, 22), date(2026, 11, 22), 18, True),
        (date(2008, 2, 29), date(2026, 2, 28), 17, False),
        (date(2008, 2, 29), date(2026, 3, 1), 18, True),
        (date(2008, 2, 29), date(2028, 2, 29), 20, True),
        (date(2026, 11, 22), date(2026, 11, 22), 0, False),
    ],
)
def test_is_a_minor_until_the_eve_of_the_eighteenth_birthday(born, day, age, adult):
    person = replace(JEANNE, birth_date=born)

    assert (person.age_on(day), person.adult_on(day)) == (age, adult)


@pytest.mark.parametrize(
    "impossible",
    [
        {"birth_name": " "},
        {"birth_name": "123"},
        {"first_names": ""},
        {"sex": "X"},
        {"birth_place": "3155"},
        {"birth_place": "TOULO"},
        {"status": "QUAL"},
        {"status": "RECUP"},
        {**INS},
        {**INS, "status": "VALI"},
        {**INS, "status": "QUAL", "ins": "295109912611199"},
        {**INS, "status": "QUAL", "ins": "255555591104274"},
        {**INS, "status": "QUAL", "ins_oid": "1.2.3"},
        {**INS, "status": "QUAL", "ins_oid": ""},
        {"ins_oid": INS_TEST_OID},
        {"status": "SURE"},
    ],
)
def test_refuses_traits_that_cannot_be_true(impossible):
    with pytest.raises(ValueError):
        replace(JEANNE, **impossible)


def test_an_ins_comes_with_an_identity_that_was_fetched():
    qualified = replace(JEANNE, **INS, status="QUAL")

    assert qualified.ins == "295109912611193"
    assert qualified.status is IdentityStatus.QUAL


def test_each_status_has_a_label_for_the_screen():
    assert set(STATUS_LABELS) == set(IdentityStatus)
    assert all(str(label) for label in STATUS_LABELS.values())


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"first_names": "Jeanne"}, True),
        ({"birth_place": "99999"}, True),
        ({"used_name": "Martin"}, True),
        ({**INS, "status": "QUAL"}, True),
        ({"first_names": "Jeanne Lise"}, False),
        ({"first_names": "Marie Jeanne"}, False),
        ({"birth_name": "Durant"}, False),
        ({"birth_date": date(1984, 7, 3)}, False),
        ({"sex": "M"}, False),
        ({"birth_place": "75056"}, False),
    ],
)
def test_recognises_the_same_person_by_the_strict_traits(changes, same):
    other = replace(JEANNE, **changes)

    assert matches(JEANNE, other) is matches(other, JEANNE) is same


def test_two_different_ins_are_two_people():
    one = replace(JEANNE, **INS, status="QUAL")

    assert not matches(one, replace(one, ins="279035121518989"))


@given(people)
def test_traits_come_back_as_they_were_written(person):
    assert from_json(to_json(person)) == person


def test_traits_with_an_ins_come_back_as_they_were_written():
    person = replace(JEANNE, **INS, status="RECUP", used_name="Martin")

    assert from_json(to_json(person)) == person


def test_refuses_traits_of_an_unknown_schema():
    with pytest.raises(ValueError, match="schema"):
        from_json(to_json(JEANNE).replace(b'"schema": 1', b'"schema": 2'))
