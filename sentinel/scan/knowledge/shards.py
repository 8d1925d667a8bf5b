"""How a bundle is laid out: one zip file, in it a signed manifest and shards of lines by the hash of their key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Literal
from zipfile import ZipFile

from sentinel.members import Member, write_member
from sentinel.scan.knowledge.spool import Spool, spread

SCHEMA = "sentinel.knowledge/1"
Kind = Literal["statements", "weaknesses", "concerns", "lines", "makers"]
Settle = Callable[[list[bytes]], Iterable[bytes]]
KINDS: tuple[Kind, ...] = ("statements", "weaknesses", "concerns", "lines", "makers")
_SHARD_BYTES = 48 * 1024
_FINEST = 12


def member_name(kind: str, key: str, bits: int) -> str:
    """Return the name of the shard that a key is in, where shards are told apart by so many bits of the hash."""
    return _name(kind, spread(key) >> (16 - bits))


def block_of(cve: str) -> str:
    """Return the key that a CVE is spread by: numbers that are close together lie together, as they are asked for."""
    return cve[:-2]


def bits_for(size: int) -> int:
    """Return how many bits tell shards apart so that one is some tens of kilobytes."""
    return min(_FINEST, max(0, (size // _SHARD_BYTES).bit_length()))


def write_shards(archive: ZipFile, kind: Kind, spool: Spool, settle: Settle) -> tuple[int, dict[str, Member]]:
    """Write a spool of lines `spread key, tab, line` as shards, each settled first.

    Return the bits that tell shards apart, and the members.
    """
    bits = bits_for(spool.size)
    members = {}
    for number, lines in _cut(spool, bits):
        name = _name(kind, number)
        members[name] = write_member(archive, name, b"".join(line + b"\n" for line in settle(lines)))
    return bits, members


def _cut(spool: Spool, bits: int) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the lines of each shard: several buckets together, or a bucket in parts."""
    numbered = (pair for _, lines in spool.buckets() for pair in _numbered(lines, bits))
    for number, pairs in groupby(numbered, key=lambda pair: pair[0]):
        yield number, sorted(line for _, line in pairs)


def _numbered(lines: Iterable[bytes], bits: int) -> list[tuple[int, bytes]]:
    found = [(spread(_key(line)) >> (16 - bits), line.partition(b"\t")[2]) for line in lines]
    return sorted(found) if bits > 8 else found  # noqa: PLR2004 -- a bucket is of one number up to there


def _key(line: bytes) -> str:
    return line[: line.index(b"\t")].decode()


def _name(kind: str, number: int) -> str:
    return f"{kind}/{number:03x}.jsonl"
