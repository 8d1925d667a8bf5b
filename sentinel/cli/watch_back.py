"""`sentinel watch changes|back`: what changed in the rules of a watch, and what it would have changed in the past."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from sentinel import backsearching
from sentinel.cli.app import ExitCode
from sentinel.cli.back_call import BackCall, Loaded, Place, counts_of, load_set, owed_lines, say_changes
from sentinel.cli.clusters import CLUSTER
from sentinel.cli.detect import LOGS
from sentinel.cli.follow import archive_of
from sentinel.cli.moments import a_moment
from sentinel.cli.options import FILES, RULES, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.placeholders import PLACEHOLDERS, values_of
from sentinel.cli.summary import say, say_all
from sentinel.elastic.template import STREAMS
from sentinel.errors import ContentError, StoreError
from sentinel.model.records import record_of
from sentinel.settings import Site, read_site
from sentinel.store.back import Back

CHANGED = (
    Column("change", lambda one: one["change"]),
    Column("rule", lambda one: one["title"], grow=True),
    Column("what", lambda one: ", ".join(one["what"]), grow=True),
)
_AGO = re.compile(r"([1-9][0-9]{0,4})([dh])")


def _since(ctx: click.Context, option: click.Parameter, value: str) -> datetime:
    """Return a moment: days or hours ago, or as a clock in Oslo shows it."""
    if ago := _AGO.fullmatch(value):
        number = int(ago[1])
        return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=number * (24 if ago[2] == "d" else 1))
    found = a_moment(ctx, option, value)
    if found is None or found >= datetime.now(UTC):
        raise click.BadParameter(f"'{value}' is no moment of the past, as 30d, 12h or 2026-11-20T14:05")
    return found


def _placed(command: Any) -> Any:  # noqa: ANN401 -- click decorates what it is given
    @functools.wraps(command)
    def gathered(*words: object, **given: Any) -> int:  # noqa: ANN401 -- click passes every option by name
        until = datetime.now(UTC) - timedelta(seconds=given.pop("delay"))
        site_file = given.pop("site_file")
        own = {key: given.pop(key) for key in ("site", "url", "index", "time_field", "logs")}
        if (own["url"] is not None) + bool(own["logs"]) + (site_file is not None) > 1:
            raise click.UsageError("name a cluster with --from, files with --logs, or a site's archive with --site")
        place = _of_site(read_site(site_file), until, own) if site_file else Place(until=until, **own)
        if not place.site:
            raise click.UsageError("Missing option '--save'.")
        return int(command(*words, **given, place=place))

    for option in reversed(_PLACE):
        gathered = option(gathered)
    return gathered


def _of_site(file: Site, until: datetime, own: dict[str, Any]) -> Place:
    """Return the archive that a site file names, under the name that is given or the organisation's number."""
    folder = archive_of(file)
    if folder is None:
        raise click.UsageError("the site file names no archive: search back over files with --logs")
    named = own["site"] or file.file.organisation.number
    return Place(until=until, **{**own, "site": named, "logs": (folder,)}, file=file)


_PLACE = (
    click.option("--save", "site", metavar="SITE", help="Whose watch: its name in the store."),
    click.option(
        "--site", "site_file", type=FILES, metavar="SITE.toml", help="The archive that a site file names, as its watch."
    ),
    click.option("--from", "url", metavar="URL", help=CLUSTER),
    click.option("--index", default=STREAMS, show_default=True, help="Index, data stream or pattern of the watch."),
    click.option("--time-field", default="event.ingested", show_default=True, help="When a record came in."),
    click.option(
        "--delay",
        type=click.FloatRange(0, 86_400),
        default=90,
        show_default=True,
        help="Seconds until records are seen.",
    ),
    click.option("--logs", multiple=True, type=LOGS, help="Files and folders instead of a cluster; repeatable."),
)


@click.command("changes", epilog="Example: sentinel watch changes --save klinikken --rules rules")
@_placed
@RULES
@PLACEHOLDERS
@asks("store", "content", "form", "no_cache")
def list_changes(asked: Asked, place: Place, rules: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """List the rules that are new, changed or removed since the set that a watch uses was enabled.

    A rule is changed too where its filters, the mapping of its log source or a placeholder that it names are. Exit 3
    where anything is, or where an earlier change is not searched back to its end.
    """
    store = asked.open_store(place.file)
    back = store.back(place.site, place.target)
    values = values_of(place.file, store, place.site, placeholders)
    wanted = backsearching.wanted(back, load_set(asked, rules, values, place.file).kept)
    emit(map(record_of, wanted.changes), CHANGED, asked.form)
    say_changes(wanted, place)
    open_plans = list(owed_lines(back, place, wanted.old))
    say_all(open_plans)
    return ExitCode.PARTIAL if wanted.changes or open_plans else ExitCode.CLEAN


@click.command("back", epilog="Example: sentinel watch back --save klinikken --rules rules --since 30d --enable")
@_placed
@RULES
@PLACEHOLDERS
@click.option("--since", default="30d", show_default=True, callback=_since, help="How far back: 30d, 12h or a moment.")
@click.option("--max-records", type=click.IntRange(0), help="Records to search at most.")
@click.option("--max-minutes", type=click.FloatRange(0, min_open=True), help="Minutes to take at most.")
@click.option("--enable", is_flag=True, help="Use the rules from now on, and keep the alerts that they add.")
@asks("store", "content", "form", "no_cache", "quiet")
def search_back(
    asked: Asked,
    place: Place,
    rules: tuple[Path, ...],
    placeholders: tuple[str, ...],
    **given: Any,  # noqa: ANN401 -- click passes every option by name
) -> int:
    """Search the rules that changed back over what is there, the newest first, and show what comes and what goes.

    Each stretch is settled by itself: a search that is cut off, or whose budget is used up, goes on where it was. What
    is not searched yet is told, and once the rules are enabled it is owed. Exit 3 where anything is.
    """
    if place.logs and Path("-") in place.logs:
        raise click.UsageError("standard input has no past; name files")
    store = asked.open_store(place.file)
    values = values_of(place.file, store, place.site, placeholders)
    loaded = load_set(asked, rules, values, place.file)
    return BackCall(asked, place, store.back(place.site, place.target), loaded, given).run()


def say_unsearched(back: Back, load: Callable[[], Loaded]) -> None:
    """Tell in one line at the start of a watch how its rules differ from those that were searched back and enabled."""
    try:
        wanted = backsearching.wanted(back, load().kept)
    except (ContentError, StoreError) as error:  # a watch must not fail to begin for want of this
        say(f"{back.site}: not known whether these rules were searched back: {error}")
        return
    if not wanted.changes:
        back.begun(datetime.now(UTC))
        return
    since = "since its set was enabled" if wanted.old.rules else "and no set was ever enabled"
    say(f"{back.site}: {counts_of(wanted)} {since}: not searched back, see sentinel watch back")
