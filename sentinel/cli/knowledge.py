"""`sentinel knowledge`: what is known of products in the world, as one signed file that goes where no network goes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from sentinel import knowing, signing
from sentinel.cli.knowledge_tables import FEEDS, LINES, STATEMENTS, WEAKNESSES
from sentinel.cli.options import AS_OF, Asked, asks
from sentinel.cli.output import emit
from sentinel.cli.scan_scope import NEW_FILE
from sentinel.cli.summary import say, say_all
from sentinel.cli.writing import must_be_free
from sentinel.errors import InputError
from sentinel.model.known import KnownFeed
from sentinel.model.records import record_of
from sentinel.model.skipped import FOREIGN
from sentinel.model.text import counted
from sentinel.scan.knowledge.build import Built
from sentinel.scan.knowledge.bundle import Bundle
from sentinel.settings import Settings, resolve

_FEEDS = click.Path(path_type=Path, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_POLICY = click.option(
    "--policy", metavar="DIR", help="The site's folder with knowledge-keys/*.pub: whose bundles are taken in."
)
_BUNDLE = click.option("--bundle", metavar="FILE", help="The bundle to use instead of the one in its place.")
_EXAMPLES = 3


@click.group()
def knowledge() -> None:
    """Build, carry over and look into what is known of products: weaknesses, advisories, ends of support."""


@knowledge.command(epilog="Example: sentinel knowledge build feeds/ --out knowledge.zip --key kari.key")
@click.argument("feeds", nargs=-1, required=True, type=_FEEDS)
@click.option("--out", required=True, type=NEW_FILE, help="The bundle to write.")
@click.option("--key", required=True, type=_FILE, help="File with the private key; others must not be able to read it.")
@AS_OF
@asks("content")
def build(asked: Asked, feeds: tuple[Path, ...], out: Path, key: Path, as_of: datetime | None) -> int:
    """Make a signed bundle of feeds that somebody fetched: files, folders and archives, known by their content.

    docs/knowledge.md tells where each feed is to be had. The same feeds, day and key give the same bytes.
    """
    must_be_free([str(out)], feeds)
    today = datetime.now(UTC).date()
    day = as_of.date() if as_of else today
    if day > today:
        raise click.UsageError(f"--as-of takes no day after today ({today})")
    built = knowing.make(feeds, out, day, key)
    partial = _say_built(built)
    say(f"wrote {out}: {', '.join(f'{number:,} {what}' for what, number in built.counts.items())}; of {day}")
    return asked.exit_code((), partial=partial)


@knowledge.command("import", epilog="Example: sentinel knowledge import /media/usb/knowledge.zip")
@click.argument("file", type=_FILE)
@click.option("--older", is_flag=True, help="Take it also where a newer one is in place.")
@_BUNDLE
@_POLICY
@asks("content")
def import_(asked: Asked, file: Path, *, older: bool, **places: str | None) -> int:
    """Check a bundle that was carried here, and put it in its place: signed by whom this site trusts, and unchanged."""
    settings, now = _settings(places), datetime.now(UTC)
    place = Path(settings.knowledge.value)
    found = knowing.take_in(file, place, Path(settings.policy.value), now, older=older)
    say(f"signed by {found.signed_by}")
    say_all(f"{one.name}: of {one.dated}, {counted(one.age_days, 'day')} ago: old" for one in found.feeds if one.old)
    instead = f", instead of the one of {found.before}" if found.before else ""
    say(f"the bundle of {found.created} is in {place}{instead}")
    return asked.exit_code(())


@knowledge.command(epilog="Example: sentinel knowledge show --product nginx --format jsonl")
@click.option("--product", metavar="NAME", help="What is stated about a product; also as maker:product.")
@click.option("--cve", metavar="CVE", help="What is known of a CVE, and which products it concerns.")
@click.option("--lines", metavar="NAME", help="Until when the lines of a product are mended (name at endoflife.date).")
@_BUNDLE
@_POLICY
@asks("form")
def show(asked: Asked, product: str | None, cve: str | None, lines: str | None, **places: str | None) -> int:
    """Show what the bundle is made of, how old that is, and what it says of a product or a CVE."""
    if sum(one is not None for one in (product, cve, lines)) > 1:
        raise click.UsageError("--product, --cve and --lines are asked one at a time")
    with _opened(_settings(places), chosen=places["bundle"]) as bundle:
        if product is not None:
            _show_statements(bundle, product, asked.form)
        elif cve is not None:
            found = knowing.known_weakness(bundle, cve.strip().upper())
            emit([record_of(found)] if found else [], WEAKNESSES, asked.form)
            _say_unknown(cve, known=found is not None)
        elif lines is not None:
            _show_lines(bundle, lines, asked.form)
        else:
            _show_feeds(bundle, asked.form)
    return asked.exit_code(())


@knowledge.command(epilog="Example: sentinel knowledge keygen kari.key")
@click.argument("private", metavar="KEY", type=NEW_FILE)
def keygen(private: Path) -> None:
    """Make a pair of keys: KEY, which only you can read, and KEY.pub for the folder `knowledge-keys` of a policy."""
    public = private.with_name(private.name + ".pub")
    say(f"made {private} and {public}: key {signing.make_keys(private, public)}")


def _settings(places: Mapping[str, str | None]) -> Settings:
    return resolve({"knowledge": places.get("bundle"), "policy": places.get("policy")}, os.environ)


def _opened(settings: Settings, chosen: str | None) -> Bundle:
    """Open the bundle in its place; one that was named may be looked into by whoever does not trust its key too."""
    place, policy = Path(settings.knowledge.value), Path(settings.policy.value)
    if chosen is None:
        return knowing.placed(place, policy)
    bundle = Bundle(place)
    try:
        say(f"signed by {bundle.signed_by(signing.read_trusted(policy / knowing.KEYS))}")
    except InputError as error:
        say(f"{error}; only shown")
    return bundle


def _show_feeds(bundle: Bundle, form: str) -> None:
    today = datetime.now(UTC).date()
    feeds = list(knowing.known_feeds(bundle, today))
    emit((record_of(feed) for feed in feeds), FEEDS, form)
    say(f"of {bundle.created}: {', '.join(f'{number:,} {what}' for what, number in bundle.counts.items())}")
    say_all(_old(feed) for feed in feeds if feed.old)


def _old(feed: KnownFeed) -> str:
    return f"{feed.name} is old: of {feed.dated}, {counted(feed.age_days, 'day')} ago; what came since is not known"


def _show_statements(bundle: Bundle, product: str, form: str) -> None:
    keys = knowing.found_products(bundle, product)
    told = (record_of(one) for one in knowing.statements(bundle, keys))
    emit(told, STATEMENTS, form)
    _say_unknown(product, known=bool(keys))
    if len(keys) == knowing.MOST_PRODUCTS:
        say(f"the first {knowing.MOST_PRODUCTS} products whose names hold these words; say more of the name")


def _show_lines(bundle: Bundle, product: str, form: str) -> None:
    told = [record_of(one) for one in knowing.release_lines(bundle, product)]
    emit(told, LINES, form)
    _say_unknown(product, known=bool(told))


def _say_unknown(what: str, *, known: bool) -> None:
    if not known:
        say(f"no source of this bundle states anything about '{what}': that is not the same as safe")


def _say_built(built: Built) -> bool:
    """Tell what was read and what not; return whether something was left out that we should have read."""
    lost = 0
    for feed in built.feeds:
        say(f"{feed.name}: {counted(feed.kept, 'record')} read, of {feed.dated}{_reasons(feed.skipped)}")
        parts: Mapping[str, Any] = built.parts[feed.name]
        if parts:
            say("  left out of these: " + ", ".join(f"{n:,} {reason}" for reason, n in sorted(parts.items())))
        lost += _lost(feed.skipped) + _lost(parts)
    if built.other.skipped:
        say(f"of no feed that is known{_reasons(built.other.skipped).replace('; skipped', '')}")
        lost += _lost(built.other.skipped)
        examples = [one for one in built.other.examples.values() if one.reason not in FOREIGN][:_EXAMPLES]
        say_all(f"  {one.source}: {one.reason}{f': {one.detail}' if one.detail else ''}" for one in examples)
    return lost > 0


def _reasons(skipped: Mapping[str, int]) -> str:
    told = ", ".join(f"{number:,} {reason}" for reason, number in sorted(skipped.items()))
    return f"; skipped: {told}" if told else ""


def _lost(skipped: Mapping[str, int]) -> int:
    return sum(number for reason, number in skipped.items() if reason not in FOREIGN)
