from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from sentinel.scan import talks
from tests.cli.conftest import Run
from tests.scan.passive.craft import Connection, frame, pcap
from tests.scan.passive.spoken import SPOKEN


@pytest.fixture
def leaving(tmp_path: Path) -> Path:
    """Return a capture in which an instrument of a laboratory introduces itself, and then calls the internet."""
    instrument = "10.20.30.80"
    hello = Connection(client=instrument, server_port=4010).talk(SPOKEN["poct1a"])
    away = Connection(client=instrument, server="8.8.4.4", server_port=443, client_port=41_000).talk([])
    path = tmp_path / "leaving.pcap"
    path.write_bytes(pcap([frame(packet) for packet in (*hello, *away)]))
    return path


def test_a_device_in_care_that_calls_the_internet_is_an_event(run: Run, leaving: Path) -> None:
    (line,) = run("scan", "passive", leaving, "--show", "crossings", "--format", "jsonl", "-q").stdout.splitlines()
    event = json.loads(line)

    jsonschema.validate(event, json_schema("sentinel.crossing/1"))
    assert (event["kind"], event["device_class"], event["Initiated"]) == ("to-internet", "laboratory", True)
    assert (event["SourceIp"], event["DestinationIp"], event["DestinationPort"]) == ("10.20.30.80", "8.8.4.4", 443)
    assert "8.8.4.4:443" in run("scan", "passive", leaving, "--show", "crossings", "-q").stdout


def test_what_was_too_much_is_told(run: Run, leaving: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "MAX_FLOWS", 1)

    assert "1 sight of talks left out" in run("scan", "passive", leaving, "--show", "flows", "-q").stderr
