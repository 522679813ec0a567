"""What befalls the town: power cuts in turn, a broker that forgets, is full or slow, a receiver that fails, a clock that jumps."""

import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import redis

from tests.chaos.town import MACHINES, Receiver, Town

VICTIMS = ("web", "worker", "beat", "valkey", "postgres")
CLOCKS = (-600.0, 600.0)


class Chaos:
    """Faults one after the other while `going_on` holds, until `kills` power cuts were made; then all is well again.

    It rages in the thread that called it: a child is ended with the thread that started it.
    """

    def __init__(self, town: Town, kills: int, seed: int, going_on: Callable[[], bool]) -> None:
        self.town, self.kills, self.chance = town, kills, random.Random(seed)
        self.going_on = going_on
        self.made: Counter[str] = Counter()
        self.over = False

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return 1.0 if self.over or not self.kills else min(1.0, self.cuts / self.kills)

    @property
    def cuts(self) -> int:
        return sum(self.made[f"kill {name}"] for name in VICTIMS)

    def rage(self) -> None:
        try:
            while self.going_on() and self.cuts < self.kills:
                for name in self.chance.sample(VICTIMS, len(VICTIMS)):
                    self._one(f"kill {name}", lambda name=name: self.town.cut(name))
                    if self.chance.random() < 0.5:
                        self._one(*self.chance.choice(self._others()))
        finally:
            self.over = True
            self.town.receiver.mode = ""
            self.town.set_clocks(0)

    def _one(self, name: str, act: Callable[[], None]) -> None:
        self._while(0.2, 1.5)
        if self.going_on():
            act()
            self.made[name] += 1

    def _while(self, least: float, most: float) -> None:
        """Lets some time pass, unless there is nobody left to be disturbed."""
        until = time.monotonic() + self.chance.uniform(least, most)
        while self.going_on() and time.monotonic() < until:
            time.sleep(0.05)

    def _others(self) -> list[tuple[str, Callable[[], None]]]:
        modes = [
            (f"receiver {mode}", lambda mode=mode: self._receiver(mode)) for mode in Receiver.MODES
        ]
        clocks = [
            (f"clock of {' and '.join(whose)} {shift:+.0f} s", partial(self._clock, shift, whose))
            for shift in CLOCKS
            for whose in (MACHINES, *((name,) for name in MACHINES))
        ]
        broker = [("flush", self._flush), ("fill", self._fill), ("delay", self._delay)]
        return [*modes, *clocks, *broker]

    def _receiver(self, mode: str) -> None:
        self.town.receiver.mode = mode
        self._while(2, 5)
        self.town.receiver.mode = ""

    def _clock(self, shift: float, whose: tuple[str, ...]) -> None:
        self.town.set_clocks(shift, whose)
        self._while(3, 8)
        self.town.set_clocks(0)

    def _flush(self) -> None:
        self._broker().flushall()

    def _fill(self) -> None:
        """No room for one more message."""
        broker = self._broker()
        broker.config_set("maxmemory-policy", "noeviction")
        broker.config_set("maxmemory", "1")
        self._while(3, 3)
        broker.config_set("maxmemory", "0")

    def _delay(self) -> None:
        self._broker().execute_command("CLIENT", "PAUSE", "2000", "ALL")
        time.sleep(2)

    def _broker(self) -> redis.Redis:
        return redis.Redis.from_url(self.town.valkey.redis_url, socket_timeout=10)
