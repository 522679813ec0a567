"""The law's numbers are read from the wording of the public drug base."""

import pytest

from eprescription.catalogue.conditions import Conditions, read_conditions, restrictions


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


@pytest.mark.parametrize(
    "label",
    [
        "réservé à l'usage HOSPITALIER",
        "prescription hospitalière",
        "prescription initiale hospitalière annuelle",
        "prescription initiale semestrielle réservée à certains spécialistes",
        "prescription réservée aux spécialistes et services NEUROLOGIE",
        "renouvellement de la prescription réservé aux spécialistes en CARDIOLOGIE",
        "médicament nécessitant une surveillance particulière pendant le traitement",
        "médicament soumis à prescription médicale restreinte",
        "les trois premières administrations doivent être effectuées en milieu hospitalier",
        "délivrance effectuée par un CSAPA",
        "délivrance réservée aux pharmacies à usage intérieur",
        "L'administration doit être effectuée dans un établissement de santé",
    ],
)
def test_a_restriction_of_who_prescribes_or_where_is_told_as_it_is_written(label):
    assert restrictions(["liste I", f" {label} ", ""]) == (label,)


@pytest.mark.parametrize(
    "label",
    [
        *("liste I", "liste II", "stupéfiants", "renouvellement non restreint"),
        *("prescription limitée à 4 semaines", "délivrance fractionnée de 7 jours"),
        "prescription en toutes lettres sur ordonnance sécurisée",
        "médicament soumis à prescription médicale",
        "prescription nécessitant la remise d'un carnet patient",
    ],
)
def test_what_any_prescriber_must_respect_restricts_nobody(label):
    assert restrictions([label]) == ()
