"""Builds a bundle from feeds: read, the newest word of each document kept, sorted on disk, and sealed.

Memory stays small however long the feeds are, and the same feeds give the same bytes: nothing of the moment, the
machine or the order of reading is in it.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson

from sentinel.errors import InputError, Location
from sentinel.members import MANIFEST, SIGNATURE, Member, write_member
from sentinel.model.knowledge import Feed, Statement, Weakness, product_key
from sentinel.model.skipped import Tally
from sentinel.scan.knowledge.codec import pack_line, pack_statement, pack_weakness, unpack_weakness
from sentinel.scan.knowledge.documents import documents
from sentinel.scan.knowledge.feeds import FEEDS, feed_from
from sentinel.scan.knowledge.formats import TITLES, Intakes, read_document
from sentinel.scan.knowledge.merge import Fragment, merged
from sentinel.scan.knowledge.shards import SCHEMA, Kind, block_of, write_shards
from sentinel.scan.knowledge.spool import Spool
from sentinel.scan.knowledge.told import Intake, Thing, Told

_TAB = b"\t"
_key = lru_cache(maxsize=16_384)(product_key)  # feeds name the same products again and again


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build: the feeds, what was left out of them, what was of no feed, and what the bundle holds."""

    feeds: tuple[Feed, ...]
    parts: Mapping[str, Mapping[str, int]]
    other: Tally
    counts: Mapping[str, int]


@dataclass(slots=True)
class _Spools:
    """The kinds of lines on their way into shards."""

    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    by_kind: dict[Kind, Spool] = field(default_factory=dict)

    def of(self, kind: Kind) -> Spool:
        if kind not in self.by_kind:
            self.by_kind[kind] = Spool(self.folder / kind)
        return self.by_kind[kind]


def build(feeds: Sequence[tuple[Path, str]], out: Path, as_of: date, seal: Callable[[bytes], str]) -> Built:
    """Write a bundle of these files and folders, each with its name; `seal` returns the signature of the manifest.

    The file is there whole or not at all. InputError: a feed cannot be read, is none, or tells no day.
    """
    intakes = Intakes(as_of)
    try:
        with tempfile.TemporaryDirectory(dir=out.resolve().parent, prefix=".knowledge-") as name:
            folder = Path(name)
            told = Spool(folder / "told")
            for path, label in feeds:
                _take(path, label, intakes, told)
            dated = [feed_from(intake, _dated(intake)) for _, intake in sorted(intakes.feeds.items())]
            half = folder / "bundle"
            counts = _write(half, _settled(told, folder), (as_of, dated, intakes), seal)
            half.chmod(0o644)
            half.replace(out)
    except OSError as error:
        raise InputError(Location(str(out)), f"cannot be written: {error.strerror}") from error
    parts = {name: dict(intake.tally.parts) for name, intake in sorted(intakes.feeds.items())}
    return Built(tuple(dated), parts, intakes.other, counts)


def _take(path: Path, label: str, intakes: Intakes, told: Spool) -> None:
    """Read a feed into the spool of what was told."""
    before = intakes.known
    for document in documents(path, label, intakes.other):
        for one in read_document(document, intakes):
            for line in _lines(one):
                told.add(f"{one.source}/{one.document}", line)
    if intakes.known == before:
        raise InputError(Location(label), f"holds no feed that is read; those are {', '.join(TITLES)}")


def _dated(intake: Intake) -> date:
    found = intake.oldest if FEEDS[intake.feed].dated == "oldest" else intake.newest
    if found is None:
        raise InputError(Location(intake.feed), f"tells no day on or before {intake.as_of} on which it was current")
    return found


def _lines(one: Told) -> Iterator[bytes]:
    """Yield the lines of a document for the spool; one that says nothing leaves a line too, to replace older ones."""
    head = _TAB.join((one.source.encode(), one.document.encode(), one.updated.encode()))
    yield head + b"\t\t\t"
    for number, thing in enumerate(one.things):
        kind, key, packed = _packed(thing, number)
        yield _TAB.join((head, kind.encode(), key.encode(), packed))
        if isinstance(thing, Statement):
            for cve in thing.cves:
                yield _TAB.join((head, b"concerns", cve.encode(), key.encode()))


def _packed(thing: Thing, number: int) -> tuple[Kind, str, bytes]:
    if isinstance(thing, Statement):
        return "statements", _key(thing.vendor, thing.product), pack_statement(thing)
    if isinstance(thing, Weakness):
        return "weaknesses", thing.cve, pack_weakness(thing)
    return "lines", f"{thing.product} {number:05}", pack_line(thing)


def _settled(told: Spool, folder: Path) -> _Spools:
    """Keep the newest word of each document, and spread it by what it is about."""
    spools = _Spools(folder)
    for _, lines in told.buckets():
        split = (line.split(_TAB, 5) for line in lines)
        for _, same in groupby(split, key=lambda parts: parts[:2]):
            told_lines = list(same)
            newest = told_lines[-1][2]
            for source, document, updated, kind, key, packed in told_lines:
                if kind and updated == newest:
                    _spread(spools, kind.decode(), key.decode(), (source, document, updated, packed))
    return spools


def _spread(spools: _Spools, kind: str, key: str, parts: tuple[bytes, bytes, bytes, bytes]) -> None:
    source, document, updated, packed = parts
    if kind == "statements":
        line = (key.encode(), key.encode(), source, document, packed)
        spools.of("statements").add(key, _TAB.join(line))
    elif kind == "weaknesses":
        block = block_of(key)
        line = (block.encode(), key.encode(), source, updated, packed)
        spools.of("weaknesses").add(block, _TAB.join(line))
    elif kind == "concerns":
        block = block_of(key)
        spools.of("concerns").add(block, _TAB.join((block.encode(), key.encode(), packed)))
    else:
        product, _, number = key.rpartition(" ")
        spools.of("lines").add(product, _TAB.join((product.encode(), product.encode(), number.encode(), packed)))


def _write(
    path: Path, spools: _Spools, about: tuple[date, Sequence[Feed], Intakes], seal: Callable[[bytes], str]
) -> Mapping[str, int]:
    settle: dict[Kind, Callable[[list[bytes]], Iterable[bytes]]] = {
        "statements": lambda lines: _with_makers(lines, spools),
        "weaknesses": lambda lines: _counted(_merged(lines), "weaknesses", spools),
        "concerns": lambda lines: lines,
        "lines": lambda lines: _counted(lines, "lines", spools),
        "makers": lambda lines: _counted(lines, "products", spools),
    }
    bits: dict[str, int] = {}
    members: dict[str, Member] = {}
    with ZipFile(path, "w") as archive:
        for kind, settled in settle.items():  # makers come last: they are found while statements are written
            bits[kind], written = write_shards(archive, kind, spools.of(kind), settled)
            members |= written
        raw = _manifest(about, bits, members, spools.counts)
        write_member(archive, MANIFEST, raw)
        write_member(archive, SIGNATURE, seal(raw).encode())
    return dict(spools.counts)


def _manifest(
    about: tuple[date, Sequence[Feed], Intakes],
    bits: Mapping[str, int],
    members: Mapping[str, Member],
    counts: Mapping[str, int],
) -> bytes:
    created, feeds, intakes = about
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "created": created,
        "feeds": [asdict(feed) | {"parts": dict(sorted(intakes.of(feed.name).tally.parts.items()))} for feed in feeds],
        "counts": dict(sorted(counts.items())),
        "bits": bits,
        "members": {name: asdict(member) for name, member in sorted(members.items())},
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _with_makers(lines: list[bytes], spools: _Spools) -> Iterator[bytes]:
    for key, same in groupby(lines, key=lambda line: line[: line.index(_TAB)]):
        maker = key.partition(b":")[0]
        spools.of("makers").add(maker.decode(), _TAB.join((maker, maker, key)))
        yield from _counted(same, "statements", spools)


def _merged(lines: list[bytes]) -> Iterator[bytes]:
    split = (line.split(_TAB, 3) for line in lines)
    for cve, same in groupby(split, key=lambda parts: parts[0]):
        fragments = [Fragment(s.decode(), u.decode(), unpack_weakness(packed)) for _, s, u, packed in same]
        yield cve + _TAB + pack_weakness(merged(cve.decode(), fragments))


def _counted(lines: Iterable[bytes], what: str, spools: _Spools) -> Iterator[bytes]:
    for line in lines:
        spools.counts[what] += 1
        yield line
