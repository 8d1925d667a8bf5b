from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from sentinel.members import write_member
from sentinel.scan.knowledge.shards import bits_for, block_of, member_name, write_shards
from sentinel.scan.knowledge.spool import Spool


@pytest.mark.parametrize("size", [0, 3000, 90_000, 600_000, 14_000_000])
def test_shards_hold_every_line_where_it_is_looked_for(tmp_path: Path, size: int) -> None:
    spool = Spool(tmp_path / "x")
    keys = [f"maker:product-{number}" for number in range(300)]
    padding = "x" * (size // 300)
    for key in keys:
        spool.add(key, f"{key}\t{key}\t{padding}".encode())
    raw = io.BytesIO()
    with ZipFile(raw, "w") as archive:
        bits, members = write_shards(archive, "statements", spool, lambda lines: lines)
    with ZipFile(raw) as archive:
        shards = {name: archive.read(name) for name in members}

    assert bits == bits_for(spool.size)
    for key in keys:
        lines = shards[member_name("statements", key, bits)].splitlines()
        assert f"{key}\t{padding}".encode() in lines
        assert lines == sorted(lines)
    assert sum(len(shard.splitlines()) for shard in shards.values()) == len(keys)
    assert all(len(shards[name]) == member.bytes for name, member in members.items())


def test_a_shard_is_some_tens_of_kilobytes() -> None:
    assert [bits_for(size) for size in (0, 40_000, 100_000, 10**7, 10**8, 10**12)] == [0, 0, 2, 8, 11, 12]


def test_nothing_of_the_moment_is_in_a_member() -> None:
    written = []
    for _ in range(2):
        raw = io.BytesIO()
        with ZipFile(raw, "w") as archive:
            member = write_member(archive, "a", b"data")
        written.append(raw.getvalue())

    assert written[0] == written[1]
    assert member.bytes == 4


def test_numbers_that_are_close_lie_together() -> None:
    assert block_of("CVE-2024-12345") == block_of("CVE-2024-12399") != block_of("CVE-2024-12400")
