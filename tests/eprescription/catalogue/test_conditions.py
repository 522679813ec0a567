"""The law's numbers are read from the wording of the public drug base."""

import pytest

from eprescription.catalogue.conditions import Conditions, read_conditions


@pytest.mark.parametrize(
    ("wording", "read"),
    [
        ([], Conditions()),
        (["liste I"], Conditions(list="I")),
        (["liste II"], Conditions(list="II")),
        (["liste I", "stupéfiants"], Conditions(list="S")),
        (["prescription limitée à 2 jours"], Conditions(max_days=2)),
        (["prescription limitée à 4 semaines"], Conditions(max_days=28)),
        (["prescription limitée à 12 semaines"], Conditions(max_days=84)),
        (["prescription limitée à 6 mois"], Conditions(max_days=184)),
        (
            ["prescription limitée à 7 jours ou 28 jours"],
            Conditions(max_days=7, max_days_extended=28),
        ),
        (
            ["prescription limitée à 12 semaines", "prescription limitée à 4 semaines"],
            Conditions(max_days=28),
        ),
        (["prescription sur ordonnance sécurisée"], Conditions(secured=True)),
        (["prescription en toutes lettres sur ordonnance sécurisée"], Conditions(secured=True)),
        (["délivrance fractionnée de 14 jours"], Conditions(fraction_days=14)),
        (
            ["délivrance fractionnée de 14 jours", "délivrance fractionnée de 7 jours"],
            Conditions(fraction_days=7),
        ),
        (
            ["prescription réservée aux médecins conformément à l'article L.2212-2 du code"],
            Conditions(ivg=True),
        ),
    ],
)
def test_reads_what_the_wording_says(wording, read):
    assert read_conditions(wording) == read


@pytest.mark.parametrize(
    "unknown",
    [
        "liste III",
        "médicament réservé à l'usage hospitalier",
        "ordonnance avec la numération des neutrophiles datée dont valeurs dans les limites usuelles",
        "à l'initiation du traitement et une fois par an",
        "article L.2212-25",
    ],
)
def test_a_wording_that_it_does_not_know_changes_nothing(unknown):
    assert read_conditions([unknown]) == Conditions()
