from __future__ import annotations

import pytest

from sentinel.detect.readers.spool import spool
from sentinel.errors import InputError


def test_the_file_holds_the_stream_from_its_start() -> None:
    with spool(iter([b"ab", b"cd"]), "log") as file:
        assert file.read() == b"abcd"


def test_a_stream_that_is_too_long_is_one_line() -> None:
    with (
        pytest.raises(InputError, match=r"^log: is too large to be read: more than 3 bytes$"),
        spool(iter([b"ab", b"cd"]), "log", 3),
    ):
        pass
