"""Whether what the thesaurus says under a heading holds for a medicine that enters by this route.

The thesaurus speaks of medicines that reach the blood; a form that acts where it is applied is left
out unless a heading or a text names it ("y compris collyres", "quelle que soit la voie"). Some
headings speak of one route alone. Read in the texts of the edition of 09/2023. Pure; routes are
those of the public drug base, in lower case. A medicine whose routes are unknown is never let off.
"""

import re
from functools import lru_cache

_LOCAL = frozenset(
    [
        "cutanée",
        "ophtalmique",
        "auriculaire",
        "nasale",
        "vaginale",
        "dentaire",
        "gingivale",
        "endosinusale",
        "urétrale",
        "intravitréenne",
        "intracamérulaire",
        "intraoculaire",
        "intradermique",
        "intravésicale",
        "intraarticulaire",
        "périarticulaire",
        "intralésionnelle",
        "intra-utérine",
        "endocervicale",
        "sous-conjonctivale",
        "péribulbaire",
        "subrétinale",
        "épilésionnelle",
        "laryngopharyngée",
    ]
) | {"voie buccale autre"}
_BY_MOUTH = frozenset({"orale", "gastrique", "gastro-entérale", "intestinale"})
_IN_JOINTS = frozenset({"intraarticulaire", "périarticulaire"})
_AT_THE_DENTIST = frozenset(
    [
        "dentaire",
        "gingivale",
        "périneurale",
        "infiltration",
        "sous-muqueuse",
        "sous-cutanée",
        "intradermique",
    ]
)
_INHALED = frozenset({"inhalée"})

# Through the mucous membranes of nose and mouth these act on the whole body, and are meant to.
_THROUGH_THE_MUCOUS_MEMBRANE = frozenset({"nasale", "voie buccale autre", "gingivale"})
_ABSORBED_THERE = frozenset(
    [
        "BUPRENORPHINE",
        "DESMOPRESSINE",
        "DIHYDROERGOTAMINE",
        "EPHEDRINE",
        "ESKETAMINE",
        "FENTANYL",
        "NALOXONE",
        "NICOTINE",
        "SUMATRIPTAN",
        "TUAMINOHEPTANE",
        "ZOLMITRIPTAN",
    ]
)
# "Quelle que soit la voie d'administration": enough goes through to matter with vitamin K antagonists.
_BY_ANY_ROUTE = frozenset({"MICONAZOLE", "ECONAZOLE"})
# Headings that name a local route themselves, and that route.
_NAMED = (
    ("COLLYRES", frozenset({"ophtalmique"})),
    ("NASALE", frozenset({"nasale"})),
    ("BUCCO DENTAIRE", _AT_THE_DENTIST),
    ("INTRA ARTICULAIRE", _IN_JOINTS),
    ("PROGESTATIFS CONTRACEPTIFS", frozenset({"vaginale"})),
    ("VOIE VAGINALE", frozenset({"vaginale"})),
    ("SPERMICIDES", frozenset({"vaginale"})),
    ("POVIDONE IODEE", frozenset({"cutanée", "vaginale"})),
    ("ANTISEPTIQUES MERCURIELS", frozenset({"cutanée"})),
)
# Headings that hold for these routes alone.
_ONLY = (
    ("BUCCO DENTAIRE", _AT_THE_DENTIST),
    ("VOIE IM ET IV", frozenset({"intramusculaire", "intraveineuse"})),
    ("VOIES ORALE ET OU NASALE", _BY_MOUTH | {"nasale"}),
    ("INTRA ARTICULAIRE", _IN_JOINTS),
    # What hinders absorption from the gut, and what is hindered there.
    ("TOPIQUES GASTRO INTESTINAUX", _BY_MOUTH),
)
# "A l'exception des voies inhalées et locales", "voies générale et rectale": inhaled is let off.
_NOT_INHALED = ("GLUCOCORTICOIDES SAUF HYDROCORTISONE",)
# Headings without members: whatever is given by that route belongs to them.
_BY_ROUTE = (
    ("MEDICAMENTS ADMINISTRES PAR VOIE ORALE", _BY_MOUTH),
    ("MEDICAMENTS UTILISES PAR VOIE VAGINALE", frozenset({"vaginale"})),
)


def routes_of(text: str) -> frozenset[str]:
    """Return the routes that the drug base writes in one text, separated by ; or ,."""
    return frozenset(filter(None, (part.strip().lower() for part in re.split("[;,]", text))))


def is_local(routes: frozenset[str]) -> bool:
    """Tell whether every route acts where it is applied; no route known: no."""
    return bool(routes) and routes <= _LOCAL


@lru_cache(maxsize=65536)
def holds(heading: str, substance: str, routes: frozenset[str]) -> bool:
    """Tell whether a heading (folded) speaks of this substance (folded) given by these routes."""
    if not routes:
        return True
    if any(word in heading and not routes & only for word, only in _ONLY):
        return False
    if heading in _NOT_INHALED and routes <= _INHALED:
        return False
    return not is_local(routes) or _reaches(heading, substance, routes)


def headings_by_route(routes: frozenset[str]) -> tuple[str, ...]:
    """Return the headings to which a medicine belongs by its routes alone."""
    return tuple(heading for heading, only in _BY_ROUTE if routes & only)


def _reaches(heading: str, substance: str, routes: frozenset[str]) -> bool:
    """Tell whether a local form matters nevertheless under this heading."""
    if substance in _BY_ANY_ROUTE:
        return True
    if substance in _ABSORBED_THERE and routes & _THROUGH_THE_MUCOUS_MEMBRANE:
        return True
    return any(word in heading and routes & named for word, named in _NAMED)
