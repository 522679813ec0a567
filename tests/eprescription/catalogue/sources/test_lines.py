"""The lines of a table are read whatever the encoding, the ends of line and the scars of the file."""

import pytest

from eprescription.catalogue.sources.facts import Reading
from eprescription.catalogue.sources.lines import (
    UnreadableError,
    check_table,
    comma_separated,
    encoding_of,
    parsed,
    tab_separated,
)


def read(tmp_path, content, *, columns=2, begins=""):
    path = tmp_path / "table.txt"
    path.write_bytes(content)
    reading = Reading()
    rows = tab_separated(path, columns=columns, reading=reading, begins=begins)
    return list(rows), reading


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"1\td\x92enfant\r\n", "d’enfant"),
        (b"1\tde 2 \x96 5\r\n", "de 2 – 5"),
        (b"1\tcomprim\xe9\n", "comprimé"),
        ("1\tcomprimé\n".encode(), "comprimé"),
        ("\ufeff1\tcomprimé\n".encode(), "comprimé"),
    ],
)
def test_utf_8_is_tried_first_and_windows_1252_is_not_latin_1(tmp_path, content, word):
    assert read(tmp_path, content)[0] == [(1, ["1", word])]


def test_the_whole_stream_decides_of_the_encoding(tmp_path):
    path = tmp_path / "late.txt"
    path.write_bytes(b"1\tplain\n" * 20_000 + b"2\tcomprim\xe9\n")

    assert encoding_of(path) == "cp1252"


@pytest.mark.parametrize("content", [b"1\ta\t\n2\tb\t\n", b"1\ta\n2\tb\n", b"1\ta\r\n2\tb"])
def test_a_trailing_tab_and_a_missing_end_of_line_change_nothing(tmp_path, content):
    rows, reading = read(tmp_path, content)

    assert [fields for _, fields in rows] == [["1", "a"], ["2", "b"]]
    assert not reading.problems


@pytest.mark.parametrize("line", [b"1", b"1\ta\tb", b"1\ta\t\t", b"1\ta\x00"])
def test_a_line_of_another_width_is_noted_and_left_out(tmp_path, line):
    rows, reading = read(tmp_path, line + b"\n2\tb\n")

    assert rows == [(2, ["2", "b"])]
    assert [(p.file, p.line) for p in reading.problems] == [("table.txt", 1)]
    assert reading.bad["table.txt"] == 1
    assert reading.lines["table.txt"] == 2


def test_blank_lines_and_stray_returns_lose_nothing(tmp_path):
    rows, reading = read(tmp_path, b"1\ta\r\r\n\r\r\n2\tb\r\n")

    assert [fields for _, fields in rows] == [["1", "a"], ["2", "b"]]
    assert [p.reason for p in reading.problems] == ["blank line"]
    assert not reading.bad["table.txt"]


def test_quotes_are_letters_like_others(tmp_path):
    rows, _ = read(tmp_path, b'1\t"a\n2\tb" c\n')

    assert [fields[1] for _, fields in rows] == ['"a', 'b" c']


def test_spaces_around_fields_go(tmp_path):
    assert read(tmp_path, b"1 \t  a b \n")[0] == [(1, ["1", "a b"])]


def test_a_row_cut_by_an_end_of_line_is_put_together(tmp_path):
    content = b"60000001\tCT-1 important\r\npour l'enfant\r\n60000002\tCT-2\r\n"
    rows, reading = read(tmp_path, content, begins=r"[0-9]{8}\t")

    assert rows == [
        (1, ["60000001", "CT-1 important pour l'enfant"]),
        (3, ["60000002", "CT-2"]),
    ]
    assert not reading.problems


def test_an_excerpt_is_short(tmp_path):
    _, reading = read(tmp_path, b"x" * 5000 + b"\n")

    assert len(reading.problems[0].excerpt) == 120


def test_what_cannot_be_parsed_or_is_told_twice_is_noted(tmp_path):
    path, reading = tmp_path / "t.txt", Reading()
    rows = iter([(1, ["1"]), (2, ["x"]), (3, ["1"]), (4, ["2"])])

    numbers = list(parsed(path, rows, lambda f: int(f[0]), reading=reading, key=lambda n: n))

    assert numbers == [1, 2]
    assert [(p.line, p.excerpt) for p in reading.problems] == [(2, "x"), (3, "1")]
    assert reading.problems[1].reason == "told twice"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "absent"),
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\r\n<!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, said):
    path = tmp_path / "CIS_bdpm.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UnreadableError, match=f"CIS_bdpm.txt: {said}"):
        check_table(path)


def comma(tmp_path, content, columns=("cis", "nom")):
    path, reading = tmp_path / "t.csv", Reading()
    path.write_text(content, encoding="utf-8")
    return list(comma_separated(path, columns=columns, reading=reading)), reading


def test_columns_of_a_csv_are_found_by_their_names(tmp_path):
    rows, reading = comma(tmp_path, '\ufeffnom,autre,cis\n"A, ""b""",x,1\n\nB,y\n')

    assert rows == [(2, ["1", 'A, "b"'])]
    assert [p.reason for p in reading.problems] == ["blank line", "2 fields for 3"]


@pytest.mark.parametrize("content", ["nom\nA\n", "", 'cis,nom\n1,"never closed'])
def test_a_csv_without_its_columns_is_refused(tmp_path, content):
    with pytest.raises(UnreadableError, match=r"t\.csv"):
        comma(tmp_path, content)
