"""How many processes can share some work here."""

from __future__ import annotations

import multiprocessing
import os


def can_fork() -> bool:
    """Say whether a process can be made here that has all that this one has loaded."""
    return "fork" in multiprocessing.get_all_start_methods()


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
