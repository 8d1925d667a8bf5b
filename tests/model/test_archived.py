from __future__ import annotations

from datetime import date

from sentinel.model.archived import ArchivedFile


def test_files_of_two_archives_are_told_apart() -> None:
    one = ArchivedFile("2026-11-22/web-1.zst", date(2026, 11, 22), "web", "access.log", archive="a")

    assert one.key == "a/2026-11-22/web-1.zst"
    assert one.key != ArchivedFile(one.name, one.day, one.log, one.source, archive="b").key
