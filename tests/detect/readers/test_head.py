from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.head import HEAD_BYTES, as_utf8, head_of
from tests.detect.logs import chunks


def test_only_whole_lines_are_lines() -> None:
    assert head_of(b"\xef\xbb\xbfa\nb").lines == [b"a", b"b"]
    assert head_of(b"a\nb\n").lines == [b"a", b"b"]
    assert head_of(b"a\n" + b"b" * HEAD_BYTES).lines == [b"a"]


def test_text_holds_a_sign_and_no_zero_in_most_lines() -> None:
    assert head_of("å".encode()).is_text
    assert not head_of(b" \n").is_text
    assert not head_of(b"a\0b").is_text
    assert not head_of(b"a\0b\nc").is_text
    assert not head_of(b"\0\0\n").is_text
    assert not head_of("a\nb\nc\n".encode("utf-16-le")).is_text


def test_zeros_that_a_crash_left_in_a_line_do_not_make_text_binary() -> None:
    assert head_of(b"a\nb\n" + b"\0" * 3000 + b"c\nd\n").is_text
    assert head_of(b"a\n" + b"\0" * 3000 + b"\nb\n").is_text


@given(st.text(max_size=30), st.sampled_from(["utf-16", "utf-16-le", "utf-16-be"]), st.integers(1, 5))
def test_utf_16_is_utf_8_however_it_is_cut(text: str, encoding: str, size: int) -> None:
    marked = text if encoding == "utf-16" else f"\ufeff{text}"
    assert b"".join(as_utf8(chunks(marked.encode(encoding), size))) == text.encode()


@given(st.binary(max_size=20))
def test_any_bytes_become_text(data: bytes) -> None:
    b"".join(as_utf8(iter([b"\xff\xfe", data]))).decode("utf-8")
