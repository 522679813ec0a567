"""The command that an operator types, and the task of each night."""

import io
import json
import logging

import pytest
from django.core.management import CommandError, call_command

from eprescription import tasks
from eprescription.catalogue.management.commands import import_medicines as command
from eprescription.catalogue.models import Edition, Medicine
from tests.eprescription.catalogue.base import ALPHANE, FILES, changed, write
from tests.eprescription.catalogue.sources.test_fetch import site  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def said():
    return io.StringIO()


def run(source, *options, stdout=None):
    call_command("import_medicines", str(source), *options, stdout=stdout or io.StringIO())


def test_tells_what_it_did(tmp_path, said):
    run(write(tmp_path / "2026-05"), stdout=said)

    lines = said.getvalue().splitlines()
    assert lines[0] == "loaded: BDPM, 19/05/2026"
    assert "3 medicines" in lines[1]
    assert "  medicine: 3 added, 0 changed, 722 left" in lines
    assert "  CIS_CPD_bdpm.txt:3: blank line: " in lines
    assert lines[-1].endswith(" s")


def test_says_that_nothing_is_new(tmp_path, said):
    folder = write(tmp_path / "2026-05")
    run(folder)
    run(folder, stdout=said)

    assert said.getvalue().startswith("unchanged: BDPM, 19/05/2026\n")


def test_writes_its_report_for_programs(tmp_path, said):
    run(write(tmp_path / "2026-05"), "--json-report", "-", stdout=said)
    report = json.loads(said.getvalue())

    assert report["outcome"] == "loaded"
    assert report["changes"]["medicine"] == {"added": 3, "changed": 0, "left": 722}
    assert report["issues"][0] == {
        "file": "CIS_CPD_bdpm.txt",
        "line": 3,
        "reason": "blank line",
        "excerpt": "",
    }

    run(tmp_path / "2026-05", "--json-report", str(tmp_path / "report.json"))
    assert json.loads((tmp_path / "report.json").read_text())["outcome"] == "unchanged"


def test_a_refusal_ends_with_its_reason_after_the_report(tmp_path, said):
    folder = write(tmp_path / "2026-05", changed(CIS_bdpm=["<html>"]))

    with pytest.raises(CommandError, match=r"^refused: CIS_bdpm\.txt: a web page, not a table$"):
        run(folder, "--json-report", "-", stdout=said)
    assert json.loads(said.getvalue())["outcome"] == "refused"


@pytest.mark.parametrize("source", ["nowhere", "ftp://exemple.test/x"])
def test_a_source_that_is_none_is_said(source):
    with pytest.raises(CommandError, match="is neither a folder nor an address"):
        run(source)


def test_a_report_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(CommandError, match="cannot write the report"):
        run(write(tmp_path / "2026-05"), "--json-report", str(tmp_path / "no" / "r.json"))


def test_a_try_changes_nothing(tmp_path, said):
    run(write(tmp_path / "2026-05"), "--dry-run", stdout=said)

    assert said.getvalue().startswith("tried: BDPM, 19/05/2026")
    assert not Medicine.objects.filter(cis=ALPHANE).exists()


def test_the_edition_may_be_dated_by_hand(tmp_path, said):
    run(write(tmp_path / "2026-05"), "--date", "2026-05-26", stdout=said)

    assert said.getvalue().startswith("loaded: BDPM, 26/05/2026")


def test_usage_is_read_beside_the_source(tmp_path):
    folder = tmp_path / "bdpm"
    folder.mkdir()
    (tmp_path / "openmedic").mkdir()
    code = FILES["CIS_CIP_bdpm.txt"][0].split("\t")[6]
    pareto = f"cip13,remboursement_total\n{code},1950\n"
    (tmp_path / "openmedic" / "pareto.csv").write_text(pareto)
    run(write(folder / "2026-05"))

    assert Medicine.objects.get(cis=ALPHANE).usage == 1000


def test_comes_from_an_address(site, said):  # noqa: F811
    run(site.url, stdout=said)
    assert said.getvalue().startswith("loaded: BDPM, 19/05/2026")

    site.answers["CIS_bdpm.txt"] = (200, b"")
    with pytest.raises(CommandError, match=r"refused: CIS_bdpm\.txt: empty"):
        run(site.url)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_shows_a_bar_on_a_terminal_and_lines_elsewhere():
    terminal, pipe = Terminal(), io.StringIO()
    for to in (terminal, pipe):
        steps = command.Steps(to)
        steps("packs")
        steps("medicines")
        steps.end()

    assert pipe.getvalue() == "packs\nmedicines\n"
    assert "█░" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\033[K")


def test_the_task_of_the_night_imports_from_the_address_of_the_settings(site, settings):  # noqa: F811
    settings.MEDICINES_URL = site.url
    tasks.refresh_medicines()

    assert Edition.objects.get(kind="medicines", active=True).source == "BDPM"


def test_without_an_address_the_task_does_nothing(settings, caplog):
    settings.MEDICINES_URL = ""
    with caplog.at_level(logging.INFO):
        tasks.refresh_medicines()

    assert "medicines_import" not in caplog.text
    assert Edition.objects.get(kind="medicines", active=True).source == "BDPM (extrait)"


def test_a_task_that_fails_says_so_and_leaves_the_live_edition(site, settings, caplog):  # noqa: F811
    site.answers["CIS_bdpm.txt"] = (200, b"<html>")
    settings.MEDICINES_URL = site.url

    with caplog.at_level(logging.INFO):
        tasks.refresh_medicines()

    assert "medicines_import outcome=refused" in caplog.text
    assert site.url not in caplog.text
    assert Edition.objects.get(kind="medicines", active=True).source == "BDPM (extrait)"
