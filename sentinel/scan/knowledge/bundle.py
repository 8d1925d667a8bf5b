"""Reads a bundle: only the shards that are asked for, each believed only when its hash is the one that was signed."""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile, ZipFile

import orjson

from sentinel.errors import InputError, Location, SignatureError
from sentinel.members import MANIFEST, SIGNATURE, Member
from sentinel.model.knowledge import Line, Statement, Weakness, product_key
from sentinel.scan.knowledge.codec import feed_of, unpack_line, unpack_statement, unpack_weakness
from sentinel.scan.knowledge.shards import KINDS, SCHEMA, Kind, block_of, member_name
from sentinel.signing import Signature, Trusted, parse_signature, verify

MOST_MANIFEST = 64 * 1024 * 1024
REMEMBERED = 16 * 1024 * 1024
"""Bytes of shards that are kept at hand."""
_ZIP = b"PK"
_BROKEN = (BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError, KeyError)


class Bundle:
    """A dated bundle of knowledge in one file; it is the `Knowledge` of sentinel.model.knowledge.

    `created` is the day it was made for, `counts` what it holds by kind, `signature` who signed it by their own word:
    `signed_by` checks that.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        """Open a bundle; InputError, in one line, where it is none, is cut off, not signed, or of a newer schema."""
        self.name = name or str(path)
        self._archive = self._opened(path)
        self._raw = self._member(MANIFEST, MOST_MANIFEST, "is no knowledge bundle: it has no manifest")
        self.signature: Signature = self._signature()
        told = self._manifest()
        try:
            self.created = date.fromisoformat(told["created"])
            self.feeds = tuple(feed_of(feed) for feed in told["feeds"])
            self.counts: Mapping[str, int] = {str(kind): int(number) for kind, number in told["counts"].items()}
            self._bits = {kind: int(told["bits"][kind]) for kind in KINDS}
            self._members = {str(name): Member(**member) for name, member in told["members"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._error("has a manifest that cannot be read") from error
        self._at_hand: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def products(self, vendor: str) -> tuple[str, ...]:
        """Return the keys of all products of a maker that statements are about."""
        maker = product_key(vendor, "").removesuffix(":")
        return tuple(sorted(line.decode() for line in self._lines("makers", maker, maker)))

    def about(self, key: str) -> Iterator[Statement]:
        """Yield what is stated about a product, ordered by source and advisory."""
        for line in self._lines("statements", key, key):
            yield unpack_statement(line.split(b"\t", 2)[2])

    def weaknesses(self, cves: Iterable[str]) -> dict[str, Weakness]:
        """Return what is known of CVEs; one that no source tells is missing."""
        found = {}
        for cve in sorted(set(cves), key=lambda cve: (block_of(cve), cve)):
            for line in self._lines("weaknesses", block_of(cve), cve):
                found[cve] = unpack_weakness(line)
        return found

    def concerned(self, cve: str) -> tuple[str, ...]:
        """Return the keys of all products that statements name together with a CVE."""
        return tuple(line.decode() for line in self._lines("concerns", block_of(cve), cve))

    def keys(self) -> Iterator[str]:
        """Yield the keys of all products that statements are about, by maker's shard."""
        for name in self._members:
            if name.startswith("makers/"):
                for line in self._checked(name).splitlines():
                    yield line.partition(b"\t")[2].decode()

    def lines(self, product: str) -> tuple[Line, ...]:
        """Return the release lines of a product, by its name at endoflife.date; empty where it is not there."""
        return tuple(unpack_line(line.split(b"\t", 1)[1]) for line in self._lines("lines", product, product))

    def signed_by(self, trusted: Mapping[str, Trusted]) -> str:
        """Return who signed this bundle; InputError where that is nobody who is trusted, or it was changed since."""
        try:
            return verify(self._raw, self.signature, trusted, "the bundle")
        except SignatureError as error:
            raise self._error(str(error)) from error

    def check(self, now: datetime) -> None:
        """Check every member, and that the bundle is not from the future; InputError for what does not hold."""
        if self.created > now.astimezone(UTC).date() + timedelta(days=1):
            raise self._error(f"is dated {self.created}, which is in the future")
        told = {*self._members, MANIFEST, SIGNATURE}
        if strange := sorted(set(self._archive.namelist()) ^ told):
            raise self._error(f"was changed since it was signed: {strange[0]} was put in or taken out")
        for name in self._members:
            self._checked(name)

    def _lines(self, kind: Kind, spread_key: str, key: str) -> Iterator[bytes]:
        """Yield what stands behind a key in its shard."""
        if "\t" in key or "\n" in key or not key:
            return
        name = member_name(kind, spread_key, self._bits[kind])
        if name not in self._members:
            return
        shard, start = self._shard(name), b"\n" + key.encode("utf-8", errors="replace") + b"\t"
        at = shard.find(start)
        while at >= 0:
            end = shard.index(b"\n", at + 1)
            yield shard[at + len(start) : end]
            at = end if shard.startswith(start, end) else -1

    def _shard(self, name: str) -> bytes:
        """Return a shard behind a line end, from those at hand where it is among them."""
        if name in self._at_hand:
            self._at_hand.move_to_end(name)
            return self._at_hand[name]
        found = b"\n" + self._checked(name)
        self._at_hand[name] = found
        self._held += len(found)
        while self._held > REMEMBERED and len(self._at_hand) > 1:
            self._held -= len(self._at_hand.popitem(last=False)[1])
        return found

    def _checked(self, name: str) -> bytes:
        member = self._members[name]
        data = self._member(name, member.bytes, f"was changed since it was signed: {name} is broken")
        if hashlib.sha256(data).hexdigest() != member.sha256:
            raise self._error(f"was changed since it was signed: {name} is not what was signed")
        return data

    def _opened(self, path: Path) -> ZipFile:
        try:
            with path.open("rb") as file:
                head = file.read(len(_ZIP))
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}") from error
        if head != _ZIP:
            raise self._error("is empty" if not head else "is no knowledge bundle")
        try:
            return ZipFile(path)
        except _BROKEN as error:
            raise self._error("is cut off, or no knowledge bundle") from error

    def _member(self, name: str, most: int, absent: str) -> bytes:
        """Return the bytes of a member of at most so many."""
        try:
            with self._archive.open(name) as file:
                data = file.read(most + 1)
        except _BROKEN as error:
            raise self._error(absent) from error
        if len(data) > most:
            raise self._error(f"was changed since it was signed: {name} is larger than it may be")
        return data

    def _signature(self) -> Signature:
        raw = self._member(SIGNATURE, MOST_MANIFEST, "is not signed")
        try:
            return parse_signature(raw, self.name)
        except SignatureError as error:
            raise self._error("is not signed: its signature is none") from error

    def _manifest(self) -> dict[str, Any]:
        try:
            told = orjson.loads(self._raw)
        except orjson.JSONDecodeError as error:
            raise self._error("has a manifest that cannot be read") from error
        schema = told.get("schema") if isinstance(told, dict) else None
        if schema == SCHEMA and isinstance(told, dict):
            return told
        if isinstance(schema, str) and schema.startswith(SCHEMA.rpartition("/")[0] + "/"):
            raise self._error(f"is of the newer kind {schema}: this version of Sentinel reads {SCHEMA}")
        raise self._error("is no knowledge bundle: its manifest is of another kind")

    def _error(self, what: str) -> InputError:
        return InputError(Location(self.name), what)
