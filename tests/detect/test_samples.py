"""Samples beside rules: each thing that can be wrong with them is found, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.samples import check_samples, read_samples, sample_path
from sentinel.detect.sigma import load_rules
from tests.shared import ROOT

RULE = """\
title: Whoami with all rights
id: 1f0c5f5e-0b52-4c33-9a3e-6d1b4a5a7e01
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '\\whoami.exe', CommandLine|contains: /all}
  condition: selection
"""
SYSMON = '{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1'
ALL = SYSMON + r', "Image": "C:\\Windows\\System32\\whoami.exe", "CommandLine": "whoami /all"}'
AUDITED = r'{"Channel": "Security", "EventID": 4688, "NewProcessName": "C:\\WHOAMI.EXE", "CommandLine": "whoami  /ALL"}'
PLAIN = SYSMON + r', "Image": "C:\\Windows\\System32\\whoami.exe", "CommandLine": "whoami"}'
OTHER = SYSMON + r', "Image": "C:\\Øvelse\\hvem.exe", "CommandLine": "hvem /all"}'
MATCH, IGNORE = "windows_whoami.match.jsonl", "windows_whoami.ignore.jsonl"


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(ROOT)


def faults(base: Path, routes: Routes, match: str | None, ignore: str | None, rule: str = RULE) -> list[str]:
    folder = base / "rules" / "windows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "windows_whoami.yml").write_text(rule, encoding="utf-8")
    for name, text in ((MATCH, match), (IGNORE, ignore)):
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    found = check_samples(load_rules([base / "rules"], base), routes, base)
    return [str(fault).removeprefix("rules/windows/") for fault in found]


def test_good_samples_have_no_faults_and_blank_lines_count_for_nothing(tmp_path: Path, routes: Routes) -> None:
    assert faults(tmp_path, routes, f"{ALL}\n\n{AUDITED}\n", f"{PLAIN}\r\n{OTHER}") == []


def test_a_missing_file_is_a_fault_of_its_own(tmp_path: Path, routes: Routes) -> None:
    assert faults(tmp_path, routes, None, f"{PLAIN}\n{OTHER}\n") == [
        f"{MATCH}: is missing: the rule at rules/windows/windows_whoami.yml:1 has no such samples"
    ]


def test_a_folder_in_the_place_of_a_file_is_a_fault(tmp_path: Path, routes: Routes) -> None:
    (tmp_path / "rules" / "windows" / MATCH).mkdir(parents=True)

    assert faults(tmp_path, routes, None, f"{PLAIN}\n{OTHER}\n") == [f"{MATCH}: cannot be read: Is a directory"]


def test_a_match_that_does_not_fire_and_an_ignore_that_fires_are_named_by_line(tmp_path: Path, routes: Routes) -> None:
    silent = "CommandLine contains '/all' was false first (CommandLine is 'whoami')"
    why = r"Image ends with '\whoami.exe', CommandLine contains '/all'"

    assert faults(tmp_path, routes, f"{ALL}\n{PLAIN}\n", f"{OTHER}\n\n{AUDITED}\n") == [
        f"{MATCH}:2: must match, but the rule does not fire: {silent}",
        f"{IGNORE}:3: must be left alone, but the rule fires on {why}",
    ]


def test_a_rule_that_fires_on_absence_says_so(tmp_path: Path, routes: Routes) -> None:
    rule = RULE.replace("condition: selection", "condition: not selection")

    assert faults(tmp_path, routes, f"{PLAIN}\n{OTHER}\n", f"{ALL}\n{PLAIN}\n", rule) == [
        f"{IGNORE}:2: must be left alone, but the rule fires on what is absent"
    ]


def test_an_event_of_another_log_source_shows_nothing(tmp_path: Path, routes: Routes) -> None:
    started = AUDITED.replace("4688", "4689")

    assert faults(tmp_path, routes, f"{ALL}\n{ALL}\n", f"{PLAIN}\n{started}\n") == [
        f"{IGNORE}:2: is not of the rule's log source windows/process_creation/*, so it shows nothing"
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"Image": ', "not-json (column 11)"),
        ("[1]", "not-an-object (it is list)"),
        ('{"a":' * 40 + "1" + "}" * 40, "too-deep"),
    ],
)
def test_a_line_that_is_no_event_is_named_with_its_reason(
    tmp_path: Path, routes: Routes, line: str, reason: str
) -> None:
    assert faults(tmp_path, routes, f"{ALL}\n{line}\n", f"{PLAIN}\n{OTHER}\n") == [f"{MATCH}:2: is no event: {reason}"]


def test_bytes_that_are_no_text_are_a_fault_and_the_other_lines_are_still_read(tmp_path: Path) -> None:
    (tmp_path / "a.match.jsonl").write_bytes(b'{"a": \xff}\n' + ALL.encode())

    assert [(s.location.line, s.event is None, s.reason.split()[0] if s.reason else "") for s in read_samples(
        tmp_path, "a.match.jsonl"
    )] == [(1, True, "not-utf8"), (2, False, "")]  # fmt: skip


def test_one_event_is_too_few(tmp_path: Path, routes: Routes) -> None:
    assert faults(tmp_path, routes, ALL, "\n\n") == [
        f"{MATCH}: holds 1 event; at least 2 are needed",
        f"{IGNORE}: holds 0 events; at least 2 are needed",
    ]


def test_samples_without_a_rule_are_found_but_those_of_a_refused_rule_are_left(tmp_path: Path, routes: Routes) -> None:
    folder = tmp_path / "rules" / "windows"
    folder.mkdir(parents=True)
    (folder / "windows_gone.ignore.jsonl").write_text(PLAIN, encoding="utf-8")
    (folder / "windows_bad.match.jsonl").write_text(ALL, encoding="utf-8")
    (folder / "windows_bad.yml").write_text(RULE.replace("title", "titel"), encoding="utf-8")

    assert faults(tmp_path, routes, f"{ALL}\n{AUDITED}\n", f"{PLAIN}\n{OTHER}\n") == [
        "windows_gone.ignore.jsonl: belongs to no rule: there is no rule file of this name"
    ]


def test_all_faults_of_all_files_come_at_once(tmp_path: Path, routes: Routes) -> None:
    assert len(faults(tmp_path, routes, f"{PLAIN}\n{{\n[]\n", f"{ALL}\n{AUDITED}\n")) == 5


def test_the_paths_of_samples_are_as_relative_as_the_rules() -> None:
    assert sample_path("rules/epj/epj_own_record.yml", ".match.jsonl") == "rules/epj/epj_own_record.match.jsonl"
    assert sample_path("../other/a.yaml", ".ignore.jsonl") == "../other/a.ignore.jsonl"
