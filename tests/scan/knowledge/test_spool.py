from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge import spool
from sentinel.scan.knowledge.spool import Spool, spread

LINES = st.lists(st.tuples(st.text("abæ", min_size=1, max_size=3), st.binary(min_size=1, max_size=9).map(bytes.hex)))


@given(LINES, st.integers(1, 200))
def test_every_line_comes_out_once_and_sorted(lines: list[tuple[str, str]], waiting: int) -> None:
    with TemporaryDirectory() as folder:
        kept = spool.WAITING
        spool.WAITING = waiting  # writes often, as a long feed does
        try:
            one = Spool(Path(folder) / "x")
            for key, line in lines:
                one.add(key, f"{key} {line}".encode())
            found = list(one.buckets())
        finally:
            spool.WAITING = kept

    assert sorted(line for _, bucket in found for line in bucket) == sorted(
        {f"{key} {line}".encode() for key, line in lines}
    )
    assert all(bucket == sorted(bucket) for _, bucket in found)
    assert [number for number, _ in found] == sorted({spread(key) >> 8 for key, _ in lines})
    assert one.size == sum(len(f"{key} {line}".encode()) + 1 for key, line in lines)


def test_a_key_is_spread_the_same_way_everywhere() -> None:
    assert [spread("f5:nginx"), spread("")] == [1067, 58288]
