"""Tells a worker that something waits: at best, within a second, and never an error. The sweep finds what was not told."""

import logging
import uuid
from functools import cache

from kombu.pools import ProducerPool, producers

from eprescription.celery import app

log = logging.getLogger(__name__)
# The person who acts waits for this connection: one try, and a broker that is silent is as good as none.
FAST = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "max_retries": 0}


def wake(task: str, pk: uuid.UUID) -> None:
    """Called after the commit: a dead broker must not undo, fail or delay an act that is done."""
    try:
        with _producers().acquire(block=True, timeout=1) as producer:
            app.send_task(task, args=[str(pk)], argsrepr="()", producer=producer, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the act stands
        log.warning("not_announced %s %s", task.rpartition(".")[2], type(error).__name__)


@cache
def _producers() -> ProducerPool:
    return producers[app.connection_for_write(connect_timeout=0.5, transport_options=FAST)]
