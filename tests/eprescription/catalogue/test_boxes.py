"""A box says how many units it holds, or nothing is claimed."""

import pytest

from eprescription.catalogue.boxes import units_in


@pytest.mark.parametrize(
    ("label", "units"),
    [
        ("plaquette(s) thermoformée(s) PVC-aluminium de 8  comprimé(s)", 8),
        ("plaquette(s) PVC polyéthylène PVDC aluminium de 30 gélule(s)", 30),
        ("2 plaquette(s) thermoformée(s) PVC PVDC aluminium de 15 comprimé(s)", 30),
        ("28 plaquette(s) PVC PVDC aluminium de 1 comprimé(s)", 28),
        ("plaquettes PVC PVDC aluminium de 112 (4 x 28) gélules (conditionnement multiple)", 112),
        ("1 flacon polyéthylène (PEHD) avec fermeture de sécurité enfant de 28 comprimés", 28),
        ("32 comprimés conditionnés en 4 plaquettes PVC-Aluminium de 8 comprimés", 32),
        ("5 sachet(s) polyéthylène aluminium de 1 dispositif(s) avec système de récupération", 5),
        ("12 sachet(s)-dose(s) papier polyéthylène aluminium de 2 g", 12),
        ("10 ampoule(s) en verre de 1 ml", 10),
        ("6 seringue(s) préremplie(s) en verre de 0,4 ml", 6),
        ("2 stylos préremplis en verre de 0,4 mL + 2 tampons alcoolisés", 2),
        ("20 récipient(s) unidose(s) polyéthylène de 5 ml", 20),
        ("1 flacon(s) pressurisé(s) aluminium de 200 dose(s) avec valve doseuse", 200),
    ],
)
def test_counts_what_people_count(label, units):
    assert units_in(label) == units


@pytest.mark.parametrize(
    "label",
    [
        "",
        "1 tube(s) aluminium verni de 30 g",
        "1 flacon(s) en verre brun de 100 ml avec seringue(s) pour administration orale",
        "10 ampoule(s) bouteille en verre de 100 ml",
        "1 flacon(s) de poudre en verre de 1 g - 1 ampoule(s) de solvant en verre de 3,5 ml",
        "1 flacon en verre + 1 seringue préremplie en verre de 0,5 mL + adaptateur pour flacon",
        "3 plaquettes PVC aluminium de 21 comprimés roses et de 7 comprimés blancs",
        "3 plaquettes de 24 comprimés blancs (actifs) et 4 comprimés verts (placebo)",
        "plaquette(s) de 0 comprimé(s)",
    ],
)
def test_claims_nothing_for_volumes_weights_and_kits(label):
    assert units_in(label) is None
