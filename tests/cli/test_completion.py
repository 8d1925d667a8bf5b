from __future__ import annotations

import pytest
from click.testing import CliRunner

from sentinel.cli import app


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_names_the_command(shell: str) -> None:
    done = CliRunner().invoke(app, ["completion", shell])

    assert done.exit_code == 0
    assert "_SENTINEL_COMPLETE" in done.output


def test_an_unknown_shell_is_wrong_use() -> None:
    assert CliRunner().invoke(app, ["completion", "tcsh"]).exit_code == 2
