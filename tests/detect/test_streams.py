from __future__ import annotations

import gzip
from pathlib import Path

from sentinel.detect.readers.unpack import STDIN
from sentinel.detect.streams import name_of, streams_of
from sentinel.model.skipped import Tally


def test_every_file_below_a_folder_is_a_stream_and_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"a":1}\n')
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"b":1}\n'))
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04 and no archive")
    tally, unreadable = Tally("log"), list[str]()

    names = [stream.name for stream in streams_of(tmp_path, tally, unreadable)]

    assert [name.split("/")[-1] for name in names][:2] == ["a.jsonl", "b.jsonl.gz"]
    assert [line.partition(":")[0] for line in unreadable] == [f"{tmp_path.name}/c.zip"]
    assert tally.skipped == {"unreadable": 1}


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    tally, unreadable = Tally("log"), list[str]()

    assert list(streams_of(tmp_path, tally, unreadable)) == []
    assert unreadable == [f"{tmp_path.name}: is a folder without files"]
    assert tally.skipped == {"unreadable": 1}


def test_a_path_is_called_by_its_last_part() -> None:
    assert name_of(STDIN) == "standard input"
    assert name_of(Path("/var/log/a.log")) == "a.log"
