from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.follow import whole
from sentinel.detect.follow.content import File
from sentinel.detect.follow.whole import Whole
from sentinel.errors import InputError
from sentinel.model.followed import Followed
from sentinel.model.skipped import Tally

NEW = Followed("a", "log", "log")


def read(path: Path, known: Followed = NEW) -> tuple[list[int], Followed, Tally, bytes]:
    reading = Whole(File.of(path, path.name, path.stat()), known)
    tally, kept = Tally("log"), bytearray()

    def keep(data: bytes, _alone: bytes) -> None:
        kept.extend(data)

    numbers = [int(str(event.fields["n"])) for event in reading.events(tally, keep)]
    assert tally.handled == len(numbers)
    return numbers, reading.known, tally, bytes(kept)


@given(readings=st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=8), min_size=1, max_size=5))
def test_each_reading_gives_what_the_last_one_did_not_hold(readings: list[list[int]], tmp_path: Path) -> None:
    path, known, before = tmp_path / "a.json", NEW, set[int]()
    for numbers in readings:
        path.write_text(json.dumps([{"n": number} for number in numbers]))
        found, known, _, kept = read(path, known)

        assert found == [number for number in numbers if number not in before]
        assert [json.loads(line)["n"] for line in kept.splitlines()] == found
        before = set(numbers)
    assert (known.whole, known.format, len(known.seen)) == (True, "json", 16 * len(before))


def test_skips_are_counted_as_far_as_they_are_new(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"n": 1}, 7]')
    _, known, first, _ = read(path)
    path.write_text('[{"n": 1}, 7, 8, {"n": 2}]')
    found, known, second, _ = read(path, known)

    assert (found, first.skipped, second.skipped) == ([2], {"not-an-object": 1}, {"not-an-object": 1})
    assert known.lost == {"not-an-object": 2}


def test_too_many_to_be_remembered_are_judged_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "MOST_SEEN", 2)
    path = tmp_path / "a.json"
    path.write_text('[{"n": 1}, {"n": 2}, {"n": 3}]')
    _, known, _, _ = read(path)

    assert known.seen == b""
    assert read(path, known)[0] == [1, 2, 3]


def test_of_an_archive_each_member_and_what_is_none(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.json", '[{"n": 1}]')
        archive.writestr("b.png", b"\x89PNG\r\n\x1a\n" + bytes(99))
        archive.writestr("c.jsonl", '{"n": 2}\n')
    found, known, tally, _ = read(tmp_path / "a.zip")

    assert (found, known.format, tally.skipped) == ([1, 2], "json, jsonl", {"unreadable": 1})


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text('<!DOCTYPE x [<!ENTITY a "b">]><Event/>')
    with pytest.raises(InputError):
        read(tmp_path / "a.xml", replace(NEW, whole=True))


def test_what_json_cannot_hold_is_judged_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"n": 1, "big": 123456789012345678901234567890}]')
    found, _, tally, kept = read(tmp_path / "a.json")

    assert found == [1]
    assert (kept == b"") is bool(tally.parts)
