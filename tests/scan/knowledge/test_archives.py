from __future__ import annotations

import io
import tarfile
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge.archives import BLOCK, ArchiveError, is_tar, tar_members, zip_members
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


def zipped(names: list[str]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        for name in names:
            archive.writestr(name, name)
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


def test_zip_members_from_a_file_and_from_a_stream() -> None:
    raw = zipped(NAMES)
    told = [(name, name) for name in NAMES]

    for opened in (None, io.BytesIO(raw)):
        found = [
            (name, member if isinstance(member, str) else member.read(10_000).decode())
            for name, member in zip_members(Stream(iter([raw])), opened)
        ]
        assert found == told


def test_a_zip_without_a_table_of_contents_is_broken() -> None:
    with pytest.raises(ArchiveError):
        list(zip_members(Stream(iter([zipped(NAMES)[:-30]])), None))


def test_members_that_cannot_be_read_say_why() -> None:
    raw = bytearray(zipped(["a.json"]))
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"PK\x05\x06"))
    raw[at + 10] = 14  # LZMA
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")

    assert [member for _, member in zip_members(Stream(iter([bytes(raw)])), None) if isinstance(member, str)] == [
        "unsupported"
    ]
    assert [member for _, member in zip_members(Stream(iter([link.getvalue()])), None)] == ["link"]


@pytest.mark.fuzz
@given(st.binary(max_size=2000), st.integers(0, 3000), st.booleans())
def test_any_bytes_are_survived(noise: bytes, place: int, is_zip: bool) -> None:
    raw = zipped(["a", "b"]) if is_zip else tarred(tarfile.GNU_FORMAT, ["a", "b"])
    at = place % len(raw)
    stream = Stream(iter([raw[:at] + noise + raw[at + len(noise) :]]))
    with suppress(ArchiveError):
        for _, member in zip_members(stream, None) if is_zip else tar_members(stream):
            assert isinstance(member, str) or len(member.read(100_000)) <= 100_000
