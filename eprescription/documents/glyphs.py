"""The characters that the printed page can show.

The page uses the fonts that come with Typst, and PDF/A refuses a glyph that no font holds. The ranges below
are those that these fonts hold for the scripts of names met in France; the tests compile them all. What
would deceive a reader (direction overrides, controls, towers of accents) is refused as well.
"""

import re
import unicodedata

_HELD = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff"  # Latin, phonetics
    "\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"  # Greek
    "\u0400-\u0481\u048a-\u04ff"  # Cyrillic
    "\u0531-\u0556\u0559-\u058a"  # Armenian
    "\u05d0-\u05ea"  # Hebrew, without points
    "\u060c\u061b\u061f\u0621-\u063a\u0640-\u064a\u0660-\u066c\u0679-\u067b\u067e-\u0680"  # Arabic
    "\u0686\u0687\u0691\u0698\u06a4\u06a9\u06af\u06be\u06cc\u06f0-\u06f9"  # Persian, Urdu
    "\u10d0-\u10fa"  # Georgian
    "\u1e00-\u1eff"  # Latin of Vietnamese and transliterations
    "\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2070\u2071\u2074-\u208e"  # punctuation, exponents
    "\u20a0-\u20bf\u2100-\u211e\u2120\u2122\u2126-\u2151\u2153-\u2184"  # currencies, letter-like, fractions
    "\u2190-\u21ff\u2200-\u22ff\u25a0-\u25cf\ufb00-\ufb06"  # arrows, operators, marks, ligatures
)
_REFUSED = re.compile(f"[^{_HELD}]")
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

_TYPED_BLANKS = "\t\n\r"
_UNSEEN = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
}  # categories of Unicode that show nothing of their own
_BLANK_LETTERS = (
    "\u115f\u1160\u2800\u3164\uffa0\ufffd"  # letters that show nothing; what was not read
)
_MOST_MARKS = 3  # on one letter: Vietnamese takes two, Hebrew with its points three


class UnprintableText(ValueError):
    """Raised when a text holds characters that the page cannot show; the message is for the prescriber."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        named = ", ".join(_named(character) for character in characters[:5])
        super().__init__(
            f"Caractères impossibles à imprimer\u00a0: {named}. Écrivez-les autrement."
        )


def unprintable(text: str) -> str:
    """Give the characters of ``text`` that the page cannot show, each once; nothing when all is well."""
    return "".join(dict.fromkeys(_REFUSED.findall(printable(text))))


def printable(text: str) -> str:
    """Compose accents, make one blank of several, and drop what shows nothing (soft hyphens, joiners)."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def deceiving(text: str) -> str:
    """Give the characters of ``text`` that nobody sees, that turn the order of reading (Unicode TR 36, 2.5) or that
    heap on one letter, each once; nothing when the text is what it looks like."""
    found, marks = [], 0
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        unseen = kind in _UNSEEN and character not in _TYPED_BLANKS
        if unseen or character in _BLANK_LETTERS or marks > _MOST_MARKS:
            found.append(character)
    return "".join(dict.fromkeys(found))


def told(character: str) -> str:
    """A character as an error names it: itself, or its code where it shows nothing or moves what stands beside it."""
    alone = unicodedata.combining(character) or deceiving(character)
    return f"U+{ord(character):04X}" if alone or not character.isprintable() else character


def _named(character: str) -> str:
    code = f"U+{ord(character):04X}"
    return f"«\u00a0{character}\u00a0» ({code})" if character.isprintable() else code
