"""Read how many units a box holds from the label of its presentation.

Pure. Labels checked against the 17,239 marketed packs of CIS_CIP_bdpm.txt of 26/05/2026.
"""

import re

# What one counts one by one, however many stand in a blister, a tube or a jar.
_UNIT = (
    r"(?:comprimé|gélule|capsule|suppositoire|ovule|dispositif|gomme|pastille|lyophilisat|film"
    r"|dose|patch|implant|bâton|pilule|emplâtre|compresse|unidose)"
)
_COUNTED = re.compile(rf"\bde (\d+)\s+(?:\(\d+ ?x ?\d+\) )?{_UNIT}", re.IGNORECASE)
_TOTAL = re.compile(rf"^(\d+)\s+{_UNIT}", re.IGNORECASE)
# What is a unit by itself: one opens it and uses it once, or it is a pen.
_SINGLE = re.compile(
    r"^(\d+)\s+(?:\(\d+ ?x ?\d+\) )?"
    r"(?:ampoule(?!\S* bouteille)|seringue|stylo|sachet|récipients?(?:\(s\))? unidose|unidose"
    r"|cartouche)",
    re.IGNORECASE,
)
_MULTIPLIER = re.compile(r"^(\d+)\s+\S")
# Kits and boxes of two kinds: a sum would mix what must not be mixed. Needles do not make a kit.
_SEVERAL = re.compile(r" (?:-|\+|et) \d+ (?!aiguille|tampon)", re.IGNORECASE)


def units_in(label: str) -> int | None:
    """Return the number of units that the label tells, or None when it tells only a volume, a
    weight or a kit: "plaquette(s) de 30 comprimé(s)" 30, "2 plaquette(s) de 15" 30, a tube None.
    """
    text = label.strip()
    if _SEVERAL.search(text):
        return None
    if total := _TOTAL.match(text):
        return int(total[1]) or None
    counted = _COUNTED.findall(text)
    if len(counted) > 1:
        return None
    containers = _MULTIPLIER.match(text)
    if counted:
        return int(counted[0]) * (int(containers[1]) if containers else 1) or None
    single = _SINGLE.match(text)
    return int(single[1]) or None if single else None
