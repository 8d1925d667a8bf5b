from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.errors import ScopeError
from sentinel.model.skipped import Tally
from sentinel.scan.workers import start
from sentinel.scan.workers.order import NmapOrder
from sentinel.scan.workers.start import OUTSIDE, ask_nmap, start_worker
from tests.scan.scopes import PROFILES

ORDER = NmapOrder(("10.1.0.1", "10.1.0.2"), ("10.1.0.3",), (80,), PROFILES["it-gentle"].limits, "")


def xml(*hosts: tuple[str, int]) -> str:
    body = "".join(
        f'<host><status state="up"/><address addr="{address}" addrtype="ipv4"/><ports>'
        f'<port protocol="tcp" portid="{port}"><state state="open"/></port></ports></host>'
        for address, port in hosts
    )
    return f'<?xml version="1.0"?><nmaprun scanner="nmap" start="1795298400">{body}</nmaprun>'


def test_what_lies_outside_the_scope_is_counted_and_left_out() -> None:
    tally = Tally("n")
    answer = json.dumps({"xml": xml(("10.1.0.1", 80), ("10.1.0.3", 80), ("10.1.0.2", 22))})
    seen = list(ask_nmap(ORDER, "n", tally, lambda _order: answer))

    assert {one.address for one in seen} == {"10.1.0.1", "10.1.0.2"}
    assert {one.port for one in seen} <= {None, 80}
    assert tally.skipped[OUTSIDE] >= 2


def test_targets_and_exclusions_go_in_files_and_the_files_go_away() -> None:
    told: list[tuple[str, str]] = []
    places: list[Path] = []

    def worker(order: str) -> str:
        arguments = json.loads(order)["arguments"]
        places.extend(Path(arguments[arguments.index(option) + 1]) for option in ("-iL", "--excludefile"))
        told.append((places[0].read_text(), places[1].read_text()))
        return json.dumps({"xml": xml()})

    assert list(ask_nmap(ORDER, "n", Tally("n"), worker)) == []
    assert told == [("10.1.0.1\n10.1.0.2\n", "10.1.0.3\n")]
    assert not any(place.exists() for place in places)


def test_what_the_worker_cannot_do_is_one_line() -> None:
    with pytest.raises(ScopeError, match="nmap: nmap program was not found"):
        list(ask_nmap(ORDER, "n", Tally("n"), lambda _order: '{"error": "nmap program was not found"}'))


def test_a_worker_that_ends_badly_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "WORKER", "sentinel.scan.workers.none")

    with pytest.raises(ScopeError, match=r"the nmap worker ended with 1: .*No module named"):
        start_worker("{}")


def test_an_order_that_the_worker_refuses_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    bad = replace(ORDER, source="10.0.0.1;id")

    with pytest.raises(ScopeError, match="nmap: refused: -S"):
        list(ask_nmap(bad, "n", Tally("n"), start_worker))
