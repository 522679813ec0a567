"""What a medicine is called by its INN, and how strong it is, from names and composition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.catalogue.composition import active, common_name, inn_of, strength_of
from eprescription.catalogue.sources.facts import Component


def substance(name, strength="", nature="SA", link=1, *, code="00001", per="un comprimé"):
    return Component("60000001", "comprimé", code, name, strength, per, nature, link)


TRAMADOL = substance("CHLORHYDRATE DE TRAMADOL", "37,50 mg", link=2, code="00002")
PARACETAMOL = substance("PARACÉTAMOL", "325 mg", link=1)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("PARACÉTAMOL", "paracétamol"),
        ("CHLORHYDRATE DE TRAMADOL", "tramadol"),
        ("FLÉCAÏNIDE (ACÉTATE DE)", "flécaïnide"),
        ("OXYCODONE (CHLORHYDRATE D')", "oxycodone"),
        ("DICHLORHYDRATE D’HYDROXYZINE", "hydroxyzine"),
        ("FUMARATE DE FORMOTÉROL DIHYDRATÉ", "formotérol"),
        ("PHOSPHATE DE CODÉINE HÉMIHYDRATÉ", "codéine"),
        ("HYDROGÉNOSUCCINATE DE DOXYLAMINE", "doxylamine"),
        ("CHLORHYDRATE DE L'ACIDE 5-AMINOLÉVULINIQUE", "acide 5-aminolévulinique"),
        ("AMOXICILLINE ANHYDRE", "amoxicilline"),
        ("METFORMINE BASE", "metformine"),
        ("LOSARTAN POTASSIQUE", "losartan"),
        ("LÉVOTHYROXINE SODIQUE ANHYDRE", "lévothyroxine"),
        ("INSULINE LISPRO RECOMBINANTE", "insuline lispro"),
        ("ACÉTYLSALICYLIQUE (ACIDE)", "acide acétylsalicylique"),
        ("ACIDE ZOLÉDRONIQUE ANHYDRE", "acide zolédronique"),
    ],
)
def test_an_inn_names_what_acts_without_its_salt_or_water(written, name):
    assert common_name(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("SODIUM (BICARBONATE DE)", "bicarbonate de sodium"),
        ("SULFATE DE MAGNÉSIUM HEPTAHYDRATÉ", "sulfate de magnésium"),
        ("GLUCONATE DE CALCIUM", "gluconate de calcium"),
        ("VALPROATE DE SODIUM", "valproate de sodium"),
        ("PHOSPHATE DIPOTASSIQUE", "phosphate dipotassique"),
        ("DINITRATE D'ISOSORBIDE", "dinitrate d'isosorbide"),
        ("CHLORURE DE TROSPIUM", "chlorure de trospium"),
        ("TÉNOFOVIR DISOPROXIL", "ténofovir disoproxil"),
        ("BASE", "base"),
    ],
)
def test_a_salt_that_acts_itself_stays(written, name):
    assert common_name(written) == name


def test_the_therapeutic_fraction_stands_for_its_salt():
    salt = substance("CITRATE DE TAMOXIFÈNE", "30,40 mg")
    fraction = substance("TAMOXIFÈNE", "20 mg", "FT", code="00002")
    alone = substance("CAFÉINE", "5 mg", link=2, code="00003")

    assert active([alone, salt, fraction]) == [fraction, alone]


@given(st.permutations([TRAMADOL, PARACETAMOL, substance("X", nature="FT", link=3, code="00009")]))
def test_the_order_of_the_lines_changes_nothing(lines):
    assert [c.link for c in active(lines)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("strength", "inn"),
    [
        ("37,5 mg/325 mg", "tramadol + paracétamol"),
        ("325 mg/37,5 mg", "paracétamol + tramadol"),
        ("325 mg + 37,5 mg", "paracétamol + tramadol"),
        ("0,0375 g/325 mg", "tramadol + paracétamol"),
        ("38 mg/0,32 g", "tramadol + paracétamol"),
        ("37,5/325 mg", "tramadol + paracétamol"),
        ("37,5 mg/325 mg par dose", "tramadol + paracétamol"),
        ("", "paracétamol + tramadol"),
        ("100 mg", "paracétamol + tramadol"),
        ("10 UI/20 UI", "paracétamol + tramadol"),
    ],
)
def test_names_stand_in_the_order_of_the_strengths_beside_them(strength, inn):
    assert inn_of([PARACETAMOL, TRAMADOL], name="X, comprimé", strength=strength) == inn


@given(st.floats(0.1, 900), st.floats(0.1, 900))
def test_a_strength_is_never_read_beside_the_other_name(one, other):
    """Whatever the two strengths are, INN and strength say the same thing."""
    first, second = f"{one:.2f} mg".replace(".", ","), f"{other:.2f} mg".replace(".", ",")
    both = [substance("ALPHA", first), substance("BETA", second, link=2, code="00002")]

    inn = inn_of(both, name="X", strength=f"{second}/{first}")

    assert inn == ("alpha + beta" if first == second else "beta + alpha")


@pytest.mark.parametrize(
    ("name", "inn"),
    [
        (
            "X, suspension injectable. Vaccin de l'hépatite B (ADNr)",
            "vaccin de l'hépatite B (ADNr)",
        ),
        ("X, suspension.Vaccin grippal inactivé.", "vaccin grippal inactivé"),
    ],
)
def test_a_vaccine_is_called_as_its_name_calls_it(name, inn):
    assert inn_of([substance("VIRUS A"), substance("VIRUS B")], name=name) == inn


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("ALPHANE 500 mg, comprimé", "500 mg"),
        ("ALPHANE 37,5 mg/325 mg, comprimé pelliculé", "37,5 mg/325 mg"),
        ("ALPHANE 1 g/ 125 mg ADULTES, poudre", "1 g/125 mg"),
        ("ALPHANE 100/6 microgrammes/dose, solution", "100/6 microgrammes/dose"),
        ("ALPHANE 4 000 UI (40 mg)/0,4 ml, solution", "4 000 UI (40 mg)/0,4 ml"),
        ("ALPHANE 4 000 UI (40 mg) dans 0,4 mL, solution", "4 000 UI (40 mg) dans 0,4 mL"),
        ("ALPHANE 10 mg/24 heures, dispositif", "10 mg/24 heures"),
        ("ALPHANE 400 microgrammes/12 microgrammes par dose, poudre", None),
        ("ALPHANE 0,05 %, crème", "0,05 %"),
        ("ALPHANE 2,4 POUR CENT, suspension", "2,4 %"),
        ("A 313 50 000 U.I., capsule", "50 000 U.I."),
        ("ALPHANE LP.8.1 30 microgrammes/dose, dispersion", "30 microgrammes/dose"),
        ("ALPHANE 100 unités internationales/ml, solution", "100 unités internationales/ml"),
    ],
)
def test_a_strength_is_read_in_the_name(name, strength):
    expected = strength or "400 microgrammes/12 microgrammes par dose"
    assert strength_of([PARACETAMOL], name=name) == expected


@pytest.mark.parametrize(
    ("components", "strength"),
    [
        ([PARACETAMOL], "325 mg"),
        ([substance("A", "80,000 mg")], "80 mg"),
        ([substance("A", "37,50 mg")], "37,5 mg"),
        ([substance("A", "100 mg")], "100 mg"),
        ([PARACETAMOL, TRAMADOL], "325 mg + 37,5 mg"),
        ([substance("A", "2 g", per="100 ml")], "2 g/100 ml"),
        ([substance("A", "2 g"), substance("B", link=2, code="00002")], ""),
        ([], ""),
    ],
)
def test_a_strength_that_no_name_tells_comes_from_the_composition(components, strength):
    assert strength_of(components, name="ALPHANE, comprimé") == strength


def test_a_medicine_of_many_substances_has_no_strength():
    many = [substance("A", "1 mg", link=n, code=f"{n:05}") for n in range(1, 6)]

    assert strength_of(many, name="COMPLEXE, comprimé") == ""


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("DUO 35 microgrammes, comprimé", "2 mg + 0,035 mg"),
        ("DUO 2 mg, comprimé", "2 mg + 0,035 mg"),
        ("DUO 2,035 mg, comprimé", "2,035 mg"),
        ("DUO 5 %, crème", "5 %"),
        ("DUO 2 mg/35 microgrammes, comprimé", "2 mg/35 microgrammes"),
    ],
)
def test_the_strength_of_one_substance_is_never_shown_for_two(name, strength):
    both = [substance("ALPHA", "2 mg"), substance("BETA", "0,035 mg", link=2, code="00002")]

    assert strength_of(both, name=name) == strength


def test_a_strength_that_two_substances_share_is_that_of_both():
    both = [substance("ALPHA", "50 mg"), substance("BETA", "50 mg", link=2, code="00002")]

    assert strength_of(both, name="DUO 50 mg, comprimé") == "50 mg"
