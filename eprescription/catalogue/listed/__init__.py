"""Lists that the law fixes and no drug base carries: `lists_of` a medicine, `load_listed` from our files.

One file a list, named by its code; each row is a fact with its text. `since` is its first day, `until` the day after
its last. A row that stops being law gets an `until`; it is never taken away. What the operator adds in the table is
left as it is.
"""

import time
from collections import defaultdict
from datetime import date

from eprescription.catalogue.listed.files import read_lists
from eprescription.catalogue.models import Listed

FRESH_SECONDS = 900  # another process sees a new list after a quarter of an hour at most
ATC_LENGTHS = (1, 3, 4, 5, 7)  # the levels of the classification

Span = tuple[str, date, date | None]  # the list, from a day, perhaps to another
_known: tuple[float, dict[str, list[Span]]] = (0.0, {})


def lists_of(*, cis: str, atc: str, on: date) -> frozenset[str]:
    """The lists (`Listed.Of`) on which a medicine stands on a day, by its code or by its class.

    Asked of the database once in a while, all lists together: they are a few hundred rows.
    """
    keys = {cis, *(atc[:length] for length in ATC_LENGTHS)}
    spans = _spans()
    return frozenset(
        of
        for key in keys
        for of, since, until in spans.get(key, ())
        if since <= on and (until is None or on < until)
    )


def load_listed() -> int:
    """Writes the rows of our files into the table and returns how many; doing it again changes nothing."""
    rows = [Listed(**row) for row in read_lists()]
    Listed.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["of", "key", "since"],
        update_fields=["label", "source", "until"],
    )
    forget()
    return len(rows)


def forget() -> None:
    """Asks the table again the next time."""
    global _known
    _known = (0.0, {})


def _spans() -> dict[str, list[Span]]:
    global _known
    asked, spans = _known
    if not spans or time.monotonic() - asked > FRESH_SECONDS:
        spans = defaultdict(list)
        for row in Listed.objects.only("key", "of", "since", "until"):
            spans[row.key].append((row.of, row.since, row.until))
        _known = (time.monotonic(), dict(spans))
    return _known[1]
