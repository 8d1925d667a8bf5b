from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.cli.summary import say, say_broken, say_packs, say_sources, say_warnings, say_watch
from sentinel.errors import Fault, Location
from sentinel.model.alerts import LedgerEntry, LedgerSource, LogSource
from tests.report.sample import packs


def source(**skipped: int) -> LogSource:
    return LogSource(
        "x.jsonl", "jsonl", (), 1200, {name.replace("_", "-"): n for name, n in skipped.items()}, None, None
    )


def test_counts_and_reasons_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert say_sources([source(not_json=2, truncated=1)]) == 3
    assert capsys.readouterr().err == "x.jsonl: 1,200 records read, skipped: 2 not-json, 1 truncated\n"


def test_frames_that_were_never_for_us_are_said_and_do_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert say_sources([source(not_ip=300)]) == 0
    assert "300 not-ip" in capsys.readouterr().err


def test_a_refused_rule_makes_a_result_partial_an_absent_source_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    absent = LedgerEntry("a", "A", "a.yml:1", "source-absent")
    refused = LedgerEntry("b", "B", "b.yml:3", "refused", "unknown key 'levl'")

    assert not say_watch([source()], [absent], [])
    assert say_watch([source()], [absent, refused], [])
    assert "b.yml:3: not loaded: unknown key 'levl'" in capsys.readouterr().err


def test_a_correlation_that_lost_hits_is_told_and_makes_a_result_partial(capsys: pytest.CaptureFixture[str]) -> None:
    lost = LedgerEntry("k", "K", "k.yml:1", "truncated", "3 hits came later than allowed")

    assert say_watch([source()], [lost], [])
    assert "k.yml:1: counted only in part: 3 hits came later than allowed\n" in capsys.readouterr().err


def test_each_pack_that_is_answered_is_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    say_packs([*packs(), replace(packs()[0], named=True)])

    assert capsys.readouterr().err.splitlines() == [
        "gdpr 2026.1: Level yellow; score 38, coverage 60, worst case 30",
        "digitalsikkerhetsloven 2026.1: not for this organisation",
    ]


def test_hostile_names_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[31mb\u202ec")

    assert capsys.readouterr().err == "a�[31mb�c\n"


def test_a_rule_that_broke_and_a_log_that_was_cut_off_make_it_partial(capsys: pytest.CaptureFixture[str]) -> None:
    failed = LedgerEntry("a", "A", "a.yml:1", "failed", "KeyError")
    cut = LedgerEntry(
        "b",
        "B",
        "b.yml:3",
        "truncated",
        "x.gz: truncated",
        sources=(LedgerSource("x", "truncated", "x.gz: truncated"),),
    )
    hidden = LedgerEntry("c", "C", "c.yml:1", "suppressed", suppressed=1_200)

    assert say_broken([failed])
    assert say_broken([cut, cut])
    assert not say_broken([hidden])
    assert capsys.readouterr().err.splitlines() == [
        "a.yml:1: broke on an event: KeyError",
        "cut off: x.gz: truncated",
        "filters took away 1,200 hits",
    ]


def test_rules_with_nowhere_to_look_are_told_by_log_source_and_make_it_partial(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nowhere = [LedgerEntry(name, name, f"{name}.yml:1", "no-route", logsource="huawei/*/bgp") for name in "ab"]
    counting = LedgerEntry("k", "K", "k.yml:1", "no-route", "its rules were not looked at")

    assert say_watch([source()], [*nowhere, counting], [])
    told = capsys.readouterr().err.splitlines()
    assert told[-2:] == ["2 rules not looked at: nobody has connected huawei/*/bgp", "3 rules: 3 no-route"]


def test_warnings_name_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    say_warnings([Fault(Location("f.yml", 8), "the filter denies nothing")])

    assert capsys.readouterr().err == "f.yml:8: warning: the filter denies nothing\n"
