from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked
from sentinel.content import root
from sentinel.model.severity import Severity


@pytest.mark.parametrize(
    ("fail_on", "levels", "partial", "code"),
    [
        (None, [Severity.CRITICAL], False, ExitCode.CLEAN),
        ("high", [Severity.MEDIUM, Severity.HIGH], True, ExitCode.FOUND),
        ("high", [Severity.MEDIUM], True, ExitCode.PARTIAL),
        ("informational", [], False, ExitCode.CLEAN),
    ],
)
def test_what_was_found_goes_before_what_was_not_looked_at(
    fail_on: str | None,
    levels: list[Severity],
    partial: bool,
    code: ExitCode,
) -> None:
    assert Asked(fail_on=fail_on).exit_code(levels, partial=partial) == code


def test_the_content_folder_is_the_shipped_one_unless_asked_for(tmp_path: Path) -> None:
    assert Asked().content_folder() == root()
    assert Asked(content=str(tmp_path)).content_folder() == tmp_path
