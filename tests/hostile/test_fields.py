"""Hostile text typed into every field of every page: no fault, never markup, and nothing is carried out."""

import random
from typing import Any

import pytest

from tests.hostile.alone import driven_alone
from tests.hostile.conftest import HostileWorld
from tests.hostile.corpus import ALL, TIMES
from tests.hostile.driving import Place, is_page, places, send
from tests.hostile.forms import Recorder, text_fields
from tests.hostile.pages import faults

pytestmark = pytest.mark.django_db
FAMILIES = ("own", "nameless")
DROPPED = {"CodedLineForm.overlap"}  # an anonymous prescription takes no free text there


@pytest.fixture(scope="module")
def every(world: HostileWorld, django_db_blocker: Any) -> list[Place]:
    with django_db_blocker.unblock():
        return list(places(world, *FAMILIES))


def test_every_field_is_driven_and_no_text_is_a_fault(
    world: HostileWorld, every: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the pages of the world first; a field that none of them offers is driven in its form alone."""
    recorder, chance, texts = Recorder(monkeypatch), random.Random(7), list(ALL)
    wrong = []
    for place in every:
        for text in chance.sample(texts, min(TIMES, len(texts))):
            for forged in (False, True):
                answer = send(world, place, ALL[text], forged=forged)
                said = list(faults(answer.read.decode())) if is_page(answer) else []
                if answer.status_code >= 500 or said:
                    wrong.append(f"{place.name} {text}: {answer.status_code} {said}")
    rest = {(f, n) for f, n in {*text_fields(), *recorder.met} if not recorder.reached(f, n)}
    for form in {form for form, _name in rest}:
        wrong += driven_alone(world, form)
    missed = {f"{f.__qualname__}.{n}" for f, n in rest if not recorder.reached(f, n)}

    print(f"{len(every)} places, {len(rest)} fields driven alone")
    assert len(every) > 400 and len(rest) < 60
    assert not wrong, "\n".join(wrong)
    assert missed == DROPPED
