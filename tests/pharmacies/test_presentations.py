"""What was presented lately, as the page reads it: whose receipt it is, and who came to fetch."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from eprescription.models import Claim, Opening
from pharmacies.presentations import Presentation, granted, was_collected

HERE, ELSEWHERE = uuid4(), uuid4()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLAIM = Claim(pharmacy_id=HERE, at=NOON)
MINUTE = timedelta(minutes=1)


def test_a_receipt_is_of_who_was_granted_the_opening() -> None:
    ours = Presentation(HERE, NOON)
    refused = Presentation(HERE, NOON, refused="claimed_elsewhere")
    seen = [Presentation(ELSEWHERE, NOON), refused, ours]
    assert granted(seen, HERE) == [ours]


@pytest.mark.parametrize(
    ("presented", "collected"),
    [
        (Presentation(HERE, NOON, Opening.Way.COLLECT), True),
        (Presentation(HERE, NOON - MINUTE, Opening.Way.COLLECT), False),
        (Presentation(HERE, NOON, Opening.Way.CODE), False),
        (Presentation(HERE, NOON, Opening.Way.COLLECT, "case_dispensed"), False),
        (Presentation(ELSEWHERE, NOON + MINUTE, Opening.Way.COLLECT), False),
    ],
    ids=["under the claim", "before the claim", "by the patient", "refused", "elsewhere"],
)
def test_somebody_fetches_when_his_code_was_granted_under_the_claim(
    presented: Presentation, collected: bool
) -> None:
    assert was_collected([presented], CLAIM) is collected


def test_without_a_claim_nobody_fetches() -> None:
    assert was_collected([Presentation(HERE, NOON, Opening.Way.COLLECT)], None) is False
