"""Forgive one typing error a word, against the words of the catalogue, in memory. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate
from string import ascii_lowercase
from typing import Any

SHORTEST = 4
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

        Words under four letters and everything with a digit stay as they are: a dose that was not
        typed is never guessed. Whole words come before beginnings, then what is used most.
        """
        known = [word] if self.knows(word) else []
        if len(word) < SHORTEST or not word.isalpha():
            return known
        guesses = {guess for guess in _one_error_away(word) if self.knows(guess)} - {word}
        ranked = sorted(
            guesses, key=lambda guess: (not self._whole(guess), -self.weight(guess), guess)
        )
        return known + ranked[:MOST_GUESSES]

    def _whole(self, guess: str) -> bool:
        return guess in self._weights


def _one_error_away(word: str) -> Iterator[str]:
    """Yield what one swap, change, missing or extra letter makes (P. Norvig's corrector)."""
    for rank in range(len(word) + 1):
        head, tail = word[:rank], word[rank:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        if tail:
            yield head + tail[1:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
