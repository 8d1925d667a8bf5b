"""`--sign KEY` of what writes reports, and `sentinel report verify`: who stands for a file, and whether it changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.summary import say
from sentinel.model.records import record_of
from sentinel.model.text import counted
from sentinel.report.signatures import check_files, sign_files
from sentinel.signing import read_believed

COLUMNS = tuple(
    Column(name, lambda item, name=name: str(item[name] or ""))  # type: ignore[misc]  # a default that binds the name
    for name in ("state", "signer", "key", "as_of", "path", "why")
)


def sign_written(asked: Asked, written: Iterable[Path], folder: Path, as_of: date) -> None:
    """Sign each file that was written, where that was asked for, and say so."""
    if asked.sign is None:
        return
    signed = sign_files(written, folder, asked.sign, as_of)
    say(f"signed {counted(len(signed), 'file')} as {asked.sign.name} ({asked.sign.id}); NAME.sig is beside each")


@click.command(epilog="Example: sentinel report verify out/clinic --trust kari.key.pub")
@click.argument("files", metavar="FILES...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--trust",
    required=True,
    metavar="KEY|DIR",
    type=click.Path(path_type=Path, exists=True),
    help="The public key (.pub) of whoever should have signed, or a folder of such.",
)
@asks("form")
def verify(asked: Asked, files: tuple[Path, ...], trust: Path) -> int:
    """Say of each file, and of each in a folder, who signed it and whether it was changed since.

    Exit code 0: every file is signed by a key that is trusted, and unchanged. 1: one or more are not.
    """
    believed = read_believed(trust)
    found = list(check_files(files, believed))
    if asked.form == "table":
        for one in found:
            click.echo(clean(f"{one.path}: {one.why}"))
    else:
        emit(map(record_of, found), COLUMNS, asked.form)
    states = Counter(one.state for one in found)
    say(f"{counted(len(found), 'file')}: {', '.join(f'{count} {state}' for state, count in sorted(states.items()))}")
    return ExitCode.CLEAN if set(states) == {"signed"} else ExitCode.FOUND
