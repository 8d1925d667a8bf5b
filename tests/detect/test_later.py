from __future__ import annotations

from tempfile import TemporaryFile
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect import later
from sentinel.detect.later import Aside, Later
from sentinel.model.alerts import Match
from sentinel.model.correlations import Point

MATCH = Match("Bruker", "Åse", "= å")


def aside(time: int, number: int) -> Aside:
    return Aside("k", (("x", "å"),), Point(time, str(number), "a", ("t", 1.5), "log.jsonl", "7", (MATCH,)))


@given(st.lists(st.integers(-5, 5), max_size=400), st.integers(1, 150))
def test_what_was_put_aside_comes_back_in_order_of_time_and_once(times: list[int], held: int) -> None:
    given, kept = [aside(time, number) for number, time in enumerate(times)], Later(held)
    assert all(map(kept.add, given))

    assert bool(kept) == bool(times)
    taken = list(kept.take())

    assert [one.point.time for one in taken] == sorted(times)
    assert sorted(taken, key=lambda one: int(one.point.event)) == given
    assert not kept
    assert kept.add(aside(1, 1))
    assert list(kept.take()) == [aside(1, 1)]


class Full:
    """A disk with room for one piece."""

    def __init__(self) -> None:
        self.file: IO[bytes] = TemporaryFile()  # noqa: SIM115 -- closed by the test
        self.room = 1

    def __getattr__(self, name: str) -> object:
        if name == "flush" and not self.room:
            raise OSError(28, "No space left on device")
        self.room -= name == "flush"
        return getattr(self.file, name)


def test_where_the_disk_is_full_no_is_said_and_what_was_put_aside_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Full()
    monkeypatch.setattr(later, "TemporaryFile", lambda: disk)
    kept = Later(2)

    said = [kept.add(aside(-number, number)) for number in range(6)]

    assert said == [True, True, True, True, False, False]
    assert [one.point.time for one in kept.take()] == [-3, -2, -1, 0]
    disk.file.close()
