"""Which unit a word means: typed by a doctor, or the form of the drug base."""

import re

from eprescription.posology.folding import fold
from eprescription.posology.units import UNITS

_NAMED = {
    word: code
    for code, unit in UNITS.items()
    for word in (
        *(fold(w) for w in (unit.fr, unit.fr_many)),
        *unit.typed.split(),
        unit.en,
        unit.en_many,
    )
    if word and " " not in word
} | {"capsule": "capsule", "injection": "injection"}
# Names of several words, as patterns on folded text; `units.SPOKEN` is tried before single words.
SPOKEN = {
    "teaspoon": r"(?:c|cuil|cuill?eres?|cuilleree?s?)\.? ?a ?(?:c|cafe)\b\.?|teaspoons?",
    "tablespoon": r"(?:c|cuil|cuill?eres?|cuilleree?s?)\.? ?a ?(?:s|soupe)\b\.?|tablespoons?",
    "measure": r"(?:c|cuil|cuill?eres?)\.?[- ]?mes(?:ures?)?\b\.?|measuring spoons?",
    "weight_dose": r"doses?[- ]?poids|doses? ?/ ?kg|doses?[- ]kg|weight doses?",
    "rinse": r"bains? de bouche",
    "lyophilisate": r"lyophilisats? ora(?:l|ux)|oral lyophilisates?",
    "single": r"single-dose containers?",
    "suppository": r"suppositoires?",
}

# A unit of one word or of several.
UNIT_PHRASE = rf"(?:{'|'.join(SPOKEN.values())}|[a-zµ]+)"
UNIT_WORD = "|".join(sorted(map(re.escape, _NAMED), key=len, reverse=True))

# What a form of the drug base is taken in; the first pattern found decides.
_FORMS = (
    ("injection", r"injectable|perfusion|parenteral|implant injectable"),
    ("gum", r"gomme"),
    ("ovule", r"ovule|capsule (?:molle )?vaginale|comprime vaginal|vaginal"),
    ("capsule", r"gelule|capsule"),
    ("tablet", r"comprime|pilule"),
    ("suppository", r"suppositoire"),
    ("sachet", r"sachet|(?:poudre|granule[s*]+) pour solution buvable"),
    ("", r"(?:poudre|granule[s*]+) pour suspension buvable|^gaz|granule\*"),
    ("ampoule", r"ampoule"),
    ("nebulisation", r"nebulis"),
    ("puff", r"inhalation"),
    ("patch", r"patch|timbre|transdermique|^dispositif$|emplatre"),
    ("drop", r"collyre|gouttes|instillation|auriculaire"),
    ("rinse", r"bain de bouche"),
    ("spray", r"pulverisation|spray|collutoire"),
    (
        "application",
        r"creme|pommade|\bgel\b|application|lotion|pate|shampooing|vernis|mousse|liniment",
    ),
    ("ml", r"sirop|buvable"),
    ("lozenge", r"pastille"),
    ("film", r"\bfilm"),
    ("lyophilisate", r"lyophilisat"),
    ("granule", r"^granules?$"),
    ("implant", r"implant"),
    ("single", r"unidose"),
)


def unit_of(form: str) -> str:
    """The unit that a form of the drug base is taken in: "comprimé sécable" tablet, "collyre" drop.

    Empty when the form does not tell (powder for a suspension: spoons or sachets) or tells of several.
    """
    folded = fold(form.replace("ulé", "ule*"))  # granulés (powder) are not granules
    given = re.search(r"injectable|perfusion", folded)
    parts = [folded] if given else re.split(r"\bet\b", folded)
    found = {_form_unit(part.strip()) for part in parts if part.strip()}
    return found.pop() if len(found) == 1 else ""


def unit_named(word: str) -> str | None:
    """The code of a unit as typed, folded: an abbreviation, a full word, or one letter off a long word."""
    word = word.rstrip(".")
    if word in _NAMED:
        return _NAMED[word]
    if " " in word or "-" in word:
        return next((code for code, said in SPOKEN.items() if re.fullmatch(said, word)), None)
    if len(word) < 5:
        return None
    near = {code for known, code in _NAMED.items() if len(known) >= 5 and _one_off(word, known)}
    return near.pop() if len(near) == 1 else None


def _form_unit(form: str) -> str:
    return next((code for code, pattern in _FORMS if re.search(pattern, form)), "")


def _one_off(typed: str, known: str) -> bool:
    """One letter too many, too few, wrong, or two exchanged."""
    if abs(len(typed) - len(known)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(typed, known, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, other = typed[start:], known[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or swapped
