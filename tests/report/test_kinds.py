from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.errors import SettingsError
from sentinel.report.kinds import chosen, kinds, usual
from tests.report.sample import empty, rich


def test_extracts_are_kinds_without_a_line_of_code() -> None:
    assert set(kinds(root())) == {
        *("management", "self-check", "technical", "inventory", "ros"),
        *("auditor", "supplier", "datatilsynet", "nhn", "nsm"),
    }


def test_each_kind_is_made_once() -> None:
    assert chosen(["nsm", "management", "nsm"], root()) == ("nsm", "management")


def test_all_that_nobody_knows_is_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"no such report: audtor, x\. There are: management, self-check"):
        chosen(["audtor", "management", "x"], root())


def test_a_small_practice_gets_its_self_check_and_risks_come_where_they_are_named() -> None:
    large = replace(rich(), beyond=())

    assert usual(rich()) == ("management", "self-check", "technical", "auditor", "inventory", "ros")
    assert usual(large) == ("management", "technical", "auditor", "inventory", "ros")
    assert usual(empty()) == ("management", "technical", "auditor", "inventory")
