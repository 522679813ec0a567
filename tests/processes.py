"""Acts done by several processes at once, each with a database connection of its own, as web workers have them."""

import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

from eprescription.refusal import Refusal

PATIENCE = 120  # seconds before a process that waits for the others gives up


def outcome(act: Callable[[], Any]) -> str:
    """What an act came to: what it returned as a text, the code of its refusal, or the fault it raised."""
    try:
        return str(act() or "done")
    except Refusal as refusal:
        return refusal.code
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"


def side_by_side(people: Sequence[Sequence[Callable[[], Any]]]) -> list[list[str]]:
    """Each person is a process that does his acts in order; all begin each act together. Outcomes, by person."""
    context = multiprocessing.get_context("fork")
    barrier, queue = context.Barrier(len(people)), context.Queue()
    connections.close_all()  # a child must not speak on its parent's connection

    def work(who: int, acts: Sequence[Callable[[], Any]]) -> None:
        done = []
        for act in acts:
            barrier.wait(PATIENCE)
            done.append(outcome(act))
        queue.put((who, done))
        connections.close_all()

    workers = [context.Process(target=work, args=person) for person in enumerate(people)]
    for worker in workers:
        worker.start()
    results = dict(queue.get(timeout=2 * PATIENCE) for _worker in workers)
    for worker in workers:
        worker.join(PATIENCE)
        assert worker.exitcode == 0
    return [results[who] for who in range(len(people))]
