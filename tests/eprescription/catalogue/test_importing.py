"""An edition of the whole base comes in whole or not at all, and the report says why."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprescription.catalogue import editions, loading
from eprescription.catalogue.importing import Order, import_medicines
from eprescription.catalogue.models import (
    Edition,
    GenericGroup,
    Ingredient,
    Issue,
    Medicine,
    Membership,
    Opinion,
    OpinionPage,
    Pack,
    Shortage,
    Substance,
    Token,
)
from tests.eprescription.catalogue.base import (
    ALPHANE,
    BETANE,
    FILES,
    GAMMANE,
    GONE,
    box,
    changed,
    cip13,
    component,
    medicine,
    write,
)
from tests.eprescription.catalogue.sources.test_ansm import write as write_ansm
from tests.timing import SHARED

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
TODAY = AT.date()
TABLES = (Medicine, Pack, Substance, Ingredient, GenericGroup, Membership, Token)
OF_TODAY = (Shortage, Opinion, OpinionPage)


@pytest.fixture
def load(tmp_path):
    """Import the base of the tests, or another one, into the folder of its month."""

    def load_files(files=FILES, month="2026-05", **how):
        folder = write(tmp_path / month, files)
        for path in folder.iterdir():
            if path.name not in files:
                path.unlink()
        return import_medicines(Order(folder, **how), at=AT)

    return load_files


def state(*, of=None):
    """Everything that the catalogue says, without the numbers of its rows."""
    rows = {}
    for model in (*TABLES, *OF_TODAY):
        names = [
            f.attname for f in model._meta.concrete_fields if f.attname not in ("id", "edition_id")
        ]
        found = model.objects.all()
        if of and model in (Medicine, Pack, Ingredient, Membership, Token):
            key = "cis" if model is Medicine else "medicine_id"
            found = found.filter(**{f"{key}__in": of})
        rows[model.__name__] = sorted(map(repr, found.values_list(*names)))
    return rows


def test_the_whole_base_takes_the_place_of_the_starter(load):
    report = load()

    assert (report.outcome, report.source, report.edition) == ("loaded", "BDPM", "BDPM, 19/05/2026")
    assert report.counts == {
        "medicines": 3,
        "packs": 5,
        "ingredients": 4,
        "memberships": 3,
        "conditions": 3,
        "classes": 2,
        "shortages": 2,
        "pages": 1,
        "groups": 2,
    }
    live = Edition.objects.get(kind="medicines", active=True)
    assert (live.source, live.date, live.counts) == ("BDPM", date(2026, 5, 19), report.counts)
    assert set(Medicine.objects.filter(marketed=True).values_list("cis", flat=True)) == {
        ALPHANE,
        BETANE,
    }
    assert Medicine.objects.filter(edition=live).count() == 3
    assert Medicine.objects.count() == 725


def test_tells_of_a_medicine_what_all_files_say(load):
    load()
    betane = Medicine.objects.get(cis=BETANE)

    assert (betane.inn, betane.strength, betane.form) == (
        "bétane",
        "10 mg",
        "gélule gastro-résistante",
    )
    assert (betane.list, betane.max_days, betane.black_triangle) == ("S", 28, True)
    assert betane.conditions == "prescription limitée à 28 jours\nstupéfiants"
    assert betane.inn_key.startswith("n:")
    assert [i.nature for i in betane.ingredients.order_by("rank")] == ["FT", "SA"]
    assert betane.shortages.get().kind == Shortage.Kind.TENSION
    alphane = Medicine.objects.get(cis=ALPHANE)
    assert (alphane.atc, alphane.atc_inferred, alphane.inn_key) == ("N02BE01", False, "g:1")
    assert alphane.holder == "LABORATOIRE INVENTÉ"
    assert alphane.packs.get(cip13=cip13(3000001)).units == 30


def test_what_nobody_describes_is_kept_by_its_code(load):
    load()

    assert Pack.objects.get(medicine_id=GONE).cip13 == cip13(3000005)
    assert Membership.objects.get(medicine_id=GONE).kind == 1
    assert Shortage.objects.get(medicine_id=GONE).kind == 1


def test_a_homeopathic_medicine_is_marked_and_has_no_inn(load):
    load()
    gamma = Medicine.objects.get(cis=GAMMANE)

    assert (gamma.homeopathic, gamma.inn, gamma.marketed) == (True, "", False)


def test_the_class_of_twins_is_inferred_and_says_so(load):
    twin = "60000004"
    files = changed(
        CIS_bdpm=[*FILES["CIS_bdpm.txt"], medicine(twin, "ALPHANOL 500 mg, comprimé")],
        CIS_COMPO_bdpm=[*FILES["CIS_COMPO_bdpm.txt"], component(twin)],
    )
    load(files)

    assert Medicine.objects.values_list("atc", "atc_inferred").get(cis=twin) == ("N02BE01", True)


def test_the_same_files_are_known_without_being_read(load, monkeypatch):
    load()
    monkeypatch.setattr(loading, "stage", lambda *args, **how: pytest.fail("read again"))

    report = load()

    assert (report.outcome, report.edition) == ("unchanged", "BDPM, 19/05/2026")
    assert report.seconds < 1 * SHARED


def test_the_same_files_read_again_change_nothing(load):
    load()
    before, kept = state(), set(Token.objects.values_list("pk", flat=True))

    report = load(force=True)

    assert report.outcome == "loaded"
    assert all(change == loading.Change() for change in report.changes.values())
    assert state() == before
    assert set(Token.objects.values_list("pk", flat=True)) == kept
    assert Edition.objects.filter(source="BDPM").count() == 1


def test_a_try_tells_and_leaves_everything(load):
    before = state()
    report = load(dry_run=True)

    assert report.outcome == "tried"
    assert report.changes["medicine"].added == 3
    assert state() == before
    assert not Edition.objects.filter(source="BDPM").exists()


LATER = changed(
    CIS_bdpm=[medicine(ALPHANE, "ALPHANE NOUVEAU 500 mg, comprimé"), *FILES["CIS_bdpm.txt"][1:]],
    CIS_CIP_bdpm=[box(ALPHANE, 3000001, price="2,50"), *FILES["CIS_CIP_bdpm.txt"][1:]],
    CIS_CIP_Dispo_Spec=[
        f"{ALPHANE}\t\t1\tRupture de stock\t14/06/2026\t18/06/2026\t\thttps://exemple.test/a",
        FILES["CIS_CIP_Dispo_Spec.txt"][1],
    ],
)


def test_the_next_edition_writes_what_changed(load):
    load()
    report = load(LATER, month="2026-06")

    assert report.edition == "BDPM, 18/06/2026"
    assert report.changes["medicine"] == loading.Change(changed=1)
    assert report.changes["pack"] == loading.Change(changed=1)
    assert report.changes["shortage"] == loading.Change(added=1, left=1)
    assert Medicine.objects.get(cis=ALPHANE).name == "ALPHANE NOUVEAU 500 mg, comprimé"
    assert Medicine.objects.filter(edition__date=date(2026, 6, 18)).count() == 3
    assert Edition.objects.filter(source="BDPM", active=True).get().date == date(2026, 6, 18)


LESS = changed(
    CIS_bdpm=FILES["CIS_bdpm.txt"][1:],
    CIS_COMPO_bdpm=FILES["CIS_COMPO_bdpm.txt"][1:],
    CIS_CPD_bdpm=FILES["CIS_CPD_bdpm.txt"][:2],
)


def test_a_base_that_shrinks_is_refused_with_the_reason_and_the_live_one_stays(load):
    load()
    before, live = state(), Edition.objects.get(kind="medicines", active=True)

    report = load(LESS, month="2026-06")

    assert report.outcome == "refused"
    assert "medicines: 2 rows, 3 in the edition in force" in report.refused
    assert "1 of 2 marketed medicines would vanish" in report.refused
    assert state() == before
    assert Edition.objects.get(kind="medicines", active=True) == live
    assert Edition.objects.filter(source="BDPM").count() == 1


def test_who_knows_why_may_force_it_and_it_is_written(load):
    load()
    report = load(LESS, month="2026-06", force=True)

    assert report.outcome == "loaded"
    assert "1 of 2 marketed medicines would vanish" in report.forced
    assert Issue.objects.filter(reason="forced: 1 of 2 marketed medicines would vanish").exists()
    left = Medicine.objects.get(cis=ALPHANE)
    assert (left.marketed, left.edition.date) == (False, date(2026, 5, 19))
    assert left.ingredients.exists()
    assert left.tokens.exists()


def test_a_group_may_name_what_has_left_the_base_in_another_role(load):
    load()
    members = [f"1\tALPHANE 500 mg, comprimé\t{ALPHANE}\t1\t1", *FILES["CIS_GENER_bdpm.txt"][2:]]
    report = load(LESS | {"CIS_GENER_bdpm.txt": members}, month="2026-06", force=True)

    assert report.outcome == "loaded", report.refused
    assert Membership.objects.get(medicine_id=ALPHANE).kind == 1


def test_an_older_edition_does_not_come_back(load):
    load(LATER, month="2026-06")
    report = load(month="2026-05")

    assert report.refused == ["dated 19/05/2026, older than the edition in force"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (changed(CIS_bdpm=[]), "CIS_bdpm.txt: empty"),
        (changed(CIS_bdpm=["<!DOCTYPE html>"]), "CIS_bdpm.txt: a web page, not a table"),
        (changed(CIS_CIP_bdpm=None), "CIS_CIP_bdpm.txt: absent"),
        (changed(CIS_bdpm=["a;b;c"] * 30), "CIS_bdpm.txt: 30 of 30 lines cannot be read"),
        (changed(CIS_bdpm=["a;b;c"]), "no medicines in it"),
        (
            changed(CIS_CPD_bdpm=[f"{ALPHANE}\tprescription limitée à 99999 semaines"]),
            "out of range for type smallint",
        ),
    ],
)
def test_what_is_no_base_is_refused_in_words(load, files, said):
    before = state()
    report = load(files)

    assert report.outcome == "refused"
    assert any(said in reason for reason in report.refused), report.refused
    assert state() == before


def test_force_does_not_pass_what_cannot_be_read(load):
    report = load(changed(CIS_bdpm=["a;b;c"] * 30), force=True)

    assert report.outcome == "refused"


def test_a_line_that_cannot_be_used_is_told_and_the_others_come_in(load):
    files = changed(CIS_bdpm=[*FILES["CIS_bdpm.txt"], "6000\tcoupé"])
    report = load(files)

    assert report.outcome == "loaded"
    issue = Issue.objects.exclude(reason="blank line").get()
    assert (issue.file, issue.line, issue.reason) == ("CIS_bdpm.txt", 4, "2 fields for 12")
    assert issue.excerpt.startswith("6000")


def test_an_optional_file_that_is_missing_leaves_what_was_known(load):
    load(changed(HAS_LiensPageCT_bdpm=None, CIS_MITM=None))
    assert Medicine.objects.get(cis=ALPHANE).atc == ""

    load(month="2026-06")
    files = {
        n: lines
        for n, lines in LATER.items()
        if n not in ("CIS_MITM.txt", "HAS_LiensPageCT_bdpm.txt")
    }
    assert load(files, month="2026-07").outcome == "refused"
    assert load(files, month="2026-07", force=True).outcome == "loaded"
    assert Medicine.objects.get(cis=ALPHANE).atc == "N02BE01"
    assert OpinionPage.objects.count() == 1


def test_opinions_of_the_has_come_with_their_edition(load):
    line = f"{ALPHANE}\tCT-1\tInscription\t20240131\tImportant\tUn service important"
    load(changed(CIS_HAS_SMR_bdpm=[line]))

    opinion = Opinion.objects.get()
    assert (opinion.medicine_id, opinion.value, opinion.improvement) == (
        ALPHANE,
        "Important",
        False,
    )


def test_usage_ranks_boxes_and_stays_when_nobody_tells_it(load, tmp_path):
    open_medic = tmp_path / "openmedic"
    open_medic.mkdir()
    lines = ["cip13,remboursement_total", f"{cip13(3000001)},1950", f"{cip13(3000002)},439887"]
    (open_medic / "pareto.csv").write_text("\n".join(lines), encoding="utf-8")
    load(usage=open_medic)
    assert Medicine.objects.get(cis=ALPHANE).usage == 1000 + 1000

    load(LATER, month="2026-06")
    assert Medicine.objects.get(cis=ALPHANE).usage == 2000
    assert Pack.objects.get(cip13=cip13(3000001)).usage == 1000


def test_the_successor_takes_over_from_the_text_files(load, tmp_path):
    load()
    report = import_medicines(Order(write_ansm(tmp_path / "ansm"), "ansm", force=True), at=AT)

    assert (report.outcome, report.edition) == ("loaded", "ANSM Open Data, 20/05/2026")
    alphane = Medicine.objects.get(cis=ALPHANE)
    assert (alphane.inn, alphane.strength, alphane.inn_key) == ("alphane", "500 mg", "g:1")
    assert alphane.packs.get(cip13=cip13(3000001)).price_cents is None
    assert Shortage.objects.count() == 2  # not told by it: as they were


def test_another_import_under_way_is_not_disturbed(load):
    with psycopg.connect(**_parameters()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [loading._LOCK])
        report = load()

    assert report.refused == ["another import is under way"]


def _parameters():
    params = connection.get_connection_params()
    return {
        name: params[name]
        for name in ("dbname", "user", "host", "port", "password")
        if params.get(name)
    }


def loaded_state(folder, files):
    """The state after an import that is taken back."""
    with transaction.atomic():
        import_medicines(Order(write(folder, files)), at=AT)
        import_medicines(Order(write(folder.with_name("2026-06"), LATER)), at=AT)
        found = state(of=[ALPHANE, BETANE, GAMMANE, GONE])
        transaction.set_rollback(True)
    return found


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_two_editions_in_any_order_of_lines_give_one_state(tmp_path, data):
    shuffled = {name: data.draw(st.permutations(lines)) for name, lines in FILES.items()}

    assert loaded_state(tmp_path / "2026-05", shuffled) == loaded_state(tmp_path / "2026-05", FILES)


@pytest.mark.parametrize(
    ("folder", "newest", "told"),
    [
        ("2026-05", date(2026, 5, 19), date(2026, 5, 19)),
        ("2026-05", date(2026, 6, 2), date(2026, 5, 31)),
        ("2026-05", date(2026, 4, 2), date(2026, 5, 1)),
        ("2026-05", None, date(2026, 5, 1)),
        ("2026-05-26", date(2026, 5, 19), date(2026, 5, 26)),
        ("2026-13", date(2026, 5, 19), date(2026, 5, 19)),
        ("bdpm", date(2026, 5, 19), date(2026, 5, 19)),
        ("bdpm", None, TODAY),
    ],
)
def test_an_edition_is_dated_by_its_folder_and_its_files(tmp_path, folder, newest, told):
    assert editions.dated(tmp_path / folder, newest, today=TODAY) == told


def test_the_date_that_is_given_wins(load):
    assert load(day=date(2026, 5, 26)).edition == "BDPM, 26/05/2026"


def test_an_edition_is_stale_after_45_days(load):
    load()
    newest = date(2026, 5, 19)

    assert not editions.is_stale(newest + timedelta(days=45))
    assert editions.is_stale(newest + timedelta(days=46))
    Edition.objects.update(active=False)
    assert editions.is_stale(newest)
