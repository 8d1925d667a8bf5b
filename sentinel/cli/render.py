"""`sentinel render`: the report of an earlier result once more."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel import rendering
from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.signed import sign_written
from sentinel.cli.summary import say, say_all
from sentinel.model.text import LANGUAGES, Language


@click.command(epilog="Example: sentinel render out/clinic/result.json --out again --language nb")
@click.argument("result", metavar="RESULT.json", type=FILES)
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option(
    "--language", "languages", type=click.Choice(LANGUAGES), multiple=True, default=LANGUAGES, show_default=True
)
@asks("content", "sign", "quiet")
def render(asked: Asked, result: Path, out: Path, languages: tuple[Language, ...]) -> int:
    """Make the management report of an earlier result.json again; nothing is judged anew.

    With the same version of Sentinel and the same content it is the same to the byte. Where something it stands on is
    another now, that is said, and the exit code is 3.
    """
    content = asked.content_folder()
    found = rendering.again(result, str(result), content)
    with asked.progress.busy("Writing the reports"):
        written = rendering.render(found, out, dict.fromkeys(languages), content)
    say_all(f"wrote {path}" for path in written)
    sign_written(asked, written, out, found.result.as_of)
    for line in found.differs:
        say(f"{result}: {line}")
    return asked.exit_code((), partial=bool(found.differs))
