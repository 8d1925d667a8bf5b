"""What is recognised as what is shown in test_init.py, through whole files."""

from __future__ import annotations

import io
import random
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.head import head_of
from sentinel.detect.readers.recognise import FORMATS, recognise
from sentinel.errors import InputError

NOISE = bytes(set(range(1, 256)) - set(b"<{[#|,;\t\n"))  # bytes that no format is looked for in
STARTS = {
    "evtx": b"ElfFile\0",
    "parquet": b"PAR1\0",
    "winxml": b"<Events>",
    "json": b'[{"a": 1}]',
    "jsonl": b'{"a": 1}\n',
    "zeek": b"#separator \\x09\n",
    "csv": b"a,b\n1,2\n",
}


def test_every_start_is_of_one_format_whatever_the_order() -> None:
    for name, data in STARTS.items():
        assert [known.name for known in FORMATS.values() if known.looks_like(head_of(data))] == [name]
        assert recognise(head_of(data), "log").name == name


@given(st.binary(max_size=60), st.sampled_from([b"", b"\xef\xbb\xbf", *STARTS.values()]))
def test_any_beginning_is_a_format_or_one_line(data: bytes, start: bytes) -> None:
    try:
        assert recognise(head_of(start + data), "log").name in FORMATS
    except InputError as error:
        assert str(error).startswith("log: ")  # noqa: PT017 - both outcomes are right
        assert "\n" not in str(error)  # noqa: PT017 - the same


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_is_no_log_whatever_is_in_it(kind: int) -> None:
    """Read as lines, each file in it would lose its first."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=kind) as archive:
        member = tarfile.TarInfo("bl\u00e5.jsonl")
        member.size = len(STARTS["jsonl"]) * 900
        archive.addfile(member, io.BytesIO(STARTS["jsonl"] * 900))

    with pytest.raises(InputError, match="is no log but a tar archive"):
        recognise(head_of(packed.getvalue()), "log")


def test_what_a_log_says_does_not_make_it_a_tar() -> None:
    """Somebody who knows where in a log a word will stand must not be able to have it left out."""
    line = b'{"a": "' + b"x" * 250 + b"ustar" + b"\0" * 8 + b"x" * 400 + b'"}\n'

    assert line.index(b"ustar") == 257
    assert recognise(head_of(line + STARTS["jsonl"]), "log").name == "jsonl"


@given(st.randoms(use_true_random=False), st.integers(24, 4000))
def test_noise_is_not_called_text(chance: random.Random, length: int) -> None:
    noise = bytes(chance.choice(NOISE) for _ in range(length))
    with pytest.raises(InputError, match=r"^log: is no "):
        recognise(head_of(noise), "log")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "cp865"])
def test_text_of_an_older_encoding_is_called_text(encoding: str) -> None:
    text = "blåbærsyltetøy på skiva\n\x1b[31mrødt\x1b[0m\tæøå er få\r\n"
    with pytest.raises(InputError, match=r"^log: is text, but of no format"):
        recognise(head_of(text.encode(encoding)), "log")


def test_what_is_no_log_is_named() -> None:
    with pytest.raises(InputError, match=r"^log: is text, but of no format we read: evtx, "):
        recognise(head_of(b"hello\n"), "log")
