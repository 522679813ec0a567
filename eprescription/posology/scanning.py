"""From typed text to marks: at each place the first meaning that fits, or the word is unknown."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from eprescription.posology import lexicon as lex
from eprescription.posology.folding import fold
from eprescription.posology.marks import Mark, Needed, Note, Then, Unknown
from eprescription.posology.meanings import MEANINGS

_IF = re.compile(lex.IF)
_ENDS = re.compile(lex.REASON_ENDS)
_INSTRUCTION = re.compile(lex.INSTRUCTION)
_FILLER = re.compile(lex.FILLER)
_BRACKET = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(r"[^\s,;()]+|.", re.DOTALL)
_REASON_WORD = re.compile(r"[^\s,;.()/\d><]+|[<>]")
_FEVER = re.compile(r" ?[><] ?\d{2}(?:[.,]\d)?(?: ?°? ?c(?![a-z]))?")


class Read(NamedTuple):
    """A mark and the place of the text that it was read from."""

    mark: Mark
    start: int
    end: int


class Scanner:
    """One text, scanned from any place of it: each place is understood once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self._known: dict[tuple[int, int], tuple[Mark | None, int]] = {}

    def reads(self, at: int = 0, end: int | None = None) -> Iterator[Read]:
        """The marks from a place on, in order. Nothing is lost but blanks, commas and articles."""
        end = len(self.text) if end is None else end
        while at < end:
            if self.folded[at] == " ":
                at += 1
            elif bracket := _BRACKET.match(self.folded, at, end):
                yield from self._bracketed(bracket)
                at = bracket.end()
            else:
                mark, stop = self._mark(at, end)
                if mark is not None:
                    yield Read(mark, at, stop)
                at = stop

    def _bracketed(self, bracket: re.Match[str]) -> Iterator[Read]:
        """What stands in brackets is read when all of it can be, and is a note otherwise."""
        inside = list(self.reads(*bracket.span(1)))
        if any(isinstance(read.mark, Unknown | Then) for read in inside):
            yield Read(Note(self._words(*bracket.span(1))), *bracket.span())
        else:
            yield from inside

    def _mark(self, at: int, end: int) -> tuple[Mark | None, int]:
        if (at, end) not in self._known:
            self._known[at, end] = self._understood(at, end)
        return self._known[at, end]

    def _understood(self, at: int, end: int) -> tuple[Mark | None, int]:
        if match := _INSTRUCTION.match(self.folded, at, end):
            return Note(self._words(at, match.end())), match.end()
        for pattern, meaning in MEANINGS:
            if (match := pattern.match(self.folded, at, end)) and match.end() > at:
                mark = meaning(match)
                if mark is not None:
                    return mark, match.end()
        if match := _IF.match(self.folded, at, end):
            stop = _reason_end(self.folded, match.end(), end)
            if stop > match.end():
                return Needed(self._words(match.end(), stop)), stop
        if match := _FILLER.match(self.folded, at, end):
            return None, match.end()
        word = _WORD.match(self.folded, at, end)
        assert word
        return Unknown(self.text[at : word.end()]), word.end()

    def _words(self, start: int, end: int) -> str:
        return " ".join(self.text[start:end].split())


def _reason_end(folded: str, at: int, end: int) -> int:
    """Where the reason of "si …" stops: before what limits the dose or says when it is taken."""
    start = at
    while at < end and not _ENDS.match(folded, at, end):
        if fever := _FEVER.match(folded, at, end):
            at = fever.end()
            break
        word = _REASON_WORD.match(folded, at, end)
        at = word.end() if word else at + 1
        while at < end and folded[at] == " ":
            at += 1
    return start + len(folded[start:at].rstrip())
