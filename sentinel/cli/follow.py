"""Options that name files and folders to follow, and where an archive of them is kept, set as one noun."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from sentinel.archiving import Archive
from sentinel.cli.clusters import Command, Over
from sentinel.cli.options import FILES
from sentinel.detect.streams import name_of
from sentinel.settings import STDIN, LogSection, Site
from sentinel.store.store import Store
from sentinel.tailing import Tailed

_CLUSTER_ONLY = {
    "index": "--index",
    "since": "--since",
    "time_field": "--time-field",
    "delay": "--delay",
    "url": "--from",
    "mirror": "--mirror",
    "most_alerts": "--most-alerts",
    "set_aside_after": "--set-aside-after",
}


@dataclass(frozen=True, slots=True)
class Follow:
    """What is followed: files and folders, or the logs of a site file; and where an archive of it is kept."""

    logs: tuple[Path, ...]
    site_file: Path | None
    archive: Path | None
    archive_days: int | None

    def is_meant(self, over: Over) -> bool:
        """Say whether files are to be watched: they are named, or no cluster is."""
        if self.logs and self.site_file:
            raise click.UsageError("--logs and --site are two ways to say the same: take one")
        if self.logs or self.site_file:
            _refuse(_CLUSTER_ONLY, "is for a cluster, and not for files")
            return True
        if not (over.url or os.environ.get("SENTINEL_ELASTICSEARCH_URL")):
            raise click.UsageError("name logs with --logs or --site, or a cluster with --from")
        _refuse({"archive": "--archive", "archive_days": "--keep-days"}, "is for files, and not for a cluster")
        return False

    def tailed(self, site: Site | None) -> list[Tailed]:
        """Return the logs to follow: those of the site file, or each path by itself."""
        if site is not None:
            if any(str(STDIN) in log.paths for log in site.file.logs):
                raise click.UsageError("standard input cannot be followed: that is what `sentinel detect -` reads")
            return [_of_site(site, log) for log in site.file.logs]
        names = [name_of(path) for path in self.logs]
        return [
            Tailed(name if names.count(name) == 1 else str(path), functools.partial(list, [path]))
            for name, path in zip(names, self.logs, strict=True)
        ]

    def archive_of(self, site: Site | None) -> Path | None:
        """Return the folder of the archive that flag or site file name; None where neither does."""
        return self.archive or archive_of(site)

    def open_archive(self, site: Site | None, store: Store, key: str) -> Archive | None:
        """Return the archive, ready to be written to; None where there is to be none."""
        section, folder = site.file.archive if site else None, self.archive_of(site)
        days = self.archive_days or (section.keep_days if section else None)
        if folder is None:
            if days:
                raise click.UsageError("--keep-days is for --archive")
            return None
        return Archive(folder, store.tails(key).archived(), days)


def archive_of(site: Site | None) -> Path | None:
    """Return the folder of the archive that a site file names; None where it names none, or there is no file."""
    return site.path(site.file.archive.folder) if site and site.file.archive else None


def follows(command: Command) -> Command:
    """Give a command the options of a watch over files; it receives them as `follow`."""

    @functools.wraps(command)
    def gathered(*words: object, **given: Any) -> int:  # noqa: ANN401 -- click passes every option by name
        own = {key: given.pop(key) for key in Follow.__dataclass_fields__}
        return command(*words, **given, follow=Follow(**own))

    for option in reversed(_FOLLOW):
        gathered = option(gathered)
    return gathered


def _of_site(site: Site, log: LogSection) -> Tailed:
    gap = timedelta(hours=log.max_gap_hours) if log.max_gap_hours else None
    late = timedelta(minutes=log.late_minutes) if log.late_minutes is not None else None
    return Tailed(log.name, functools.partial(site.matching, log.paths), gap, late)


def is_given(name: str) -> bool:
    """Say whether somebody set an option of this call."""
    source = click.get_current_context().get_parameter_source(name)
    return source is not None and source is not ParameterSource.DEFAULT


def _refuse(names: dict[str, str], why: str) -> None:
    for name, option in names.items():
        if is_given(name):
            raise click.UsageError(f"{option} {why}")


_FOLLOW = (
    click.option(
        "--logs", multiple=True, type=click.Path(path_type=Path), help="File or folder to follow; repeatable."
    ),
    click.option(
        "--site", "site_file", type=FILES, metavar="SITE.toml", help="Follow the logs that a site file names."
    ),
    click.option(
        "--archive",
        type=click.Path(path_type=Path, file_okay=False),
        help="Keep in this folder, by day, all that is read.",
    ),
    click.option(
        "--keep-days", "archive_days", type=click.IntRange(1, 36_500), help="Remove days of the archive after these."
    ),
)
