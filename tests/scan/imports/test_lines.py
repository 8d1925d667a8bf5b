from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from sentinel.scan.imports.lines import MAX_LINE, head_of, read_lines, read_whole


def lines(folder: Path, content: bytes) -> tuple[list[str], Tally]:
    path = folder / "x"
    path.write_bytes(content)
    tally = Tally("x")
    return [line for _, line in read_lines(path, "x", tally)], tally


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_norwegian_is_read_whatever_it_is_written_in(tmp_path: Path, encoding: str) -> None:
    text = "RØNTGEN\r\nÅSE\n"

    assert lines(tmp_path, text.encode(encoding))[0] == ["RØNTGEN", "ÅSE"]
    assert lines(tmp_path, gzip.compress(text.encode(encoding)))[0] == ["RØNTGEN", "ÅSE"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_that_is_too_long_is_passed_over_and_counted(tmp_path: Path, encoding: str) -> None:
    got, tally = lines(tmp_path, ("a\n" + "b" * (MAX_LINE * 3) + "\nc\n").encode(encoding))

    assert (got, dict(tally.skipped)) == (["a", "c"], {"too-long": 1})


def test_a_packed_file_that_breaks_off_gives_what_was_there(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(map(str, range(50_000))).encode())
    got, tally = lines(tmp_path, packed[: len(packed) // 2])

    assert got[:3] == ["0", "1", "2"]
    assert dict(tally.skipped) == {"truncated": 1}


def test_a_whole_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(bytes(2 * 1024**2)))

    assert head_of(path, "x", 10) == bytes(10)
    with pytest.raises(InputError, match="larger than 1 MiB"):
        read_whole(path, "x", 1024**2)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="breaks off"):
        read_whole(path, "x", 1024**2)
    with pytest.raises(InputError, match="cannot be read"):
        read_whole(tmp_path, "x", 1024**2)
