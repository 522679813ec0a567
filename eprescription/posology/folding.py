"""Typed text made easy to compare: no capitals, no accents, one kind of dash, and the same length."""

import unicodedata

_SAME = {
    "’": "'", "‘": "'", "×": "x", "–": "-", "—": "-", "−": "-", "‑": "-", "⁄": "/", "μ": "µ", "→": ">",
    "\u00a0": " ", "\u202f": " ", "\t": " ", "\n": " ", "\r": " ",
}  # fmt: skip


class _Folds(dict[int, str]):
    """The folded character of each character met, found once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        bare = unicodedata.normalize("NFD", character)[0].lower()[:1]
        folded = _SAME.get(character, _SAME.get(bare, bare))
        if code < 0x3000:
            self[code] = folded
        return folded


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Fold a text, character by character: a place in it is the same place in the original."""
    return text.translate(_FOLDS)
