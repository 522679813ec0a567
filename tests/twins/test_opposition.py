"""The twin proof of the opposition: whatever pharmacies did of what is opposed, its author gets the same bytes.

Each pair is two worlds with one past, in which only the life of one opposed prescription in pharmacies differs. By pair are
compared the mails of the practice, the home, the page of the prescription, and four more requests: two drawn among those
that speak of it (lists, count, PDF, cancelling, doing again, a new code, the answers to a question), two among all that a
prescriber can make: every route, read and sent, with filters, orders and pages that exist and that do not. TWINS says how
many pairs (500). All requests of some worlds are compared in a test of their own.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eprescription.models import Prescription, Reach
from eprescription.upkeep import let_time_pass
from patients.actions import oppose
from tests.twins.asking import Uncovered, asks_of, routes_of
from tests.twins.clock import Clock, clock_at
from tests.twins.lives import Step, live, lives
from tests.twins.reading import Postman, asks_about, asks_of_a_prescriber, fields_of, mail_works
from tests.twins.town import LONG_AGO, Town, a_town, ask_about, things_of
from tests.twins.worlds import Ask, Worlds, branch

pytestmark = pytest.mark.django_db
TWINS = int(os.environ.get("TWINS", "500"))
TOWNS = 5
ALWAYS = ("home", "prescription")
OFTEN = (
    "todo",
    "prescriptions",
    "patient",
    "paper",
    "cancel",
    "renew",
    "recode",
    "question",
    "sign",
    "write",
)
drawn = st.lists(st.integers(0, 10_000), min_size=2, max_size=2)


class Scene:
    """A town whose past is over; each pair begins there."""

    def __init__(self, seed: int, clock: Clock, postman: Postman) -> None:
        self.town = a_town(seed, clock)
        self.clock, self.postman, self.start = clock, postman, clock.at
        self.asks = asks_of_a_prescriber(self.town)


@pytest.fixture(params=range(TOWNS))
def scene(db: Any, request: pytest.FixtureRequest) -> Iterator[Scene]:
    with clock_at(timezone.now() - LONG_AGO) as clock, mail_works() as postman:
        yield Scene(request.param, clock, postman)


@dataclass(frozen=True)
class Pair:
    """Two lives of one prescription, how it is opposed, and what stood before."""

    one: list[Step]
    other: list[Step]
    reach: Reach
    opposed_before: bool
    asked: bool
    read_after: int  # hours

    @property
    def hours(self) -> int:
        """Long enough for both lives."""
        return max(sum(s.after for s in life) for life in (self.one, self.other)) + self.read_after


pairs = st.builds(
    Pair,
    one=lives,
    other=st.just([]) | lives,
    reach=st.sampled_from(Reach),
    opposed_before=st.booleans(),
    asked=st.booleans(),
    read_after=st.sampled_from([1, 2, 80, 2000, 9000]),
)


@settings(
    max_examples=max(1, TWINS // TOWNS),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],  # shrinking worlds takes minutes, and the lives are short
)
@given(pair=pairs, which=st.integers(0, 4), often=drawn, more=drawn)
def test_opposed_whatever_was_dispensed_is_the_same_bytes(
    scene: Scene, pair: Pair, which: int, often: list[int], more: list[int]
) -> None:
    about = scene.town.prescriptions[which]
    with branch():
        worlds, asks = begun(scene, pair, about)
        speaking = [a for a in asks if speaks(a, OFTEN, about)]
        least = {a for a in asks if speaks(a, ALWAYS, about) and a.fields is None}
        drawn_ones = [
            *(speaking[n % len(speaking)] for n in often),
            *(asks[n % len(asks)] for n in more),
        ]
        chosen = least | set(drawn_ones)
        told = worlds.compare(*both(scene, pair, about), sorted(chosen, key=str))
    assert not told, "\n\n".join(told)
    assert least <= worlds.opened


@pytest.mark.parametrize("scene", [0], indirect=True)
def test_opposed_every_request_is_answered_alike(scene: Scene) -> None:
    """All requests, between a life that tells everything and none at all."""
    told_all = [
        Step("fewer", 0, 0),
        Step("urgent", 1, 1),
        Step("refused", 0, 800),
        Step("report", 1, 1),
    ]
    pair = Pair(told_all, [], Reach.ALL, opposed_before=False, asked=True, read_after=2)
    about = scene.town.prescriptions[0]
    with branch():
        worlds, asks = begun(scene, pair, about)
        told = worlds.compare(*both(scene, pair, about), asks)
    assert not told, "\n\n".join(told)
    assert len(worlds.opened) > 60, len(worlds.opened)


@pytest.mark.parametrize("scene", [1], indirect=True)
@pytest.mark.parametrize("life", ["all", "fewer", "urgent", "refused", "open"])
def test_without_opposition_the_same_lives_are_told_apart(scene: Scene, life: str) -> None:
    """So that a comparison that finds nothing means something."""
    about = next(p for p in scene.town.prescriptions if p.may_follow)
    pair = Pair([Step(life, 0, 0)], [], Reach.ALL, opposed_before=False, asked=False, read_after=1)
    with branch():
        worlds, asks = begun(scene, pair, about, opposed=False)
        told = worlds.compare(
            *both(scene, pair, about, opposed=False),
            [a for a in asks if speaks(a, ALWAYS, about) and a.fields is None],
        )
    assert any("prescribers:prescription " in line for line in told), told


# --- Every route is asked


@pytest.mark.parametrize("scene", [0], indirect=True)
def test_a_new_route_is_asked_by_itself_or_fails(scene: Scene) -> None:
    routes, fields = routes_of("prescribers"), fields_of(scene.town)
    things = things_of(scene.town)
    assert len(routes) >= 28
    assert set(fields) <= {name for name, _path in routes}
    for name, _path in asks_of_routes(scene):
        assert name.startswith("prescribers:")
    known = [("prescribers:cancel", "prescripteur/ordonnances/<uuid:pk>/nouvelle/")]
    assert asks_of(known, things, {})
    with pytest.raises(Uncovered):
        asks_of([("prescribers:cancel", "prescripteur/bilans/<uuid:pk>/")], things, {})


def asks_of_routes(scene: Scene) -> list[tuple[str, str]]:
    """Each route has at least one request of each kind."""
    question = ask_about(scene.town, scene.town.prescriptions[0], scene.clock.at)
    asks = [*scene.asks, *asks_about(question, scene.town)]
    read = {a.route for a in asks if a.fields is None}
    sent = {a.route for a in asks if a.fields is not None}
    routes = routes_of("prescribers")
    assert {name for name, _path in routes} <= read & sent
    return routes


# --- The two worlds of a pair


def begun(
    scene: Scene, pair: Pair, about: Prescription, *, opposed: bool = True
) -> tuple[Worlds, list[Ask]]:
    """What both worlds share: a question perhaps, and the opposition when it comes before."""
    town, clock = scene.town, scene.clock
    clock.at = scene.start
    asks = scene.asks
    if pair.asked:
        asks = [*asks, *asks_about(ask_about(town, about, clock.at), town)]
    if opposed and pair.opposed_before:
        say_no(town, about, pair.reach, clock)
    worlds = Worlds(town.doctor, heard=scene.postman.mails_of(clock), counted=True)
    return worlds, asks


def both(
    scene: Scene, pair: Pair, about: Prescription, *, opposed: bool = True
) -> tuple[Callable[[], None], Callable[[], None]]:
    """The two lives, each ending at the moment when both are read."""
    town, clock, start = scene.town, scene.clock, scene.start

    def lived(steps: list[Step]) -> Callable[[], None]:
        def life() -> None:
            clock.at = start
            live(town, about, steps, clock)
            clock.at = start + timedelta(hours=pair.hours)
            if opposed and not pair.opposed_before:
                say_no(town, about, pair.reach, clock)
            let_time_pass(at=clock.at)

        return life

    return lived(pair.one), lived(pair.other)


def say_no(town: Town, about: Prescription, reach: Reach, clock: Clock) -> None:
    targets = {
        Reach.PRESCRIPTION: {"prescription": about},
        Reach.PRESCRIBER: {"prescriber_id": town.doctor.user_id},
        Reach.ALL: {},
    }
    oppose(reach=reach, by=town.patient_of(about), at=clock.at, **targets[reach])


def speaks(ask: Ask, names: tuple[str, ...], about: Prescription) -> bool:
    """Whether a request is one of these of the prescriber, and about this prescription when it is about one."""
    role, _colon, name = ask.route.partition(":")
    of_another = (
        "/ordonnances/" in ask.address
        and name != "prescriptions"
        and str(about.pk) not in ask.address
    )
    return bool(role) and name in names and not of_another and "?" not in ask.address
