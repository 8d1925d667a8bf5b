"""Devices that suffer are left alone at once: with a TCP of their own, everything they were sent is on record."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter

import pytest

from sentinel.scan.stops import STOPS
from tests.integration.netlab import SYN, Lab, from_scanner, signed
from tests.integration.test_scan_on_the_wire import head, kinds, lab, log_of, sick
from tests.scan.scopes import network, target

pytestmark = pytest.mark.slow
__all__ = ["lab", "sick"]
FENCE = network("radiologi", "clinical-gentle", "10.77.1.0/24")


@pytest.fixture(autouse=True)
def nothing_stopped(sick: Lab) -> None:
    """Forget what other tests stopped."""
    (sick.folder / "policy" / STOPS).unlink(missing_ok=True)


def scanned(
    lab: Lab, name: str, hosts: list[str], probes: str, *words: str
) -> tuple[int, str, Counter[str], list[str]]:
    """Run a clinical scan; return its exit code, what it said, what was sent, and the devices that a SYN went to."""
    scope = signed(lab, head() + FENCE + target("radiologi", hosts, probes), f"{name}.toml")
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", f"{name}.jsonl", "--seed", "1", *words)
    sent = from_scanner(seen)
    return ran.returncode, ran.stderr, kinds(sent), [packet.target for packet in sent if packet.flags == SYN]


def test_a_device_that_is_well_is_asked_everything(sick: Lab) -> None:
    code, said, sent, _ = scanned(sick, "well", ["10.77.1.1"], "{dicom = [104]}")

    assert code == 0, said
    assert sent["syn"] == 3
    assert sent["message"] == 1  # it rejects, so there is nothing to release


def test_a_device_that_slows_down_is_left_alone_after_three_slow_answers(sick: Lab) -> None:
    code, said, sent, _ = scanned(sick, "slow", ["10.77.1.10"], "{dicom = [104, 105, 106]}")

    assert code == 3
    assert "took longer than" in said
    assert sent["syn"] == 4  # the first gave the baseline, three were slow
    stops = [entry["facts"] for entry in log_of(sick, "slow.jsonl") if entry["kind"] == "stop"]
    assert [(stop["level"], stop["what"]) for stop in stops] == [("host", "10.77.1.10")]


def test_a_device_that_dies_gets_no_new_connection(sick: Lab) -> None:
    code, said, sent, connected = scanned(sick, "dead", ["10.77.1.20"], "{dicom = [104, 105, 106]}")

    assert code == 3
    assert "stopped answering in the middle" in said
    assert len(connected) == 2  # a look, then the question that it died of
    assert sent["message"] <= 4  # the message, and what the kernel repeats within a second


def test_a_port_that_closes_stops_the_host(sick: Lab) -> None:
    code, said, _, connected = scanned(sick, "gone", ["10.77.1.40"], "{dicom = [104, 105]}")

    assert code == 3
    assert "port 104 was open and is closed now" in said
    assert len(connected) == 2


def test_a_storm_of_resets_stops_the_host(sick: Lab) -> None:
    code, said, sent, _ = scanned(sick, "reset", ["10.77.1.30"], "{dicom = [104, 105, 106]}")

    assert code == 3
    assert "broke 3 connections off" in said
    assert sent["message"] == 3


def test_two_of_one_make_stop_the_make_and_a_person_lets_it_go_on(sick: Lab) -> None:
    hosts = ["10.77.1.21", "10.77.1.22", "10.77.1.23", "10.77.1.24"]
    code, said, _, connected = scanned(sick, "make", hosts, "{dicom = [104]}")
    assert code == 3
    assert len(set(connected)) == 2
    assert "2 of this make suffered within ten minutes" in said

    code, said, sent, _ = scanned(sick, "make", hosts, "{dicom = [104]}")
    assert (code, sum(sent.values())) == (3, 0)  # still stopped: nothing is sent
    assert "still stopped (kind): unknown" in said

    left = sorted(set(hosts) - set(connected))
    code, said, sent, connected = scanned(sick, "make", left, "{connect = [104]}", "--resume", "Kari Nordmann")
    assert (code, sent["syn"]) == (0, 4), said
    resumed = [entry["facts"] for entry in log_of(sick, "make.jsonl") if entry["kind"] == "resume"]
    assert [facts["by"] for facts in resumed] == ["Kari Nordmann"]
    assert [stop[:2] for stop in resumed[0]["stops"]] == [["kind", "unknown"]]  # the two that suffered are not listed


def test_a_device_that_suffered_is_left_alone_whatever_log_and_scope_the_next_run_has(sick: Lab) -> None:
    fragile, well = "10.77.1.31", "10.77.1.1"
    code, said, _, _ = scanned(sick, "monday", [fragile], "{dicom = [104, 105, 106]}")
    assert code == 3
    assert f"{STOPS} is new" in said

    both = head() + FENCE + target("radiologi", [fragile, well], "{connect = [104]}", 'kind = "annen"\n')
    scope = signed(sick, both, "tuesday.toml")
    with sick.capture() as seen:
        ran = sick.sentinel("scan", "run", scope, "--log", "tuesday.jsonl", "--seed", "1")
    assert (ran.returncode, {packet.target for packet in from_scanner(seen)}) == (3, {well}), ran.stderr
    assert f"still stopped (host): {fragile}: broke 3 connections off" in ran.stderr
    assert f"{STOPS} is new" not in ran.stderr

    code, said, _, connected = scanned(sick, "other", [well], "{dicom = [104]}", "--resume", "Kari Nordmann")
    assert (code, set(connected)) == (0, {well}), said
    with sick.capture() as seen:
        ran = sick.sentinel("scan", "run", scope, "--log", "late.jsonl", "--seed", "1", "--resume", "Kari Nordmann")
    assert {packet.target for packet in from_scanner(seen)} == {fragile, well}, ran.stderr  # who resumes must list it
    assert sick.sentinel("scan", "verify-log", sick.folder / "policy" / STOPS).returncode == 0


def test_three_devices_stop_the_run_and_only_a_person_starts_it_again(sick: Lab) -> None:
    text = head() + FENCE
    for number in (25, 26, 27, 28, 5):
        text += target("radiologi", [f"10.77.1.{number}"], "{dicom = [104]}", f'kind = "make {number}"\n')
    scope = signed(sick, text, "run.toml")
    ran = sick.sentinel("scan", "run", scope, "--log", "run.jsonl", "--seed", "1")
    assert ran.returncode == 3
    assert "ended early: stopped (run): 3 devices suffered" in ran.stderr

    with sick.capture() as seen:
        again = sick.sentinel("scan", "run", scope, "--log", "run.jsonl", "--seed", "1")
    assert again.returncode == 2
    assert "a person must look first, and then give --resume NAME" in again.stderr
    assert from_scanner(seen) == []


@pytest.mark.parametrize("how", ["interrupt", "stop file"])
def test_a_kill_switch_ends_the_run_in_order_and_keeps_what_was_found(sick: Lab, how: str) -> None:
    hosts = [f"10.77.1.{number}" for number in range(1, 9)]
    scope = signed(sick, head() + FENCE + target("radiologi", hosts, "{dicom = [104]}"), "kill.toml")
    log, stop = f"kill-{how[:4]}.jsonl", sick.folder / f"stop-{how[:4]}"
    with sick.capture() as seen:
        running = sick.popen(
            "scan", "run", scope, "--log", log, "--seed", "1", "--stop-file", stop, "--format", "jsonl"
        )
        while '"kind":"probe"' not in (sick.folder / log).read_text() if (sick.folder / log).exists() else True:
            time.sleep(0.2)
        stop.touch() if how == "stop file" else running.send_signal(signal.SIGINT)
        out, said = running.communicate(timeout=60)
    sent = kinds(from_scanner(seen))

    assert running.returncode == (130 if how == "interrupt" else 3), said
    assert sent["syn"] == sent["fin"]  # what was open was closed, and in order
    assert sent["rst"] == 0
    assert [json.loads(line)["addresses"] for line in out.splitlines()]
    assert "not asked:" in said
    assert "Traceback" not in said
    assert log_of(sick, log)[-1]["kind"] == "end"


def test_a_scan_that_is_killed_outright_leaves_a_log_that_says_what_is_not_known(sick: Lab) -> None:
    scope = signed(sick, head() + FENCE + target("radiologi", ["10.77.1.2"], "{dicom = [104]}"), "nine.toml")
    running = sick.popen("scan", "run", scope, "--log", "nine.jsonl", "--seed", "1")
    while (
        '"probe":"dicom"' not in (sick.folder / "nine.jsonl").read_text()
        if (sick.folder / "nine.jsonl").exists()
        else True
    ):
        time.sleep(0.1)
    running.kill()
    running.communicate()

    verified = sick.sentinel("scan", "verify-log", "nine.jsonl")
    assert verified.returncode == 3
    assert "begun and never ended: 10.77.1.2 port 104" in verified.stderr
    again = sick.sentinel("scan", "run", scope, "--log", "nine.jsonl", "--seed", "1")
    assert again.returncode == 3
    assert "an earlier run died while it asked 10.77.1.2 port 104" in again.stderr
    looked = sick.sentinel("scan", "run", scope, "--log", "nine.jsonl", "--seed", "1", "--resume", "Kari Nordmann")
    after = sick.sentinel("scan", "run", scope, "--log", "nine.jsonl", "--seed", "1")
    for ran in (looked, after):
        assert ("died while it asked" in ran.stderr, ran.returncode) == (False, 0), ran.stderr
