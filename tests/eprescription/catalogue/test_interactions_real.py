"""The real tables of the thesaurus: what a pharmacist knows by heart is found, in both directions."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eprescription.catalogue.interactions import Drug, Moiety
from eprescription.catalogue.interactions.aliases import ALIASES
from eprescription.catalogue.interactions.engine import Books, assess, unknown
from eprescription.catalogue.interactions.reading import read_thesaurus
from eprescription.catalogue.interactions.thesaurus import Thesaurus
from eprescription.catalogue.interactions.words import GRAVEST_FIRST, fold
from tests.shared_data import shared_data


@cache
def tables():
    return read_thesaurus(shared_data("interactions"))


@cache
def books():
    found = tables()
    return Books(
        Thesaurus(found.entries, found.members, found.names, label="Thésaurus ANSM, 01/09/2023")
    )


@cache
def codes():
    """A code of the drug base for each name of the thesaurus."""
    return {fold(name): code for code, name in sorted(tables().names.items(), reverse=True)}


def drug(name, routes="orale", mine=True):
    return Drug(name, name, (Moiety(codes()[fold(name)], name),), routes=routes, mine=mine)


def levels(*drugs):
    """The levels of the interactions on the line of the first drug."""
    found = assess(books(), drugs)[drugs[0].key]
    return [alert.level for alert in found if alert.kind == "interaction"]


def test_the_whole_edition_is_read():
    found = tables()

    assert (found.source, found.date.isoformat()) == ("Thésaurus ANSM", "2023-09-01")
    assert len(found.entries) == 3216
    assert len({e.a for e in found.entries}) == 616
    pairs = {frozenset((fold(e.a), fold(e.b))) for e in found.entries}
    assert len(pairs) == 1623
    assert sum(len(e.levels) > 1 for e in found.entries) == 133


def test_groups_and_names_are_read_whole():
    found = tables()

    # 172 groups and 2,073 members in their table, two of them debris of a page; the table of names
    # tells 13 groups and 36 memberships more, and 1,184 names; 95 names are added by hand.
    assert found.counts() == {
        "interactions": 3216,
        "groups": 172 + 13,
        "memberships": 2073 - 2 + 36,
        "names": 1184 + 95,
    }
    assert [(p.file, p.line) for p in found.problems] == [
        ("thesaurus_2023-09_groups.csv", 130),
        ("thesaurus_2023-09_groups.csv", 133),
    ]


def test_every_alias_names_something_that_the_edition_tells_of():
    found = tables()
    told = {fold(n) for e in found.entries for n in (e.a, e.b)}
    told |= {fold(m.substance) for m in found.members}

    assert set(ALIASES.values()) - told == set()


def test_both_directions_of_every_entry_give_the_same_level():
    by_pair = {}
    for entry in tables().entries:
        by_pair.setdefault(frozenset((fold(entry.a), fold(entry.b))), []).append(entry)
    both = [told for told in by_pair.values() if len(told) == 2]

    assert len(both) == 1593
    assert [t for t in both if t[0].levels != t[1].levels] == []
    thesaurus = books().thesaurus
    for entry in tables().entries:
        a, b = fold(entry.a), fold(entry.b)
        assert thesaurus.gravest([a], [b]) == thesaurus.gravest([b], [a]) or "AUTRES" in a + b


KNOWN = [
    ("miconazole", "warfarine", "CI"),
    ("clarithromycine", "simvastatine", "CI"),
    ("isotretinoine", "doxycycline", "CI"),
    ("ritonavir", "simvastatine", "CI"),
    ("sildenafil", "trinitrine", "CI"),
    ("colchicine", "clarithromycine", "CI"),
    ("millepertuis", "ethinylestradiol", "CI"),
    ("allopurinol", "azathioprine", "CI"),
    ("amiodarone", "citalopram", "CI"),
    ("ibuprofene", "rivaroxaban", "ASDEC"),
    ("ketoprofene", "apixaban", "ASDEC"),
    ("ibuprofene", "methotrexate", "ASDEC"),
    ("lithium", "ibuprofene", "ASDEC"),
    ("ramipril", "spironolactone", "ASDEC"),
    ("tramadol", "fluoxetine", "ASDEC"),
    ("levothyroxine", "fer", "PE"),
    ("warfarine", "amiodarone", "PE"),
    ("digoxine", "amiodarone", "PE"),
]


@pytest.mark.parametrize(("one", "other", "level"), KNOWN)
def test_eighteen_pairs_that_a_pharmacist_knows(one, other, level):
    assert levels(drug(one), drug(other))[0] == level
    assert levels(drug(other), drug(one))[0] == level


@pytest.mark.parametrize("anticoagulant", ["warfarine", "apixaban", "dabigatran"])
def test_aspirin_with_an_oral_anticoagulant_is_said_at_its_worst_under_conditions(anticoagulant):
    aspirin = drug("acide acetylsalicylique")
    (alert,) = assess(books(), [aspirin, drug(anticoagulant)])[aspirin.key]

    assert (alert.level, alert.conditional) == ("CI", True)
    assert "Contre-indication" in alert.text.fr
    assert alert.text.en.startswith("Contraindicated, depending on conditions.")
    assert "« " + alert.text.fr + " »" in alert.text.en
    assert alert.source.startswith("Thésaurus ANSM, 01/09/2023, p. ")


def test_other_members_of_a_group_are_two_different_substances():
    assert levels(drug("ibuprofene"), drug("naproxene")) == ["ASDEC"]
    assert levels(drug("fenofibrate"), drug("gemfibrozil")) == ["CI"]
    # "AUTRES MEDICAMENTS HYPONATREMIANTS" is the group HYPONATREMIANTS.
    assert "APEC" in levels(drug("hydrochlorothiazide"), drug("sertraline"))
    twice = [drug("ibuprofene"), Drug("2", "2", drug("ibuprofene").substances, routes="orale")]
    assert [a.kind for a in assess(books(), twice)["2"]] == ["same_substance"]


@pytest.mark.parametrize(
    ("one", "by", "other", "level"),
    [
        ("diclofenac", "cutanée", "warfarine", None),
        ("diclofenac", "orale", "warfarine", "ASDEC"),
        ("miconazole", "cutanée", "warfarine", "CI"),
        ("econazole", "vaginale", "warfarine", "PE"),
        ("timolol", "ophtalmique", "verapamil", "ASDEC"),
        ("dexamethasone", "ophtalmique", "warfarine", None),
        ("desmopressine", "nasale", "carbamazepine", "APEC"),
        ("fentanyl", "nasale", "buprenorphine", "CI"),
        ("fluticasone", "nasale", "ritonavir", None),
        ("fluticasone", "inhalée", "ritonavir", "ASDEC"),
        ("ethinylestradiol", "vaginale", "carbamazepine", "ASDEC"),
        ("estriol", "vaginale", "carbamazepine", None),
        ("budesonide", "inhalée", "diosmectite", None),
        ("budesonide", "inhalée", "virus de la fievre jaune", None),
        ("budesonide", "orale", "virus de la fievre jaune", "CI"),
        ("levothyroxine", "orale", "diosmectite", "ASDEC"),
        ("diclofenac", "cutanée; orale", "warfarine", "ASDEC"),
        ("diclofenac", "", "warfarine", "ASDEC"),
    ],
)
def test_a_local_form_is_left_out_unless_the_thesaurus_names_it(one, by, other, level):
    found = levels(drug(one, by), drug(other))

    assert found[:1] == ([level] if level else [])


def test_nothing_is_said_of_what_the_thesaurus_does_not_know():
    strange = Drug("x", "x", (Moiety("99999", "SUBSTANCE INCONNUE"),), routes="orale")

    assert levels(strange, drug("warfarine")) == []
    assert unknown(books().thesaurus, [strange, drug("warfarine")]) == {
        "x": ("SUBSTANCE INCONNUE",)
    }


NAMES = st.lists(st.sampled_from(sorted({fold(n) for n in ("warfarine", "amiodarone", "ibuprofene",
    "aspirine", "lithium", "ramipril", "spironolactone", "clarithromycine", "simvastatine", "tramadol",
    "fluoxetine", "methotrexate", "digoxine", "doxycycline", "isotretinoine")} - {"ASPIRINE"})),
    min_size=2, max_size=8, unique=True)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(NAMES, st.randoms(use_true_random=False))
def test_what_is_said_is_symmetric_and_independent_of_the_order(names, random):
    drugs = [drug(name) for name in names]
    found = assess(books(), drugs)
    shuffled = random.sample(drugs, len(drugs))

    assert assess(books(), shuffled) == found
    for line, alerts in found.items():
        for alert in alerts:
            for other in alert.other.split(", "):
                assert alert.key in {a.key for a in found[other]}
                assert line in next(a for a in found[other] if a.key == alert.key).other


@settings(max_examples=60, deadline=None)
@given(NAMES)
def test_one_more_drug_never_takes_an_alert_away(names):
    drugs = [drug(name) for name in names]
    before, after = assess(books(), drugs[:-1]), assess(books(), drugs)

    for line, alerts in before.items():
        assert {a.key for a in alerts} <= {a.key for a in after[line]}
    assert set(GRAVEST_FIRST) >= {a.level for told in after.values() for a in told} - {""}
