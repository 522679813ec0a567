"""The tables of ANSM Open Data tell the same facts as the files before them; the rest is unknown."""

from datetime import date

import pytest

from eprescription.catalogue.sources.ansm import OPTIONAL, REQUIRED, AnsmOpenData
from eprescription.catalogue.sources.lines import UnreadableError
from tests.eprescription.catalogue.base import ALPHANE, BETANE, GAMMANE, GONE, cip7, cip13

TODAY = date(2026, 11, 22)

TABLES = {
    "specialite": [
        "cis,denomination,generique,procedure,date_amm,statut_amm,date_modification,disponibilite",
        f'{ALPHANE},"ALPHANE 500 mg, comprimé",1,NATIONALE,1998-03-12,ACTIVE,2026-05-01T10:00:00Z,DISPONIBLE',
        f'{BETANE},"BETANE 10 mg, gélule",0,CENTRALISEE,,ACTIVE,,',
        f'{GAMMANE},"GAMMA COMPLEXE, granules",0,ENREG_HOMEO,,ACTIVE,,',
    ],
    "presentation": [
        "cis,cip,cip7,denomination,date_modification,statut_commercialisation,date_commercialisation,date_arret_commercialisation,statut",
        f"{ALPHANE},{cip13(3000001)},{cip7(3000001)},plaquette(s) de 30 comprimé(s),2026-05-20T08:00:00Z,COMMERCIALISEE,2011-03-16,,ACTIVE",
        f"{BETANE},{cip13(3000003)},,flacon,2031-01-01T08:00:00Z,ARRETEE,,2025-01-01,ACTIVE",
        f"{GAMMANE},{cip13(3000004)},,tube,,COMMERCIALISEE,,,ABROGEE",
    ],
    "element": [
        "cis,numero_element,denomination,ordre",
        f"{ALPHANE},1,comprimé,1",
        f"{BETANE},1,gélule,1",
    ],
    "composant": [
        "cis,numero_element,numero_composant,code_substance,substance,nature,dosage,ordre",
        f"{ALPHANE},1,1,00001,,Substance active,500 mg,1",
        f"{BETANE},1,1,00002,CHLORHYDRATE DE BÉTANE,Substance active,11 mg,1",
        f"{BETANE},1,1,00003,BÉTANE,Fraction active,10 mg,1",
        f"{BETANE},1,2,00005,EAU,Excipient,,2",
    ],
    "substance_nom": [
        "code_substance,code_nom,nom,type",
        "00001,00001,ALPHANE,CANONIQUE",
        "00001,00009,ALFANE,SYNONYME",
    ],
    "groupe_generique": [
        "code_groupe,libelle,code_atc,date_modification,commentaire",
        '1,"ALPHANE 500 mg, comprimé",5,,',
    ],
    "specialite_groupe_generique": [
        "code_groupe,cis,role,rang",
        f"1,{ALPHANE},REFERENCE,1",
        f"1,{GONE},GENERIQUE,2",
        f"1,{BETANE},GENERIQUE_AVEC_COMPLEMENTARITE_POSOLOGIQUE,3",
        f"1,{GAMMANE},SUBSTITUTION,4",
        "1,60000009,AUTRE,5",
    ],
    "delivrance": ["code,libelle_court,libelle_long", "3,L1,liste I", "4,stupéfiants,"],
    "specialite_delivrance": ["cis,code_delivrance", f"{ALPHANE},3", f"{BETANE},4", f"{BETANE},9"],
    "atc": [
        "code,code_parent,libelle_abr,libelle_court,libelle_long,libelle_anglais",
        "5,4,N02BE01,ALPHANE,ALPHANE,ALPHANE",
        "4,3,N02,X,X,X",
    ],
    "specialite_atc": ["cis,code_atc", f"{ALPHANE},5", f"{BETANE},4"],
    "specialite_evenement": [
        "cis,code_evenement,num_evenement,evenement,date_evenement,date_echeance,commentaire,date_modification",
        f"{BETANE},83,1,Surveillance renforcée,2025-01-01,,,",
        f"{ALPHANE},83,1,Surveillance renforcée,2015-01-01,2020-01-01,,",
        f"{ALPHANE},18,2,Abrogation,2025-01-01,,,",
    ],
    "specialite_titulaire": [
        "cis,code_titulaire,raison_sociale,raison_sociale_longue,pays,date_debut",
        f"{ALPHANE},1,LABORATOIRE INVENTÉ,,FR,",
    ],
}


def write(folder, tables=TABLES):
    folder.mkdir(exist_ok=True)
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def source(tmp_path):
    return AnsmOpenData(write(tmp_path / "ansm"), today=TODAY)


def test_reads_medicines(source):
    alphane, betane, gamma = source.specialities()

    assert (alphane.name, alphane.form, alphane.holder) == (
        "ALPHANE 500 mg, comprimé",
        "comprimé",
        "LABORATOIRE INVENTÉ",
    )
    assert alphane.authorised_on == date(1998, 3, 12)
    assert [m.marketed for m in (alphane, betane, gamma)] == [True, False, False]
    assert [m.black_triangle for m in (alphane, betane, gamma)] == [False, True, False]
    assert [m.homeopathic for m in (alphane, gamma)] == [False, True]
    assert alphane.routes == ()


def test_reads_boxes_without_prices(source):
    first, second, third = source.boxes()

    assert (first.cip13, first.cip7) == (cip13(3000001), "3000001")
    assert second.cip7 == "3000003"
    assert [each.marketed for each in (first, second, third)] == [True, False, False]
    assert first.declared_on == date(2011, 3, 16)
    assert (first.price_cents, first.rate, first.hospital_use) == (None, "", None)


def test_reads_what_medicines_are_made_of(source):
    alphane, salt, fraction = source.components()

    assert (alphane.name, alphane.code, alphane.element) == ("ALPHANE", "00001", "comprimé")
    assert [c.nature for c in (alphane, salt, fraction)] == ["SA", "SA", "FT"]
    assert (salt.link, fraction.link) == (1, 1)
    assert [p.reason for p in source.reading.problems] == ["no active substance"]
    assert not sum(source.reading.bad.values())


def test_reads_groups_by_the_roles_of_their_members(source):
    members = list(source.members())

    assert [(m.cis, m.kind) for m in members] == [
        (ALPHANE, 0),
        (GONE, 1),
        (BETANE, 2),
        (GAMMANE, 4),
    ]
    assert members[0].label == "ALPHANE 500 mg, comprimé"
    assert [p.reason for p in source.reading.problems] == ["unknown kind of generic"]


def test_reads_conditions_in_their_long_wording(source):
    assert [(c.cis, c.label) for c in source.conditions()] == [
        (ALPHANE, "liste I"),
        (BETANE, "stupéfiants"),
    ]
    assert [p.reason for p in source.reading.problems] == ["no label"]


def test_reads_classes_of_a_useful_level(source):
    assert [(c.cis, c.atc) for c in source.classes()] == [(ALPHANE, "N02BE01")]
    assert [p.reason for p in source.reading.problems] == ["a class of no precise level"]
    assert not sum(source.reading.bad.values())


def test_what_it_does_not_hold_is_not_told(source):
    assert source.tells == {
        *("medicines", "packs", "ingredients", "memberships", "conditions", "classes"),
    }
    assert [*source.shortages(), *source.opinions(), *source.pages()] == []


def test_the_newest_date_is_never_in_the_future(source):
    list(source.boxes())

    assert source.reading.newest == date(2026, 5, 20)


def test_without_optional_tables_much_is_unknown(tmp_path):
    needed = {name: lines for name, lines in TABLES.items() if name in REQUIRED}
    source = AnsmOpenData(write(tmp_path / "ansm", needed), today=TODAY)
    alphane = next(source.specialities())

    assert (alphane.black_triangle, alphane.holder) == (None, "")
    assert "classes" not in source.tells
    assert list(source.classes()) == []
    assert set(TABLES) == set(REQUIRED) | set(OPTIONAL)


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_required_table_must_be_there(tmp_path, name):
    folder = write(tmp_path / "ansm")
    (folder / f"{name}.csv").unlink()

    with pytest.raises(UnreadableError, match=f"{name}.csv: absent"):
        AnsmOpenData(folder, today=TODAY)


def test_a_column_that_is_missing_is_named(tmp_path):
    tables = TABLES | {"specialite_delivrance": ["cis", ALPHANE]}
    source = AnsmOpenData(write(tmp_path / "ansm", tables), today=TODAY)

    with pytest.raises(UnreadableError, match="without column code_delivrance"):
        list(source.conditions())
