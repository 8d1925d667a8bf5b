from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge.archives import ArchiveError
from sentinel.scan.knowledge.stream import Allowance, Stream
from sentinel.scan.knowledge.zips import zip_members
from tests.scan.knowledge.test_archives import NAMES


def zipped(names: list[str]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        for name in names:
            archive.writestr(name, name)
    return raw.getvalue()


def found_in(raw: io.BytesIO) -> Iterator[tuple[str, Stream | str]]:
    return zip_members(Stream(iter([])), raw, Allowance())


def test_zip_members_from_a_file_and_from_a_stream() -> None:
    raw = zipped(NAMES)
    told = [(name, name) for name in NAMES]

    for opened in (None, io.BytesIO(raw)):
        found = [
            (name, member if isinstance(member, str) else member.read(10_000).decode())
            for name, member in zip_members(Stream(iter([raw])), opened, Allowance())
        ]
        assert found == told


def test_a_zip_without_a_table_of_contents_is_broken() -> None:
    with pytest.raises(ArchiveError):
        list(zip_members(Stream(iter([zipped(NAMES)[:-30]])), None, Allowance()))


def test_members_that_cannot_be_read_say_why() -> None:
    raw = bytearray(zipped(["a.json"]))
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"PK\x05\x06"))
    raw[at + 10] = 14  # LZMA
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")

    assert [
        member for _, member in zip_members(Stream(iter([bytes(raw)])), None, Allowance()) if isinstance(member, str)
    ] == ["unsupported"]
    assert [member for _, member in zip_members(Stream(iter([link.getvalue()])), None, Allowance())] == ["link"]


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_larger_than_a_piece_and_written_without_knowing_their_size(kind: int) -> None:
    raw = io.BytesIO()
    long = bytes(range(256)) * 5000
    with zipfile.ZipFile(raw, "w", kind) as archive, archive.open("long", "w", force_zip64=True) as member:
        member.write(long)

    [(name, found)] = found_in(raw)
    assert name == "long"
    assert isinstance(found, Stream)
    assert found.read(10_000_000) == long
    assert found.broken == ""


def test_more_members_than_16_bits_count() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for number in range(66_000):
            archive.writestr(f"{number}", b"")

    assert sum(1 for _ in found_in(raw)) == 66_000


def test_a_member_that_was_changed_is_broken() -> None:
    raw = bytearray(zipped(["a.json"]))
    raw[raw.index(b"a.json") + 8] ^= 1
    [(_, member)] = zip_members(Stream(iter([bytes(raw)])), None, Allowance())

    assert isinstance(member, Stream)
    member.read(1000)
    assert member.broken


@pytest.mark.fuzz
@given(st.binary(max_size=200), st.integers(0, 3000))
def test_any_bytes_are_survived(noise: bytes, place: int) -> None:
    raw = zipped(["a", "b" * 50])
    at = place % len(raw)
    stream = Stream(iter([raw[:at] + noise + raw[at + len(noise) :]]))
    with suppress(ArchiveError):
        for _, member in zip_members(stream, None, Allowance()):
            assert isinstance(member, str) or len(member.read(100_000)) <= 100_000


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=9).filter(lambda name: not name.endswith("/")), st.binary(max_size=300))
    )
)
def test_the_same_as_the_standard_library_reads(members: list[tuple[str, bytes]]) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in dict(members).items():
            archive.writestr(zipfile.ZipInfo(name.replace("\0", "0")), data)
        theirs = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]

    ours = [(name, b"" if isinstance(one, str) else one.read(1000)) for name, one in found_in(raw)]
    assert ours == theirs
