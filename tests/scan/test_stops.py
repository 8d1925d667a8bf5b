from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import ScopeError
from sentinel.scan.health import Stop
from sentinel.scan.probelog import ProbeLog, Verified, read_log
from sentinel.scan.stops import STOPS, Stops, concerns, take_up, told
from tests.scan.scopes import OPEN, clinical

SCOPE = clinical("10.0.0.7", "10.0.0.8")
SEVEN, NINE = Stop("host", "10.0.0.7", "slow"), Stop("host", "10.0.0.9", "reset")
MAKE, ALL = Stop("kind", SCOPE.hosts[0].alike, "two suffered"), Stop("run", "", "three suffered")


@contextmanager
def opened(folder: Path, name: str) -> Iterator[tuple[ProbeLog, Stops]]:
    """Open a probe log, and what is stopped at the site, as one run does."""
    log = ProbeLog.open(folder / f"{name}.jsonl", name, lambda: OPEN)
    try:
        yield log, Stops(folder / STOPS, folder / f"{name}.jsonl", name, lambda: OPEN)
    finally:
        log.close()


def held(folder: Path, resume: str | None = None, name: str = "later") -> tuple[list[Stop], list[str]]:
    """Return what holds in a run with a log of its own, and what it tells."""
    with opened(folder, name) as (log, stops):
        health, said = take_up(log, stops, SCOPE, resume)
    return sorted(health.stopped.values(), key=lambda stop: (stop.level, stop.what)), said


def stop(folder: Path, *stops: Stop, name: str = "first") -> None:
    with opened(folder, name) as (_, kept):
        for one in stops:
            kept.add(one)


def test_what_was_stopped_holds_in_a_run_with_another_log(tmp_path: Path) -> None:
    stop(tmp_path, SEVEN, NINE, MAKE)

    assert held(tmp_path) == (
        [SEVEN, NINE, MAKE],
        ["still stopped (host): 10.0.0.7: slow", f"still stopped (kind): {MAKE.what}: two suffered"],
    )


def test_a_person_lets_go_what_the_scope_lists_and_no_more(tmp_path: Path) -> None:
    stop(tmp_path, SEVEN, NINE, MAKE, ALL)

    with pytest.raises(ScopeError, match="a person must look first, and then give --resume NAME"):
        held(tmp_path)
    assert held(tmp_path, "Kari") == ([NINE], [])
    assert held(tmp_path, name="again") == ([NINE], [])
    (line,) = [entry.facts for entry in read_log(tmp_path / STOPS, Verified()) if entry.kind == "resume"]
    assert (line["by"], [what for _, what, _ in line["stops"]]) == ("Kari", ["10.0.0.7", MAKE.what, ""])


def test_what_a_log_holds_that_is_older_than_the_file_is_taken_over_once(tmp_path: Path) -> None:
    log = ProbeLog.open(tmp_path / "old.jsonl", "old", lambda: OPEN)
    log.add("stop", {"level": "host", "what": "10.0.0.7", "why": "slow"})
    log.close()

    assert held(tmp_path, name="old")[0] == [SEVEN]
    assert held(tmp_path)[0] == [SEVEN]
    assert held(tmp_path, "Kari")[0] == []
    assert held(tmp_path, name="old")[0] == []  # its line still stands in the old log, and a person looked since


def test_a_new_file_says_that_it_knows_of_nothing_before(tmp_path: Path) -> None:
    with opened(tmp_path, "first") as (_, stops):
        assert [f"{STOPS} is new" in note for note in stops.notes()] == [True]
    with opened(tmp_path, "second") as (_, stops):
        assert list(stops.notes()) == []


def test_a_file_that_was_changed_or_cannot_be_written_lets_nothing_begin(tmp_path: Path) -> None:
    stop(tmp_path, SEVEN, NINE)
    whole = (tmp_path / STOPS).read_bytes()
    (tmp_path / STOPS).write_bytes(whole.replace(b"10.0.0.7", b"10.0.0.6"))
    with pytest.raises(ScopeError, match="what is stopped is not known from it"):
        held(tmp_path)
    (tmp_path / STOPS).unlink()
    (tmp_path / STOPS).symlink_to(tmp_path / "nowhere" / STOPS)
    with pytest.raises(ScopeError, match="cannot be written: No such file or directory; nothing is sent where a stop"):
        held(tmp_path)


def test_a_line_that_a_crash_tore_stops_everything_until_a_person_has_looked(tmp_path: Path) -> None:
    stop(tmp_path, NINE)
    with (tmp_path / STOPS).open("ab") as file:
        file.write(b'{"schema":"sentinel.probelog/1","n":1,"ki')

    with pytest.raises(ScopeError, match="a crash tore a line of what is stopped"):
        held(tmp_path)
    assert held(tmp_path, "Kari") == ([NINE], [])
    assert held(tmp_path, name="again") == ([NINE], [])


def test_what_is_stopped_is_no_log_of_a_run(tmp_path: Path) -> None:
    stop(tmp_path, SEVEN)
    with pytest.raises(ScopeError, match="write the log elsewhere"):
        Stops(tmp_path / STOPS, tmp_path / STOPS, "x", lambda: OPEN)


def test_a_plan_tells_what_is_stopped_and_writes_nothing(tmp_path: Path) -> None:
    assert (told(tmp_path, SCOPE), (tmp_path / STOPS).exists()) == ([], False)
    stop(tmp_path, SEVEN, NINE)
    whole = (tmp_path / STOPS).read_bytes()

    assert (told(tmp_path, SCOPE), (tmp_path / STOPS).read_bytes()) == (["stopped (host): 10.0.0.7: slow"], whole)
    (tmp_path / STOPS).write_bytes(whole.replace(b"slow", b"fast"))
    assert ["was changed" in line for line in told(tmp_path, SCOPE)] == [True]
    (tmp_path / STOPS).unlink()
    (tmp_path / STOPS).mkdir()
    assert ["cannot be read" in line for line in told(tmp_path, SCOPE)] == [True]


def test_what_concerns_a_scope() -> None:
    assert [concerns(one, SCOPE) for one in (SEVEN, NINE, MAKE, ALL, Stop("kind", "other", "x"))] == [
        True, False, True, True, False,
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from([SEVEN, NINE, MAKE, None]), st.booleans()), max_size=8))
def test_whatever_order_things_come_in_only_a_person_lets_go(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[Stop | None, bool]]
) -> None:
    folder, model = tmp_path_factory.mktemp("s"), dict[tuple[str, str], Stop]()
    for number, (what, same) in enumerate(deeds):
        name = "same" if same else f"log{number}"
        if what is None:
            held(folder, "Kari", name)
            model = {key: one for key, one in model.items() if one is NINE}
        else:
            stop(folder, what, name=name)
            model[what.level, what.what] = what

    assert held(folder)[0] == sorted(model.values(), key=lambda one: (one.level, one.what))
