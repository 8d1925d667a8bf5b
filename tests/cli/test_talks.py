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


def test_what_leaves_its_zone_goes_to_detection(run: Run, leaving: Path, tmp_path: Path) -> None:
    events = tmp_path / "crossings.jsonl"
    told = run("scan", "passive", leaving, "--crossings-out", events, "-q")
    assert f"1 crossing in {events}" in told.stderr

    hits = run("detect", events, "--format", "jsonl", "-q").stdout.splitlines()
    assert [json.loads(hit)["rule"]["title"] for hit in hits] == ["Device in care calls the internet"]


def test_a_part_of_the_network_that_is_new_is_new_beside_what_was_known(
    run: Run, leaving: Path, tmp_path: Path
) -> None:
    known = tmp_path / "known.jsonl"
    known.write_text(run("scan", "passive", leaving, "--show", "flows", "--format", "jsonl", "-q").stdout, "utf-8")
    later = tmp_path / "later.pcap"
    instrument = "10.20.30.80"
    talks = (
        Connection(client=instrument, server_port=4010).talk(SPOKEN["poct1a"]),
        Connection(client="10.99.0.7", server=instrument, server_port=3389, client_port=41_001).talk([]),
    )
    later.write_bytes(pcap([frame(packet) for one in talks for packet in one]))
    events = tmp_path / "crossings.jsonl"
    asked = ("scan", "passive", later, "--known", known, "-q")
    shown = run(*asked, "--show", "crossings", "--format", "jsonl", "--crossings-out", events)

    assert [json.loads(line)["kind"] for line in shown.stdout.splitlines()] == ["new-zone"]
    assert events.read_text("utf-8") == shown.stdout
    hits = run("detect", events, "--format", "jsonl", "-q").stdout.splitlines()
    assert {json.loads(hit)["rule"]["level"] for hit in hits} == {"low", "high"}


def test_wrong_use_of_what_was_known_says_what_to_do(run: Run, leaving: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.jsonl"
    known.write_text("{}\n", "utf-8")
    alone = run("scan", "passive", leaving, "--known", known)
    wrong = run("scan", "passive", leaving, "--known", known, "--show", "crossings")
    nowhere = run("scan", "passive", leaving, "--crossings-out", tmp_path / "no" / "folder.jsonl", "-q")

    assert (alone.exit_code, wrong.exit_code, nowhere.exit_code) == (2, 2, 2)
    assert "add --show crossings" in alone.stderr
    assert "known.jsonl:1: is no sentinel.flow/1" in wrong.stderr
    assert "folder.jsonl: cannot be written" in nowhere.stderr
