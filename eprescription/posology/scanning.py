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


def scan(text: str) -> list[Read]:
    """The marks of a text, in order. Nothing is lost but blanks, commas and articles."""
    return list(_marks(text, fold(text), 0, len(text)))


def _marks(text: str, folded: str, at: int, end: int) -> Iterator[Read]:
    while at < end:
        if folded[at] == " ":
            at += 1
            continue
        if bracket := _BRACKET.match(folded, at, end):
            yield from _bracketed(text, folded, bracket)
            at = bracket.end()
            continue
        mark, stop = _mark(text, folded, at, end)
        if mark is not None:
            yield Read(mark, at, stop)
        at = stop


def _bracketed(text: str, folded: str, bracket: re.Match[str]) -> Iterator[Read]:
    """What stands in brackets is read when all of it can be, and is a note otherwise."""
    inside = list(_marks(text, folded, *bracket.span(1)))
    if any(isinstance(read.mark, Unknown | Then) for read in inside):
        note = " ".join(text[slice(*bracket.span(1))].split())
        yield Read(Note(note), *bracket.span())
    else:
        yield from inside


def _mark(text: str, folded: str, at: int, end: int) -> tuple[Mark | None, int]:
    for pattern, meaning in MEANINGS:
        if (match := pattern.match(folded, at, end)) and match.end() > at:
            mark = meaning(match)
            if mark is not None:
                return mark, match.end()
    if match := _IF.match(folded, at, end):
        stop = _reason_end(folded, match.end(), end)
        if stop > match.end():
            return Needed(" ".join(text[match.end() : stop].split())), stop
    if match := _FILLER.match(folded, at, end):
        return None, match.end()
    word = _WORD.match(folded, at, end)
    assert word
    return Unknown(text[at : word.end()]), word.end()


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
