"""Loading the interactions: whole or not at all, the same set once, both sources alike."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eprescription.catalogue.interactions import Drug, Moiety, alerts, edition_label, not_assessed
from eprescription.catalogue.interactions.loading import import_interactions
from eprescription.catalogue.models import (
    Edition,
    GroupedSubstance,
    Interaction,
    Issue,
    SubstanceName,
)
from tests.shared_data import shared_data
from tests.timing import busy

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
ENTRIES = """a,b,levels,label,risk,action,page
ROUGINE,ANTALGIQUES,PE,Précaution d'emploi,Saignement.,Surveiller.,3
ROUGINE,ASPIRINE,CI|APEC,CI - APEC,"Saignement grave, parfois mortel.",,4
"""
GROUPS = "group,member\nANTALGIQUES,aspirine\nANTALGIQUES,doulamol\n"
NAMES = """bdpm_substance_code,bdpm_name,match,thesaurus_name,thesaurus_groups
00001,ROUGINE SODIQUE,salt-stripped,ROUGINE,
00002,ASPIRINE,exact,ASPIRINE,ANTALGIQUES
00003,SULFATE FERREUX DESSÉCHÉ,,,
00004,INCONNUE,,,
"""
OPEN_DATA = {
    "groupe_substance": "code_groupe,parent,nom\n1,,ROUGINE\n2,,ASPIRINE\n3,2,ASPIRINE DL LYSINE\n",
    "classe_interaction": "code_classe,nom,description\n10,ANTALGIQUES,\n",
    "substance_groupe_substance": "code_groupe,code_substance\n1,1\n2,00002\n3,00008\n3,00009\n1,9\n",
    "classe_groupe_substance": "code_classe,code_groupe\n10,2\n",
    "interaction": "code_groupe_1,code_groupe_2,code_classe_1,code_classe_2,niveau,risque,conduite,"
    "commentaire\n1,,,10,Précaution d'emploi,Saignement.,Surveiller.,Toujours.\n",
}
rougine = Drug("r", "Rougine", (Moiety("00001", "ROUGINE"),), "orale")
aspirine = Drug("a", "Aspirine", (Moiety("00002", "ASPIRINE"),), "orale")


@pytest.fixture
def folder(tmp_path):
    write(tmp_path)
    return tmp_path


def write(path, *, entries=ENTRIES, groups=GROUPS, names=NAMES, edition="2023-09"):
    (path / f"thesaurus_{edition}_entries.csv").write_text(entries, encoding="utf-8")
    (path / f"thesaurus_{edition}_groups.csv").write_text(groups, encoding="utf-8")
    (path / "bdpm_substance_to_thesaurus.csv").write_text(names, encoding="utf-8")


def load(path, **options):
    return import_interactions(path, **{"at": AT} | options)


def rows():
    return [m.objects.count() for m in (Interaction, GroupedSubstance, SubstanceName, Issue)]


def test_an_edition_is_loaded_with_its_date_and_counts(folder):
    report = load(folder)

    edition = Edition.objects.get(kind="interactions", active=True)
    assert (report.status, report.edition) == ("loaded", "Thésaurus ANSM, 01/09/2023")
    assert str(edition) == edition_label() == report.edition
    assert report.counts == edition.counts
    assert report.counts == {"interactions": 2, "groups": 1, "memberships": 2, "names": 2}
    assert report.diff == {"added": 2, "changed": 0, "left": 0}
    assert rows() == [2, 2, 2, 0]


def test_the_medicines_stay_active_beside_it(folder):
    load(folder)

    assert Edition.objects.filter(active=True).count() == 2


def test_what_was_loaded_is_what_is_asked(folder):
    assert alerts([rougine, aspirine]) == {"r": (), "a": ()}
    assert not_assessed([rougine]) == {"r": ("ROUGINE",)}
    load(folder)

    (alert,) = alerts([rougine, aspirine])["r"]
    assert (alert.level, alert.conditional, alert.other) == ("CI", True, "Aspirine")
    assert alert.text.fr == "Saignement grave, parfois mortel."
    assert alert.source == "Thésaurus ANSM, 01/09/2023, p. 4 (ROUGINE + ASPIRINE)"
    assert not_assessed([rougine]) == {}


def test_asking_again_costs_two_queries_that_read_no_table(folder):
    load(folder)
    alerts([rougine, aspirine])
    with CaptureQueriesContext(connection) as queries:
        alerts([rougine, aspirine])

    assert len(queries) == 2
    assert all("catalogue_edition" in query["sql"] for query in queries)


def test_a_new_edition_is_seen_at_once(folder):
    load(folder)
    assert alerts([rougine, aspirine])["r"][0].level == "CI"
    write(folder, entries=ENTRIES.replace("CI|APEC,CI - APEC", "APEC,A prendre en compte"))
    report = load(folder, at=AT + timedelta(days=1))

    assert report.diff == {"added": 0, "changed": 1, "left": 0}
    assert alerts([rougine, aspirine])["r"][0].level == "PE"


def test_the_same_set_again_changes_nothing(folder):
    load(folder)
    before = list(Interaction.objects.values_list("pk", flat=True))
    report = load(folder, at=AT + timedelta(days=1))

    assert report.status == "unchanged"
    assert Edition.objects.get(kind="interactions", active=True).loaded_at == AT
    assert list(Interaction.objects.values_list("pk", flat=True)) == before


def test_another_date_is_another_edition_and_the_former_stays_readable(folder):
    load(folder)
    report = load(folder, on=date(2024, 2, 1))

    assert report.edition == "Thésaurus ANSM, 01/02/2024" == edition_label()
    assert Edition.objects.filter(kind="interactions").count() == 2
    assert Interaction.objects.count() == 4


def test_the_newest_edition_of_a_folder_is_read(folder):
    write(folder, edition="2024-03-15")

    assert load(folder).edition == "Thésaurus ANSM, 15/03/2024"


def test_a_dry_run_reads_and_writes_nothing(folder):
    report = load(folder, dry_run=True)

    assert (report.status, report.counts["interactions"]) == ("checked", 2)
    assert rows() == [0, 0, 0, 0]


def test_a_bad_line_is_noted_and_does_not_stop_the_rest(folder):
    write(folder, entries=ENTRIES + "ROUGINE,,PE,PE,,,\n", names=NAMES + "12,X,exact,X,\n")
    report = load(folder)

    assert report.status == "loaded"
    assert [(p.line, p.reason) for p in report.issues] == [
        (4, "a name is missing"),
        (6, "a substance code has five digits"),
    ]
    assert Issue.objects.filter(line=4, file="thesaurus_2023-09_entries.csv").exists()


def test_a_salt_that_only_the_portal_knows_is_named_where_the_edition_tells_of_it(folder):
    load(folder)
    assert not SubstanceName.objects.filter(code="00003").exists()
    write(folder, entries=ENTRIES + "FER,ROUGINE,PE,PE,Risque.,,5\n")
    load(folder)

    assert SubstanceName.objects.filter(code="00003").values_list("name", flat=True).get() == "FER"


def many(count):
    lines = "".join(f"A{n},B{n},PE,PE,Risque.,,1\n" for n in range(count))
    return "a,b,levels,label,risk,action,page\n" + lines


DAMAGED = [
    ({"entries": ""}, "is empty"),
    ({"groups": "  \n"}, "is empty"),
    ({"entries": "<!DOCTYPE html><html></html>"}, "web page"),
    ({"entries": "a;b;levels\n1;2;3\n"}, "lacks the columns"),
    ({"names": "code,name\n1,2\n"}, "lacks the columns bdpm_substance_code"),
    ({"entries": ENTRIES.replace("CI|APEC", "CI|GRAVE")}, "unknown level"),
    ({"entries": ENTRIES.replace(",PE,", ",,")}, "unknown level"),
    ({"entries": many(0)}, "no interactions at all"),
    ({"names": NAMES.splitlines()[0]}, "no names at all"),
    ({"entries": many(100) + ",,PE,PE,,,\n" * 21}, "lines cannot be used"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGED)
def test_a_damaged_set_is_refused_and_the_live_edition_stays(folder, damage, reason):
    load(folder)
    before = rows()
    write(folder, **damage)
    report = load(folder, at=AT + timedelta(days=1))

    assert (report.status, rows()) == ("refused", before)
    assert reason in report.refused
    assert Edition.objects.get(kind="interactions", active=True).loaded_at == AT


def test_a_set_that_has_lost_more_than_five_percent_is_refused(folder):
    write(folder, entries=many(100))
    load(folder)
    write(folder, entries=many(94))
    assert "94 interactions, where the live edition has 100" in load(folder).refused
    write(folder, entries=many(95))

    assert load(folder).status == "loaded"


def test_bytes_that_are_no_text_are_refused(folder):
    (folder / "thesaurus_2023-09_entries.csv").write_bytes(ENTRIES.encode("cp1252"))

    assert "not CSV in UTF-8" in load(folder).refused


@pytest.mark.parametrize(
    "absent", ["thesaurus_2023-09_groups.csv", "bdpm_substance_to_thesaurus.csv"]
)
def test_a_missing_file_is_named(folder, absent):
    (folder / absent).unlink()

    assert load(folder).refused == f"{absent} is missing"


def test_an_empty_or_absent_folder_is_refused(tmp_path):
    assert "no thesaurus_*_entries.csv" in load(tmp_path).refused
    assert "is no directory" in load(tmp_path / "nowhere").refused


class TestOpenData:
    """The successor's tables give the same edition, with codes in place of names."""

    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "2026-07-01"
        folder.mkdir()
        for name, content in OPEN_DATA.items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        return folder

    def test_its_tables_are_read(self, folder):
        report = load(folder)

        assert report.edition == "ANSM Open Data, 01/07/2026"
        (alert,) = alerts([rougine, aspirine])["a"]
        assert (alert.level, alert.text.fr) == ("PE", "Saignement. Surveiller. Toujours.")
        assert alert.source == "ANSM Open Data, 01/07/2026 (ROUGINE + ANTALGIQUES)"

    def test_what_is_said_of_a_group_holds_for_those_under_it(self, folder):
        load(folder)
        lysine = Drug("l", "Lysine", (Moiety("00008", "DL-LYSINE"),), "orale")

        assert [a.level for a in alerts([rougine, lysine])["l"]] == ["PE"]

    def test_a_substance_of_two_groups_belongs_to_both(self, folder):
        load(folder)
        two = Drug("t", "Deux", (Moiety("00009", "DEUX"),), "orale")

        assert [a.level for a in alerts([rougine, two])["t"]] == ["PE"]
        assert [a.level for a in alerts([aspirine, two])["t"]] == ["PE"]

    def test_an_unknown_group_is_noted(self, folder):
        path = folder / "classe_groupe_substance.csv"
        path.write_text(path.read_text() + "10,77\n")

        assert [(p.file, p.line) for p in load(folder).issues] == [(path.name, 3)]

    def test_without_a_date_it_is_asked_for(self, folder):
        moved = folder.rename(folder.parent / "last")

        assert "give one with --date" in load(moved).refused
        assert load(moved, on=date(2026, 7, 1)).status == "loaded"

    @pytest.mark.parametrize("name", OPEN_DATA)
    def test_a_missing_or_damaged_table_is_refused(self, folder, name):
        (folder / f"{name}.csv").write_text("<html>")
        assert "web page" in load(folder).refused
        (folder / f"{name}.csv").unlink()

        assert load(folder).status == "refused"

    def test_a_level_is_never_guessed(self, folder):
        path = folder / "interaction.csv"
        path.write_text(path.read_text().replace("Précaution d'emploi", "Attention"))

        assert "unknown level" in load(folder).refused


class TestCommand:
    def run(self, *arguments):
        said = StringIO()
        call_command("import_interactions", *map(str, arguments), stdout=said)
        return said.getvalue()

    def test_it_says_what_it_did(self, folder):
        assert self.run(folder).startswith("Thésaurus ANSM, 01/09/2023: loaded in ")
        assert "unchanged" in self.run(folder)

    def test_it_writes_a_report(self, folder, tmp_path):
        self.run(folder, "--dry-run", "--json-report", tmp_path / "report.json")
        written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        printed = json.loads(self.run(folder, "--dry-run", "--json-report", "-"))

        assert written["counts"] == printed["counts"] == load(folder).counts
        assert written["status"] == "checked"

    def test_it_fails_when_the_set_is_refused_and_reports_why(self, folder, tmp_path):
        write(folder, entries="")
        with pytest.raises(CommandError, match=r"the live edition stays: .* is empty"):
            self.run(folder, "--json-report", tmp_path / "report.json")

        assert "is empty" in json.loads((tmp_path / "report.json").read_text())["refused"]

    def test_a_date_that_is_none_is_refused_with_words(self, folder):
        with pytest.raises(CommandError, match="--date"):
            self.run(folder, "--date", "hier")

    def test_a_report_that_cannot_be_written_is_said(self, folder):
        with pytest.raises(CommandError, match="cannot be written"):
            self.run(folder, "--json-report", "/nowhere/report.json")


def test_the_real_edition_is_loaded_whole_and_quickly():
    report = load(shared_data("interactions"))

    assert (report.status, report.counts["interactions"]) == ("loaded", 3216)
    assert rows()[:2] == [3216, 2107]
    assert report.seconds < 10 * busy()
    assert edition_label() == "Thésaurus ANSM, 01/09/2023"
