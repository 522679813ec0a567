"""Reads the code of an ordonnance from a camera frame, or from a file that somebody hands over.

A frame is small and decoded here. A file is hostile until proved otherwise: it is decoded in a process
of its own, with limits on memory, CPU and time. Nothing is written to disk (security, row 48).
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from eprescription.documents.code import ATTESTATION, SHAPE, parse
from eprescription.documents.decoding import LARGEST_FILE, codes_in, kind_of, opened

LARGEST_FRAME = 300 * 1024
MOST_FRAME_PIXELS = 4_000_000
SECONDS = 1.7
"""The whole answer comes in less than two seconds, whatever the file."""

LAST_TRY = 0.6
"""Seconds before that after which no other way of looking is begun."""

_DECODER = Path(__file__).with_name("decoding.py")


@dataclass(frozen=True)
class Reading:
    """What a file held; ``problem`` is empty, too_big, not_readable, no_code or too_slow."""

    texts: tuple[str, ...] = ()
    problem: str = ""


def read_frame(data: bytes) -> str | None:
    """Read the code in a camera frame of at most 300 KB: one of ours first, else any, else nothing.

    A frame that cannot be decoded is a frame without code: the next one comes within the second.
    """
    if len(data) > LARGEST_FRAME or kind_of(data) != "picture":
        return None
    try:
        texts = codes_in(opened(data, MOST_FRAME_PIXELS).convert("L"))
    except Exception:  # noqa: BLE001 (decoders fail on hostile bytes in more ways than they tell)
        return None
    found = _ours_first(texts)
    # The code that is verified offline stands beside ours: the camera will see both in a moment.
    return found[0] if found and not found[0].startswith(ATTESTATION) else None


def read_file(data: bytes) -> Reading:
    """Read the codes in a picture or a PDF of at most 5 MB and 25 million pixels, in less than 2 s."""
    if len(data) > LARGEST_FILE:
        return Reading(problem="too_big")
    if not kind_of(data):
        return Reading(problem="not_readable")
    try:
        done = _decoded_apart(data)
    except subprocess.TimeoutExpired:
        return Reading(problem="too_slow")
    if done.returncode != 0:
        return Reading(problem="not_readable")
    texts, problem = json.loads(done.stdout)
    return Reading(_ours_first(texts), problem)


def _decoded_apart(data: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run the decoder with no environment: it gets no key, no password and no address."""
    until = time.monotonic() + SECONDS - LAST_TRY  # one clock for all processes of the machine
    return subprocess.run(  # noqa: S603 (our own interpreter and file; the data go by the pipe)
        [sys.executable, "-I", str(_DECODER), SHAPE.pattern, str(until)],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
        cwd="/",
        env={},
    )


def _ours_first(texts: list[str]) -> tuple[str, ...]:
    """Ours before all others; what is verified offline is told only where ours is not."""
    found = sorted(texts, key=lambda text: parse(text) is None)
    alone = not found or parse(found[0]) is None
    return tuple(text for text in found if alone or not text.startswith(ATTESTATION))
