"""The classes to which people declare an allergy, and which of them react with which. Curated. Pure.

Classes are beginnings of ATC codes. A row of `CROSSED` is a caution, never a contraindication: it
tells what the sections 4.3 and 4.4 of the summaries of product characteristics (RCP, public drug
base) tell, in our own words; a pharmacist and an allergist must review the table before use.
"""

from dataclasses import dataclass

from eprescription.rules.law import Text

OTHERS = "X"  # "autres" in the fifth place of an ATC code: no class that a body could know


@dataclass(frozen=True)
class AllergyClass:
    """A class by the beginning of its ATC code; `words` are what people also call it."""

    code: str
    label: Text
    words: str = ""


@dataclass(frozen=True)
class Crossed:
    """Who reacts to one side may react to the other, whichever was declared."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    text: Text
    source: str
    key: str

    def reached_from(self, code: str) -> tuple[str, ...]:
        """Return the classes that a declared ATC code reaches through this row."""
        sides = ((self.one, self.other), (self.other, self.one))
        return tuple(c for here, there in sides if code.startswith(here) for c in there)


def _rows() -> tuple[AllergyClass, ...]:
    lines = (line.split("|") for line in _CLASSES.strip().splitlines())
    return tuple(AllergyClass(code, Text(fr, en), words) for code, fr, en, words in lines)


_CLASSES = """
A02BC|Inhibiteurs de la pompe à protons (IPP)|Proton pump inhibitors|oméprazole prazoles
A10A|Insulines|Insulins|
B01AB|Héparines|Heparins|HBPM
C03A|Diurétiques thiazidiques|Thiazide diuretics|
C03C|Diurétiques de l'anse|Loop diuretics|
C07A|Bêta-bloquants|Beta blockers|
C08|Inhibiteurs calciques|Calcium channel blockers|
C09A|Inhibiteurs de l'enzyme de conversion (IEC)|ACE inhibitors|
C09C|Antagonistes de l'angiotensine II (sartans)|Angiotensin II antagonists (sartans)|ARA2
C10AA|Statines|Statins|
C10AB|Fibrates|Fibrates|
D08AG|Antiseptiques iodés|Iodine antiseptics|povidone
H02AB|Glucocorticoïdes|Glucocorticoids|corticoïdes cortisone
J01A|Tétracyclines (cyclines)|Tetracyclines|
J01C|Pénicillines|Penicillins|bêta-lactamines
J01D|Céphalosporines et autres bêta-lactamines|Cephalosporins and other beta-lactams|carbapénèmes
J01E|Sulfamides antibactériens et triméthoprime|Antibacterial sulfonamides and trimethoprim|cotrimoxazole
J01FA|Macrolides|Macrolides|
J01FF|Lincosamides|Lincosamides|
J01G|Aminosides|Aminoglycosides|
J01M|Quinolones|Quinolones|fluoroquinolones
J01XA|Glycopeptides|Glycopeptides|
J02A|Antifongiques azolés et autres, voie générale|Systemic antifungals|azolés
J07|Vaccins|Vaccines|
M01A|Anti-inflammatoires non stéroïdiens (AINS)|Nonsteroidal anti-inflammatory drugs (NSAID)|
M03A|Curares|Muscle relaxants (curares)|myorelaxants
N01A|Anesthésiques généraux|General anaesthetics|
N01BA|Anesthésiques locaux, esters|Local anaesthetics, esters|
N01BB|Anesthésiques locaux, amides|Local anaesthetics, amides|
N01B|Anesthésiques locaux|Local anaesthetics|
N02A|Opioïdes|Opioids|morphiniques morphine
N02BA|Aspirine et autres salicylés|Aspirin and other salicylates|acide acétylsalicylique
N02BE|Paracétamol et apparentés|Paracetamol and related|
N02CC|Triptans|Triptans|
N03A|Antiépileptiques|Antiepileptics|
N05A|Neuroleptiques|Antipsychotics|antipsychotiques
N05BA|Benzodiazépines|Benzodiazepines|
N06AB|Inhibiteurs de la recapture de la sérotonine (ISRS)|Selective serotonin reuptake inhibitors|
R05DA|Antitussifs opiacés|Opium-derived cough suppressants|codéine
R06A|Antihistaminiques|Antihistamines|
V08A|Produits de contraste iodés|Iodinated contrast media|iode scanner
V08C|Produits de contraste à base de gadolinium|Gadolinium contrast media|IRM
"""
CLASSES = _rows()

CROSSED = (
    Crossed(
        ("J01C",),
        ("J01C", "J01D"),
        Text(
            "Les pénicillines entre elles, et les céphalosporines avec elles, ont des allergies croisées.",
            "Penicillins cross-react with each other, and cephalosporins with them.",
        ),
        "RCP des pénicillines et des céphalosporines, 4.3 et 4.4",
        "beta-lactams",
    ),
    Crossed(
        ("J01DB", "J01DC", "J01DD", "J01DE", "J01DI"),
        ("J01DB", "J01DC", "J01DD", "J01DE", "J01DI"),
        Text(
            "Les céphalosporines ont entre elles des allergies croisées.",
            "Cephalosporins cross-react with each other.",
        ),
        "RCP des céphalosporines, 4.3",
        "cephalosporins",
    ),
    Crossed(
        ("M01A", "N02BA", "B01AC06"),
        ("M01A", "M02AA", "S01BC", "N02BA", "B01AC06"),
        Text(
            "L'aspirine et les AINS déclenchent les mêmes réactions (asthme, urticaire).",
            "Aspirin and NSAIDs trigger the same reactions (asthma, urticaria).",
        ),
        "RCP des AINS et de l'acide acétylsalicylique, 4.3",
        "nsaids",
    ),
    Crossed(
        ("N02BA", "B01AC06"),
        ("A07EC",),
        Text("Les mésalazines sont des salicylés.", "Mesalazines are salicylates."),
        "RCP de la mésalazine, 4.3",
        "salicylates",
    ),
    Crossed(
        ("J01E",),
        ("J01E", "D06BA", "A07EC01"),
        Text(
            "Les sulfamides antibactériens ont entre eux des allergies croisées.",
            "Antibacterial sulfonamides cross-react with each other.",
        ),
        "RCP des sulfamides, 4.3",
        "sulfonamides",
    ),
    Crossed(
        ("J01E",),
        ("A10BB", "C03A", "C03EA", "M01AH01", "S01EC"),
        Text(
            "Ce médicament est un sulfamide non antibactérien : risque croisé faible, que son RCP signale.",
            "This medicine is a non-antibacterial sulfonamide: a low cross risk, which its SPC mentions.",
        ),
        "RCP des sulfamides hypoglycémiants, des thiazidiques, du célécoxib, de l'acétazolamide, 4.3",
        "sulfa-related",
    ),
    Crossed(
        ("N02A", "R05DA"),
        ("N02A", "R05DA", "N07BC02", "N01AH"),
        Text(
            "Les morphiniques ont une structure voisine ou le même effet sur l'histamine.",
            "Opioids have a similar structure or the same effect on histamine.",
        ),
        "RCP de la morphine et de la codéine, 4.3 et 4.4",
        "opioids",
    ),
    Crossed(
        ("C09A", "C09B"),
        ("C09A", "C09B", "C09C", "C09D"),
        Text(
            "Un angio-œdème sous IEC peut revenir avec un autre IEC, le sacubitril ou un sartan.",
            "Angioedema on an ACE inhibitor may return with another one, sacubitril or a sartan.",
        ),
        "RCP des IEC, du sacubitril et des sartans, 4.3 et 4.4",
        "angioedema",
    ),
    Crossed(
        ("J01M",),
        ("J01M",),
        Text(
            "Les quinolones ont entre elles des allergies croisées.",
            "Quinolones cross-react with each other.",
        ),
        "RCP des fluoroquinolones, 4.3",
        "quinolones",
    ),
    Crossed(
        ("N03AA", "N03AB", "N03AF"),
        ("N03AA", "N03AB", "N03AF"),
        Text(
            "Les antiépileptiques aromatiques ont entre eux des réactions croisées.",
            "Aromatic antiepileptics cross-react with each other.",
        ),
        "RCP de la carbamazépine et de la phénytoïne, 4.4",
        "aromatic-antiepileptics",
    ),
    Crossed(
        ("V08A",),
        ("V08A",),
        Text(
            "Les produits de contraste iodés ont entre eux des réactions croisées.",
            "Iodinated contrast media cross-react with each other.",
        ),
        "RCP des produits de contraste iodés, 4.3 et 4.4",
        "iodinated-contrast",
    ),
)


def class_label(code: str) -> Text | None:
    """Return the name of the narrowest class that holds an ATC code, if the table has one."""
    holding = [row for row in CLASSES if code.startswith(row.code)]
    return max(holding, key=lambda row: len(row.code)).label if holding else None


def is_class(subgroup: str) -> bool:
    """Tell whether an ATC subgroup of level 4 is a class, not the "others" of its parent."""
    return len(subgroup) == 5 and not subgroup.endswith(OTHERS)
