"""The files of the public drug base, each of their quirks in lines written by hand."""

from datetime import date

import pytest

from eprescription.catalogue.sources.bdpm import REQUIRED, Bdpm
from eprescription.catalogue.sources.lines import UnreadableError
from tests.eprescription.catalogue.base import (
    ALPHANE,
    BETANE,
    GONE,
    box,
    changed,
    cip13,
    component,
    medicine,
    write,
)

TODAY = date(2026, 11, 22)


@pytest.fixture
def base(tmp_path):
    def open_base(files=None, **how):
        return Bdpm(write(tmp_path / "2026-05", *([files] if files else []), **how), today=TODAY)

    return open_base


def test_reads_medicines(base):
    alphane, betane, gamma = base().specialities()

    assert (alphane.cis, alphane.name) == (ALPHANE, "ALPHANE 500 mg, comprimé")
    assert alphane.holder == "LABORATOIRE INVENTÉ"
    assert alphane.routes == ("orale",)
    assert alphane.authorised_on == date(1998, 3, 12)
    assert (alphane.marketed, gamma.marketed) == (True, False)
    assert (alphane.black_triangle, betane.black_triangle) == (False, True)
    assert betane.form == "gélule gastro-résistante"
    assert [each.homeopathic for each in (alphane, gamma)] == [False, True]


def test_several_routes_are_several(base):
    files = changed(CIS_bdpm=[medicine(ALPHANE, routes="orale;sublinguale; ")])

    assert next(base(files).specialities()).routes == ("orale", "sublinguale")


def test_reads_boxes(base):
    first, second, third, stopped, orphan = base().boxes()

    assert (first.cip13, first.cip7, first.price_cents) == (cip13(3000001), "3000001", 300)
    assert first.hospital_use is True
    assert first.declared_on == date(2026, 5, 18)
    assert (second.label, second.price_cents, second.rate) == ("1 tube de l'enfant", 146629, "30%")
    assert (third.rate, third.price_cents, third.declared_on) == ("", None, None)
    assert [each.marketed for each in (first, stopped)] == [True, False]
    assert orphan.cis == GONE


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (box("6000001", 3000001), "not a CIS code"),
        (box(ALPHANE, 3000001, cip13=cip13(3000002)), "CIP7 and CIP13 codes of two boxes"),
        (box(ALPHANE, 3000001, cip13=cip13(3000001)[:-1] + "x"), "not a CIP13 code"),
        (box(ALPHANE, 3000001).rsplit("\t", 1)[0], "12 fields for 13"),
        (box(ALPHANE, 3000009) + "\n" + box(ALPHANE, 3000009), "told twice"),
    ],
)
def test_a_wrong_box_is_left_out_and_said(base, line, reason):
    read = base(changed(CIS_CIP_bdpm=[*line.split("\n"), box(BETANE, 3000003)]))
    boxes = list(read.boxes())

    assert cip13(3000003) in [each.cip13 for each in boxes]
    assert [problem.reason for problem in read.reading.problems] == [reason]
    assert read.reading.problems[0].excerpt


def test_codes_of_substances_keep_their_zeros(base):
    assert next(base().components()).code == "00001"


@pytest.mark.parametrize("nature", ["ST", "", "sa"])
def test_another_nature_of_substance_is_refused(base, nature):
    read = base(changed(CIS_COMPO_bdpm=[component(ALPHANE, nature=nature)]))

    assert list(read.components()) == []
    assert read.reading.problems[0].reason == "unknown nature of substance"


def test_members_of_groups_need_no_medicine_and_one_may_stand_in_two(base):
    members = list(base().members())

    assert [(m.group, m.cis, m.kind) for m in members] == [
        ("1", ALPHANE, 0),
        ("2", ALPHANE, 2),
        ("1", GONE, 1),
    ]


@pytest.mark.parametrize("kind", ["3", "", "5"])
def test_an_unknown_kind_of_generic_is_refused(base, kind):
    read = base(changed(CIS_GENER_bdpm=[f"1\tX\t{ALPHANE}\t{kind}\t1"]))

    assert list(read.members()) == []
    assert read.reading.bad["CIS_GENER_bdpm.txt"] == 1


def test_conditions_are_read_around_blank_lines(base):
    read = base()

    assert len(list(read.conditions())) == 3
    assert [p.reason for p in read.reading.problems] == ["blank line"]
    assert read.reading.told["conditions"] == 3


def test_shortages_are_of_all_boxes_or_of_one(base):
    all_boxes, one = base().shortages()

    assert (all_boxes.cip13, one.cip13) == ("", cip13(3000005))
    assert all_boxes.label == "Tension d’approvisionnement"
    assert (all_boxes.kind, one.kind) == (2, 1)
    assert all_boxes.updated_on == date(2026, 5, 19)
    assert all_boxes.back_on is None


def test_opinions_are_read_when_they_are_there_even_cut_in_two(base):
    line = f"{ALPHANE}\tCT-1\tInscription\t20240131\tImportant\tLe service\r\n rendu est important."
    improvement = f"{ALPHANE}\tCT-1\tInscription\t20240131\tV\tAucune"
    read = base(changed(CIS_HAS_SMR_bdpm=[line], CIS_HAS_ASMR_bdpm=[improvement]))
    benefit, better = read.opinions()

    assert (benefit.value, benefit.given_on) == ("Important", date(2024, 1, 31))
    assert benefit.text == "Le service rendu est important."
    assert (benefit.improvement, better.improvement) == (False, True)


def test_what_is_not_there_is_not_told(base):
    read = base(changed(HAS_LiensPageCT_bdpm=None, CIS_MITM=None))

    assert not {"pages", "classes", "benefits"} & read.tells
    assert list(read.pages()) == list(read.classes()) == list(read.opinions()) == []


@pytest.mark.parametrize("table", REQUIRED)
def test_a_required_file_must_be_there(tmp_path, table):
    folder = write(tmp_path / "base")
    file = {
        "medicines": "CIS_bdpm.txt",
        "packs": "CIS_CIP_bdpm.txt",
        "ingredients": "CIS_COMPO_bdpm.txt",
        "memberships": "CIS_GENER_bdpm.txt",
        "conditions": "CIS_CPD_bdpm.txt",
    }[table]
    (folder / file).unlink()

    with pytest.raises(UnreadableError, match=f"{file}: absent"):
        Bdpm(folder, today=TODAY)


@pytest.mark.parametrize("how", [{"encoding": "utf-8", "end": "\n"}, {"tail": "\t"}, {}])
def test_the_encoding_the_ends_of_line_and_a_trailing_tab_change_nothing(base, how):
    read = base(**how)
    facts = [
        *(list(read.specialities()), list(read.boxes()), list(read.components())),
        *(list(read.members()), list(read.conditions()), list(read.shortages())),
    ]

    assert [len(each) for each in facts] == [3, 5, 4, 3, 3, 2]
    assert not sum(read.reading.bad.values())


def test_the_newest_date_is_never_in_the_future(base):
    files = changed(CIS_CIP_bdpm=[box(ALPHANE, 3000001, declared="01/01/2031")])
    read = base(files)
    list(read.boxes())
    assert read.reading.newest is None

    list(read.shortages())
    assert read.reading.newest == date(2026, 5, 19)
