"""The international non-proprietary name and the strength of a medicine, from what it is made of.

An INN names what acts: the therapeutic fraction (FT) that the base ties to a salt, else the
substance itself without the salt or the water that only makes it solid (CSP R. 5121-1-4: the
common name; WHO, guidance on INN). Pure. Agreement with the 722 medicines of the starter file is
measured in tests/eprescription/catalogue/test_whole_base.py.
"""

import re
from collections.abc import Iterable, Sequence

from eprescription.catalogue.doses import in_order_of, tells_only_one
from eprescription.catalogue.sources.facts import Component

MOST_STRENGTHS = 4

# Acids that only carry the active part; what is left must not be a metal, which acts itself.
_ACIDS = (
    r"(?:hémi|di|tri|bi|mono|hydrogéno|dihydrogéno)?(?:chlorhydrate|bromhydrate|acétate|adipate"
    r"|benzoate|bésilate|bésylate|butyrate|citrate|fumarate|furoate|gluconate|isét[h]?ionate"
    r"|isothionate|lactate|maléate|malate|mésilate|mésylate|nitrate|oxalate|phosphate|propionate"
    r"|succinate|sulfate|tartrate|tosilate|tosylate|valérate)"
)
_NO_BASE = (
    r"(?:sodium|potassium|calcium|magnésium|aluminium|zinc|fer|cuivre|lithium|argent|baryum"
    r"|manganèse|ammonium|strontium|bismuth|cobalt|chrome|gallium|isosorbide|tocophérol|rétinol"
    r"|bétaïne|éthyle|benzyle|vitamine|alpha)\b"
)
_SALT_OF = re.compile(
    rf"^{_ACIDS}(?: acide| (?:di)?sodique| (?:di)?potassique)? (?:de l'|de |d')(?!{_NO_BASE})(?=\S)"
)
_WATER = re.compile(
    r"[ ,]+(?:base|acide|anhydre|(?:mono|di|tri|tétra|penta|hexa|hepta|hémi|sesqui)*hydratée?s?"
    r"|cilexétil|recombinante?|micronisée?|monochlorhydrate)$|^poudre (?:de |d')"
)
_METALLIC = re.compile(
    r"(?<!phosphate)(?<!citrate) (?:mono|di|tri)?(?:sodique|potassique|calcique)$"
)
_INVERTED = re.compile(r"^(.+?) \(([^()]+ (?:de|d'|du)|acide|alcool)\)(.*)$")
_VACCINE = re.compile(r"(?:^|[.,;:)] ?)(vaccin(?!ation)[^.]*?)[ .]*$", re.IGNORECASE)

_NUMBER = r"(?:\d{1,3}(?:[  ]\d{3})+|\d+)(?:[.,]\d+)*"
_UNIT = (
    r"(?:mg|kg|g|microgrammes?|µg|mcg|nanogrammes?|ml|microlitres?|l|ui|u\.i\.?|mui|m\.u\.i\.?|mu|u"
    r"|(?:millions? d'|millions? )?unités?(?: internationales)?|millions? u\.?i\.?|%|pour cent"
    r"|pour mille|mmol|[mgk]bq|meq|ppm|cm²)(?![a-zà-ÿ²])"
)
_PER = (
    r"(?:24 ?h(?:eures)?|72 ?h(?:eures)?|16 ?h(?:eures)?|h|heures?|ml|g|doses?|jour|cm²|kg|l"
    r"|pulvérisation|bouffée|microlitres)(?![a-zà-ÿ²])"
)
_DOSE = rf"{_NUMBER} ?{_UNIT}"
_STRENGTH = re.compile(
    rf"(?<![\w-])(?:{_DOSE}|{_NUMBER}(?=/{_DOSE}))"
    rf"(?: ?\([^()]*\d[^()]*\))?"
    rf"(?: ?(?:/|\+|dans|et) ?(?:{_PER}|{_DOSE}))*"
    rf"(?: (?:par|pour) (?:{_NUMBER} )?{_PER})?",
    re.IGNORECASE,
)
_ZEROS = re.compile(r"(?<=\d),0+(?!\d)|(?<=,)(\d*?[1-9])0+(?!\d)")
_HEAD = re.compile(r",(?!\d)")


def active(components: Iterable[Component]) -> list[Component]:
    """Return what acts, in the order of the links: the therapeutic fraction of each link, else its
    substances. The order of the lines in a file means nothing and changes nothing."""
    ordered = sorted(components, key=order)
    fractions = {(c.element, c.link) for c in ordered if c.nature == "FT"}
    return [c for c in ordered if c.nature == "FT" or (c.element, c.link) not in fractions]


def order(component: Component) -> tuple[object, ...]:
    """The order in which a medicine tells its substances, the same whatever the order of lines."""
    link = component.link if component.link is not None else 10_000
    return (link, component.nature, component.element, component.code, component.strength)


def inn_of(components: Sequence[Component], *, name: str, strength: str = "") -> str:
    """Return the INN: "tramadol + paracétamol". Those of a combination stand in the order of the
    strengths beside them, else in that of the links. A vaccine has no INN: it is called as its
    name calls it."""
    if vaccine := _VACCINE.search(name):
        return "v" + " ".join(vaccine[1][1:].split())
    acting = in_order_of(active(components), strength)
    return " + ".join(dict.fromkeys(common_name(c.name) for c in acting))


def common_name(substance: str) -> str:
    """Return the name without its salt or its water, in lower case: "BISOPROLOL (FUMARATE DE)" is
    bisoprolol. A salt of a metal is what acts, and stays: bicarbonate de sodium."""
    name = " ".join(substance.lower().replace("’", "'").split())
    if inverted := _INVERTED.match(name):
        joint = "" if inverted[2].endswith("'") else " "
        name = f"{inverted[2]}{joint}{inverted[1]}{inverted[3]}"
    shorter = name
    for useless in (_WATER, _METALLIC, _SALT_OF, _WATER):
        shorter = useless.sub("", shorter) or shorter
    return shorter


def strength_of(components: Sequence[Component], *, name: str) -> str:
    """Return the strength as the name says it, else as the composition does, else nothing: a
    medicine of many substances is known by its name. "POUR CENT" is written %."""
    return _IN_WORDS.sub("%", _strength(components, name))


_IN_WORDS = re.compile(r"\bpour cent\b", re.IGNORECASE)


def _strength(components: Sequence[Component], name: str) -> str:
    acting = active(components)
    found = _STRENGTH.search(_HEAD.split(name)[0])
    named = re.sub(r" ?/ ?", "/", " ".join(found[0].split())) if found else ""
    if named and not tells_only_one(acting, named):
        return named
    if _VACCINE.search(name) and len(acting) > 1:
        return named
    return _of_composition(acting) or named


def _of_composition(acting: Sequence[Component]) -> str:
    doses = [_ZEROS.sub(lambda found: found[1] or "", c.strength) for c in acting if c.strength]
    if not doses or len(acting) > MOST_STRENGTHS or len(doses) < len(acting):
        return ""
    per = {c.per for c in acting}
    volume = next(iter(per)) if len(per) == 1 and re.search(r"\d", next(iter(per))) else ""
    return (" + ".join(doses) + (f"/{volume}" if volume else "")).strip()
