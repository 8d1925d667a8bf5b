"""`sentinel doctor`: what this installation has, where each setting comes from, and how to mend what is wrong."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from sentinel import __version__, knowing, upkeep
from sentinel.cli.options import FILES, RULES, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.detect.compiled import compile_rules
from sentinel.detect.routes import load_routes
from sentinel.errors import SentinelError
from sentinel.model.checks import Check
from sentinel.model.text import counted
from sentinel.settings import Settings, Site, read_site, resolve
from sentinel.store.database import open_database, schema_version, without_password

CORE = (
    "click", "pydantic", "pysigma", "evtx", "orjson", "msgspec", "zstandard", "sqlalchemy", "alembic", "jinja2",
    "typst",
)  # fmt: skip
QUICK = "hyperscan"
OPTIONAL = {
    "pyarrow": ("parquet", "reads logs in Parquet"),
    "pysigma-backend-elasticsearch": ("convert", "is one of the back ends of `rules convert`"),
    "psycopg": ("postgres", "keeps the store in PostgreSQL"),
    "scapy": ("active", "is not needed by anything in this version"),
    "python-nmap": ("active", "lets `scan nmap` use an installed nmap"),
}
"""What an extra brings, the extra, and what it is for."""
COLUMNS = (
    Column("state", lambda check: check["state"]),
    Column("what", lambda check: check["what"]),
    Column("found", lambda check: check["found"], grow=True),
    Column("fix", lambda check: check["fix"], grow=True),
)


@click.command(epilog="Example: sentinel doctor --site examples/clinic/site.toml")
@click.option("--site", "site_file", metavar="SITE.toml", type=FILES, help="Also check this site file.")
@click.option("--index", metavar="PATTERN", help="Also hold these indices' mapping against the fields of rules.")
@RULES
@asks("store", "content", "form", "no_cache")
def doctor(asked: Asked, site_file: Path | None, index: str | None, rules: tuple[Path, ...]) -> int:
    """Check this installation and the cluster that the environment names, and show each setting with its origin.

    What could not be looked at says so, which is neither good nor bad. The exit code is 2 where something is wrong.
    """
    site = read_site(site_file) if site_file else None
    settings = resolve({"store": asked.store, "content": asked.content}, os.environ, site)
    checks = [*_programs(), *_settings(settings), *_content(asked.content_folder(site)), *_store(settings)]
    checks += [_knowledge(settings), *_elasticsearch(asked, index, rules)]
    checks += _site(site) if site else []
    emit(map(asdict, checks), COLUMNS, asked.form)
    return 2 if any(check.state == "wrong" for check in checks) else 0


def _programs() -> Iterator[Check]:
    yield Check("ok", "sentinel", f"{__version__} on Python {platform.python_version()}")
    for name in CORE:
        found = _version(name)
        yield Check("ok", name, found) if found else Check("wrong", name, "missing", f"pip install {name}")
    found = _version(QUICK)
    yield Check(
        "ok" if found else "note", QUICK, found or "not installed", "" if found else "logs are read more slowly"
    )
    for name, (extra, use) in OPTIONAL.items():
        found = _version(name)
        fix = "" if found else f"pip install 'helse-sentinel[{extra}]'; it {use}"
        yield Check("ok" if found else "note", name, found or "not installed", fix)
    nmap = shutil.which("nmap")
    yield Check("ok" if nmap else "note", "nmap", nmap or "not installed", "" if nmap else "its XML is read without it")
    yield Check("ok", "encoding", sys.getfilesystemencoding())


def _settings(settings: Settings) -> Iterator[Check]:
    for field in fields(settings):
        setting = getattr(settings, field.name)
        nothing = "(none)" if field.name in {"cache", "policy"} else "(shipped)"
        yield Check(
            "ok", f"setting {field.name}", f"{without_password(setting.value) or nothing} from {setting.origin}"
        )


def _content(folder: Path) -> Iterator[Check]:
    def look() -> str:
        counts, faults = upkeep.check_content(folder)
        if faults:
            raise SentinelError(f"{counted(len(faults), 'fault')}, the first: {faults[0]}")
        return upkeep.in_words(counts)

    yield _try("content", look, "sentinel content check tells each")


def _store(settings: Settings) -> Iterator[Check]:
    def look() -> str:
        here, newest = schema_version(open_database(settings.store.value))
        return f"schema {here} of {newest}"

    yield _try("store", look, "give another with --store or SENTINEL_STORE")


def _knowledge(settings: Settings) -> Check:
    place = Path(settings.knowledge.value)
    if not place.exists():
        return Check("note", "knowledge", "no bundle", "sentinel knowledge import FILE")
    try:
        with knowing.placed(place, Path(settings.policy.value)) as bundle:
            today = datetime.now(UTC).date()
            old = [f"{feed.name} of {feed.dated}" for feed in knowing.known_feeds(bundle, today) if feed.old]
            found = f"of {bundle.created}, {counted(len(bundle.feeds), 'feed')}"
    except SentinelError as error:
        return Check("wrong", "knowledge", str(error).splitlines()[0], "sentinel knowledge import FILE")
    fix = "build and import a newer bundle" if old else ""
    return Check("note" if old else "ok", "knowledge", found + (f"; old: {', '.join(old)}" if old else ""), fix)


def _elasticsearch(asked: Asked, index: str | None, rules: tuple[Path, ...]) -> Iterator[Check]:
    """Look at the cluster that the environment names, if it names one."""
    if not os.environ.get("SENTINEL_ELASTICSEARCH_URL"):
        yield Check("note", "elasticsearch", "none is named", "SENTINEL_ELASTICSEARCH_URL names one")
        return
    from sentinel import examining  # noqa: PLC0415 -- a slow import, for those who use it
    from sentinel.elastic.cluster import access  # noqa: PLC0415 -- as above

    try:
        examination = examining.Examination(access(None, os.environ), lambda: datetime.now(UTC))
        yield from examination.checks()
        if index is not None:
            compiled = compile_rules(rules or [asked.content_folder() / "rules"], Path.cwd(), {}, asked.rule_cache())
            yield examination.mapping(index, compiled.ruleset, load_routes(asked.content_folder()))
    except SentinelError as error:
        yield Check("wrong", "elasticsearch", str(error).splitlines()[0], "SENTINEL_ELASTICSEARCH_URL, …_API_KEY, …_CA")


def _site(site: Site) -> Iterator[Check]:
    for log in site.file.logs:
        count = len(site.matching(log.paths))
        yield Check(
            "ok" if count else "note", f"log {log.name}", counted(count, "file"), "" if count else "never received"
        )
    names = [listed.path for listed in site.file.captures]
    names += [name for listed in site.file.scans for name in (listed.path, listed.columns) if name]
    for name in names:
        there = site.path(name).is_file()
        yield Check("ok" if there else "wrong", name, "there" if there else "not there")


def _try(what: str, look: Callable[[], str], fix: str) -> Check:
    try:
        return Check("ok", what, look())
    except SentinelError as error:
        return Check("wrong", what, str(error).splitlines()[0], fix)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
