"""The top group: turns every one of our errors into one line (or one a fault) on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

import click

from sentinel import __version__
from sentinel.cli.lazy import LazyGroup
from sentinel.errors import SentinelError


class ExitCode(IntEnum):
    """What the process tells its caller."""

    CLEAN = 0
    FOUND = 1
    ERROR = 2
    PARTIAL = 3
    INTERRUPTED = 130


class App(LazyGroup):
    """A click group with our exit codes instead of click's (which uses 1 for both findings and errors)."""

    def main(  # type: ignore[override]  # it never returns, in standalone mode or not
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        **extra: Any,  # noqa: ANN401 -- click's own signature
    ) -> NoReturn:
        """Run a command and end the process."""
        extra.pop("standalone_mode", None)
        sys.exit(self._code(args, prog_name, complete_var, extra))

    def _code(
        self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None, extra: dict[str, Any]
    ) -> int:
        if not _stands_somewhere():
            click.echo("The folder that you stand in is gone; change into another.", err=True)
            return ExitCode.ERROR
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as error:
            error.show()
            return ExitCode.ERROR
        except SentinelError as error:
            click.echo(str(error), err=True)
            return ExitCode.ERROR
        except (click.Abort, KeyboardInterrupt):
            click.echo("Interrupted; what was found so far is kept.", err=True)
            return ExitCode.INTERRUPTED
        except BrokenPipeError:  # the reader, `head` for one, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.CLEAN
        return code if isinstance(code, int) else ExitCode.CLEAN


def _stands_somewhere() -> bool:
    try:
        return bool(Path.cwd())
    except OSError:  # it was removed, or put aside by an import into it
        return False


@click.group(
    cls=App,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
    epilog="Example: sentinel run examples/clinic/site.toml",
)
@click.version_option(__version__, "-V", "--version", prog_name="sentinel")
def app() -> None:
    """Find exposed devices, apply Sigma rules to logs, and score an organisation against Normen."""
