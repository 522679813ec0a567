"""Read the file in which the Assurance Maladie publishes the LPP ("NX", LPPTOT): pure, no database.

Records of 128 characters, with or without line ends. The first three are the type, the next two the
rubric. A code is 101-01 (code, label), 101-02 (end of validity), one 110-01 for each price that it
has had, others that are not read here, and 199. Layout: CNAM, norme d'échange LPP, as read in
medicines.md 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

WIDTH = 128
LONGEST_FILE = 200_000_000  # bytes; the real one is some megabytes
_EXCERPT = 120
_HIGHEST_TARIFF = 1_000_000_000  # cents


class NotLpp(ValueError):
    """The file is not a whole LPP file; the message says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a code is reimbursed on from a day, perhaps to another. Cents; None: no tariff told."""

    since: date | None
    until: date | None
    kind: str
    prior_agreement: bool
    tariff_cents: int | None


@dataclass(slots=True)
class Code:
    """One code of the list with the prices that it has had."""

    code: str
    label: str
    ends_on: date | None = None
    prices: list[Price] = field(default_factory=list)

    def price(self, on: date) -> Price | None:
        """Return the price in force that day, else the last one told."""
        told = sorted(self.prices, key=lambda price: price.since or date.min)
        in_force = [
            one for one in told if (one.since or on) <= on <= (one.until or date.max)
        ] or told
        return in_force[-1] if in_force else None


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not be used: its number in the file, why, and how it begins."""

    number: int
    reason: str
    excerpt: str


@dataclass(slots=True)
class Lpp:
    """What a file tells. `made_on`: the date in its header, None without one."""

    made_on: date | None = None
    codes: dict[str, Code] = field(default_factory=dict)
    bad: list[BadRecord] = field(default_factory=list)


def read(content: bytes) -> Lpp:
    """Return what the file tells, or raise NotLpp: empty, another kind of file, or cut."""
    if not content.strip():
        raise NotLpp("the file is empty")
    if len(content) > LONGEST_FILE:
        raise NotLpp(f"the file is larger than {LONGEST_FILE} bytes")
    records = list(_records(_text(content)))
    if not records or records[0][:3] not in ("000", "101"):
        raise NotLpp("the file is no LPP file: it starts with neither a header nor a code")
    told, open_code = Lpp(), None
    for number, record in enumerate(records, 1):
        open_code = _take(told, record, number, open_code)
    if not told.codes:
        raise NotLpp("the file has no code")
    if open_code is not None:
        raise NotLpp(f"the file is cut: code {open_code.code} has no end")
    return told


def _take(told: Lpp, record: str, number: int, open_code: Code | None) -> Code | None:
    """Add one record to what is told; return the code that is open after it."""
    match record[:5]:
        case "10101":
            return _opened(told, record, number)
        case "10102" if open_code:
            open_code.ends_on = _date(record[7:15])
        case "11001" if open_code:
            open_code.prices.append(_price(record))
        case "19901":
            return None
        case kind if kind.startswith("000"):
            told.made_on = _date("20" + record[52:58])
    return open_code


def _opened(told: Lpp, record: str, number: int) -> Code | None:
    code = record[7:20].strip()
    if len(code) == 13 and code.startswith("000000"):
        code = code[6:]
    label = " ".join(record[20:100].split())
    wrong = not (len(code) == 7 and code.isascii() and code.isdigit()) or not label
    if wrong or code in told.codes:
        reason = "no code of 7 digits with a label" if wrong else "the code comes twice"
        told.bad.append(BadRecord(number, reason, record.strip()[:_EXCERPT]))
        return None
    told.codes[code] = Code(code, label)
    return told.codes[code]


def _price(record: str) -> Price:
    return Price(
        since=_date(record[7:15]),
        until=_date(record[15:23]),
        kind=record[23:26].strip(),
        prior_agreement=record[26] in "1Oo",
        tariff_cents=_cents(record[44:54].strip()),
    )


def _cents(digits: str) -> int | None:
    """Return a tariff; None when there is none (zeros: on a quote) or when it is nonsense."""
    cents = int(digits) if digits.isascii() and digits.isdigit() else 0
    return cents if 0 < cents <= _HIGHEST_TARIFF else None


def _records(text: str) -> Iterator[str]:
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    if len(lines) == 1:
        lines = [lines[0][at : at + WIDTH] for at in range(0, len(lines[0]), WIDTH)]
    for line in lines:
        yield line.ljust(WIDTH)


def _text(content: bytes) -> str:
    content = content.replace(b"\0", b" ")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _date(digits: str) -> date | None:
    """Return YYYYMMDD as a date; zeros and anything else mean none."""
    try:
        return datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return None
