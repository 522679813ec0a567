"""No cell of a file for a spreadsheet is a formula, whichever separator the spreadsheet guesses."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eprescription.exports import csv_answer, csv_file, harmless

SIGNS = "=+-@\t\r＝＋－＠−"
PIECES = st.sampled_from([*SIGNS, *";,|:\"' \n", "cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "1"])
TEXTS = st.text(max_size=40) | st.lists(PIECES, max_size=12).map("".join)


def read(content: bytes, separator: str = ";", quotes: int = csv.QUOTE_MINIMAL) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=separator, quoting=quotes))


def is_formula(cell: str) -> bool:
    """As a spreadsheet that drops blanks and quotes before it looks; an apostrophe first means text."""
    return cell.lstrip(' "\r\n').startswith(tuple(SIGNS))


@example(texts=["=1+1", "a;=1+1", 'a";=1+1', 'b",\'"=1', "\t=1", "\r\n@SUM(1)", "a\n=2"])
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_no_cell_is_a_formula_whatever_was_typed(texts: list[str]) -> None:
    content = csv_file(["Qui"], [texts])

    for separator in ";,\t|":
        for quotes in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for row in read(content, separator, quotes):
                assert not [cell for cell in row if is_formula(cell)], row


@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_a_row_stays_one_row_of_as_many_cells(texts: list[str]) -> None:
    assert [len(row) for row in read(csv_file(["Qui"], [texts, texts]))] == [
        1,
        len(texts),
        len(texts),
    ]


@given(st.text(alphabet="abcdefgéàçñœßłœЖω 0123456789.()/", max_size=40))
def test_plain_words_come_back_as_they_were(text: str) -> None:
    assert read(csv_file(["Qui"], [[text]]))[1] == [" ".join(text.split())]


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_stay_figures(number: int) -> None:
    line = csv_file(["N°"], [[number, str(number)]]).decode().splitlines()[1]
    figure, text = line.split(";")

    assert int(figure) == number
    assert text == (f'"{number}"' if number >= 0 else f'"\'{number}"')


def test_a_moment_is_written_so_that_it_sorts_by_the_clock_of_the_portal() -> None:
    at = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)

    assert read(csv_file(["Quand"], [[at]]))[1] == ["2026-07-15 00:30"]


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\x00", "\ufeff", "\u2028"])
def test_what_cannot_be_seen_is_left_out(unseen: str) -> None:
    assert harmless(f"{unseen}=1+{unseen}1") == "'=1+ 1"


def test_the_answer_is_a_file_to_keep(settings: Any) -> None:
    answer = csv_answer(csv_file(["Qui"], []), "journal.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="journal.csv"'
