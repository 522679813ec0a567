"""The policy proved: every route of the resolver, by every relation, for every object, GET and POST.

`expectations.txt` is the policy as a table that people read. A route that stands not there fails; so does an answer
that is not the one that stands there. `POLICY_WRITE=1` writes the table anew: then it is read, line by line.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from eprescription import doors
from tests.policy.world import World, address, thing_of

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("expectations.txt")
WRITE = bool(os.environ.get("POLICY_WRITE"))
HEAD = "# route | object | method"
OF_PATIENTS = "espace/"
ROUTES = [route for route, pattern in doors.routes() if not doors.of_library(pattern)]
ROLES_OF = {
    "prescriber": {"author", "colleague", "super"},
    "pharmacist": {"claimer", "preparer", "elsewhere"},
    "patient": {"patient", "other", "child", "parent", "former", "double"},
    "operator": {"operator"},
}


def cells() -> Iterator[tuple[str, str, str]]:
    """Route, whose object, method: those without object once, those of patients for each family."""
    for route in ROUTES:
        families = ["own", "none"] if thing_of(route) else ["-"]
        if thing_of(route) and route.startswith(OF_PATIENTS):
            families += ["child", "secret"]
        for family in families:
            yield from ((route, family, method) for method in ("GET", "POST"))


CELLS = list(cells())


@pytest.fixture(scope="module")
def world(refill: Callable[[], None], django_db_blocker: Any) -> Iterator[World]:
    """One world for all: each request is undone after its answer."""
    refill()
    with django_db_blocker.unblock(), transaction.atomic():
        built = World()
        built.strike_off()
        yield built
        transaction.set_rollback(True)


@cache
def expected() -> dict[tuple[str, ...], dict[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else []
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line]
    head = rows[0][3:] if rows else []
    return {tuple(row[:3]): dict(zip(head, row[3:], strict=True)) for row in rows[1:]}


def answers(world: World, route: str, family: str, method: str) -> dict[str, str]:
    """What each person gets: a status, or where he is sent."""
    url = address(route, world.families[family if family != "-" else "none"])
    return {name: _answer(world, name, url, method) for name in world.clients}


def _answer(world: World, name: str, url: str, method: str) -> str:
    client, space = world.clients[name], world.spaces.get(name, "")
    kept = dict(client.cookies)
    with transaction.atomic():
        sent = {"space": space} if space else {}
        answer = client.get(url) if method == "GET" else client.post(url, sent)
        told = _told(answer)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(kept)
    return told


def _told(answer: Any) -> str:
    if answer.status_code != 302:
        return str(answer.status_code)
    return "login" if answer["Location"].startswith("/connexion/") else "goes on"


@pytest.mark.skipif(WRITE, reason="the table is being written")
@pytest.mark.parametrize(("route", "family", "method"), CELLS, ids=[" ".join(c) for c in CELLS])
def test_each_gets_what_the_policy_says(world: World, route: str, family: str, method: str) -> None:
    wanted = expected().get((f"/{route}", family, method))
    assert wanted, "this route stands not in expectations.txt"
    assert answers(world, route, family, method) == wanted


def test_the_table_holds_no_route_that_is_gone() -> None:
    known = {(f"/{route}", family, method) for route, family, method in CELLS}
    assert set(expected()) <= known


def test_the_table_is_written(world: World) -> None:
    if not WRITE:
        return
    names = list(world.clients)
    rows = [[HEAD, *names]]
    for route, family, method in CELLS:
        got = answers(world, route, family, method)
        rows.append([f"/{route} | {family} | {method}", *(got[name] for name in names)])
    wide = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [" | ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)) for row in rows]
    TABLE.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


# --- The table itself keeps the law: nobody can write it wrong without being told

GUARDED = {
    f"/{route}": door for route, p in doors.routes() if (door := doors.door_of(p)) and door.role
}
NOTHING = {"404", "405"}


def lines_of(**about: str) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    for key, row in expected().items():
        if key[0] in GUARDED and all(
            about[k] == v for k, v in zip(("f", "m"), key[1:], strict=True) if k in about
        ):
            yield key, row


def test_visitors_sign_in_and_other_roles_find_nothing() -> None:
    for key, row in lines_of():
        role = GUARDED[key[0]].role
        assert row["visitor"] in ("login", "405"), key
        for other, people in ROLES_OF.items():
            if other != role:
                assert {row[name] for name in people - {"former"}} <= NOTHING, key


def test_who_was_struck_off_passes_no_door() -> None:
    assert {row["struck"] for _key, row in lines_of()} <= {"goes on", "405"}


@pytest.mark.parametrize("stranger", ["colleague", "super", "elsewhere", "other", "double"])
def test_what_is_somebody_elses_is_answered_as_what_does_not_exist(stranger: str) -> None:
    for key, row in lines_of(f="own"):
        absent = expected()[(key[0], "none", key[2])]
        assert row[stranger] == absent[stranger], key


def test_what_a_minor_keeps_secret_is_for_a_parent_as_what_does_not_exist() -> None:
    for key, row in lines_of(f="secret"):
        absent = expected()[(key[0], "none", key[2])]
        assert row["parent"] == absent["parent"], key
        assert row["child"] == expected()[(key[0], "child", key[2])]["child"], key


def test_a_representation_that_ended_opens_no_space() -> None:
    for key, row in lines_of():
        if key[0].startswith("/espace/") and key[2] == "POST":
            assert row["former"] in ("403", "404", "405", "goes on"), key
        if key[1] in ("child", "secret"):
            assert row["former"] != "200", key
