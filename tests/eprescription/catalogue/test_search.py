"""Finding a medicine: half a word, a mistake, a code, another member of the generic group."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eprescription.catalogue import loading, search
from eprescription.catalogue.models import Edition, Medicine, Membership, Pack, Token

pytestmark = pytest.mark.django_db

DOLIPRANE, DOLIPRANE_BOX = "60234100", "3400935955838"
DUROGESIC, FENTANYL_BGR = "60914025", "63420708"


@pytest.fixture(autouse=True)
def starter():
    return loading.load_starter(datetime(2026, 11, 22, 8, tzinfo=UTC))


def names(text, **options):
    return [hit.name for hit in search.search(text, **options)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("doli", "DOLIPRANE 1000 mg"),
        ("DOLIPRANE 500", "DOLIPRANE 500 mg"),
        ("doliprane 1g", "DOLIPRANE 1000 mg"),
        ("doliprane 2,4 %", "DOLIPRANE 2,4 POUR CENT"),
        ("amox 500 m", "AMOXICILLINE VIATRIS 500 mg"),
        ("amoxicilline 1000mg", "AMOXICILLINE VIATRIS 1 g"),
        ("levothyrox 0,05 mg", "LEVOTHYROX 50 microgrammes"),
        ("zymad 50000", "ZYMAD 50 000 UI"),
        ("clavulanique sachet", "AMOXICILLINE/ACIDE CLAVULANIQUE VIATRIS"),
        ("paracetamol codeine", "CODOLIPRANE"),
    ],
)
def test_finds_the_medicine_that_people_mean(typed, first):
    assert names(typed)[0].startswith(first)


@pytest.mark.parametrize(
    "typed", ["doliprane ibuprofène", "zzzz", "x", "", "   ", "%", "doliprane 700 mg"]
)
def test_finds_nothing_rather_than_something_else(typed):
    assert search.search(typed) == []


def test_what_starts_with_the_first_word_comes_first():
    hits = search.search("sol", limit=100)
    leading = [hit.name.lower().startswith("sol") or hit.inn.startswith("sol") for hit in hits]

    assert {True, False} == set(leading)
    assert leading == sorted(leading, reverse=True)


def test_what_is_used_most_comes_first():
    assert search.search("para")[0].cis == DOLIPRANE


def test_shows_the_box_that_is_used_most_among_those_that_are_sold():
    usage = Medicine.objects.get(cis=DOLIPRANE).usage
    for cip13, sold in (("3400900000011", True), ("3400900000028", False)):
        Pack.objects.create(
            cip13=cip13,
            cip7=cip13[5:12],
            medicine_id=DOLIPRANE,
            label="100 comprimés",
            usage=usage + 1 + (not sold),
            marketed=sold,
        )

    assert search.search("doliprane 1000")[0].cip13 == "3400900000011"
    assert search.by_cip13("3400900000028").cip13 == "3400900000028"


def test_a_single_letter_begins_a_word_when_it_is_none():
    found = names("amoxicilline b")

    assert any("BIOGARAN" in name for name in found)
    assert set(names("amoxicilline bio")) < set(found)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dolirpane", "DOLIPRANE"),
        ("amoxiciline 500mg", "AMOXICILLINE"),
        ("tramdol paracetmol", "TRAMADOL/PARACETAMOL"),
        ("foliprane", "DOLIPRANE"),
        ("odliprane", "DOLIPRANE"),
        ("levothyrox 50 mcrogrammes", "LEVOTHYROX 50 microgrammes"),
        ("dolipane 2,4 POoR CEN", "DOLIPRANE 2,4 POUR CENT"),
        ("amoxicilline tva", "AMOXICILLINE TEVA"),
    ],
)
def test_forgives_a_typing_error_in_each_word_and_says_so(typed, first):
    hits = search.search(typed)

    assert hits[0].name.startswith(first)
    assert all(hit.near for hit in hits)
    assert not any(hit.near for hit in search.search("doliprane"))


@pytest.mark.parametrize(
    "code",
    [
        DOLIPRANE_BOX,
        "34009 359 558 3 8",
        "3595583",
        f"010{DOLIPRANE_BOX}17261231\x1d10LOT1",
        f"]d2010{DOLIPRANE_BOX}21SERIAL",
        f"(01)0{DOLIPRANE_BOX}(17)261231",
        f"]C1010{DOLIPRANE_BOX}",
    ],
)
def test_a_scanned_or_typed_code_finds_its_box(code):
    (hit,) = search.search(code)

    assert (hit.cis, hit.cip13, hit.units) == (DOLIPRANE, DOLIPRANE_BOX, 8)


def test_an_unknown_code_finds_nothing():
    assert search.search("3400930000000") == search.search("0000000") == []
    assert search.by_cip13("3400930000000") is None


def test_a_withdrawn_medicine_is_found_by_its_box_only():
    Medicine.objects.filter(cis=DOLIPRANE).update(marketed=False)

    assert DOLIPRANE not in [hit.cis for hit in search.search("doliprane")]
    assert search.by_cip13(DOLIPRANE_BOX).cis == DOLIPRANE
    assert not search.by_cip13(DOLIPRANE_BOX).marketed
    assert not search.medicine(DOLIPRANE).marketed


@pytest.mark.parametrize(
    ("act", "most"),
    [
        (lambda: search.search("amoxicilline 500 mg"), 1),
        (lambda: search.search("amoxicilline acide clavulanique 1 g 125 mg sachet adultes"), 1),
        (lambda: search.search("nothing has all these words"), 3),
        (lambda: search.search("amoxiciline"), 3),
        (lambda: search.search(DOLIPRANE_BOX), 1),
        (lambda: search.substitutes(DUROGESIC), 1),
        (lambda: search.same_group(DUROGESIC, FENTANYL_BGR), 1),
    ],
)
def test_asks_the_database_few_times(act, most):
    with CaptureQueriesContext(connection) as queries:
        act()

    assert len(queries) <= most


def test_the_corrector_learns_the_words_of_a_new_edition():
    assert search.search("brandnevv") == []
    edition = Edition.objects.get(active=True)
    Medicine.objects.create(cis="69999999", name="BRANDNEW", edition=edition)
    Token.objects.create(word="brandnew", medicine_id="69999999", leads=True)
    edition.loaded_at = datetime(2026, 11, 23, tzinfo=UTC)
    edition.save()

    assert names("brandnow") == ["BRANDNEW"]


class TestGenericGroup:
    def test_the_other_members_may_stand_in(self):
        found = search.substitutes(DUROGESIC)

        assert FENTANYL_BGR in [hit.cis for hit in found]
        assert DUROGESIC not in [hit.cis for hit in found]
        assert {hit.inn for hit in found} == {"fentanyl"}
        assert {hit.kind for hit in found} == {Membership.Kind.GENERIC}
        assert search.same_group(DUROGESIC, FENTANYL_BGR)
        assert search.same_group(FENTANYL_BGR, DUROGESIC)

    def test_the_most_used_come_first(self):
        usage = dict(Medicine.objects.values_list("cis", "usage"))
        ranks = [usage[hit.cis] for hit in search.substitutes(DUROGESIC)]

        assert ranks == sorted(ranks, reverse=True)

    def test_dosage_complementarity_is_no_substitution(self):
        Membership.objects.filter(medicine=FENTANYL_BGR).update(kind=2)

        assert FENTANYL_BGR not in [hit.cis for hit in search.substitutes(DUROGESIC)]
        assert search.substitutes(FENTANYL_BGR) == []
        assert not search.same_group(DUROGESIC, FENTANYL_BGR)
        assert not search.same_group(FENTANYL_BGR, DUROGESIC)

    def test_a_withdrawn_medicine_stands_in_for_nobody(self):
        Medicine.objects.filter(cis=FENTANYL_BGR).update(marketed=False)

        assert FENTANYL_BGR not in [hit.cis for hit in search.substitutes(DUROGESIC)]

    def test_a_medicine_without_group_has_no_substitute(self):
        assert search.substitutes(DOLIPRANE) == []
        assert not search.same_group(DOLIPRANE, DUROGESIC)
        assert not search.same_group(DOLIPRANE, DOLIPRANE)


def test_a_hit_carries_what_a_badge_shows():
    hit = next(hit for hit in search.search("durogesic 25") if hit.cis == DUROGESIC)

    assert (hit.list, hit.max_days, hit.secured, hit.fraction_days) == ("S", 28, True, 14)
    assert (hit.group, hit.kind, hit.units, hit.ivg) == ("716", 0, 5, False)


def test_a_medicine_is_read_with_its_edition_and_its_boxes():
    medicine = search.medicine(DUROGESIC)

    assert str(medicine.edition) == "BDPM (extrait), 26/05/2026"
    assert [pack.cip13 for pack in medicine.packs.all()] == ["3400934238307"]
    assert "délivrance fractionnée de 14 jours" in medicine.conditions.splitlines()
    with pytest.raises(Medicine.DoesNotExist):
        search.medicine("00000000")
