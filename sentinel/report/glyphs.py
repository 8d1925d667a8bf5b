"""Says which characters the report's typeface can draw: PDF/A refuses a document with one that it cannot."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from sentinel.errors import RenderError

FAMILY = "SourceSansPro"
WEIGHTS = ("Regular", "Semibold")
_UNICODE = {(0, 3), (0, 4), (3, 1), (3, 10)}


@cache
def font_folder() -> Path:
    """Return the folder of the packaged typeface; the machine's own fonts are never used."""
    return Path(str(files("font_source_sans_pro"))) / "files"


@cache
def drawable(folder: Path) -> frozenset[int]:
    """Return the code points that both weights, in whichever of their files, can draw."""
    fonts = sorted(path for weight in WEIGHTS for path in folder.glob(f"{FAMILY}-{weight}.[ot]tf"))
    if len(fonts) < len(WEIGHTS):
        raise RenderError(f"the typeface {FAMILY} is not complete in {folder.name}")
    return frozenset.intersection(*(frozenset(code_points(path.read_bytes())) for path in fonts))


def code_points(font: bytes) -> Iterator[int]:
    """Yield what a font's character map holds (OpenType 1.9, table `cmap`, formats 4 and 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    start = next((offset for tag, _, offset, _ in records if tag == b"cmap"), None)
    if start is None:
        raise RenderError("a font file has no character map")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for n in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * n)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if (platform, encoding) in _UNICODE and form in _FORMATS:
            yield from _FORMATS[form](font, start + offset)


def _segments(font: bytes, at: int) -> Iterator[int]:
    (double,) = struct.unpack_from(">H", font, at + 6)
    ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
    starts = struct.unpack_from(f">{double // 2}H", font, at + 16 + double)
    for first, last in zip(starts, ends, strict=True):
        yield from (code for code in range(first, last + 1) if code != 0xFFFF)  # noqa: PLR2004 - format 4 ends with this


def _groups(font: bytes, at: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", font, at + 12)
    for n in range(count):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * n)
        yield from range(first, last + 1)


_FORMATS = {4: _segments, 12: _groups}
