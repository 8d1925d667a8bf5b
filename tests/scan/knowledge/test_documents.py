from __future__ import annotations

import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from sentinel.scan.knowledge.documents import documents
from sentinel.scan.knowledge.stream import Allowance
from tests.scan.knowledge.test_archives import tarred
from tests.scan.knowledge.test_zips import zipped


def found(path: Path, allowance: Allowance | None = None) -> tuple[dict[str, bytes], Tally]:
    tally = Tally("x")
    seen = {one.label: one.stream.read(1_000_000) for one in documents(path, path.name, tally, allowance)}
    return seen, tally


def test_a_file_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{}")

    assert found(tmp_path / "a.json")[0] == {"a.json": b"{}"}


def test_a_folder_holds_files_and_archives_within_archives(tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    (folder / "b" / ".git").mkdir(parents=True)
    (folder / "b" / ".git" / "config").write_bytes(b"no feed")
    (folder / "b" / "plain.json").write_bytes(b"1")
    (folder / "a.json.gz").write_bytes(gzip.compress(b"2"))
    (folder / "c.tar.xz").write_bytes(lzma.compress(tarred(1, ["d.json", "../e.json"])))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("cves.zip", zipped(["f.json"]))
    (folder / "g.zip").write_bytes(inner.getvalue())

    seen, tally = found(folder)
    assert seen == {
        "feeds/a.json.gz": b"2",
        "feeds/c.tar.xz/d.json": b"d.json",
        "feeds/c.tar.xz/../e.json": b"../e.json",
        "feeds/g.zip/cves.zip/f.json": b"f.json",
        "feeds/b/plain.json": b"1",
    }
    assert tally.total == 0


def test_what_cannot_be_opened_is_counted(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "broken.zip").write_bytes(zipped(["a"])[:-40])
    (tmp_path / "cut.tar").write_bytes(tarred(1, ["a", "b"])[:2048])

    seen, tally = found(tmp_path)
    assert dict(tally.skipped) == {"unreadable": 1, "broken-archive": 2}
    assert list(seen.values()) == [b"a"]


def test_an_archive_in_an_archive_without_end_is_left(tmp_path: Path) -> None:
    raw = b"{}"
    for _ in range(6):
        raw = gzip.compress(raw)
    (tmp_path / "a").write_bytes(raw)

    seen, tally = found(tmp_path / "a")
    assert (seen, dict(tally.skipped)) == ({}, {"too-deep": 1})


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_is_cut_off_and_says_so(tmp_path: Path, kind: str) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(5_000_000))
    if kind == "gzip":
        (tmp_path / "a").write_bytes(gzip.compress(bytes(5_000_000)))
    one = next(documents(tmp_path / "a", "a", Tally("x"), Allowance(1_000_000)))

    assert len(one.stream.read(10_000_000)) <= 1_000_000
    assert one.stream.broken == "unpacks to more than any feed holds"


def test_a_feed_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        found(tmp_path / "nothing")


@pytest.mark.fuzz
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"])
)
def test_any_bytes_are_survived(tmp_path: Path, raw: bytes, magic: bytes) -> None:
    (tmp_path / "a").write_bytes(magic + raw)
    seen, tally = found(tmp_path / "a")

    assert len(seen) + tally.skipped.total() >= 1
