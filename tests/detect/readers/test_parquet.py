from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.readers.parquet import ROWS, read_parquet
from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from tests.detect.logs import read_bytes


def written(rows: list[dict[str, Any]], **options: Any) -> bytes:  # noqa: ANN401 - pyarrow's options
    import pyarrow as pa
    from pyarrow import parquet

    file = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), file, **options)
    return file.getvalue()


def test_a_row_is_an_event_and_null_is_absent(tmp_path: Path) -> None:
    row = {
        "@timestamp": datetime(2026, 10, 14, 1, 45, 0, 123456, tzinfo=UTC),
        "CommandLine": "blåbær ",
        "EventID": 4688,
        "user": {"name": "Åse", "groups": ["a", "b"], "id": None},
        "raw": b"x\xff",
        "day": date(2026, 10, 14),
        "amount": Decimal("1.50"),
        "took": timedelta(seconds=2),
        "ok": True,
    }
    events, tally = read_bytes(written([row, {"CommandLine": "", "EventID": None}]), tmp_path)
    assert dict(events[0].fields) == {
        "@timestamp": "2026-10-14T01:45:00.123456Z",
        "CommandLine": "blåbær ",
        "EventID": 4688,
        "user.name": "Åse",
        "user.groups": ["a", "b"],
        "raw": "x\\xff",
        "day": "2026-10-14",
        "amount": "1.50",
        "took": 2.0,
        "ok": True,
    }
    assert dict(events[1].fields) == {"CommandLine": ""}
    assert str(events[0].time) == "2026-10-14 01:45:00.123456+00:00"
    assert tally.skipped == {}


def test_nanoseconds_are_cut_wherever_they_stand(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    stamps = pa.array([1_791_942_300_123_456_789], pa.timestamp("ns"))
    nested = pa.StructArray.from_arrays([stamps, pa.ListArray.from_arrays([0, 1], stamps)], ["a", "b"])
    parquet.write_table(pa.table({"ts": stamps, "s": nested}), tmp_path / "x")
    (event,), _ = read_bytes((tmp_path / "x").read_bytes(), tmp_path)
    assert dict(event.fields) == {
        "ts": "2026-10-14T01:45:00.123456Z",
        "s.a": "2026-10-14T01:45:00.123456Z",
        "s.b": ["2026-10-14T01:45:00.123456Z"],
    }


def test_row_groups_are_read_one_after_another(tmp_path: Path) -> None:
    data = written([{"n": number} for number in range(3 * ROWS)], row_group_size=ROWS + 7)
    events, _ = read_bytes(data, tmp_path)
    assert [int(event.record) - 1 for event in events] == [event.fields["n"] for event in events] == [*range(3 * ROWS)]


def test_a_broken_row_group_costs_itself(tmp_path: Path) -> None:
    data = bytearray(
        written(
            [{"n": f"{number:030}"} for number in range(400)],
            row_group_size=100,
            compression="zstd",
            use_dictionary=False,
        )
    )
    data[60:90] = b"\xff" * 30
    events, tally = read_bytes(bytes(data), tmp_path)
    assert (len(events), tally.skipped) == (300, {"corrupt": 1})


def test_a_file_cut_short_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^log\.bin: is Parquet, but broken: .+"):
        read_bytes(written([{"a": 1}])[:-9], tmp_path)


def test_without_the_extra_the_error_names_it(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(written([{"a": 1}]))
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path; from sentinel.detect.readers import read_log\n"
        "from sentinel.model.skipped import Tally; from sentinel.errors import InputError\n"
        "try: list(read_log(Path(sys.argv[1]), 'log', Tally('log')))\n"
        "except InputError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "log"], capture_output=True, text=True, check=True)
    assert done.stdout == ("log: is Parquet; to read it, install the extra: pip install 'helse-sentinel[parquet]'\n")


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(4, 2000), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_files_are_rows_skips_or_one_error(changes: list[tuple[int, int]]) -> None:
    data = bytearray(written([{"a": f"x{number}", "b": [number]} for number in range(20)]))
    for place, value in changes:
        data[place % len(data)] = value
    tally = Tally("log")
    try:
        assert len(list(read_parquet(iter([bytes(data)]), "log", tally))) <= 20
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
