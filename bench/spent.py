"""Runs a command and says what it took of the machine: its own memory and processor time, nobody else's."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

Read = TypeVar("Read")
BETWEEN = 0.01
"""Seconds between two looks at a process."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock and of the processor, MB at the peak, exit code, and the last it said on stderr."""

    seconds: float
    processor: float
    peak: float
    code: int
    said: str


def spend(
    command: Sequence[str],
    read: Callable[[BinaryIO], Read],
    *,
    stdin: IO[bytes] | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[Read, Spent]:
    """Run a command; `read` gets its output from a file once it has ended."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=err, env=environment)
        peak, ended = 0.0, 0
        while not ended:
            peak = max(peak, high_water(process.pid))
            time.sleep(BETWEEN)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # so that Popen knows that it has been waited for
        out.seek(0)
        err.seek(0)
        said = err.read().decode("utf-8", "replace")[-2_000:]
        peak = peak or used.ru_maxrss / 1024
        spent = Spent(took, used.ru_utime + used.ru_stime, peak, process.returncode, said)
        return read(out), spent


def high_water(process: int | str) -> float:
    """Return the MB that a process had at most so far, 0 where nobody can tell.

    What the system counts for it at its end begins with what its parent had: Linux takes that over.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def count_lines(out: BinaryIO) -> int:
    """Return the number of lines."""
    return sum(1 for _ in out)
