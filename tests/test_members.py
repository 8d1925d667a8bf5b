from __future__ import annotations

import hashlib
import io
from zipfile import ZipFile

from sentinel.members import Member, member_of, write_member


def test_a_member_is_told_by_the_hash_and_size_of_its_bytes() -> None:
    assert member_of("æ".encode()) == Member(hashlib.sha256("æ".encode()).hexdigest(), 2)


def test_nothing_of_the_moment_is_written() -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        told = write_member(archive, "a.yml", b"abc" * 99)
    (entry,) = ZipFile(packed).infolist()

    assert (entry.date_time, entry.external_attr >> 16) == ((1980, 1, 1, 0, 0, 0), 0o100644)
    assert told == member_of(b"abc" * 99)
