from __future__ import annotations

import io
import tarfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge.archives import BLOCK, ArchiveError, is_tar, tar_members
from sentinel.scan.knowledge.stream import Stream

NAMES = ["a.json", "deep/" * 30 + "b.json", "æ" * 80 + ".json", "../../etc/passwd"]


def tarred(form: int, names: list[str]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=form) as archive:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(name.encode())
            archive.addfile(entry, io.BytesIO(name.encode()))
    return raw.getvalue()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_members_of_every_form(form: int) -> None:
    names = NAMES if form != tarfile.USTAR_FORMAT else ["a.json", "deep/" * 30 + "b.json"]
    raw = tarred(form, names)

    assert is_tar(raw)
    found = [(name, member.read(10_000).decode()) for name, member in tar_members(Stream(iter([raw])))]
    assert found == [(name, name) for name in names]


def test_a_member_that_is_not_read_is_passed_over() -> None:
    raw = tarred(tarfile.GNU_FORMAT, ["a", "b", "c"])

    assert [name for name, _ in tar_members(Stream(iter([raw])))] == ["a", "b", "c"]


def test_a_tar_that_breaks_off_gives_what_was_whole() -> None:
    raw = tarred(tarfile.GNU_FORMAT, ["a", "b"])

    for length in (BLOCK * 4, BLOCK * 4 + 100):
        found = tar_members(Stream(iter([raw[:length]])))
        assert next(found)[0] == "a"
        with pytest.raises(ArchiveError, match="breaks off"):
            next(found)


def test_a_name_as_long_as_memory_is_not_kept() -> None:
    header = bytearray(tarred(tarfile.GNU_FORMAT, ["a"])[BLOCK * 2 : BLOCK * 3])
    header[124:136] = b"77777777777\0"
    header[156:157] = b"x"
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    stream = Stream(iter([bytes(header), b"x" * 10_000]))

    with pytest.raises(ArchiveError, match="breaks off"):
        next(tar_members(stream))


@pytest.mark.fuzz
@given(st.binary(max_size=2000), st.integers(0, 3000))
def test_any_bytes_are_survived(noise: bytes, place: int) -> None:
    raw = tarred(tarfile.GNU_FORMAT, ["a", "b"])
    at = place % len(raw)
    stream = Stream(iter([raw[:at] + noise + raw[at + len(noise) :]]))
    with suppress(ArchiveError):
        for _, member in tar_members(stream):
            assert len(member.read(100_000)) <= 100_000
