"""`sentinel content`: rules, checklists, scanners and reports as a whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

import click
import orjson

from sentinel import upkeep
from sentinel.cli.known import known
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.content import KINDS
from sentinel.errors import ContentError
from sentinel.upkeep import differing, near

COMPARED = tuple(Column(name, itemgetter(name), grow=name != "what") for name in ("what", "ours", "theirs"))
OUT = click.Path(path_type=Path, file_okay=False)


@click.group()
def content() -> None:
    """Check, describe and copy rules, checklists, scanner knowledge and report texts."""


@content.command(epilog="Example: sentinel content check --content /etc/sentinel")
@asks("content")
def check(asked: Asked) -> int:
    """Check all content at once: schemas, ids, cross-references, samples that must and must not match, templates."""
    folder = asked.content_folder()
    counts, faults = upkeep.check_content(folder)
    if faults:
        raise ContentError(faults)
    say(f"{upkeep.in_words(counts)}: no faults")
    return asked.exit_code(())


@content.command(epilog="Example: sentinel content schemas --out schemas")
@click.option("--out", type=OUT, required=True, help="Folder for the files, one a schema.")
def schemas(out: Path) -> None:
    """Write the JSON Schemas of every content file and of every machine-readable record."""
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, schema in upkeep.json_schemas().items():
            (out / name).write_bytes(orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            say(f"wrote {out / name}")


@content.command(epilog="Example: sentinel content export my-content")
@click.argument("folder", type=OUT)
@asks("content")
def export(asked: Asked, folder: Path) -> int:
    """Copy the content to FOLDER, as a start for one's own; nothing that stands there is overwritten."""
    taken = [str(folder / kind) for kind in KINDS if (folder / kind).exists()]
    if taken:
        raise click.UsageError(f"there already: {', '.join(taken)}")
    with _writing(folder):
        for kind in KINDS:
            shutil.copytree(asked.content_folder() / kind, folder / kind)
    say(f"wrote {folder}")
    return asked.exit_code(())


@content.command(epilog="Example: sentinel content aliases --knowledge knowledge.zip")
@asks("content", "form", "knowledge")
def aliases(asked: Asked) -> int:
    """Show authors what a bundle has and our content does not: products without an alias, and other ends of support.

    Nothing is ever judged by what this shows.
    """
    bundle, folder = known(asked), asked.content_folder()
    if bundle is None:
        raise click.UsageError("there is no bundle to compare with: give --knowledge FILE")
    rows = [{"what": "no alias", "ours": ", ".join(one.like), "theirs": one.key} for one in near(folder, bundle)]
    rows += [
        {"what": f"{one.product} {one.cycle} ends", "ours": one.ours, "theirs": one.theirs}
        for one in differing(folder, bundle)
    ]
    emit(rows, COMPARED, asked.form)
    return asked.exit_code(())


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.FileError(str(folder), error.strerror or "cannot be written") from error
