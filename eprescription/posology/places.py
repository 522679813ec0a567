"""Where a dose goes, when the posology says it: codes, words, and what one reads for each.

`twice`: the place has two sides and the dose is for each of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the body, in both languages; `read` is a pattern on folded text."""

    fr: str
    en: str
    read: str
    twice: bool = False


_EYE, _EYES = "(?:oeil|œil)", "(?:2 |deux )?(?:yeux)"
PLACES: dict[str, Place] = {
    "": Place("", "", r"(?!)"),
    "eyes": Place(
        "dans chaque œil",
        "in each eye",
        rf"dans (?:chaque {_EYE}|les {_EYES})|par {_EYE}|chaque {_EYE}|odg|in (?:each|both) eyes?",
        twice=True,
    ),
    "right_eye": Place(
        "dans l'œil droit",
        "in the right eye",
        rf"(?:dans )?l'{_EYE} droit|{_EYE} droit|od|in the right eye",
    ),
    "left_eye": Place(
        "dans l'œil gauche",
        "in the left eye",
        rf"(?:dans )?l'{_EYE} gauche|{_EYE} gauche|og|in the left eye",
    ),
    "nostrils": Place(
        "dans chaque narine",
        "in each nostril",
        r"(?:dans )?(?:chaque narine|les (?:2 |deux )?narines)|par narine|/ ?narine|in each nostril",
        twice=True,
    ),
    "ears": Place(
        "dans chaque oreille",
        "in each ear",
        r"dans (?:chaque oreille|les (?:2 |deux )?oreilles)|in each ear",
        twice=True,
    ),
    "right_ear": Place(
        "dans l'oreille droite", "in the right ear", r"(?:dans )?l'oreille droite|in the right ear"
    ),
    "left_ear": Place(
        "dans l'oreille gauche", "in the left ear", r"(?:dans )?l'oreille gauche|in the left ear"
    ),
    "tongue": Place(
        "sous la langue", "under the tongue", r"sous la langue|sublingual|under the tongue"
    ),
    "lesions": Place(
        "sur les lésions",
        "on the lesions",
        r"(?:localement )?sur (?:les|la) (?:lesions?|plaques?|zones? atteintes?)|on the lesions?",
    ),
    "skin": Place("sur la peau", "on the skin", r"sur (?:la )?peau|on the skin"),
    "subcutaneous": Place(
        "en sous-cutané",
        "subcutaneously",
        r"(?:en |voie |par voie )?(?:sous[- ]cutanee?|s/c|sc)|subcutaneously",
    ),
    "muscle": Place(
        "en intramusculaire",
        "into a muscle",
        r"(?:en |voie |par voie )?(?:intra-?musculaire|im)|into a muscle",
    ),
    "vein": Place(
        "en intraveineux",
        "into a vein",
        r"(?:en |voie |par voie )?(?:intra-?veineu(?:x|se)|iv)|into a vein",
    ),
    "mouth": Place(
        "par la bouche", "by mouth", r"par la bouche|per os|voie orale|par voie orale|po|by mouth"
    ),
    "rectum": Place(
        "par voie rectale", "rectally", r"(?:par )?voie rectale|intra-?rectal|rectally"
    ),
    "vagina": Place(
        "par voie vaginale", "vaginally", r"(?:par )?voie vaginale|intra-?vaginal|vaginally"
    ),
}
