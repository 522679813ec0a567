"""A drug base of a few invented medicines, written by hand as the files of the ANSM are."""

from pathlib import Path


def cip13(number: int) -> str:
    """The code of an invented box, with its check digit."""
    code = f"34009{number:07d}"
    odd = sum(int(digit) * (3 if rank % 2 else 1) for rank, digit in enumerate(code))
    return f"{code}{-odd % 10}"


def cip7(number: int) -> str:
    return cip13(number)[5:12]


def medicine(cis, name="ALPHANE 500 mg, comprimé", form="comprimé", **told):
    facts = {
        "routes": "orale",
        "status": "Autorisation active",
        "procedure": "Procédure nationale",
        "marketed": "Commercialisée",
        "since": "12/03/1998",
        "warning": "",
        "european": "",
        "holder": " LABORATOIRE INVENTÉ",
        "watched": "Non",
    } | told
    return "\t".join([cis, name, form, *facts.values()])


def box(cis, number, label="plaquette(s) de 30 comprimé(s)", **told):
    facts = {
        "status": "Présentation active",
        "marketed": "Déclaration de commercialisation",
        "declared": "18/05/2026",
        "cip13": cip13(number),
        "hospital": "oui",
        "rate": "65%",
        "bare": "2,00",
        "price": "3,00",
        "fee": "1,00",
        "indications": "",
    } | told
    return "\t".join([cis, cip7(number), label, *facts.values()])


def component(
    cis, code="00001", name="ALPHANE", strength="500 mg", nature="SA", link="1", per="un comprimé"
):
    return "\t".join([cis, "comprimé", code, name, strength, per, nature, link])


ALPHANE, BETANE, GAMMANE, GONE = "60000001", "60000002", "60000003", "69999999"

FILES = {
    "CIS_bdpm.txt": [
        medicine(ALPHANE),
        medicine(BETANE, "BETANE 10 mg, gélule", " gélule  gastro-résistant(e)", watched="Oui"),
        medicine(
            GAMMANE,
            "GAMMA COMPLEXE, granules",
            "granules",
            procedure="Enreg homéo (Proc. Nat.)",
            marketed="Non commercialisée",
        ),
    ],
    "CIS_CIP_bdpm.txt": [
        box(ALPHANE, 3000001),
        box(ALPHANE, 3000002, "1 tube de l¿enfant", price="1,466,29", rate="30 %", declared=""),
        box(BETANE, 3000003, rate="", price="", declared="29/11/2924"),
        box(GAMMANE, 3000004, marketed="Déclaration d'arrêt de commercialisation"),
        box(GONE, 3000005),
    ],
    "CIS_COMPO_bdpm.txt": [
        component(ALPHANE),
        component(BETANE, "00002", "CHLORHYDRATE DE BÉTANE", "11 mg"),
        component(BETANE, "00003", "BÉTANE", "10 mg", "FT"),
        component(GAMMANE, "00004", "GAMMA POUR PRÉPARATIONS HOMÉOPATHIQUES", "2CH à 30CH"),
    ],
    "CIS_GENER_bdpm.txt": [
        f"1\tALPHANE 500 mg, comprimé\t{ALPHANE}\t0\t1",
        f"2\tALPHANE 1 g, comprimé\t{ALPHANE}\t2\t1",
        f"1\tALPHANE 500 mg, comprimé\t{GONE}\t1\t2",
    ],
    "CIS_CPD_bdpm.txt": [
        f"{BETANE}\tstupéfiants",
        f"{BETANE}\tprescription limitée à 28 jours",
        "",
        f"{ALPHANE}\tliste I",
    ],
    "CIS_MITM.txt": [
        f"{ALPHANE}\tN02BE\tALPHANE\thttp://exemple.test",
        f"{ALPHANE}\tN02BE01\tALPHANE\thttp://exemple.test",
    ],
    "CIS_CIP_Dispo_Spec.txt": [
        f"{BETANE}\t\t2\tTension d’approvisionnement\t14/04/2026\t19/05/2026\t\thttps://exemple.test/b",
        f"{GONE}\t{cip13(3000005)}\t1\tRupture de stock\t01/04/2026\t02/05/2026\t\thttps://exemple.test/g",
    ],
    "HAS_LiensPageCT_bdpm.txt": ["CT-1\thttps://exemple.test/ct-1"],
}


def write(folder: Path, files=FILES, *, encoding="cp1252", end="\r\n", tail="") -> Path:
    """Write the files of a base; `tail` stands at the end of each line (a tab, in some editions)."""
    folder.mkdir(exist_ok=True)
    for name, lines in files.items():
        content = end.join(line + (tail if line else "") for line in lines) + end
        (folder / name).write_bytes(content.encode(encoding))
    return folder


def changed(**files):
    """The same base with other lines in some files: changed(CIS_bdpm=[…]); None takes a file away."""
    names = {name.split(".")[0]: name for name in FILES}
    told = {names.get(key, f"{key}.txt"): lines for key, lines in files.items()}
    return {name: lines for name, lines in (FILES | told).items() if lines is not None}
