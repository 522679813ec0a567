"""The code on a box of medicine: its product code and, in a DataMatrix, its lot, expiry and serial number.

GS1 General Specifications, chapters 3 (application identifiers) and 7.12 (century of a year in two
digits); CIP13 in a GTIN of 14 digits (directive 2011/62/EU, delegated regulation 2016/161).
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from eprescription.documents.keyboards import readings, readings_under_caps_lock

LONGEST = 200
"""Characters looked at: the longest code of a box has 79."""
_GTIN, _EXPIRY, _LOT, _SERIAL = "01", "17", "10", "21"
_OURS = (_GTIN, _EXPIRY, _LOT, _SERIAL)
_FIXED = {_GTIN: 14, _EXPIRY: 6, "11": 6, "13": 6, "15": 6, "20": 2}
# Variable ones end at a separator; 710 to 716 are national numbers, 240 the maker's own.
_VARIABLE = {_LOT: 20, _SERIAL: 20, "30": 8, "37": 8, "240": 30} | {
    str(n): 20 for n in range(710, 717)
}
_NAMES = {*_FIXED, *_VARIABLE}
_PREFIX = re.compile(r"\](?:[dDeEcC]\d|Q3)", re.ASCII)
# GS itself, its picture, and what scanners are set to send in its place.
_SEPARATOR = re.compile(r"\x1d|␝|↔|[|~^]|[<{\[]GS[>}\]]|\\x1d|\s", re.IGNORECASE)
_BRACKETS = re.compile(r"\((\d{2,4})\)")
_VALUE = re.compile(r"[0-9A-Za-z./_-]+", re.ASCII)
"""More signs are allowed than any lot bears; each of them would be a letter of another keyboard."""
_CIP13 = re.compile(r"34009\d{8}", re.ASCII)
_Elements = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Box:
    """What a box says of itself; what it does not say, or not for certain, is empty."""

    cip13: str
    lot: str = ""
    expiry: date | None = None
    serial: str = ""


def read_box(text: str) -> Box | None:
    """Read a scanned or typed code of a French box of medicine, or give nothing.

    The layout of keyboards is forgiven. Where a scanner dropped the separators, a lot or a serial
    number that may end in two places is left empty: a wrong lot is worse than one to be typed.
    """
    typed = text[:LONGEST].strip(" \r\n\t\u00a0")
    plain, *others = readings(typed)
    for likely in ([plain], others, readings_under_caps_lock(typed)):
        if found := [box for reading in likely for box in _boxes(reading)]:
            return _agreed(found)
    return None


def is_cip13(digits: str) -> bool:
    """Whether these are the 13 digits of a French medicine, with the right check digit (EAN-13)."""
    return _CIP13.fullmatch(digits) is not None and _weighed(digits) % 10 == 0


def is_product(digits: str) -> bool:
    """Whether these are the digits under the bars of any product (EAN-13)."""
    return re.fullmatch(r"[0-9]{13}", digits) is not None and _weighed(digits) % 10 == 0


def _weighed(digits: str) -> int:
    return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))


def _boxes(reading: str) -> Iterator[Box]:
    """Every box that this reading may be."""
    head = _PREFIX.match(reading)
    text = reading[head.end() :] if head else reading
    if head and head[0].startswith("]D"):
        text = text.swapcase()  # the prefix is written ]d2: Caps Lock is on
    bare = re.sub(r"[\s\u00a0]", "", text)
    if is_cip13(bare[-13:]) and bare[:-13] in ("", "0"):
        yield Box(bare[-13:])
        return
    for elements in _elements(text):
        yield from _box(dict(elements))


def _elements(text: str) -> Iterator[_Elements]:
    if _BRACKETS.match(text):
        yield from _in_brackets(text)
    elif _SEPARATOR.search(text):
        yield from _separated(text)
    else:
        yield from _run_together(text, ())


def _in_brackets(text: str) -> Iterator[_Elements]:
    """As people read it under the code: (01)03400930000120(17)281231(10)AB12."""
    _before, *parts = _BRACKETS.split(text)
    names = parts[::2]
    if len(set(names)) == len(names):
        yield tuple((n, v.strip()) for n, v in zip(names, parts[1::2], strict=True))


def _separated(text: str) -> Iterator[_Elements]:
    """Separators are there: an element of variable length goes up to the next one, and no doubt is left."""
    elements: list[tuple[str, str]] = []
    name = ""
    for part in filter(None, _SEPARATOR.split(text)):
        rest = name + part
        name = rest if rest in _NAMES else ""
        while rest and not name:
            taken = _first(rest)
            if taken is None or taken[0] in dict(elements):
                return
            elements.append(taken)
            rest = rest[len("".join(taken)) :]
    yield tuple(elements)


def _first(text: str) -> tuple[str, str] | None:
    """The element at the head of a part."""
    for name, length in _FIXED.items():
        if text.startswith(name) and len(text) >= len(name) + length:
            return name, text[len(name) : len(name) + length]
    for name, most in _VARIABLE.items():
        if text.startswith(name) and 0 < len(text) - len(name) <= most:
            return name, text[len(name) :]
    return None


def _run_together(text: str, before: _Elements) -> Iterator[_Elements]:
    """No separator: all the ways to part the text in elements that a box bears, each of them once."""
    if not text:
        yield before
        return
    for name in _OURS:
        if not text.startswith(name) or name in dict(before):
            continue
        rest = text[len(name) :]
        least, most = (_FIXED[name],) * 2 if name in _FIXED else (1, _VARIABLE[name])
        for length in range(least, min(most, len(rest)) + 1):
            value = rest[:length]
            if _is_value(name, value):
                yield from _run_together(rest[length:], (*before, (name, value)))


def _is_value(name: str, value: str) -> bool:
    if name == _GTIN:
        return value.startswith("0") and is_cip13(value[1:])
    if name == _EXPIRY:
        return _day(value) is not None
    return len(value) <= _VARIABLE[name] and _VALUE.fullmatch(value) is not None


def _box(elements: dict[str, str]) -> Iterator[Box]:
    """The box of these elements, when each has its shape and the product is among them."""
    if _GTIN not in elements:
        return
    if all(_is_value(name, elements[name]) for name in _OURS if name in elements):
        yield Box(
            cip13=elements[_GTIN][1:],
            lot=elements.get(_LOT, ""),
            expiry=_day(elements[_EXPIRY]) if _EXPIRY in elements else None,
            serial=elements.get(_SERIAL, ""),
        )


def _day(digits: str) -> date | None:
    """YYMMDD; the day 00 is the last of the month, the year lies within 50 of ours (GS1, 7.12)."""
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    today = timezone.localdate().year
    ahead = year - today % 100
    year += today // 100 * 100 + (-100 if ahead >= 51 else 100 if ahead <= -50 else 0)
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:
        return None
    return date(year, month, day or monthrange(year, month)[1])


def _agreed(found: list[Box]) -> Box | None:
    """What all the readings say alike."""
    codes = {box.cip13 for box in found}
    if len(codes) > 1:
        return None
    lots, serials = {box.lot for box in found}, {box.serial for box in found}
    expiries = {box.expiry for box in found}
    return Box(
        cip13=codes.pop(),
        lot=lots.pop() if len(lots) == 1 else "",
        expiry=expiries.pop() if len(expiries) == 1 else None,
        serial=serials.pop() if len(serials) == 1 else "",
    )
