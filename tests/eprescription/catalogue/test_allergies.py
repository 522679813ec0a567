"""Composition of the medicines of the catalogue, and what an allergy can be declared to."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eprescription.catalogue.allergies import AllergyFacts, allergen, find_allergens
from eprescription.catalogue.allergy_classes import CLASSES, CROSSED, class_label, is_class
from eprescription.catalogue.interactions import alerts, drugs_of, not_assessed
from eprescription.catalogue.models import Edition, Ingredient, Medicine, Substance

pytestmark = pytest.mark.django_db

MADE = {
    # cis: (name, atc, routes, [(code, substance, nature, link)])
    "61000001": ("AMOXI 1 g", "J01CA04", "orale",
                 [("99165", "AMOXICILLINE TRIHYDRATÉE", "SA", 1), ("99201", "AMOXICILLINE", "FT", 1)]),
    "61000002": ("AMOXI PLUS", "J01CR02", "orale",
                 [("99165", "AMOXICILLINE TRIHYDRATÉE", "SA", 1), ("99201", "AMOXICILLINE", "FT", 1),
                  ("99333", "ACIDE CLAVULANIQUE", "SA", 2)]),
    "61000003": ("CEFA 500", "J01DB01", "orale", [("99404", "CÉFALEXINE", "SA", None)]),
    "61000004": ("SACUVAL", "C09DX04", "orale",
                 [("99601", "SACUBITRIL", "FT", 1), ("99602", "VALSARTAN", "FT", 1),
                  ("99603", "COMPLEXE SODIQUE", "SA", 1)]),
    "61000005": ("VALSAR", "C09CA03", "orale", [("99602", "VALSARTAN", "SA", 1)]),
    "61000007": ("SIROP", "R05DA04", "orale",
                 [("99800", "GELSEMIUM POUR PRÉPARATIONS HOMÉOPATHIQUES", "SA", None)]),
    "61000006": ("ARNICA 5 CH", "", "sublinguale", [("99700", "ARNICA", "SA", 1)]),
}  # fmt: skip


@pytest.fixture(autouse=True)
def base():
    edition = Edition.objects.get(kind="medicines", active=True)
    for cis, (name, atc, routes, made_of) in MADE.items():
        medicine = Medicine.objects.create(
            cis=cis, name=name, atc=atc, routes=routes, edition=edition,
            homeopathic=name.startswith("ARNICA"),
        )  # fmt: skip
        for rank, (code, substance, nature, link) in enumerate(made_of):
            Substance.objects.get_or_create(code=code, defaults={"name": substance})
            Ingredient.objects.create(
                medicine=medicine, rank=rank, substance_id=code, nature=nature, link=link
            )
    edition.loaded_at = datetime.now(UTC)
    edition.save()


def labels(text):
    return [choice.label.fr for choice in find_allergens(text)]


class TestDrugs:
    def test_a_fraction_comes_with_its_salts(self):
        (drug,) = drugs_of({"1": "61000001"})

        assert (drug.key, drug.label, drug.atc, drug.routes) == (
            "1", "AMOXI 1 g", "J01CA04", "orale",
        )  # fmt: skip
        assert drug.substances == (("99201", "AMOXICILLINE", ("99165",)),)
        assert drug.mine

    def test_a_substance_without_fraction_is_itself(self):
        (drug,) = drugs_of({"1": "61000002"})

        assert [m.name for m in drug.substances] == ["AMOXICILLINE", "ACIDE CLAVULANIQUE"]

    def test_a_salt_that_carries_two_fractions_is_neither(self):
        (drug,) = drugs_of({"1": "61000004"})

        assert drug.substances == (("99601", "SACUBITRIL", ()), ("99602", "VALSARTAN", ()))
        found = alerts(drugs_of({"1": "61000004", "2": "61000005"}))
        assert [alert.key for alert in found["2"]] == ["ss:VALSARTAN"]

    def test_one_medicine_on_two_lines_is_two_drugs_in_order(self):
        found = drugs_of({"b": "61000001", "a": "61000003", "c": "61000001"})

        assert [drug.key for drug in found] == ["b", "a", "c"]

    def test_what_the_catalogue_does_not_know_is_left_out(self):
        assert drugs_of({"1": "69999999", "2": ""}) == []
        assert drugs_of({}) == []

    def test_two_queries_for_many(self):
        with CaptureQueriesContext(connection) as queries:
            drugs_of({str(n): cis for n, cis in enumerate(MADE)})

        assert len(queries) == 2

    def test_without_an_edition_of_interactions_nothing_is_assessed(self):
        found = not_assessed(drugs_of({"1": "61000002"}))

        assert found == {"1": ("AMOXICILLINE", "ACIDE CLAVULANIQUE")}


class TestDeclared:
    @pytest.mark.parametrize(
        ("kind", "code", "cis", "keys"),
        [
            ("substance", "99201", "61000002", ["al:99201"]),
            ("substance", "99165", "61000002", ["al:99165"]),
            ("substance", "99201", "61000003", ["al:99201+beta-lactams"]),
            ("substance", "99404", "61000001", ["al:99404+beta-lactams"]),
            ("class", "J01C", "61000002", ["al:J01C"]),
            ("class", "C09C", "61000004", ["al:C09C"]),
            ("class", "C09A", "61000004", ["al:C09A+angioedema"]),
            ("substance", "99602", "61000001", []),
        ],
    )
    def test_a_medicine_of_the_base_is_checked(self, kind, code, cis, keys):
        found = alerts(drugs_of({"1": cis}), allergies=[AllergyFacts(kind, code, "…")])

        assert [alert.key for alert in found["1"]] == keys


class TestChoices:
    def test_a_substance_by_half_a_word_without_accents(self):
        assert "céfalexine" in labels("cefalex")
        assert "acide clavulanique" in labels("CLAVULANIQUE acide")

    def test_the_fraction_is_proposed_and_not_its_salt(self):
        assert "amoxicilline" in labels("amoxi")
        assert "amoxicilline trihydratée" not in labels("amoxi")

    def test_a_class_by_its_name_its_english_and_what_people_call_it(self):
        for typed in ("peni", "Pénicilline", "penicillins", "bêta lact"):
            assert "Pénicillines" in labels(typed)[:2]

    def test_a_substance_by_what_people_call_it(self):
        assert "acide acétylsalicylique" in labels("aspirine")

    def test_a_class_comes_before_substances(self):
        kinds = [choice.kind for choice in find_allergens("paracetamol")]

        assert kinds == sorted(kinds)
        assert set(kinds) == {"class", "substance"}

    def test_a_class_without_a_medicine_is_not_proposed(self):
        assert find_allergens("gadolinium") == []

    def test_homeopathy_is_not_proposed(self):
        assert labels("arnica") == labels("gelsemium") == []

    @pytest.mark.parametrize("typed", ["", " ", "a", "%", "zzzz", "amoxi zzzz"])
    def test_nothing_rather_than_everything(self, typed):
        assert find_allergens(typed) == []

    def test_few_choices(self):
        assert len(find_allergens("ac", limit=3)) <= 3

    def test_a_form_sends_back_what_was_offered(self):
        (choice,) = (c for c in find_allergens("cefalexine") if c.code == "99404")

        assert allergen(choice.kind, choice.code) == choice
        assert allergen("substance", "98989") is None
        assert allergen("class", "J01") is None

    def test_one_query_once_the_edition_is_known(self):
        find_allergens("amoxi")
        with CaptureQueriesContext(connection) as queries:
            find_allergens("cefa")

        assert len(queries) == 1


class TestTables:
    def test_every_class_has_a_code_that_an_allergy_can_keep_and_two_languages(self):
        for row in CLASSES:
            assert 3 <= len(row.code) <= 5
            assert row.label.fr
            assert row.label.en
        assert len({row.code for row in CLASSES}) == len(CLASSES)

    def test_every_row_of_the_table_says_why_and_in_both_directions(self):
        assert len({row.key for row in CROSSED}) == len(CROSSED)
        for row in CROSSED:
            assert row.source.startswith("RCP ")
            for one in row.one:
                assert set(row.other) <= set(row.reached_from(one))
            for other in row.other:
                assert set(row.one) <= set(row.reached_from(other))

    def test_the_narrowest_class_names_a_code(self):
        assert class_label("N01BB").fr == "Anesthésiques locaux, amides"
        assert class_label("N01BX").fr == "Anesthésiques locaux"
        assert class_label("B05BB") is None

    def test_others_are_no_class(self):
        assert is_class("J01CA")
        assert not is_class("N03AX")
        assert not is_class("J01C")
