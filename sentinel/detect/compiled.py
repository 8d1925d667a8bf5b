"""Rules ready to run: loaded and searched for their needles, or taken out of a cache where nothing has changed."""

from __future__ import annotations

import gc
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

import sentinel
from sentinel.detect.fast.alarm import Alarm, Alarms, build_alarms
from sentinel.detect.fast.matcher import known_of
from sentinel.detect.fast.scanner import Scanner, available
from sentinel.detect.kept_rules import KeptRules, keep, take_up
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.rule_files import RuleFile, hash_files, rule_files
from sentinel.detect.transforms import Placeholders

PACKAGES = ("pysigma", "PyYAML", "msgspec", "hyperscan")
"""Those that decide what rules are compiled to, or what the bytes in the cache mean."""
KEY_BYTES = 20
SELDOM = 50_000
"""Objects made between two looks for cycles; Python's own 700 cost a tenth of the time that logs take."""
SOURCES = ("detect/**/*.py", "model/*.py", "content.py", "errors.py")
"""The parts of this program that do."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """The program that compiles, as far as it decides what comes out: the folder of its sources, and packages."""

    sources: Path
    packages: tuple[str, ...] = PACKAGES


OURSELVES = Compiler(Path(sentinel.__file__).parent)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule set, and what wakes its rules where that is known already."""

    ruleset: RuleSet
    alarms: Alarms | None = None


class KeptAlarm(msgspec.Struct, array_like=True):
    """An alarm with its scanner as Hyperscan writes it."""

    database: bytes
    needles: tuple[bytes, ...]
    wakes: tuple[tuple[int, ...], ...]
    wakeless: frozenset[int]
    chosen: dict[int, frozenset[bytes]]


class Kept(msgspec.Struct, array_like=True):
    """What is in the cache."""

    rules: KeptRules
    alarms: tuple[KeptAlarm, dict[int, frozenset[bytes]]] | None


def compile_rules(
    folders: Iterable[Path], base: Path, placeholders: Placeholders, cache: RuleCache | None = None
) -> Compiled:
    """Load rules as `load_rules` does, or take the same out of the cache."""
    folders = list(folders)
    key = cache and hash_inputs(folders, base, placeholders)
    if cache and key and (data := cache.load(key)) and (found := _decoded(data)):
        return found
    compiled = _compile(folders, base, placeholders)
    # Rules that were changed while they were read must not be kept for what they were before, or are now.
    if cache and key and key == hash_inputs(folders, base, placeholders) and (encoded := _encoded(compiled)):
        cache.save(key, encoded)
    return compiled


def hash_inputs(
    folders: Iterable[Path], base: Path, placeholders: Placeholders, compiler: Compiler = OURSELVES
) -> str | None:
    """Return a hash of all that decides what rules are compiled to; None where it cannot be known."""
    try:
        sources = _hash_sources(compiler.sources)
        rules = hash_files(rule_files(folders, base))
    except OSError:
        return None
    if sources is None:
        return None
    versions = [sys.version, *map(_version, compiler.packages)]
    values = sorted((name, list(values)) for name, values in placeholders.items())
    meant = json.dumps([sources, rules, versions, values])
    return hashlib.blake2b(meant.encode(), digest_size=KEY_BYTES).hexdigest()


def _hash_sources(package: Path) -> str | None:
    """Return a hash of our own sources, so that whoever changes them is given no rules of before; None without any."""
    paths = sorted(path for part in SOURCES for path in package.glob(part))
    return hash_files(RuleFile(str(path), str(path.relative_to(package))) for path in paths) if paths else None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _compile(folders: Iterable[Path], base: Path, placeholders: Placeholders) -> Compiled:
    from sentinel.detect.sigma import load_rules  # noqa: PLC0415 -- pySigma takes as long to import as a warm start

    with _uncollected():
        ruleset = load_rules(folders, base, placeholders)
        return Compiled(ruleset, build_alarms(list(map(known_of, ruleset.rules))) if available() else None)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for cycles meanwhile: rules have none, and looking takes a third of the whole time.

    Nor is it to look through them ever again while logs are read; through what comes of these, which has none
    either, it is to look SELDOM.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(SELDOM)
        if enabled:
            gc.enable()


def _encoded(compiled: Compiled) -> bytes | None:
    """Return what is kept; None where that cannot be: text that is half a character, or nesting without end."""
    try:
        alarms = compiled.alarms
        both = (_kept_alarm(alarms.values), dict(alarms.lines)) if alarms else None
        kept = Kept(keep(compiled.ruleset), both)
        return msgspec.msgpack.encode(kept)
    except (ValueError, LookupError, RecursionError):
        return None


def _kept_alarm(alarm: Alarm) -> KeptAlarm:
    database = alarm.scanner.dump() if alarm.scanner else b""
    return KeptAlarm(database, alarm.needles, alarm.wakes, alarm.wakeless, dict(alarm.chosen))


def _decoded(data: bytes) -> Compiled | None:
    """Return what was encoded; None where this machine cannot use it."""
    try:
        with _uncollected():
            kept = msgspec.msgpack.decode(data, type=Kept)
            alarms = Alarms(_alarm(kept.alarms[0]), kept.alarms[1]) if kept.alarms else None
            return Compiled(take_up(kept.rules), alarms)
    except ValueError:  # bytes of something else, or a database for another processor
        return None


def _alarm(kept: KeptAlarm) -> Alarm:
    scanner = Scanner.loaded(kept.database) if kept.database else None
    return Alarm(scanner, kept.needles, kept.wakes, kept.wakeless, kept.chosen)
