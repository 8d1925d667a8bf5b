from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.cli.scan_common import say_held, say_scope
from sentinel.scan.scope import HeldBack
from tests.scan.scopes import clinical

SCOPE = clinical("10.0.0.7")


def test_what_a_scope_allows_is_told_in_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    say_scope(replace(SCOPE, pinned={"pacs.lyngvik.example": ("10.0.0.7",)}))

    assert capsys.readouterr().err.splitlines() == [
        "scope lyngvik/1 of Lyngvik sykehus: 1 host, 1 probe",
        "pacs.lyngvik.example is 10.0.0.7",
        "signed by kari",
    ]


def test_many_that_are_left_alone_are_told_as_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    say_held(replace(SCOPE, held_back=tuple(HeldBack(f"10.0.0.{n}", "excluded: intensiv") for n in range(30))))

    assert capsys.readouterr().err == "left alone: 30 hosts: excluded: intensiv\n"
