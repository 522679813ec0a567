"""What one takes: codes of units, their words in both languages, and how doctors abbreviate them."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `counted`: a box is counted in it. `measured`: said in decimals, never in halves."""

    fr: str
    fr_many: str
    en: str
    en_many: str
    typed: str = ""  # abbreviations and English, folded, separated by blanks
    feminine: bool = False
    counted: bool = False
    measured: bool = False


UNITS: dict[str, Unit] = {
    "": Unit("", "", "", ""),
    "tablet": Unit(
        "comprimé",
        "comprimés",
        "tablet",
        "tablets",
        "cp cps cpr cprs cpm cpms comp comps cmp cachet cachets tab tabs pilule pilules",
        counted=True,
    ),
    "capsule": Unit(
        "gélule",
        "gélules",
        "capsule",
        "capsules",
        "gel gels gell glu gelu gelul capsule capsules caps cap",
        feminine=True,
        counted=True,
    ),
    "sachet": Unit("sachet", "sachets", "sachet", "sachets", "sach sachs sch sct", counted=True),
    "suppository": Unit(
        "suppositoire",
        "suppositoires",
        "suppository",
        "suppositories",
        "suppo suppos sup",
        counted=True,
    ),
    "ovule": Unit("ovule", "ovules", "pessary", "pessaries", "ov", counted=True),
    "patch": Unit(
        "patch", "patchs", "patch", "patches", "timbre timbres dispositif dispositifs", counted=True
    ),
    "ampoule": Unit(
        "ampoule", "ampoules", "ampoule", "ampoules", "amp amps", feminine=True, counted=True
    ),
    "vial": Unit("flacon", "flacons", "vial", "vials", "fl flac", counted=True),
    "syringe": Unit(
        "seringue", "seringues", "syringe", "syringes", "ser", feminine=True, counted=True
    ),
    "single": Unit(
        "unidose",
        "unidoses",
        "single-dose container",
        "single-dose containers",
        "monodose monodoses",
        feminine=True,
        counted=True,
    ),
    "lozenge": Unit(
        "pastille", "pastilles", "lozenge", "lozenges", "", feminine=True, counted=True
    ),
    "gum": Unit("gomme", "gommes", "gum", "gums", "", feminine=True, counted=True),
    "film": Unit("film", "films", "film", "films", "", counted=True),
    "lyophilisate": Unit(
        "lyophilisat",
        "lyophilisats",
        "oral lyophilisate",
        "oral lyophilisates",
        "lyoc lyocs",
        counted=True,
    ),
    "implant": Unit("implant", "implants", "implant", "implants", "", counted=True),
    "dose": Unit("dose", "doses", "dose", "doses", "", feminine=True, counted=True),
    "puff": Unit(
        "bouffée",
        "bouffées",
        "puff",
        "puffs",
        "bouf bouff bouffe bouffes inhalation inhalations inh",
        feminine=True,
        counted=True,
    ),
    "granule": Unit("granule", "granules", "granule", "granules", "gran granul"),
    "spray": Unit(
        "pulvérisation",
        "pulvérisations",
        "spray",
        "sprays",
        "pulv pulve pulves pulvs",
        feminine=True,
    ),
    "nebulisation": Unit(
        "nébulisation",
        "nébulisations",
        "nebulisation",
        "nebulisations",
        "nebul neb aerosol aerosols",
        feminine=True,
    ),
    "drop": Unit(
        "goutte", "gouttes", "drop", "drops", "gtt gtts gtte gttes gte gtes gt gts", feminine=True
    ),
    "application": Unit(
        "application",
        "applications",
        "application",
        "applications",
        "app appl applic",
        feminine=True,
    ),
    "rinse": Unit("bain de bouche", "bains de bouche", "mouthwash", "mouthwashes", "bdb"),
    "injection": Unit(
        "injection", "injections", "injection", "injections", "inj injs", feminine=True
    ),
    "infusion": Unit(
        "perfusion", "perfusions", "infusion", "infusions", "perf perfs", feminine=True
    ),
    "measure": Unit(
        "cuillère-mesure",
        "cuillères-mesure",
        "measuring spoon",
        "measuring spoons",
        "mesure mesures",
        feminine=True,
    ),
    "teaspoon": Unit(
        "cuillère à café", "cuillères à café", "teaspoon", "teaspoons", "cac", feminine=True
    ),
    "tablespoon": Unit(
        "cuillère à soupe", "cuillères à soupe", "tablespoon", "tablespoons", "cas", feminine=True
    ),
    "weight_dose": Unit(
        "dose-poids", "doses-poids", "weight dose", "weight doses", "", feminine=True
    ),
    "pressure": Unit("pression", "pressions", "press", "presses", "", feminine=True),
    "ml": Unit("ml", "ml", "ml", "ml", "millilitre millilitres cc3", measured=True),
    "ui": Unit("UI", "UI", "IU", "IU", "u iu unite unites unit units", measured=True),
    "mg": Unit("mg", "mg", "mg", "mg", "milligramme milligrammes", measured=True),
    "g": Unit("g", "g", "g", "g", "gr gramme grammes", measured=True),
    "mcg": Unit(
        "microgramme",
        "microgrammes",
        "microgram",
        "micrograms",
        "µg ug mcg mcgs gamma gammas",
        measured=True,
    ),
}
MASS_MG = {"mg": Decimal(1), "g": Decimal(1000), "mcg": Decimal("0.001")}


def unit_label(code: str, language: str = "fr", amount: Decimal = Decimal(1)) -> str:
    """The word for a unit, agreed with its amount: plural from 2 in French, above 1 in English."""
    unit = UNITS[code]
    if language.startswith("en"):
        return unit.en_many if amount > 1 else unit.en
    return unit.fr_many if amount >= 2 else unit.fr
