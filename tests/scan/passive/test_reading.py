from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.clean import LIMIT, MASK
from sentinel.scan.passive.reading import present, text


@given(st.binary(max_size=4000))
def test_text_is_always_printable_and_bounded(raw: bytes) -> None:
    kept = text(raw)

    assert len(kept) <= LIMIT
    assert kept.isprintable()


def test_text_is_utf8_or_latin1() -> None:
    assert text("Tannlege Åse".encode()) == "Tannlege Åse"
    assert text("Tannlege Åse".encode("latin-1")) == "Tannlege Åse"
    assert text("Åse".encode("latin-1"), "iso8859-1") == "Åse"


def test_terminal_escapes_and_direction_marks_do_not_get_through() -> None:
    assert text(b"nginx\x1b[2J\x1b]0;owned\x07/1.2") == "nginx/1.2"
    assert text("a\u202eb\u2066c\x9b1mx\0y".encode()).isprintable()


def test_eleven_digits_are_masked_wherever_they_stand() -> None:
    for number in ("01017012345", "010170 12345", "010170-12345", "010170.12345", "010170\x0012345"):
        assert text(f"Pasient {number}.".encode()) == f"Pasient {MASK}."
    assert text(b"x" * 195 + b" 01017012345") == "x" * 195 + " [11…"
    assert text(b"build 1234567890, 123456789012") == "build 1234567890, 123456789012"


def test_absent_facts_are_left_out() -> None:
    assert present(a="1", b="") == {"a": "1"}
