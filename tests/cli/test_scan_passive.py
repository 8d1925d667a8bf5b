from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import zstandard

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CAPTURE = ROOT / "examples" / "clinic" / "capture" / "lyngvik.pcap"
PACKED: dict[str, Callable[[bytes], bytes]] = {"plain": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}


@pytest.mark.parametrize("packed", PACKED)
def test_a_capture_from_standard_input(packed: str) -> None:
    command = [sys.executable, "-m", "sentinel", "scan", "passive", "-", "-q", "--format", "json"]
    done = subprocess.run(command, input=PACKED[packed](CAPTURE.read_bytes()), capture_output=True, check=True)

    assert len(json.loads(done.stdout)) == 10
    assert done.stderr.startswith(b"stdin: 1,310 records read")


def test_a_capture_from_a_named_pipe(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "net.pcap.gz"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_bytes, args=(gzip.compress(CAPTURE.read_bytes()),))
    writing.start()
    done = run("scan", "passive", pipe, "-q", "--format", "json")
    writing.join()

    assert len(json.loads(done.stdout)) == 10


def test_last_seen_is_the_last_sight(run: Run) -> None:
    assets = json.loads(run("scan", "passive", CAPTURE, "-q", "--format", "json").stdout)

    assert any(asset["first_seen"] < asset["last_seen"] for asset in assets)
    assert any(claim["first_seen"] < claim["last_seen"] for asset in assets for claim in asset["claims"])


@pytest.mark.parametrize(("shown", "least"), [("flow", 20), ("title", 4), ("association", 2)])
def test_talks_come_as_published_records(run: Run, shown: str, least: int) -> None:
    lines = run("scan", "passive", CAPTURE, "--show", f"{shown}s", "--format", "jsonl", "-q").stdout.splitlines()

    assert len(lines) >= least
    for line in lines:
        jsonschema.validate(json.loads(line), json_schema(f"sentinel.{shown}/1"))


@pytest.mark.parametrize("form", ["table", "csv"])
def test_talks_as_tables(run: Run, form: str) -> None:
    assert "LV_PACS" in run("scan", "passive", CAPTURE, "--show", "titles", "--format", form, "-q").stdout
    assert "2575" in run("scan", "passive", CAPTURE, "--show", "flows", "--format", form, "-q").stdout
    assert "LV_RONTGEN" in run("scan", "passive", CAPTURE, "--show", "associations", "--format", form, "-q").stdout


@pytest.mark.parametrize(
    "words",
    [(), (CAPTURE, "--interface", "lo"), (CAPTURE, "--for", "5s"), ("--interface", "lo", "--interface", "lo")],
)
def test_files_or_an_interface_and_not_both(run: Run, words: tuple[object, ...]) -> None:
    done = run("scan", "passive", *words)

    assert done.exit_code == 2
    assert "name capture files, or one --interface" in done.stderr


@pytest.mark.parametrize("span", ["5", "0s", "5 m", "-1s", "ten", "5w"])
def test_a_span_of_time_that_is_none(run: Run, span: str) -> None:
    done = run("scan", "passive", "--interface", "lo", "--for", span)

    assert (done.exit_code, "is no span of time; write 90s, 10m, 2h or 1d" in done.stderr) == (2, True)


def test_an_interface_that_is_not_there_is_one_line(run: Run) -> None:
    done = run("scan", "passive", "--interface", "nowhere0", "--for", "1s", "-q")

    assert (done.exit_code, done.stderr) == (2, "nowhere0: is no interface of this machine; `ip link` lists them\n")
