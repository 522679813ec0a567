"""The registry's file of who stands for whom: all of it or nothing, and no word about a person in a report."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprescription.models import Deed, JournalEntry, Representation, User
from eprescription.registry import COLUMNS, take
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = ";".join(COLUMNS)
NOW = timezone.localtime


class People:
    """Two children, an old man, and two adults with accounts; all known by their INS."""

    def __init__(self) -> None:
        doctor = factories.a_prescriber()
        young = date(timezone.localdate().year - 10, 1, 2)
        self.ins: dict[str, str] = {}
        self.ids: dict[str, Any] = {}
        for name, born, account in (
            ("LEA", young, False),
            ("TOM", young, False),
            ("OLD", date(1940, 1, 1), False),
            ("MUM", date(1984, 1, 1), True),
            ("DAD", date(1983, 1, 1), True),
            ("BARE", date(1982, 1, 1), False),
        ):
            who = factories.traits(name, born)
            subject, actor = factories.a_patient(doctor, who, account=account)
            self.ins[name], self.ids[name] = who.ins, actor.user_id if actor else subject

    def line(self, who: str, whom: str, capacity: str = "parent", **more: str) -> str:
        values = {"since": "2020-01-01", "until": "", "ended": ""} | more
        return ";".join(
            [self.ins.get(who, who), self.ins.get(whom, whom), capacity, *values.values()]
        )


@pytest.fixture
def people() -> People:
    return People()


def a_file(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines, ""]).encode()


def faults(content: bytes) -> list[tuple[int, str]]:
    return [(f.line, f.code) for f in take(content, at=NOW()).faults]


def test_links_are_written_once_and_ended(people: People) -> None:
    until = f"{timezone.localdate().year + 2}-03-01"
    lines = [
        people.line("MUM", "LEA"),
        people.line("DAD", "LEA"),
        people.line("MUM", "TOM", "guardian"),
        people.line("DAD", "OLD", "mandate", until=until),
    ]
    report = take(a_file(*lines), at=NOW())
    assert (report.linked, report.ended, report.same, report.faults) == (4, 0, 0, [])
    assert {r.proof for r in Representation.objects.all()} == {"registry"}
    assert JournalEntry.objects.filter(deed=Deed.LINKED, activity=None).count() == 4
    again = take(a_file(*lines), at=NOW())
    assert (again.linked, again.ended, again.same) == (0, 0, 4)
    end = people.line("DAD", "LEA", ended=f"{timezone.localdate():%F}")
    ended = take(a_file(end), at=NOW())
    assert (ended.linked, ended.ended) == (0, 1)
    assert (
        Representation.objects.get(user=people.ids["DAD"], subject=people.ids["LEA"]).end
        == "registry"
    )
    assert take(a_file(end), at=NOW()).same == 1


def test_one_wrong_line_and_nothing_is_done(people: People) -> None:
    good = people.line("MUM", "LEA")
    wrong = {
        people.line("DAD", "OLD"): "of_age",
        people.line("DAD", "LEA", "mandate", until="2090-01-01"): "under_age",
        people.line("DAD", "OLD", "mandate"): "no_end",
        people.line("DAD", "OLD", "mandate", until="2019-01-01"): "no_end",
        people.line("BARE", "LEA"): "representative_without_account",
        people.line("123", "LEA"): "representative_ins",
        people.line("DAD", "x"): "represented_ins",
        people.line("DAD", factories.an_ins(date(1999, 9, 9))): "represented_unknown",
        people.line("DAD", "LEA", "uncle"): "capacity",
        people.line("DAD", "LEA", since="yesterday"): "since",
        people.line("DAD", "LEA", until="2020-13-01"): "until",
        people.line("DAD", "LEA", ended="soon"): "ended",
        people.line("MUM", "LEA", "guardian"): "same_pair",
        "a;b": "other_columns",
        people.line("DAD", "LEA") + ";more": "other_columns",
        people.line("DAD", "LEA", "parent\0"): "capacity",
    }
    for line, code in wrong.items():
        assert faults(a_file(good, line)) == [(3, code)], code
    everything = faults(a_file(good, *wrong))
    assert len(everything) == len(wrong)
    assert not Representation.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "other_columns"),
        (b"name;first", "other_columns"),
        (b"\xff\xfe", "not_utf8"),
        (HEAD.encode() + b'\n"a', "not_csv"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, code: str) -> None:
    assert faults(content) == [(1, code)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda t: a_file(t)))
def test_no_file_breaks_it(people: People, content: bytes) -> None:
    take(content, at=NOW())
    assert not Representation.objects.exists()


def test_the_command_names_lines_and_never_what_they_say(people: People, tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_bytes(
        a_file(people.line("MUM", "LEA"), people.line("BARE", "LEA", since="2020-01-01"))
    )
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="1 wrong lines: nothing was done"):
        call_command("import_representatives", str(path), stdout=out, stderr=err)
    assert err.getvalue() == "line 3: representative_without_account\n"
    path.write_bytes(a_file(people.line("MUM", "LEA")))
    call_command("import_representatives", str(path), stdout=out, stderr=err)
    assert out.getvalue() == "1 linked, 0 ended, 0 already so\n"
    said = out.getvalue() + err.getvalue()
    assert not any(ins in said for ins in people.ins.values())
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_representatives", str(tmp_path / "none.csv"))


def test_a_struck_account_represents_nobody(people: People) -> None:
    User.objects.filter(pk=people.ids["DAD"]).update(is_active=False)
    assert faults(a_file(people.line("DAD", "LEA"))) == [(2, "representative_without_account")]
