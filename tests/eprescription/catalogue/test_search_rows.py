"""What a prescriber chooses from: rows of one INN, strength and form, with their brands under them."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eprescription.catalogue.models import (
    Edition,
    GenericGroup,
    Medicine,
    Membership,
    Pack,
    Shortage,
    Token,
)
from eprescription.catalogue.search import MOST_BRANDS, search, search_rows
from eprescription.catalogue.search.typed import LONGEST_QUERY, MOST_WORDS, understand
from eprescription.catalogue.words import index_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def edition():
    """Given a base of our own: what the tests say of ranks must not depend on the starter."""
    Edition.objects.update(active=False)
    Medicine.objects.update(marketed=False)
    return Edition.objects.create(
        source="Essai",
        date=date(2026, 5, 26),
        digest="",
        loaded_at=datetime(2026, 11, 22, tzinfo=UTC),
        active=True,
    )


_codes = iter(range(69_000_000, 69_999_999))


def a_medicine(name, *, inn, strength="500 mg", form="gélule", key="", usage=0, **facts):
    """One medicine with its words, as the importer writes them."""
    medicine = Medicine.objects.create(
        cis=str(next(_codes)),
        name=name,
        inn=inn,
        strength=strength,
        form=form,
        inn_key=key or f"n:{inn}{strength}{form}",
        usage=usage,
        edition=Edition.objects.get(active=True),
        **facts,
    )
    leads = {words[0] for text in (name, *inn.split(" + ")) if (words := index_words(text))}
    words = dict.fromkeys(w for text in (name, inn, strength, form) for w in index_words(text))
    Token.objects.bulk_create(
        Token(word=word, medicine=medicine, leads=word in leads) for word in words
    )
    return medicine


def a_box(medicine, serial="", **facts):
    serial = serial or medicine.cis[-7:]
    return Pack.objects.create(
        cip13=f"34009{serial}1", cip7=serial, medicine=medicine, label="12 gélules", **facts
    )


@pytest.fixture
def amoxicillin():
    """Given amoxicillin 500 mg by three makers, the brand used least, and another strength."""
    of = {"inn": "amoxicilline", "key": "g:5"}
    return {
        "generic": a_medicine("AMOXICILLINE UNTEL 500 mg, gélule", usage=900, **of),
        "other": a_medicine("AMOXICILLINE AUTRE 500 mg, gélule", usage=500, **of),
        "brand": a_medicine("CLAMOXYL 500 mg, gélule", usage=30, **of),
        "gram": a_medicine(
            "CLAMOXYL 1 g, comprimé", inn="amoxicilline", strength="1 g", form="comprimé", usage=50
        ),
    }


def test_the_inn_is_the_row_and_its_brands_stand_under_it(amoxicillin):
    row, gram = search_rows("amoxicilline")

    assert (row.key, row.inn, row.strength, row.form) == ("g:5", "amoxicilline", "500 mg", "gélule")
    assert row.usual.cis == amoxicillin["generic"].cis
    assert [hit.cis for hit in row.brands] == [
        amoxicillin[name].cis for name in ("generic", "other", "brand")
    ]
    assert [hit.cis for hit in gram.brands] == [amoxicillin["gram"].cis]
    assert (row.near, row.corrected) == (False, "")


def test_a_named_brand_comes_first_under_its_inn_while_the_law_is_that_of_the_usual(amoxicillin):
    row = next(row for row in search_rows("clamoxyl 500") if row.key == "g:5")

    assert row.brands[0].cis == amoxicillin["brand"].cis
    assert row.usual.cis == amoxicillin["generic"].cis
    assert len(row.brands) == 3


def test_a_brand_brings_its_own_most_used_strength_first(amoxicillin):
    assert [row.strength for row in search_rows("clamoxyl")] == ["1 g", "500 mg"]
    assert [row.strength for row in search_rows("amox")] == ["500 mg", "1 g"]


@pytest.mark.parametrize(
    "typed",
    [
        "Amoxicilline 500MG",
        "500 mg amoxicilline",
        "gélule amoxicilline 0,5 g",
        "AMOXICILLINE 500 m",
    ],
)
def test_order_case_accents_and_units_do_not_matter(amoxicillin, typed):
    assert [row.key for row in search_rows(typed)] == ["g:5"]


def test_a_typing_error_a_word_is_forgiven_and_what_was_understood_is_said(amoxicillin):
    (row,) = search_rows("amxoicilline gelulle 500mg")

    assert (row.key, row.near, row.corrected) == ("g:5", True, "amoxicilline gelule 500mg")
    assert row.usual.near


def test_what_was_understood_is_said_for_each_row():
    a_medicine("VANTA, gélule", inn="x", usage=2)
    a_medicine("TANTA, gélule", inn="y", usage=1)

    assert [row.corrected for row in search_rows("zanta")] == ["vanta", "tanta"]


def test_no_more_brands_than_a_screen_bears_yet_the_usual_is_known():
    for rank in range(MOST_BRANDS + 3):
        a_medicine(f"MAISON{rank}, gélule", inn="commun", key="g:9", usage=rank)
    usual = a_medicine("HABITUEL, gélule", inn="commun", key="g:9", usage=99)

    (row,) = search_rows("maison")

    assert len(row.brands) == MOST_BRANDS
    assert usual.cis not in [hit.cis for hit in row.brands]
    assert (row.usual.cis, row.usual.group_size) == (usual.cis, MOST_BRANDS + 4)


def test_rows_are_ranked_by_the_use_of_all_their_medicines():
    a_medicine("A", inn="molecule", strength="1 mg", key="g:1", usage=60)
    a_medicine("B", inn="molecule", strength="1 mg", key="g:1", usage=60)
    a_medicine("C", inn="molecule", strength="2 mg", key="g:2", usage=100)

    assert [row.key for row in search_rows("molecule")] == ["g:1", "g:2"]
    assert [row.key for row in search_rows("molecule", limit=1)] == ["g:1"]


def test_the_very_word_comes_before_longer_ones():
    a_medicine("FERVEX", inn="autre", usage=500)
    a_medicine("FER, comprimé", inn="fer + acide", usage=1)

    assert [row.inn for row in search_rows("fer")] == ["fer + acide", "autre"]


def test_a_single_letter_is_a_whole_word_when_some_medicine_has_it():
    a_medicine("VITAMINE DELAGRANGE", inn="k", usage=500)
    a_medicine("VITAMINE D", inn="d", usage=1)

    assert [row.inn for row in search_rows("vitamine d")] == ["d"]
    assert [hit.inn for hit in search("vitamine d")] == ["d"]


def test_a_substance_alone_comes_before_its_combinations_once_it_is_named():
    a_medicine("ENTRE", inn="sacubitril + valsartan", usage=500)
    a_medicine("TAREG", inn="valsartan", usage=1)

    assert [row.inn for row in search_rows("valsartan")] == ["valsartan", "sacubitril + valsartan"]
    assert [row.inn for row in search_rows("valsar")] == ["sacubitril + valsartan", "valsartan"]


def test_a_withdrawn_medicine_is_no_brand_and_no_row(amoxicillin):
    Medicine.objects.filter(cis=amoxicillin["other"].cis).update(marketed=False)
    Medicine.objects.filter(cis=amoxicillin["gram"].cis).update(marketed=False)

    (row,) = search_rows("amoxicilline")

    assert amoxicillin["other"].cis not in [hit.cis for hit in row.brands]


def test_medicines_loaded_before_rows_had_keys_are_rows_by_themselves(amoxicillin):
    Medicine.objects.update(inn_key="")

    assert len(search_rows("amoxicilline")) == 4


class TestBox:
    @pytest.fixture
    def box(self, amoxicillin):
        return a_box(amoxicillin["brand"])

    @pytest.mark.parametrize(
        "typed", ["{0.cip13}", "{0.cip7}", "010{0.cip13}17261231", "]d2010{0.cip13}10LOT"]
    )
    def test_a_code_finds_the_row_with_the_scanned_medicine_first(self, amoxicillin, box, typed):
        (row,) = search_rows(typed.format(box))

        assert (row.key, row.brands[0].cip13) == ("g:5", box.cip13)
        assert row.usual.cis == amoxicillin["generic"].cis

    def test_the_box_that_is_told_is_the_one_that_was_scanned(self, amoxicillin, box):
        usual = a_box(amoxicillin["brand"], serial="1112223", usage=500)

        assert search_rows(box.cip13)[0].brands[0].cip13 == box.cip13
        assert search_rows("clamoxyl 500")[0].brands[0].cip13 == usual.cip13

    def test_an_old_box_is_still_found_among_what_is_sold(self, amoxicillin, box):
        Medicine.objects.filter(cis=amoxicillin["brand"].cis).update(marketed=False)

        (row,) = search_rows(box.cip13)

        assert (row.brands[0].cis, row.brands[0].marketed) == (amoxicillin["brand"].cis, False)
        assert (row.usual.cis, row.usual.group_size) == (amoxicillin["generic"].cis, 2)


class TestHomeopathy:
    @pytest.fixture(autouse=True)
    def arnica(self):
        a_medicine("ARNICA MONTANA 9 CH, granules", inn="arnica", homeopathic=True, usage=9)

    def test_shows_when_there_is_nothing_else(self):
        assert [row.inn for row in search_rows("arnica")] == ["arnica"]

    def test_hides_behind_what_is_not(self):
        a_medicine("ARNICAN, crème", inn="extrait", usage=1)

        assert [row.inn for row in search_rows("arnica")] == ["extrait"]
        assert [hit.inn for hit in search("arnica")] == ["extrait"]

    def test_shows_when_it_is_asked_for(self):
        a_medicine("ARNICAN CH, crème", inn="extrait", usage=1)

        assert {row.inn for row in search_rows("arnica ch")} == {"extrait", "arnica"}


@pytest.mark.parametrize(
    "typed", ["", " ", "x", "%", "zzzz", "\x00", "é", "🙂🙂", "'; --", "a" * 9999, "9" * 400]
)
def test_nothing_typed_makes_an_error_or_finds_something_else(amoxicillin, typed):
    assert search_rows(typed) == search(typed) == []


def test_what_is_looked_for_is_bounded_whatever_is_typed():
    understood = understand("mot" * 5000 + " a b" * 5000)

    assert len(understood.text) == LONGEST_QUERY
    assert len(understand("a1 b2 c3 d4 e5 f6 g7 h8 i9 j0 k1 l2").forms) == MOST_WORDS


@pytest.mark.parametrize(
    ("typed", "queries"), [("amoxicilline", 1), ("3400900000000", 1), ("amxoicilline", 3)]
)
def test_asks_the_database_once_or_three_times(amoxicillin, typed, queries):
    with CaptureQueriesContext(connection) as seen:
        search_rows(typed)

    assert len(seen) == queries


class TestWhatAMedicineSays:
    def test_what_the_source_tells_is_told(self):
        medicine = a_medicine(
            "TOUTDIT",
            inn="x",
            key="g:1",
            black_triangle=True,
            conditions="liste I\nréservé",
            atc="A",
        )
        a_box(medicine, price_cents=1234, reimbursement="65%", units=12)
        a_medicine("FRERE", inn="x", key="g:1", usage=5)

        (hit,) = search("toutdit")

        assert (hit.black_triangle, hit.conditions) == (True, ("liste I", "réservé"))
        assert (str(hit.price), hit.reimbursement, hit.units) == ("12.34", "65%", 12)
        assert (hit.group_size, hit.edition) == (2, "Essai, 26/05/2026")

    def test_what_the_source_does_not_tell_is_unknown(self):
        a_medicine("RIENDIT", inn="x")

        (hit,) = search("riendit")

        assert (hit.black_triangle, hit.price, hit.shortage, hit.group_size) == (
            None,
            None,
            None,
            0,
        )
        assert (hit.cip13, hit.units, hit.group, hit.kind) == ("", None, "", None)

    def test_a_shortage_is_told_with_its_dates_and_its_page(self):
        medicine = a_medicine("MANQUANT", inn="x")
        Shortage.objects.create(
            medicine=medicine,
            kind=Shortage.Kind.OUT,
            label="Rupture de stock",
            since=date(2026, 3, 1),
            updated_on=date(2026, 5, 19),
            url="https://ansm.example/page",
        )

        (row,) = search_rows("manquant")
        told = row.usual.shortage

        assert (told.kind, told.label, told.scarce) == (1, "Rupture de stock", True)
        assert (told.since, told.updated_on, told.back_on) == (
            date(2026, 3, 1),
            date(2026, 5, 19),
            None,
        )
        assert told.url == "https://ansm.example/page"

    def test_a_shortage_of_another_box_is_not_told_and_the_gravest_is(self):
        medicine = a_medicine("DEUXBOITES", inn="x")
        box = a_box(medicine)
        for kind, cip13 in ((4, ""), (2, box.cip13), (1, "3400900000000")):
            Shortage.objects.create(medicine=medicine, kind=kind, cip13=cip13, label="…")

        (hit,) = search("deuxboites")

        assert hit.shortage.kind == Shortage.Kind.TENSION

    def test_what_is_back_is_not_scarce(self):
        medicine = a_medicine("REVENU", inn="x")
        Shortage.objects.create(medicine=medicine, kind=Shortage.Kind.BACK, label="Remise")

        assert not search("revenu")[0].shortage.scarce

    def test_an_address_that_is_not_of_the_web_is_no_link(self):
        medicine = a_medicine("PIEGE", inn="x")
        Shortage.objects.create(medicine=medicine, kind=1, label="…", url="javascript:alert(1)")

        assert search("piege")[0].shortage.url == ""

    def test_the_group_that_stands_in_is_told_before_dosage_complementarity(self):
        medicine = a_medicine("DEUXGROUPES", inn="x")
        for code, kind in (("901", 2), ("902", 4)):
            group = GenericGroup.objects.create(code=code, label=code)
            Membership.objects.create(group=group, medicine=medicine, kind=kind)

        assert search("deuxgroupes")[0].group == "902"
