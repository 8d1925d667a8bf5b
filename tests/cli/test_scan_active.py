from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.assets import Asset
from sentinel.model.records import json_schema
from sentinel.scan.health import Stop
from sentinel.scan.stops import STOPS, Stops
from sentinel.signing import make_keys, sign
from sentinel.store.store import Store
from tests.cli.conftest import Run
from tests.scan.lines import serving
from tests.scan.probes.peers import installed
from tests.scan.scopes import WINDOW, head, network, target
from tests.shared import ROOT

EXAMPLE = ROOT / "examples" / "scan" / "scope.toml"


@pytest.fixture(autouse=True)
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "policy"
    (folder / "keys").mkdir(parents=True)
    make_keys(tmp_path / "kari.key", folder / "keys" / "kari.pub")
    monkeypatch.setenv("SENTINEL_POLICY", str(folder))
    return folder


def scope(folder: Path, *ports: int) -> Path:
    """Write and sign a scope over loopback whose window is open now."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    start, end = (now - timedelta(hours=1)).isoformat(), (now + timedelta(hours=1)).isoformat()
    window = f"[[windows]]\nstart = {start}\nend = {end}\n"
    text = head("lab").replace(WINDOW, window).replace("Europe/Oslo", "UTC")
    text = text.replace("expires = 2026-12-31", f"expires = {(now + timedelta(days=2)).date()}")
    text += network("lab", "lab", "127.0.0.0/24") + target("lab", ["127.0.0.1"], f"{{connect = {list(ports)}}}")
    path = folder / "scope.toml"
    path.write_text(text)
    (folder / "scope.toml.sig").write_text(sign(path.read_bytes(), folder / "kari.key", datetime.now(UTC)).text())
    return path


def test_a_plan_is_printed_as_published_records(run: Run) -> None:
    done = run("scan", "plan", EXAMPLE, "--format", "jsonl", "--seed", "1")
    records = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.exit_code == 0, done.stderr
    for record in records:
        jsonschema.validate(record, json_schema("sentinel.planstep/1"))
    assert {record["purpose"] for record in records} == {"probe", "health", "held back", "to all"}
    assert "10.20.40.20" not in {record["address"] for record in records if record["purpose"] != "held back"}
    assert "plan " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("words", [("--resume", " "), ("--resume", ""), ("--operator", " ")])
def test_a_person_without_a_name_lets_nothing_go_on(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run("scan", "run", scope(tmp_path, 9), "--log", tmp_path / "p.jsonl", *words)

    assert (done.exit_code, "says nothing" in done.stderr) == (2, True)
    assert not (tmp_path / "p.jsonl").exists()


def test_a_user_that_the_machine_knows_no_name_of_is_asked_for_one() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to become a user without a name")
    nameless = {key: value for key, value in os.environ.items() if key not in {"USER", "LOGNAME", "LNAME", "USERNAME"}}
    # In a network of its own, so that nothing could leave whatever the command did.
    become = [installed("unshare"), "--net", installed("setpriv"), "--reuid", "54321", "--clear-groups"]
    words = [*become, sys.executable, "-m", "sentinel", "scan", "run", str(EXAMPLE), "--log", "p.jsonl"]
    done = subprocess.run(words, capture_output=True, text=True, env=nameless, cwd=ROOT, check=False)

    assert (done.returncode, "say who runs this with --operator" in done.stderr) == (2, True), done.stderr


def test_a_run_prints_what_it_found_keeps_it_and_proves_what_it_sent(run: Run, tmp_path: Path) -> None:
    log, cef = tmp_path / "p.jsonl", tmp_path / "p.cef"
    with serving(lambda connection: connection.recv(1)) as (port, _):  # type: ignore[arg-type]  # nothing comes
        done = run("scan", "run", scope(tmp_path, port), "--log", log, "--save", "lyngvik", "-q", "--format", "json")

    assert done.exit_code == 0, done.stderr
    head_hash = done.stderr.strip().split()[-1]
    verified = run("scan", "verify-log", log, "--head", head_hash, "--print", "--cef", cef, "--format", "jsonl")
    assert verified.exit_code == 0, verified.stderr
    assert [json.loads(line)["kind"] for line in verified.stdout.splitlines()] == ["run", "begun", "probe", "end"]
    for line in (*verified.stdout.splitlines(), *log.read_text().splitlines()):
        jsonschema.validate(json.loads(line), json_schema("sentinel.probelog/1"))
    assert [line.split("|")[4] for line in cef.read_text().splitlines()] == [
        "scan.run",
        "scan.begun",
        "scan.probe",
        "scan.end",
    ]


def test_only_the_plan_that_was_approved_is_run(run: Run, tmp_path: Path) -> None:
    path, log = scope(tmp_path, 1), tmp_path / "p.jsonl"
    approved = run("scan", "plan", path).stderr.strip().split()[-1]

    other = run("scan", "run", path, "--log", log, "--only-plan", "0" * 64, "-q")
    assert other.exit_code == 2
    assert "something changed since; plan again" in other.stderr
    assert not log.exists()
    assert run("scan", "run", path, "--log", log, "--only-plan", approved, "-q").exit_code == 0


def test_a_changed_log_is_told_and_a_torn_one_too(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "p.jsonl"
    run("scan", "run", scope(tmp_path, 1), "--log", log, "-q")
    shutil.copy(log, tmp_path / "torn.jsonl")
    with (tmp_path / "torn.jsonl").open("ab") as file:
        file.write(b'{"schema":"sentinel.pro')

    torn = run("scan", "verify-log", tmp_path / "torn.jsonl")
    assert torn.exit_code == 3
    assert "torn by a crash: 23 bytes that are no whole line" in torn.stderr
    log.write_bytes(log.read_bytes().replace(b"127.0.0.1", b"127.0.0.9", 1))
    changed = run("scan", "verify-log", log)
    assert (changed.exit_code, changed.stderr.count("\n")) == (2, 1)
    cut = run("scan", "verify-log", tmp_path / "torn.jsonl", "--head", "0" * 64)
    assert "lines were cut off or added since" in cut.stderr


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\xff\xfe\n\n"])
def test_any_file_is_verified_without_a_traceback(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    done = run("scan", "verify-log", tmp_path / "x")

    assert done.exit_code == (2 if content else 0)
    assert "Traceback" not in done.stderr


def test_a_listed_device_that_is_left_out_as_fragile_makes_a_run_partial(run: Run, tmp_path: Path) -> None:
    monitor = Asset("1", ("127.0.0.1",), (), (), "patient_monitor", "", "", "", (), (), None, None)
    store = Store.open(str(tmp_path / "store" / "sentinel.db"))
    store.save_scan("lyngvik/passive", datetime.now(UTC).date(), [monitor], [])
    store.close()
    path = scope(tmp_path, 1)
    text = path.read_text().replace('type = "lab"', 'type = "inventory"')
    path.write_text(text.replace('profile = "lab"', 'profile = "clinical-gentle"'))
    (tmp_path / "scope.toml.sig").write_text(sign(path.read_bytes(), tmp_path / "kari.key", datetime.now(UTC)).text())

    done = run("scan", "run", path, "--log", tmp_path / "p.jsonl", "-q")
    assert done.exit_code == 3
    assert "left alone: 127.0.0.1: known to be fragile (3): patient-monitor" in done.stderr


def test_what_was_stopped_holds_for_another_log_until_a_person_says_so(run: Run, tmp_path: Path, policy: Path) -> None:
    stops = Stops(policy / STOPS, tmp_path / "old.jsonl", "old", lambda: datetime.now(UTC))
    stops.add(Stop("host", "127.0.0.1", "slow"))
    path = scope(tmp_path, 9)
    planned = run("scan", "plan", path)
    kept = run("scan", "run", path, "--log", tmp_path / "new.jsonl", "-q")

    assert (planned.exit_code, "stopped (host): 127.0.0.1: slow" in planned.stderr) == (0, True)
    assert (kept.exit_code, "still stopped (host): 127.0.0.1: slow" in kept.stderr) == (3, True)
    assert "0 steps done; the log ends with" in kept.stderr
    looked = run("scan", "run", path, "--log", tmp_path / "newer.jsonl", "--resume", "Kari Nordmann", "-q")
    assert (looked.exit_code, "1 step done, 1 packet sent" in looked.stderr) == (0, True), looked.stderr
    assert run("scan", "run", path, "--log", tmp_path / "newest.jsonl", "-q").exit_code == 0
    assert [json.loads(line)["kind"] for line in (policy / STOPS).read_text().splitlines()] == ["stop", "resume"]


def test_a_run_that_was_stopped_is_told_before_another_log_gets_a_packet(
    run: Run, tmp_path: Path, policy: Path
) -> None:
    Stops(policy / STOPS, tmp_path / "old.jsonl", "old", lambda: datetime.now(UTC)).add(Stop("run", "", "3 suffered"))
    done = run("scan", "run", scope(tmp_path, 9), "--log", tmp_path / "new.jsonl", "-q")

    assert done.exit_code == 2
    assert "(the run: 3 suffered): a person must look first, and then give --resume NAME" in done.stderr
