"""The code on a box: whatever its order, its scanner and its keyboard, what is read is what is printed."""

from calendar import monthrange
from datetime import date
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pharmacies.boxes import Box, is_cip13, is_product, read_box
from tests.keyboards import AZERTY, AZERTY_MAC, BELGIUM, QWERTY, QWERTZ, SWISS, typed_on
from tests.timing import ends_within

GS = "\x1d"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ORDERS = list(permutations(("01", "17", "10", "21")))
CIP = "3400930000120"
BOX = Box(CIP, lot="AZ1782", expiry=date(2028, 1, 31), serial="Q4W9K2M7XY61")


def with_check(body: str) -> str:
    return body + str(-sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10)


texts = st.text(LETTERS, min_size=1, max_size=20)
boxes = st.builds(
    Box,
    cip13=st.text("0123456789", min_size=7, max_size=7).map(lambda d: with_check("34009" + d)),
    lot=texts,
    expiry=st.dates(date(2020, 1, 1), date(2060, 12, 31)),
    serial=texts,
)


def elements(box: Box, order: tuple[str, ...] = ("01", "17", "10", "21")) -> list[str]:
    """The elements that the box bears, each with its identifier."""
    expiry = f"{box.expiry:%y%m%d}" if box.expiry else ""
    values = {"01": "0" + box.cip13, "17": expiry, "10": box.lot, "21": box.serial}
    return [name + values[name] for name in order if values[name]]


def written(box: Box, order: tuple[str, ...] = ("01", "17", "10", "21"), gs: str = GS) -> str:
    """What the DataMatrix holds: a separator after what has no length of its own, but at the end."""
    parts = elements(box, order)
    ended = [part + gs * part.startswith(("10", "21")) for part in parts[:-1]]
    return "".join([*ended, parts[-1]])


def hides_an_element(text: str) -> bool:
    """Whether something in a lot or a serial number looks like the next element."""
    return any(name in text for name in ("01034009", "17", "10", "21"))


@given(boxes, st.sampled_from(ORDERS), st.sampled_from(["", "]d2", GS, "]d2" + GS, "]C1"]))
def test_a_box_in_any_order_is_read_back(box: Box, order: tuple[str, ...], prefix: str) -> None:
    assert read_box(prefix + written(box, order)) == box


@given(
    boxes, st.sampled_from(ORDERS), st.sampled_from(["|", "␝", "<GS>", "{GS}", "[gs]", "↔", "~"])
)
def test_a_scanner_may_send_something_else_for_the_separator(
    box: Box, order: tuple[str, ...], gs: str
) -> None:
    assert read_box(written(box, order, gs)) == box


@given(boxes, st.sampled_from(ORDERS), st.sampled_from(["", "]d2"]))
def test_a_qwerty_scanner_on_a_french_machine_is_understood(
    box: Box, order: tuple[str, ...], prefix: str
) -> None:
    assert read_box(typed_on(AZERTY, prefix + written(box, order))) == box


@given(boxes, st.sampled_from(ORDERS))
def test_a_french_scanner_on_a_qwerty_machine_is_understood(
    box: Box, order: tuple[str, ...]
) -> None:
    assert read_box(typed_on(QWERTY, written(box, order), scanner=AZERTY)) == box


@given(boxes, st.sampled_from(ORDERS), st.sampled_from([AZERTY_MAC, BELGIUM]))
def test_on_other_keyboards_a_lot_is_right_or_left_to_type(
    box: Box, order: tuple[str, ...], keyboard: tuple[str, str]
) -> None:
    """Without a 6 nor an 8 in the figures, a Mac's "8" could be a "/" of Windows."""
    read = read_box(typed_on(keyboard, written(box, order)))
    assert read is not None
    assert (read.cip13, read.expiry) == (box.cip13, box.expiry)
    assert read.lot in (box.lot, "") and read.serial in (box.serial, "")


@given(boxes, st.sampled_from(ORDERS), st.sampled_from([QWERTZ, SWISS]))
def test_a_qwertz_machine_is_understood_by_the_prefix_of_the_scanner(
    box: Box, order: tuple[str, ...], keyboard: tuple[str, str]
) -> None:
    """Its figures are in their place: only the prefix tells that Y and Z are not."""
    assert read_box(typed_on(keyboard, "]d2" + written(box, order))) == box


@pytest.mark.parametrize("keyboard", [QWERTY, AZERTY, AZERTY_MAC])
def test_caps_lock_is_told_by_the_prefix(keyboard: tuple[str, str]) -> None:
    caps_lock = "every key" if keyboard is AZERTY else "letters"
    assert read_box(typed_on(keyboard, "]d2" + written(BOX), caps_lock=caps_lock)) == BOX


@given(boxes, st.sampled_from(ORDERS))
def test_where_the_separators_were_lost_nothing_is_guessed(
    box: Box, order: tuple[str, ...]
) -> None:
    read = read_box(written(box, order, gs=""))
    assert read is not None
    assert read.cip13 == box.cip13
    assert read.expiry in (box.expiry, None)
    assert read.lot in (box.lot, "") and read.serial in (box.serial, "")


def test_separators_that_were_lost_do_no_harm_where_one_reading_is_left() -> None:
    box = Box(CIP, lot="AB345", expiry=date(2028, 1, 31), serial="K4W9K2M7XY6Z9P")
    assert read_box(written(box, gs="")) == box
    assert read_box(written(box, ("01", "21", "17", "10"), gs="")) == Box(
        CIP, lot=box.lot, expiry=box.expiry, serial=box.serial
    )


def test_a_lot_that_may_end_in_two_places_is_left_to_type() -> None:
    assert read_box(f"010{CIP}1728013110AB21CD") == Box(CIP, expiry=date(2028, 1, 31))


@given(boxes)
def test_a_box_without_serial_number_needs_no_separator(box: Box) -> None:
    bare = Box(box.cip13, lot=box.lot, expiry=box.expiry)
    read = read_box(written(bare))
    assert read == bare or (read and read.lot == "" and hides_an_element(box.lot))


@given(boxes, st.sampled_from(ORDERS), st.sampled_from(["", " "]))
def test_what_is_written_under_the_code_may_be_pasted(
    box: Box, order: tuple[str, ...], blank: str
) -> None:
    text = "".join(f"({e[:2]}){blank}{e[2:]}{blank}" for e in elements(box, order))
    assert read_box(text) == box


def test_blanks_between_the_elements_are_forgiven() -> None:
    assert read_box(f" 01 0{CIP} 17 280131 10 AZ1782 21 Q4W9K2M7XY61\r\n") == BOX


@pytest.mark.parametrize(
    "text", [CIP, "0" + CIP, "34009 300 001 20", "]E0" + CIP, typed_on(AZERTY, CIP), f"010{CIP}"]
)
def test_the_bars_alone_give_the_product(text: str) -> None:
    assert read_box(text) == Box(CIP)


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("280131", date(2028, 1, 31)),
        ("280200", date(2028, 2, 29)),
        ("270200", date(2027, 2, 28)),
        ("281200", date(2028, 12, 31)),
    ],
)
def test_the_day_00_is_the_last_of_the_month(digits: str, day: date) -> None:
    read = read_box(f"010{CIP}17{digits}")
    assert read and read.expiry == day


@example(date(2026, 7, 1), -49)
@example(date(2026, 7, 1), 50)
@example(date(2090, 7, 1), 50)
@example(date(2050, 7, 1), 50)
@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.integers(-49, 50))
def test_the_century_is_the_one_that_lies_within_fifty_years(today: date, years: int) -> None:
    from pharmacies import boxes as module

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.timezone, "localdate", lambda: today)
        read = read_box(f"010{CIP}17{(today.year + years) % 100:02d}0700")
    assert read and read.expiry == date(today.year + years, 7, monthrange(2001, 7)[1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        CIP[:-1] + "9",  # wrong check digit
        f"010{CIP[:-1]}9",
        f"010{CIP}17281331",  # no such month
        f"010{CIP}17280230",  # no such day
        f"010{CIP}10{'A' * 21}",  # too long for a lot
        f"010{CIP}10A{GS}10B",  # two lots
        f"17280131{GS}10AB",  # no product
        "5000112637922",  # bars of something else
        "2282621",  # CIP7: left to the search
        "0105000112637922",
    ],
)
def test_what_is_no_box_of_medicine_gives_nothing(text: str) -> None:
    assert read_box(text) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert isinstance(read_box(text), Box | None)


@given(st.text("012379\x1d()|d]&é\"'à-_ç;:AQ", max_size=120))
def test_any_text_like_a_box_is_read_without_harm(text: str) -> None:
    assert isinstance(read_box("01034" + text), Box | None)


def test_the_longest_text_is_read_soon() -> None:
    hostile = f"010{CIP}" + "10211021102117" * 20
    with ends_within(0.5):
        read_box(hostile)
        read_box("010" + CIP + "1021" * 10)


def test_check_digits() -> None:
    assert is_cip13(CIP) and is_product("5000112637922")
    assert not is_cip13("5000112637922") and not is_product("5000112637923")
    assert not is_product("٥٠٠٠١١٢٦٣٧٩٢٢")
