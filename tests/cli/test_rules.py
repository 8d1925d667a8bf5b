from __future__ import annotations

from tests.cli.conftest import Run


def test_the_group_names_its_commands(run: Run) -> None:
    told = run("rules", "-h").stdout

    assert all(name in told for name in ("check", "explain", "test"))
