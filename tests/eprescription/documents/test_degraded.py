"""What a page goes through before it reaches a pharmacy does not hide its code; all 200 are in tests/load/degraded."""

from random import Random

from eprescription.documents.reading import read_file

from . import degraded
from .degraded import CODE, KINDS, MOST_STAINED, a_page, encoded, renderings
from .pages import ATTESTATION

COUNT = 40
BAR = 0.97  # of 40: one may stay unread; 99 % is asked of the 200


def test_degraded_pages_are_read():
    read = [(name, CODE in read_file(data).texts) for name, data in renderings(COUNT)]
    unread = [name for name, found in read if not found]
    assert len(read) == COUNT and {name for name, _found in read} == set(KINDS)
    assert len(unread) <= (1 - BAR) * COUNT, unread


def test_the_same_seed_gives_the_same_pixels():
    assert list(renderings(len(KINDS), seed=3)) == list(renderings(len(KINDS), seed=3))
    assert dict(renderings(len(KINDS), seed=3)) != dict(renderings(len(KINDS), seed=4))


def test_a_stain_covers_what_is_said_of_the_code():
    page = a_page()
    left, top, right, bottom = degraded._code_box(page)
    area = (right - left) * (bottom - top)
    for seed in range(10):
        stained = degraded._stained(page, (left, top, right, bottom), Random(seed))
        pairs = zip(page.get_flattened_data(), stained.get_flattened_data(), strict=True)
        touched = sum(a != b for a, b in pairs)
        assert 0 < touched <= MOST_STAINED * area * 1.1


def test_a_code_that_is_torn_off_is_not_invented():
    page = a_page()
    page.paste(255, degraded._code_box(page))
    for kind in ("fax", "together", "JPEG"):
        # The place of the code is known from the whole page: the kinds need it
        data = encoded(KINDS[kind](page, Random(7)), kind, Random(7))
        assert read_file(data).texts in ((), (ATTESTATION,))
