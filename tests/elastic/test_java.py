from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from tests.elastic.java import java_home, relax, relaxed
from tests.elastic.server import need_java


def declaration(*required: str) -> bytes:
    """Return a compiled module declaration as the specification lays it out (Java Virtual Machine Specification, 4)."""
    texts = ["Module", "own", *required]
    constants = b"".join(b"\x01" + struct.pack(">H", len(text)) + text.encode() for text in texts)
    wide = b"\x05" + bytes(8)  # a number of 64 bits, which counts twice
    modules = b"".join(b"\x13" + struct.pack(">H", number) for number in range(2, 3 + len(required)))
    count = 1 + len(texts) + 2 + 1 + len(required)
    first = len(texts) + 3
    body = struct.pack(">4H", first, 0, 0, len(required))
    body += b"".join(struct.pack(">3H", first + 1 + number, 0x20, 0) for number in range(len(required)))
    head = b"\xca\xfe\xba\xbe" + struct.pack(">3H", 0, 65, count)
    return (
        head
        + constants
        + wide
        + modules
        + struct.pack(">7H", 0, 0, 0, 0, 0, 0, 1)
        + struct.pack(">HI", 1, len(body))
        + body
    )


def test_only_the_modules_that_are_missing_are_let_go(tmp_path: Path) -> None:
    before = declaration("java.base", "jdk.jdi", "jdk.jlink")
    after = relaxed(before, {"jdk.jdi"})

    assert [place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other] == [
        len(before) - 9  # the low byte of the second one's flags
    ]
    assert after[-9] == 0x60
    with zipfile.ZipFile(tmp_path / "x.jar", "w") as jar:
        jar.writestr("module-info.class", before)
        jar.writestr("other.txt", "as it was")
    relax(tmp_path / "x.jar", {"jdk.jdi"})
    with zipfile.ZipFile(tmp_path / "x.jar") as jar:
        assert (jar.read("module-info.class"), jar.read("other.txt")) == (after, b"as it was")


def test_a_java_that_is_new_enough_is_found_or_none_is() -> None:
    need_java()
    assert java_home(8) is not None
    assert java_home(1_000) is None
