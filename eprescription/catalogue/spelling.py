"""Forgive one typing error a word, against the words of the catalogue, in memory. Pure."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from itertools import accumulate
from string import ascii_lowercase
from typing import Any

SHORTEST = 3
MOST_GUESSES = 8
_LAST = "\U0010ffff"  # sorts after every word


class Vocabulary:
    """The words of one edition with their weights (how much what they name is used), sorted, so that
    "which words start so?" is two bisections.

    `stamp` says which edition they come from: its key and when it was loaded.
    """

    def __init__(self, weights: Mapping[str, int], *, stamp: tuple[Any, Any]) -> None:
        self.stamp = stamp
        self._words = sorted(weights)
        self._weights = weights
        self._until = [0, *accumulate(weights[word] for word in self._words)]

    def knows(self, beginning: str) -> bool:
        """Tell whether a word of the catalogue starts with this."""
        rank = bisect_left(self._words, beginning)
        return rank < len(self._words) and self._words[rank].startswith(beginning)

    def weight(self, beginning: str) -> int:
        """Return how much what starts with this is used."""
        first = bisect_left(self._words, beginning)
        return self._until[bisect_left(self._words, beginning + _LAST)] - self._until[first]

    def near(self, word: str) -> list[str]:
        """Return the word, when known, and the known beginnings one typing error away from it.

        Everything with a digit stays as it is: a dose that was not typed is never guessed. A word of
        three letters may only lack one ("tva", Teva); shorter ones are too many things. Whole words
        come before beginnings, then what is used most.
        """
        known = [word] if self.knows(word) else []
        if not word.isalpha() or len(word) < SHORTEST:
            return known
        if len(word) == SHORTEST:
            guesses = {guess for guess in _one_letter_more(word) if self._whole(guess)}
        else:
            guesses = {guess for guess in _one_error_away(word) if self.knows(guess)}
        ranked = sorted(guesses - {word}, key=self._likely)
        return known + ranked[:MOST_GUESSES]

    def _likely(self, guess: str) -> tuple[bool, int, str]:
        return not self._whole(guess), -self.weight(guess), guess

    def _whole(self, guess: str) -> bool:
        return guess in self._weights


def meant(word: str, names: Collection[str]) -> str | None:
    """Return the one of these names that is one typing error away from the word, if one is."""
    return next((guess for guess in _one_error_away(word) if guess in names), None)


def _one_error_away(word: str) -> Iterator[str]:
    """Yield what one swap, change, missing or extra letter makes (P. Norvig's corrector)."""
    yield from _one_letter_more(word)
    for rank in range(len(word)):
        head, tail = word[:rank], word[rank + 1 :]
        yield head + tail
        yield head + tail[:1] + word[rank] + tail[1:]
        for letter in ascii_lowercase:
            yield head + letter + tail


def _one_letter_more(word: str) -> Iterator[str]:
    for rank in range(len(word) + 1):
        for letter in ascii_lowercase:
            yield word[:rank] + letter + word[rank:]
