"""Alerts between the lines of a prescription, on a thesaurus small enough to be read at a glance."""

from dataclasses import replace

import pytest

from eprescription.catalogue.interactions import AllergyFacts, Drug, Moiety
from eprescription.catalogue.interactions.engine import Books, assess, unknown
from eprescription.catalogue.interactions.facts import Entry, Member
from eprescription.catalogue.interactions.thesaurus import Thesaurus
from eprescription.catalogue.interactions.words import fold, levels_of, stable_key

ENTRIES = [
    Entry("ANTICOAGULANTS", "ANTALGIQUES", ("PE",), "PE", "Saignement.", "Surveiller.", 3),
    Entry(
        "ROUGINE", "ASPIRINE", ("CI", "APEC"), "CI - APEC", "Saignement grave.", "À 1 g : CI.", 4
    ),
    Entry(
        "ASPIRINE", "ROUGINE", ("CI", "APEC"), "CI - APEC", "Saignement grave.", "À 1 g : CI.", 9
    ),
    Entry("Antalgiques", "AUTRES ANTALGIQUES", ("APEC",), "APEC", "Addition.", ""),
    Entry("HÉPARINES (DOSES CURATIVES)", "ASPIRINE", ("ASDEC",), "ASDEC", "Hémorragie.", ""),
]
MEMBERS = [
    Member("ANTICOAGULANTS", "rougine"),
    Member("Antalgiques", "aspirine"),
    Member("Antalgiques", "doulamol"),
    Member("HÉPARINES (DOSES CURATIVES)", "héparine"),
]
NAMES = {"00001": "ROUGINE", "00002": "ASPIRINE", "00003": "DOULAMOL", "00004": "HEPARINE"}
BOOKS = Books(
    Thesaurus(ENTRIES, MEMBERS, NAMES, label="Thésaurus, 01/09/2023"),
    {"00003": frozenset({"N02BE01"}), "00007": frozenset({"N02BE05"}), "00009": frozenset()},
    "BDPM, 26/05/2026",
)
SOURCE = "Thésaurus, 01/09/2023"

rougine = Drug("r", "Rougine 5 mg", (Moiety("00001", "ROUGINE"),), "orale", "B01AA09")
aspirine = Drug("a", "Aspirine 100 mg", (Moiety("00002", "ASPIRINE"),), "orale", "B01AC06")
doulamol = Drug("d", "Doulamol 1 g", (Moiety("00003", "DOULAMOL"),), "orale", "N02BE01")
unheard = Drug("u", "Inouï", (Moiety("00009", "INOUÏ"),), "orale", "N02BE51")


def said(*drugs, **options):
    found = assess(BOOKS, drugs, **options)
    return {key: [(a.kind, a.level, a.other) for a in alerts] for key, alerts in found.items()}


def test_a_pair_says_once_what_it_says_on_each_of_my_lines():
    assert said(rougine, aspirine) == {
        "r": [("interaction", "CI", "Aspirine 100 mg")],
        "a": [("interaction", "CI", "Rougine 5 mg")],
    }


def test_the_words_level_page_and_edition_are_those_of_the_source():
    (alert,) = assess(BOOKS, [rougine, doulamol])["r"]

    assert alert.text.fr == "Saignement. Surveiller."
    assert alert.text.en == (
        "Precaution for use. In the words of the source, in French: « Saignement. Surveiller. »"
    )
    assert alert.source == f"{SOURCE}, p. 3 (ANTICOAGULANTS + ANTALGIQUES)"
    assert (alert.key, alert.conditional) == ("pe:DOULAMOL+ROUGINE", False)


def test_several_levels_are_the_worst_of_them_under_conditions():
    (alert,) = assess(BOOKS, [rougine, aspirine])["r"]

    assert (alert.level, alert.conditional) == ("CI", True)
    assert alert.text.fr == "Saignement grave. À 1 g : CI."
    assert alert.text.en.startswith("Contraindicated, depending on conditions.")


def test_a_heading_that_depends_on_the_dose_is_a_condition():
    heparine = Drug("h", "Héparine", (Moiety("00004", "HEPARINE"),), "intraveineuse")
    (alert,) = assess(BOOKS, [heparine, aspirine])["h"]

    assert (alert.level, alert.conditional) == ("ASDEC", True)


def test_other_members_of_a_group_are_other_substances():
    assert said(aspirine, doulamol)["a"] == [("interaction", "APEC", "Doulamol 1 g")]
    assert said(aspirine, replace(aspirine, key="b", label="Autre aspirine"))["b"] == [
        ("same_substance", "", "Aspirine 100 mg")
    ]


def test_current_treatments_are_compared_with_mine_and_never_among_themselves():
    current = [replace(drug, mine=False) for drug in (rougine, aspirine)]

    assert said(*current) == {}
    assert said(*current, doulamol) == {
        "d": [("interaction", "PE", "Rougine 5 mg"), ("interaction", "APEC", "Aspirine 100 mg")]
    }


def test_one_alert_names_all_the_drugs_that_it_is_with():
    again = replace(rougine, key="c", label="Rougine 2 mg", mine=False)

    assert said(aspirine, rougine, again)["a"] == [
        ("interaction", "CI", "Rougine 2 mg, Rougine 5 mg")
    ]


def test_the_gravest_comes_first():
    assert [level for _kind, level, _other in said(rougine, aspirine, doulamol)["r"]] == [
        "CI",
        "PE",
    ]


def test_a_salt_and_its_fraction_are_one_substance():
    salt = Drug("s", "Sel", (Moiety("00071", "CHLORHYDRATE DE DOULAMOL", ("00003",)),), "orale")
    by_code = Drug("t", "Sel", (Moiety("00071", "CHLORHYDRATE DE DOULAMOL"),), "orale")

    assert [kind for kind, *_ in said(salt, doulamol)["s"]] == ["same_substance"]
    assert [kind for kind, *_ in said(salt, by_code)["t"]] == ["same_substance"]
    assert said(salt, rougine)["s"] == [("interaction", "PE", "Rougine 5 mg")]
    assert unknown(BOOKS.thesaurus, [salt]) == {}


def test_two_medicines_of_one_class_are_said_unless_they_share_a_substance():
    (alert,) = assess(BOOKS, [doulamol, unheard])["u"]

    assert (alert.kind, alert.key, alert.level) == ("same_class", "sc:N02BE", "")
    assert "Paracétamol et apparentés, ATC N02BE" in alert.text.fr
    assert alert.source == "ATC (OMS), BDPM, 26/05/2026"
    twin = replace(doulamol, key="e", atc="N02BE51")
    assert [kind for kind, *_ in said(doulamol, twin)["e"]] == ["same_substance"]


def test_a_combination_has_the_classes_of_what_is_in_it():
    both = (Moiety("00009", "INOUÏ"), Moiety("00007", "KINOL"))
    combined = Drug("c", "Association", both, "orale", "R05X")

    assert [kind for kind, *_ in said(combined, doulamol)["c"]] == ["same_class"]


def test_a_class_on_which_medicines_disagree_is_not_lent_to_a_combination():
    vague = replace(BOOKS, classes={"00007": frozenset({"N02BE05", "B01AC06"})})
    both = (Moiety("00009", "INOUÏ"), Moiety("00007", "KINOL"))
    combined = Drug("c", "Association", both, "orale", "R05X")

    assert assess(vague, [combined, doulamol])["c"] == ()


def test_a_cream_beside_a_tablet_is_no_double():
    cream = replace(doulamol, key="g", routes="cutanée")

    assert said(cream, doulamol)["g"] == []
    assert [kind for kind, *_ in said(cream, replace(cream, key="h"))["h"]] == ["same_substance"]


def test_what_the_thesaurus_does_not_know_is_not_assessed_and_nothing_is_said_of_it():
    assert said(unheard, rougine)["u"] == []
    assert unknown(BOOKS.thesaurus, [unheard, rougine]) == {"u": ("INOUÏ",)}
    assert unknown(BOOKS.thesaurus, [Drug("n", "Sans composition")]) == {"n": ("Sans composition",)}


def test_without_an_edition_everything_is_not_assessed():
    assert unknown(Thesaurus(), [rougine]) == {"r": ("ROUGINE",)}
    assert assess(Books(), [rougine, aspirine]) == {"r": (), "a": ()}


def test_a_key_is_short_and_the_same_whatever_the_order():
    long = ["VIRUS DE LA FIEVRE JAUNE SOUCHE", "IMMUNOGLOBULINES EQUINES ANTILYMPHOCYTE HUMAIN"]

    assert stable_key("ci", "B", "A") == stable_key("ci", "A", "B") == "ci:A+B"
    assert len(stable_key("ci", *long)) == 80
    assert stable_key("ci", *long) != stable_key("ci", long[0] + " X", long[1])


def test_names_are_compared_without_accents_and_punctuation():
    assert fold("Bêta-bloquants (sauf esmolol), ŒSTROGÈNES") == (
        "BETA BLOQUANTS SAUF ESMOLOL OESTROGENES"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CI|ASDEC", ("CI", "ASDEC")),
        ("ASDEC - CI", ("CI", "ASDEC")),
        ("Contre-indication", ("CI",)),
        ("Précaution d'emploi", ("PE",)),
        ("A prendre en compte", ("APEC",)),
        ("Association DECONSEILLEE", ("ASDEC",)),
    ],
)
def test_levels_are_read_however_they_are_written(written, meant):
    assert levels_of(written) == meant


@pytest.mark.parametrize("written", ["", "grave", "CI|", "CI|XX"])
def test_a_level_is_never_guessed(written):
    with pytest.raises(ValueError, match="unknown level"):
        levels_of(written)


class TestAllergy:
    """What a person declared is looked for in each of my lines, by substance, class and kin."""

    def kinds(self, drug, *allergies):
        return [(a.key, a.conditional) for a in assess(BOOKS, [drug], allergies)[drug.key]]

    def test_the_substance_itself_under_any_of_its_codes(self):
        salt = Drug("s", "Sel", (Moiety("00071", "SEL DE DOULAMOL", ("00072",)),), "orale")

        for drug, code in ((doulamol, "00003"), (salt, "00071"), (salt, "00072")):
            assert self.kinds(drug, AllergyFacts("substance", code, "doulamol")) == [
                (f"al:{code}", False)
            ]

    def test_a_substance_of_the_same_class_is_a_caution(self):
        kinol = AllergyFacts("substance", "00007", "kinol")
        (alert,) = assess(BOOKS, [doulamol], [kinol])["d"]

        assert (alert.key, alert.conditional) == ("al:00007+N02BE", True)
        assert "réaction croisée possible" in alert.text.fr
        assert "cross-reaction is possible" in alert.text.en

    def test_the_others_of_a_parent_are_no_class(self):
        books = replace(BOOKS, classes={"00007": frozenset({"N03AX14"})})
        other = Drug("o", "Autre", (Moiety("00009", "INOUÏ"),), "orale", "N03AX16")

        assert assess(books, [other], [AllergyFacts("substance", "00007", "kinol")])["o"] == ()

    @pytest.mark.parametrize(
        ("declared", "atc", "key"),
        [
            ("J01C", "J01CA04", "al:J01C"),
            ("J01C", "J01DD04", "al:J01C+beta-lactams"),
            ("J01D", "J01CA04", "al:J01D+beta-lactams"),
            ("M01A", "N02BA01", "al:M01A+nsaids"),
            ("M01A", "B01AC06", "al:M01A+nsaids"),
            ("M01A", "B01AC04", None),
            ("N02BA", "M01AE01", "al:N02BA+nsaids"),
            ("N02BA", "A07EC02", "al:N02BA+salicylates"),
            ("J01E", "A10BB09", "al:J01E+sulfa-related"),
            ("J01E", "C03AA03", "al:J01E+sulfa-related"),
            ("N02A", "R05DA04", "al:N02A+opioids"),
            ("C09A", "C09CA01", "al:C09A+angioedema"),
            ("J01FA", "J01CA04", None),
            ("J01C", "N02BE01", None),
            ("J01C", "", None),
        ],
    )
    def test_a_class_and_its_kin(self, declared, atc, key):
        drug = Drug("x", "X", (Moiety("00009", "INOUÏ"),), "orale", atc)
        found = self.kinds(drug, AllergyFacts("class", declared, "…"))

        assert found == ([(key, "+" in key)] if key else [])

    def test_a_class_is_found_in_a_combination_and_in_a_cream(self):
        books = replace(BOOKS, classes={"00009": frozenset({"J01CA04"})})
        combined = Drug("c", "C", (Moiety("00009", "INOUÏ"),), "cutanée", "A02BD07")
        alerts = assess(books, [combined], [AllergyFacts("class", "J01C", "Pénicillines")])

        assert [alert.key for alert in alerts["c"]] == ["al:J01C"]

    def test_what_is_only_text_is_not_checked(self):
        assert self.kinds(doulamol, AllergyFacts("other", "", "doulamol")) == []

    def test_a_current_treatment_raises_no_allergy(self):
        allergy = [AllergyFacts("substance", "00003", "doulamol")]

        assert assess(BOOKS, [replace(doulamol, mine=False)], allergy) == {}

    def test_allergies_come_before_everything_else(self):
        allergy = [AllergyFacts("substance", "00002", "aspirine")]
        found = assess(BOOKS, [aspirine, rougine], allergy)["a"]

        assert [alert.kind for alert in found] == ["allergy", "interaction"]
