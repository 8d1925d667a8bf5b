from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sentinel.errors import RenderError
from sentinel.report.glyphs import code_points, drawable, font_folder


def test_the_packaged_typeface_draws_norwegian_and_sami_but_not_all() -> None:
    known = drawable(font_folder())

    assert set(map(ord, "æøåÆØÅ ŋĐđáčšž –—«»“”…·→%\u00a0\u202f")) <= known
    assert not known & set(map(ord, "中😀\ue000\x07"))
    assert 0xFFFF not in known


def test_an_incomplete_typeface_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="not complete"):
        drawable(tmp_path)


def test_a_font_without_character_map_is_our_error() -> None:
    with pytest.raises(RenderError, match="no character map"):
        list(code_points(struct.pack(">IHHHH", 0x00010000, 0, 0, 0, 0)))


def test_both_formats_of_character_maps_are_read() -> None:
    head = struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, 0)
    four = struct.pack(">HHHHHHH", 4, 32, 0, 4, 0, 0, 0) + struct.pack(">HHHHH", 0x42, 0xFFFF, 0, 0x41, 0xFFFF)
    twelve = struct.pack(">HHIIIIII", 12, 0, 28, 0, 1, 0x1F600, 0x1F601, 1)
    records = struct.pack(">HHI", 3, 1, 20) + struct.pack(">HHI", 3, 10, 20 + len(four))
    font = head + struct.pack(">HH", 0, 2) + records + four + twelve

    assert sorted(code_points(font)) == [0x41, 0x42, 0x1F600, 0x1F601]
