"""The national directory: read whole or not at all, ended and never deleted, asked at each import and each sign-in."""

import io
from contextlib import suppress
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.models import (
    Activity,
    Deed,
    DirectoryEdition,
    DirectoryListing,
    JournalEntry,
    Place,
    Profession,
    User,
)
from eprescription.national.directory import Reading, Unusable, rows, take
from eprescription.national.registered import PSC
from tests import factories as f
from tests.national import Nation, Traveller, card_of
from tests.sessions import acting

HEAD = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|Code profession"
    "|Code mode exercice|Numéro SIRET site|Numéro FINESS site|Identifiant technique de la structure|"
)


def line(rpps: str, profession: str = "10", place: str = "", kind: str = "8") -> str:
    return f"{kind}|{rpps}|{kind}{rpps}|NOM|{profession}|L||{place}||"


def of(actor: Any) -> str:
    activity = Activity.objects.select_related("place").get(pk=actor.activity_id)
    assert activity.place
    return line(activity.identifier, activity.profession, activity.place.identifier)


def extract(*lines: str) -> io.BytesIO:
    return io.BytesIO("".join(f"{one}\r\n" for one in (HEAD, *lines)).encode())


def imported(*lines: str, **more: Any) -> Any:
    return take(extract(*lines), at=timezone.now(), **more)


@pytest.fixture
def doctor(db: Any) -> Any:
    return f.a_prescriber()


def works(actor: Any) -> bool:
    return Activity.objects.get(pk=actor.activity_id).is_active


def test_who_is_listed_goes_on(doctor: Any) -> None:
    report = imported(of(doctor))
    assert (report.people, report.listed, report.ended) == (1, 1, 0)
    assert works(doctor)


def test_who_is_struck_off_ends_with_the_next_import_and_his_session_with_the_next_request(
    doctor: Any,
) -> None:
    """Given a doctor at work, when an extract lists him no more, then his next page is not served."""
    colleague = f.a_prescriber()
    imported(of(doctor), of(colleague))
    browser = acting(doctor)
    assert browser.get("/prescripteur/").status_code == 200
    imported(of(colleague), accept_losses=True)
    assert not works(doctor) and works(colleague)
    assert browser.get("/prescripteur/").status_code == 302
    row = JournalEntry.objects.get(deed=Deed.STRUCK_OFF)
    assert row.activity_id == doctor.activity_id


def test_nothing_is_deleted(doctor: Any) -> None:
    colleague = f.a_prescriber()
    imported(of(doctor), of(colleague))
    imported(of(colleague), accept_losses=True)
    ended = DirectoryListing.objects.exclude(until=None).get()
    first, second = DirectoryEdition.objects.order_by("pk")
    assert (ended.since, ended.until) == (first, second)
    assert Activity.objects.count() == 2


def test_who_left_one_place_keeps_the_other(doctor: Any) -> None:
    user = User.objects.get(pk=doctor.user_id)
    second = f.a_prescriber(user, f.a_place(Place.Kind.PRACTICE, "Cabinet du Port"))
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    Activity.objects.filter(pk=second.activity_id).update(identifier=rpps)
    imported(of(doctor), of(second))
    imported(of(second))
    assert not works(doctor) and works(second)


def test_a_practice_that_the_directory_knows_by_another_number_ends_nothing(doctor: Any) -> None:
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    imported(line(rpps, place="R10100000012345"))
    imported(line(rpps, place="R10100000099999"))
    assert works(doctor)


def test_a_profession_given_up_is_struck_off_though_the_number_lives(doctor: Any) -> None:
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    imported(line(rpps, "21"))
    assert not works(doctor)


def test_a_preparer_whom_the_extract_cannot_know_goes_on(db: Any) -> None:
    actor = f.a_pharmacist()
    Activity.objects.filter(pk=actor.activity_id).update(profession=Profession.PREPARER)
    imported(line(f.an_rpps()))
    assert works(actor)


def test_the_same_extract_twice_changes_nothing(doctor: Any) -> None:
    imported(of(doctor))
    again = imported(of(doctor))
    assert (again.listed, again.unlisted, again.ended) == (0, 0, 0)


def test_who_comes_back_is_listed_anew_and_opened_by_the_operator_alone(doctor: Any) -> None:
    colleague = f.a_prescriber()
    imported(of(doctor), of(colleague))
    imported(of(colleague), accept_losses=True)
    imported(of(doctor), of(colleague))
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    assert DirectoryListing.objects.filter(rpps=rpps).count() == 2
    assert not works(doctor)


CUT: dict[str, tuple[bytes, str]] = {
    "in the last line": (extract(line(f.an_rpps())).getvalue()[:-20], "cut_file"),
    "after the last character but the end": (
        extract(line(f.an_rpps())).getvalue()[:-2],
        "cut_file",
    ),
    "in the middle": (
        extract(line(f.an_rpps()), "8|8100", line(f.an_rpps())).getvalue(),
        "cut_line",
    ),
    "in the middle, after the profession": (
        extract(line(f.an_rpps())[:-3], line(f.an_rpps())).getvalue(),
        "cut_line",
    ),
    "an empty line": (extract(line(f.an_rpps()), "", line(f.an_rpps())).getvalue(), "cut_line"),
    "nothing": (b"", "other_columns"),
    "only a head": (extract().getvalue(), "empty"),
    "a page": (b"<html>\n<p>Maintenance</p>\n", "other_columns"),
    "a zip": (b"PK\x03\x04\xff\xfe\n", "not_utf8"),
    "another file of the directory": (b"Type d'identifiant PP|Identifiant PP|\n", "other_columns"),
    "another encoding": (HEAD.encode() + b"\n" + "é".encode("latin-1") + b"\n", "not_utf8"),
    "a number that is none": (extract(line("8100000001")).getvalue(), "not_an_rpps"),
    "a line without end": (HEAD.encode() + b"\n" + b"x" * 100_000, "cut_file"),
}


@pytest.mark.parametrize("how", CUT)
def test_a_file_that_is_not_whole_is_refused_whole(doctor: Any, how: str) -> None:
    content, code = CUT[how]
    with pytest.raises(Unusable) as refused:
        take(io.BytesIO(content), at=timezone.now())
    assert refused.value.code == code
    assert not DirectoryEdition.objects.exists() and not DirectoryListing.objects.exists()
    assert works(doctor)


def test_a_file_cut_between_two_lines_is_known_by_its_size(doctor: Any) -> None:
    many = [line(f.an_rpps()) for _one in range(20)]
    imported(of(doctor), *many)
    with pytest.raises(Unusable, match="too_few_people"):
        imported(of(doctor), *many[:10])
    assert DirectoryListing.objects.filter(until=None).count() == 21


def test_an_extract_that_would_empty_the_portal_is_refused_unless_somebody_looked(db: Any) -> None:
    people = [f.a_prescriber() for _one in range(6)]
    with pytest.raises(Unusable, match="would_end_too_many"):
        imported(line(f.an_rpps()))
    assert all(map(works, people))
    assert imported(line(f.an_rpps()), accept_losses=True).ended == 6


def test_the_columns_are_found_by_name(doctor: Any) -> None:
    rpps = Activity.objects.get(pk=doctor.activity_id).identifier
    head = "\ufeffCode profession|Nouveau|Numéro FINESS site|Identifiant PP|Type d'identifiant PP"
    file = io.BytesIO(f"{head}\n10|x|123|{rpps}|8\n".encode())
    assert take(file, at=timezone.now()).listed == 1
    assert works(doctor)


def test_others_than_the_professions_served_are_not_kept(db: Any) -> None:
    report = imported(line(f.an_rpps()), line(f.an_rpps(), "60"), line("123456789", kind="0"))
    assert report.people == 1 and DirectoryListing.objects.count() == 1


def test_sign_in_asks_the_roll(doctor: Any, nation: Nation) -> None:
    """Given an extract without him but an activity that an operator opened again, then his card opens nothing."""
    imported(line(f.an_rpps()), accept_losses=True)
    Activity.objects.filter(pk=doctor.activity_id).update(is_active=True)
    traveller = Traveller(nation, PSC)
    traveller.realm.people["one"] = card_of(doctor)
    answer = traveller.signs_in("one")
    assert answer.status_code == 403 and not traveller.is_in
    assert JournalEntry.objects.filter(deed=Deed.REFUSED, code="struck_off").exists()


def test_the_command_says_what_it_did_and_what_to_do(
    doctor: Any, tmp_path: Any, capsys: Any
) -> None:
    file = tmp_path / "extract.txt"
    file.write_bytes(extract(of(doctor)).getvalue())
    call_command("import_directory", str(file))
    assert "2 lines, 1 people; 1 listed, 0 listed no more, 0 activities ended" in (
        capsys.readouterr().out
    )
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CommandError, match="cut_file"):
        call_command("import_directory", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_directory", str(tmp_path / "none"))


def test_a_long_extract_is_streamed(db: Any) -> None:
    """Four hundred thousand lines pass through a small window; what else this process does counts too."""
    import tracemalloc

    class Endless(io.RawIOBase):
        """A file that is made while it is read."""

        def __init__(self) -> None:
            self.left, self.given = 400_000, 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.left -= 1
            told = HEAD if self.left == 399_999 else line("10000000009", place=str(self.left))
            read = f"{told}\n".encode() if self.left >= 0 else b""
            self.given += len(read)
            return read

    file = Endless()
    tracemalloc.start()
    count = sum(1 for _row in rows(file, Reading()))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 399_999 and peak < file.given / 4


@given(st.binary(max_size=400))
def test_no_bytes_make_anything_but_rows_or_a_refusal(content: bytes) -> None:
    with suppress(Unusable):
        list(rows(io.BytesIO(f"{HEAD}\n".encode() + content), Reading()))
