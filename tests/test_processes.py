from __future__ import annotations

import multiprocessing
import os

from sentinel.processes import can_fork, usable_cores


def test_what_may_be_used_is_some_of_what_is_there() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    assert can_fork() == ("fork" in multiprocessing.get_all_start_methods())
