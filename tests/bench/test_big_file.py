"""`sentinel detect` over a large file holds no more memory than over a smaller one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.big_file import detect, generated
from tests.shared import ROOT

SMALL, LARGE = 50e6, 300e6
RULES = [
    ROOT / "rules" / "windows" / f"windows_{name}.yml" for name in ("whoami_all", "lsass_access", "run_key_persistence")
]
ROOM = 12  # MB, of an allocator's whim; the files differ by 250


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for size in (SMALL, LARGE):
        path, events = generated(tmp_path, "b", size)
        hits, run = detect(str(path), RULES)
        assert (run.code, path.stat().st_size >= size, hits > events / 100_000) == (0, True, True), run
        peaks.append(run.peak)
        path.unlink()

    assert peaks[1] - peaks[0] < ROOM, peaks
