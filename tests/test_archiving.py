from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from sentinel.archiving import BLOCK_BYTES, Archive, hash_of
from sentinel.errors import StoreError
from sentinel.model.archived import ArchivedFile

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "archive", [])
    yield archive
    archive.release()


def put(archive: Archive, *data: bytes, name: str = "a.log", day: date = DAY, content: str = "c1") -> ArchivedFile:
    """Write one step, and keep it."""
    file = archive.place(day, "web", name, content, whole=False)
    shelf = archive.shelf(file, 10**18)
    for one in data:
        shelf.put(one, b"lead\n" + one)
    archive.count(content, len(data), (NOW, None))
    kept = archive.close()
    archive.kept(kept)
    return kept[0]


def unpacked(path: Path) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(path.read_bytes(), read_across_frames=True).read()


def again(archive: Archive, keep_days: int | None = None) -> Archive:
    """Return the archive as the next process finds it."""
    archive.release()
    return Archive(archive.folder, archive.files.values(), keep_days)


def test_steps_add_up_and_the_first_has_what_a_reader_must_see(archive: Archive) -> None:
    put(archive, b"one\n")
    last = put(archive, b"two\n", b"three\n")

    assert unpacked(archive.folder / last.name) == b"lead\none\ntwo\nthree\n"
    assert (last.records, last.unpacked, last.first, last.last) == (3, 19, NOW, NOW)
    assert last.bytes == (archive.folder / last.name).stat().st_size
    assert (archive.folder / last.name).stat().st_mtime_ns == 10**18
    assert last.name == "2026-11-22/web/a.log-c1.zst"


def test_much_is_written_block_by_block(archive: Archive) -> None:
    data = os.urandom(BLOCK_BYTES * 2 + 5)
    one = put(archive, data)

    assert unpacked(archive.folder / one.name) == b"lead\n" + data


def test_what_was_written_and_not_kept_is_taken_back(archive: Archive) -> None:
    one = put(archive, b"one\n")
    new = archive.place(DAY, "web", "b.log", "c2", whole=True)
    archive.kept([new])
    for file in (one, new):
        archive.shelf(file, 1).put(b"lost", b"lost")
    archive.close()  # and killed before it was kept
    assert (archive.folder / one.name).stat().st_size > one.bytes

    after = again(archive)

    assert after.recover() == [new.key]
    assert unpacked(archive.folder / one.name) == b"lead\none\n"
    assert not (archive.folder / new.name).exists()
    assert after.lost == []
    put(after, b"two\n")
    assert unpacked(archive.folder / one.name) == b"lead\none\ntwo\n"
    after.release()


def test_a_step_that_fails_leaves_nothing_behind(archive: Archive) -> None:
    one = put(archive, b"one\n")
    new = archive.place(DAY, "web", "b.log", "c2", whole=True)
    archive.kept([new])
    for file in (one, new):
        archive.shelf(file, 1).put(os.urandom(BLOCK_BYTES + 1), os.urandom(BLOCK_BYTES + 1))
    archive.drop()

    assert (archive.folder / one.name).stat().st_size == one.bytes
    assert not (archive.folder / new.name).exists()
    put(archive, b"two\n")
    assert unpacked(archive.folder / one.name) == b"lead\none\ntwo\n"


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_what_somebody_took_away_is_told_and_nothing_is_written_over(harm: str, archive: Archive) -> None:
    one = put(archive, b"one\n")
    path = archive.folder / one.name
    path.unlink() if harm == "gone" else os.truncate(path, 5)

    after = again(archive)
    after.recover()
    two = put(after, b"two\n")

    assert after.lost == [f"{path}: {one.bytes - (5 if harm == 'cut' else 0)} bytes are missing, that were written"]
    assert two.name == "2026-11-22/web/a.log-c1-2.zst"
    assert unpacked(archive.folder / two.name) == b"lead\ntwo\n"
    after.release()


def test_days_that_are_over_are_sealed_with_their_hash(archive: Archive) -> None:
    one = put(archive, b"one\n")

    assert archive.sealed(DAY) == []
    (sealed,) = archive.sealed(DAY + timedelta(days=1))
    assert sealed.sha256 == hashlib.sha256((archive.folder / one.name).read_bytes()).hexdigest()
    archive.kept([sealed])
    assert archive.sealed(DAY + timedelta(days=1)) == []
    assert archive.place(DAY, "web", "a.log", "c1", whole=False).name != one.name


def test_a_manifest_says_what_a_day_holds(archive: Archive) -> None:
    one, two = put(archive, b"one\n"), put(archive, b"two\n", name="logs/æ b.log.gz", content="c2")
    archive.write_manifests([DAY])

    lines = [json.loads(line) for line in (archive.folder / "manifests" / "2026-11-22.jsonl").read_text().splitlines()]
    assert [line["name"] for line in lines] == sorted((one.name, two.name))
    assert two.name == "2026-11-22/web/æ_b.log-c2.zst"
    for line in lines:
        assert line["sha256"] == hashlib.sha256((archive.folder / line["name"]).read_bytes()).hexdigest()
        assert (line["schema"], line["records"]) == ("sentinel.archivedfile/1", 1)
    assert (archive.folder / "manifests" / "2026-11-22.jsonl").stat().st_mode & 0o777 == 0o600


def test_days_are_removed_whole_and_only_days(archive: Archive, tmp_path: Path) -> None:
    for back in range(4):
        put(archive, b"one\n", day=DAY - timedelta(days=back), content=f"c{back}")
    (archive.folder / "2026-11-notes").mkdir()
    (archive.folder / "2000-01-01").symlink_to(tmp_path)
    archive.write_manifests([DAY - timedelta(days=3)])

    after = again(archive, keep_days=2)

    assert after.expired(DAY) == [f"{archive.folder}/2026-11-19/web/a.log-c3.zst"]
    assert after.notes == [f"{archive.folder}/2026-11-19: removed, 1 record, after 2 days"]
    kept = sorted(path.name for path in archive.folder.iterdir())
    assert kept == ["2000-01-01", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-notes", "manifests"]
    assert [path.name for path in (archive.folder / "manifests").iterdir()] == [".lock"]
    for_ever = again(after)
    assert for_ever.expired(DAY + timedelta(days=9_999)) == []
    for_ever.release()


def test_two_watches_cannot_have_one_archive(archive: Archive) -> None:
    with pytest.raises(StoreError, match="another watch keeps its archive here"):
        Archive(archive.folder, [])


def test_a_folder_that_others_may_look_into_is_told(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    archive = Archive(tmp_path / "open", [])

    assert archive.notes == [f"{tmp_path}/open: others than its owner may look into the archive; chmod 700 ends that"]
    archive.release()


def test_where_no_folder_can_be_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file: no archive can be kept here: File exists"):
        Archive(tmp_path / "file", [])


def test_what_cannot_be_written_is_told_and_counts_for_nothing(archive: Archive) -> None:
    one = put(archive, b"one\n")
    shelf = archive.shelf(one, 1)
    shelf.path = archive.folder  # root may write everywhere, but into no folder
    shelf.put(b"two\n", b"")
    with pytest.raises(StoreError, match="the archive cannot be written: Is a directory"):
        archive.close()
    archive.drop()
    assert archive.files == {one.name: one}


def test_the_hash_of_what_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")

    assert hash_of(tmp_path / "a", 2) == hashlib.sha256(b"ab").hexdigest()
    assert (hash_of(tmp_path / "a", 4), hash_of(tmp_path / "b", 0)) == ("", "")
    assert replace(ArchivedFile("a", DAY, "b", "c")).sha256 == ""


def test_an_archive_that_was_moved_is_gone_on_with_beside_what_it_holds(archive: Archive, tmp_path: Path) -> None:
    one = put(archive, b"one\n")
    archive.write_manifests([DAY])
    archive.release()
    archive.folder.rename(tmp_path / "moved")

    after = Archive(tmp_path / "moved", archive.files.values())
    assert (after.recover(), after.lost, after.files) == ([], [], {})
    two = put(after, b"two\n")
    after.write_manifests([DAY])
    after.release()

    assert (one.name, two.name) == ("2026-11-22/web/a.log-c1.zst", "2026-11-22/web/a.log-c1-2.zst")
    assert unpacked(after.folder / one.name) == b"lead\none\n"
    lines = (after.folder / "manifests" / "2026-11-22.jsonl").read_text().splitlines()
    assert [json.loads(line)["name"] for line in lines] == [one.name, two.name]
