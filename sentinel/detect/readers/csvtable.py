"""Reads tables with a header: cells between commas, semicolons, tabs or bars, quoted or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sentinel.detect.readers.head import HEAD_BYTES, Head, head_of
from sentinel.detect.readers.jsonl import BOM, MAX_LINE, as_event, lines
from sentinel.detect.readers.unpack import peek
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

DELIMITERS = (",", ";", "\t", "|")
MOST_LINES = 1_000
"""A quoted cell may go over so many lines; one that does not end until then began with a stray quote."""

_SAMPLE = 20
_FEWEST_ALONE = 3
_NAME = re.compile(r"@?[^\W\d][\w @.()/\[\]#%-]{0,99}")
_SEPARATOR = re.compile(rb"sep=([,;\t|])\r?\n")
_PREAMBLE = re.compile(r"\s*|sep=.\s*|#TYPE .*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    cell: re.Pattern[str]
    closed: re.Pattern[str]
    closing: re.Pattern[str]

    def is_open(self, line: str, *, inside: bool) -> bool:
        """Say whether a line ends inside a quoted cell; `inside` says that it begins in one."""
        return (self.closing if inside else self.closed).fullmatch(line) is None

    def cells(self, row: str) -> list[str]:
        """Return the cells of a whole row; two quotes in a quoted cell are one."""
        if '"' not in row:
            return row.split(self.delimiter)
        found: list[str] = []
        at = -1
        while at < len(row):
            cell = self.cell.match(row, at + 1)
            if cell is None:
                break
            quoted, rest = cell["quoted"], cell["rest"]
            found.append(rest if quoted is None else quoted.replace('""', '"') + rest)
            at = cell.end()
        return found


@lru_cache
def dialect(delimiter: str) -> Dialect:
    """Return the dialect of a delimiter."""
    plain = rf"[^{re.escape(delimiter)}]*+"
    quoted = r'(?:[^"]++|"")*+'
    cell = rf'(?>"{quoted}"{plain}|(?!"){plain})'
    more = rf"(?:{re.escape(delimiter)}{cell})*+"
    return Dialect(
        delimiter,
        re.compile(rf'(?>"(?P<quoted>{quoted})")?+(?P<rest>{plain})'),
        re.compile(cell + more),
        re.compile(rf'{quoted}"{plain}{more}'),
    )


def looks_like_csv(head: Head) -> bool:
    """Say whether the first row holds names and most of the next ones are as wide as it."""
    return head.is_text and _delimiter(head) is not None


def read_csv(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a row under the header. `record` is the line that it begins at; an empty cell is an absent field.

    Columns of one name are a list of what their cells hold. UTF-8; a line that is none is read as Windows-1252. Blank
    lines, and `sep=` and `#TYPE` above the header, are nothing. Skipped: `wrong-width` (other than the header's),
    `open-quote`, `too-long`, `too-large`.
    """
    head, chunks = peek(chunks, HEAD_BYTES)
    form = dialect(_declared(head) or _delimiter(head_of(head)) or ",")
    header: list[str] = []
    for number, row in rows(_decoded(lines(chunks)), form):
        if row is None:
            tally.skip(Skipped(name, str(number), "too-long", f"longer than {MAX_LINE:,} bytes"))
        elif not header:
            header = [] if _PREAMBLE.fullmatch(row) else [cell.strip() for cell in form.cells(row)]
        elif row.strip():
            result = _event(header, row, form, name, str(number))
            if isinstance(result, Skipped):
                tally.skip(result)
            else:
                yield result


def rows(texts: Iterable[tuple[int, str | None]], form: Dialect) -> Iterator[tuple[int, str | None]]:
    """Yield rows with the number of their first line; lines belong together while a quoted cell is open.

    Where a quoted cell does not end in MOST_LINES lines or 4 MiB, each of its lines is a row by itself.
    """
    held: list[tuple[int, str]] = []
    length = 0
    for number, line in texts:
        if line is None:
            yield from held
            yield number, None
            held, length = [], 0
            continue
        if not held and '"' not in line:
            yield number, line.removesuffix("\r")
            continue
        held.append((number, line))
        length += len(line)
        if not form.is_open(line.removesuffix("\r"), inside=len(held) > 1):
            yield held[0][0], "\n".join(text for _, text in held).removesuffix("\r")
            held, length = [], 0
        elif len(held) > MOST_LINES or length > MAX_LINE:
            yield from held
            held, length = [], 0
    yield from held


def header_of(data: bytes) -> bytes:
    """Return what must stand before rows that are read without those above them: the delimiter and the names.

    Nothing where the row of names is not whole yet.
    """
    head = head_of(data[:HEAD_BYTES])
    delimiter = _delimiter(head) or ","
    if not settled(b"", data, dialect(delimiter)):
        return b""
    for _, row in rows(_decoded(enumerate(data.removeprefix(BOM).split(b"\n")[:-1], 1)), dialect(delimiter)):
        if row is not None and not _PREAMBLE.fullmatch(row):
            return f"sep={delimiter}\n{row}\n".encode()
    return b""


def settled(names: bytes, data: bytes, form: Dialect | None = None) -> int:
    """Return how many bytes at the beginning of whole lines hold whole rows; `names` are what `header_of` gave."""
    form = form or dialect(_declared(names) or ",")
    at = end = held = length = 0
    for line in data.split(b"\n")[:-1]:
        at += len(line) + 1
        text = _text(line) if len(line) <= MAX_LINE else ""
        held, length = held + 1, length + len(text)
        if held == 1 and '"' not in text:
            is_open = False
        else:
            is_open = len(line) <= MAX_LINE and form.is_open(text.removesuffix("\r"), inside=held > 1)
        if not is_open or held > MOST_LINES or length > MAX_LINE:
            end, held, length = at, 0, 0
    return end


def _decoded(numbered: Iterable[tuple[int, bytes | None]]) -> Iterator[tuple[int, str | None]]:
    for number, line in numbered:
        yield number, None if line is None else _text(line.removeprefix(BOM) if number == 1 else line)


def _text(line: bytes) -> str:
    """Return a line as text: tables that are not UTF-8 were most often saved by a Norwegian spreadsheet."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _declared(data: bytes) -> str:
    """Return the delimiter that the first line names, as spreadsheets write it; nothing where it names none of ours."""
    found = _SEPARATOR.match(data.removeprefix(BOM))
    return found[1].decode() if found else ""


def _delimiter(head: Head) -> str | None:
    """Return the delimiter that makes the most columns of a header and the rows under it."""
    texts = [(number, _text(line)) for number, line in enumerate(head.lines, start=1)]
    columns = {delimiter: _columns(texts, dialect(delimiter)) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=columns.__getitem__)
    return best if columns[best] else None


def _columns(texts: list[tuple[int, str]], form: Dialect) -> int:
    """Return how many columns a table of this dialect has; 0: it is none."""
    sample = (row for _, row in rows(texts, form) if row is not None and not _PREAMBLE.fullmatch(row))
    tables = [form.cells(row) for row, _ in zip(sample, range(_SAMPLE), strict=False)]
    if not tables:
        return 0
    names = [cell.strip() for cell in tables[0]]
    different = len({*names})
    if different < 2 or not all(map(_NAME.fullmatch, names)):  # noqa: PLR2004 -- a table
        return 0
    if len(tables) == 1:
        alone = different == len(names) >= _FEWEST_ALONE and not any(" " in name for name in names)
        return len(names) if alone else 0
    if different < len(names) and _comes_again(names, tables[1:]):
        return 0
    as_wide = sum(len(cells) == len(names) for cells in tables[1:])
    return len(names) if as_wide * 2 >= len(tables) - 1 else 0


def _comes_again(names: list[str], below: list[list[str]]) -> bool:
    """Say whether one of the names also stands in its column: then the first row is one of values, and none of names.

    Asked only where a name is there twice, which is more often so of values.
    """
    return any(name == cell.strip() for cells in below for name, cell in zip(names, cells, strict=False))


def _event(header: list[str], row: str, form: Dialect, name: str, place: str) -> Event | Skipped:
    if '"' in row and not form.closed.fullmatch(row):
        return Skipped(name, place, "open-quote", "a quoted cell has no end")
    cells = form.cells(row)
    while len(cells) > len(header) and not cells[-1]:
        cells.pop()
    if len(cells) != len(header):
        return Skipped(name, place, "wrong-width", f"{len(cells)} cells under {len(header)} names")
    record: dict[str, str | list[str]] = {}
    for column, cell in zip(header, cells, strict=True):
        if cell:
            record[column] = [*record[column], cell] if column in record else cell
    return as_event(record, name, place)
