"""Files for a spreadsheet: what people typed is text in every cell, whatever a spreadsheet makes of such files.

A cell that begins with = + - or @ is a formula to a spreadsheet, and it may fetch from the network what it shows or run
a program (OWASP, CSV injection; ASVS 1.2.10). An apostrophe before it says "text". One is put behind separators and
quotes as well: a spreadsheet that guesses another separator cuts elsewhere, and must find no formula there either.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.utils import timezone

SEPARATOR: Final = ";"  # what a French spreadsheet expects
BOM: Final = "\ufeff"  # else it reads the accents of another century
Cell = str | int | datetime

_FORMULA = "=+\\-@\uff0b\uff0d\uff1d\uff20\u2212"  # also as wide letters of the East, and as the sign of minus
_BEGINS = re.compile(rf"(^|[;,|\"'])(\s*)(?=[{_FORMULA}])")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A file of comma-separated values (RFC 4180 with semicolons): UTF-8 with its mark, every text quoted.

    Whole numbers stay figures, moments are ISO dates of the portal's clock, which sort as text.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=SEPARATOR, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([harmless(title) for title in header])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return (BOM + written.getvalue()).encode()


def csv_answer(content: bytes, name: str) -> HttpResponse:
    """The file to keep. `name` is a constant of the page: a file name tells of nobody."""
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def harmless(text: str) -> str:
    """One line of text that no spreadsheet takes for a formula; what cannot be seen is left out."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return _BEGINS.sub(r"\1\2'", line)


def _cell(cell: Cell) -> str | int:
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M}"
    return int(cell) if isinstance(cell, int) else harmless(cell)
