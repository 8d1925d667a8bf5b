"""Reads Parquet, a part of a row group at a time. Needs the extra `parquet`, which is imported only here and then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import as_event
from sentinel.detect.readers.spool import spool
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

if TYPE_CHECKING:
    from pyarrow import DataType, RecordBatch
    from pyarrow.parquet import ParquetFile

MAGIC = b"PAR1"
ROWS = 2_000
MOST_BYTES = 2 * 1024**3
"""A row group that says it unpacks to more is skipped."""


def looks_like_parquet(head: Head) -> bool:
    """Say whether a log begins as Parquet does."""
    return head.data.startswith(MAGIC)


def read_parquet(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a row; `record` counts them. A null is an absent field, since every row has every column.

    Times become ISO 8601 in UTC to the microsecond, bytes text. The file is kept in a temporary one, since its
    contents stand at its end. Skipped: a row group as `too-large` (over 2 GiB) or `corrupt`, a row as
    `too-deep` or `too-large`.
    InputError: the extra is not installed, or the file is broken.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to import
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - the same
    except ImportError as error:
        problem = "is Parquet; to read it, install the extra: pip install 'helse-sentinel[parquet]'"
        raise InputError(Location(name), problem) from error
    with spool(chunks, name) as file:
        try:
            table = ParquetFile(file)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputError(Location(name), f"is Parquet, but broken: {_line(error)}") from error
        first = 1
        for group in range(table.num_row_groups):
            rows = table.metadata.row_group(group).num_rows
            try:
                yield from _group(table, group, first, tally, name)
            except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
                tally.skip(Skipped(name, f"row group {group + 1}", "corrupt", _line(error)))
            first += rows


def _group(table: ParquetFile, group: int, first: int, tally: Tally, name: str) -> Iterator[Event]:
    meta = table.metadata.row_group(group)
    if meta.total_byte_size > MOST_BYTES:
        tally.skip(Skipped(name, f"row group {group + 1}", "too-large", f"more than {MOST_BYTES:,} bytes"))
        return
    row = first
    for batch in table.iter_batches(ROWS, row_groups=[group], use_threads=False):
        for record in _to_micros(batch).to_pylist():
            result = as_event({key: _value(item) for key, item in record.items() if item is not None}, name, str(row))
            row += 1
            if isinstance(result, Skipped):
                tally.skip(result)
            else:
                yield result


def _to_micros(batch: RecordBatch) -> RecordBatch:
    """Cut times in nanoseconds, which Python's have no room for, also those in structures and lists."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    def cut(kind: DataType) -> DataType:
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            return pa.timestamp("us", kind.tz)
        if pa.types.is_duration(kind) and kind.unit == "ns":
            return pa.duration("us")
        if pa.types.is_struct(kind):
            return pa.struct([inner.with_type(cut(inner.type)) for inner in kind])
        return pa.list_(cut(kind.value_type)) if pa.types.is_list(kind) else kind

    wanted = pa.schema([column.with_type(cut(column.type)) for column in batch.schema])
    return batch if wanted == batch.schema else batch.cast(wanted, safe=False)


def _value(value: object) -> Any:  # noqa: ANN401 - what JSON could hold
    """Return a cell as JSON would hold it; a null inside a structure is absent too."""
    if value.__class__ in _AS_IS:
        return value
    match value:
        case dict():
            return {key: _value(item) for key, item in value.items() if item is not None}
        case list():
            return [_value(item) for item in value]
        case tuple():
            return _value({str(value[0]): value[1]}) if len(value) == _PAIR else [_value(item) for item in value]
        case bytes():
            return value.decode("utf-8", "backslashreplace")
        case datetime():
            moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return moment.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case timedelta():
            return value.total_seconds()
        case _:
            return value


_PAIR = 2
_AS_IS = frozenset({str, int, float, bool, type(None)})
"""What nearly every cell is."""


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
