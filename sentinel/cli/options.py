"""Options that several commands share, gathered into one noun, and what they resolve to."""

from __future__ import annotations

import functools
import getpass
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sentinel import content
from sentinel.cli.app import ExitCode
from sentinel.cli.progress import Progress
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.severity import Severity
from sentinel.scan.clean import without_identities
from sentinel.settings import LAST_DAY, Site, resolve

if TYPE_CHECKING:
    from sentinel.signing import Private
    from sentinel.store.store import Store


class _Words(click.ParamType[str]):
    """What a person says, and who they are: it is kept, so it says something, and holds no identity number."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words, or refuse them."""
        if not value.strip():
            self.fail("says nothing", param, ctx)
        if without_identities(value) != value:
            self.fail("holds eleven digits, possibly a national identity number, and it would be kept", param, ctx)
        return value.strip()


def _user() -> str:
    """Return the user of the machine; a container may know none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise click.UsageError("this machine has no name for its user: say who runs this with --operator") from error


WORDS = _Words()
OPERATOR = click.option(
    "--operator", default=_user, type=WORDS, help="Who runs this (default: the user of the machine)."
)
FILES = click.Path(path_type=Path, dir_okay=False, exists=True)
LEVELS = click.Choice([level.value for level in Severity])
AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Look from this day (default: that of the site file, else today).",
)
RULES = click.option(
    "--rules",
    "rules",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Rule file or folder; repeatable (default: the shipped rules).",
)
FORMATS = ("table", "json", "jsonl", "csv")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the shared options of one call said; an option that the command does not have keeps its default."""

    form: str = "table"
    store: str | None = None
    content: str | None = None
    fail_on: str | None = None
    quiet: bool = False
    writes: tuple[str, ...] = ()
    ledger: str | None = None
    save: str | None = None
    explain: bool = False
    no_cache: bool = False
    processes: int | None = None
    knowledge: str | None = None
    sign: Private | None = None

    def content_folder(self, site: Site | None = None) -> Path:
        """Return the content root: flag, environment, site file, or what is shipped."""
        chosen = resolve({"content": self.content}, os.environ, site).content.value
        return Path(chosen).absolute() if chosen else content.root()

    def rule_cache(self) -> RuleCache | None:
        """Return where compiled rules are kept; none where the flag or an empty setting says so."""
        chosen = resolve({"cache": "" if self.no_cache else None}, os.environ).cache.value
        return RuleCache(Path(chosen)) if chosen else None

    def open_store(self, site: Site | None = None) -> Store:
        """Open the database that flag, environment, site file or default name."""
        from sentinel.store.store import Store  # noqa: PLC0415 -- most commands need not wait for SQLAlchemy

        return Store.open(resolve({"store": self.store}, os.environ, site).store.value)

    @property
    def progress(self) -> Progress:
        """What shows on stderr how far the work has come."""
        return Progress(quiet=self.quiet)

    def exit_code(self, levels: Iterable[Severity], *, partial: bool = False) -> ExitCode:
        """Return 1 for something as grave as `--fail-on`, 3 for a partial result, else 0."""
        if self.fail_on is not None and any(level.rank >= Severity(self.fail_on).rank for level in levels):
            return ExitCode.FOUND
        return ExitCode.PARTIAL if partial else ExitCode.CLEAN


def day_of(as_of: datetime | None, site: Site) -> date:
    """Return the day to look from: `--as-of`, the site file's, or today."""
    day = as_of.date() if as_of else site.file.report.as_of or datetime.now(UTC).astimezone().date()
    if day > LAST_DAY:
        raise click.UsageError(f"--as-of takes no day after {LAST_DAY}")
    return day


def _private_key(_context: click.Context, _option: click.Parameter, path: Path | None) -> Private | None:
    """Read the key before anything else is done: one that cannot sign is told at once."""
    from sentinel.signing import read_private  # noqa: PLC0415 -- most commands need not wait for cryptography

    return read_private(path) if path else None


_OPTIONS = {
    "form": click.option(
        "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print."
    ),
    "store": click.option("--store", metavar="PATH|URL", help="Database; SQLite file or SQLAlchemy URL."),
    "content": click.option("--content", metavar="DIR", help="Content folders to use instead of the shipped."),
    "fail_on": click.option("--fail-on", type=LEVELS, help="Exit 1 when something this grave or graver is found."),
    "writes": click.option(
        "--write",
        "writes",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write a file too: csv or html (timelines), jsonl, ocsf, timesketch; repeatable.",
    ),
    "ledger": click.option("--ledger", metavar="FILE", help="Write what was looked at and what not, as JSON lines."),
    "save": click.option(
        "--save", metavar="SITE", help="Keep alerts under this name of a site, and what correlations remember."
    ),
    "explain": click.option(
        "--explain",
        is_flag=True,
        help="Tell why for each hit: which text met which test. Below its row, as a key of JSON, as a column of CSV.",
    ),
    "no_cache": click.option("--no-cache", is_flag=True, help="Read all rules anew, and keep nothing of them."),
    "processes": click.option(
        "--processes",
        type=click.IntRange(1, 64),
        help="For large logs of JSON lines (default: as many as there are cores, at most 4).",
    ),
    "knowledge": click.option(
        "--knowledge", metavar="FILE", help="Bundle of knowledge to look for known vulnerabilities in."
    ),
    "sign": click.option(
        "--sign",
        metavar="KEY",
        type=FILES,
        callback=_private_key,
        help="Sign each file with this private key; the signature is beside it, as NAME.sig.",
    ),
    "quiet": click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
}


def asks(*names: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the named shared options; it receives them as its first argument, an `Asked`."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def gathered(**given: Any) -> int:  # noqa: ANN401 -- click passes every option by name
            asked = Asked(**{field.name: given.pop(field.name) for field in fields(Asked) if field.name in names})
            return command(asked, **given)

        for name in reversed(names):
            gathered = _OPTIONS[name](gathered)
        return gathered

    return decorate
