"""Every format as its users have it: packed, in a folder, cut off, and with rubbish in it, through the command."""

from __future__ import annotations

import gzip
import io
import lzma
import random
import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import zstandard

from sentinel.model.events import Fields
from tests.cli.conftest import Run, runner
from tests.detect import writers
from tests.detect.readers.test_text_formats import FORMAT, NAMES, sample

RULE = """title: Anything
id: 11111111-1111-4111-8111-111111111112
logsource: {product: windows}
detection: {a: {EventID|gte: 0}, condition: a}
"""
ROWS: list[Fields] = [
    {"Channel": "Security", "EventID": number, "TimeCreated": f"2026-10-14T12:00:{number:02}Z", "User": "Kåre Ærø"}
    for number in range(40)
]
WINDOWS: dict[str, Callable[[], bytes]] = {
    "jsonl": lambda: writers.json_lines(ROWS) + b"\n",
    "json": lambda: writers.json_array(ROWS),
    "csv": lambda: writers.csv_table(ROWS),
    "parquet": lambda: writers.parquet_table(ROWS),
}
LOGS: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{name: (FORMAT.get(name, name), partial(sample, name)) for name in NAMES},
    **{name: (name, write) for name, write in WINDOWS.items()},
}
"""By the name of a log its format, and what makes it."""


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/log", data)
    return file.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstandard.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return `sentinel detect` under one rule; the rule is compiled once."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "rule.yml").write_text(RULE)
    return lambda path: runner(folder / "store" / "x.db")(
        "detect", path, "--rules", folder / "rule.yml", "-q", "--format", "csv"
    )


def counted(stderr: str) -> dict[str, int]:
    """Return what the summary says: records read, and skipped by reason."""
    read = re.search(r": ([\d,]+) records read(?:, skipped: (.*))?$", stderr, re.MULTILINE)
    assert read, stderr
    skipped = [part.split(" ", 1) for part in (read[2] or "").split(", ") if part]
    return {"read": int(read[1].replace(",", "")), **{why: int(number) for number, why in skipped}}


@pytest.mark.parametrize("name", LOGS)
def test_packed_or_not_the_same_is_found_and_the_format_is_told(run: Run, name: str, tmp_path: Path) -> None:
    kind, write = LOGS[name]
    (tmp_path / "log").write_bytes(write())
    plain = run(tmp_path / "log")

    assert f"log: {kind}, {counted(plain.stderr)['read']} records" in plain.stderr
    assert plain.exit_code == (3 if len(counted(plain.stderr)) > 1 else 0)
    assert plain.stdout.count("\n") - 1 == (len(ROWS) if name in WINDOWS else 0)
    for packing, pack in PACKINGS.items():
        (tmp_path / "log").write_bytes(pack(write()))
        packed = run(tmp_path / "log")
        assert f"{'log/inner/log' if packing == 'zip' else 'log'}: {kind}, " in packed.stderr
        assert (counted(packed.stderr), packed.exit_code) == (counted(plain.stderr), plain.exit_code)
        assert packed.stdout.replace("/inner/log", "") == plain.stdout


@pytest.mark.parametrize("packing", ["gz", "xz"])
@pytest.mark.parametrize("name", sorted(LOGS.keys() - {"parquet"}))
def test_half_a_packed_log_gives_its_start_and_is_partial(run: Run, name: str, packing: str, tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(200_000).hex().encode()  # so that half of what is packed is the log, and more
    packed = PACKINGS[packing](LOGS[name][1]() + b"\n" + noise)
    (tmp_path / "log").write_bytes(packed[: len(packed) // 2])
    done = run(tmp_path / "log")

    assert done.exit_code == 3
    assert counted(done.stderr)["truncated"] >= 1
    assert f"log: {LOGS[name][0]}, " in done.stderr
    assert counted(done.stderr)["read"] >= 1


@pytest.mark.parametrize("name", NAMES)
def test_zeros_that_a_crash_left_cost_nothing_else(run: Run, name: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(sample(name))
    before = counted(run(tmp_path / "log").stderr)["read"]
    (tmp_path / "log").write_bytes(sample(name).rstrip(b"\n") + b"\n" + b"\0" * 3000 + b"\n")
    after = run(tmp_path / "log")

    assert f"log: {FORMAT.get(name, name)}, " in after.stderr
    assert counted(after.stderr)["read"] >= before


def test_a_folder_is_the_sum_of_its_logs_and_a_stranger_is_named(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    total = 0
    for name, (_, write) in LOGS.items():
        (tmp_path / "log").write_bytes(write())
        total += counted(run(tmp_path / "log").stderr)["read"]
        (folder / f"{name}.gz").write_bytes(gzip.compress(write()))
    (folder / "picture").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = run(folder)

    assert done.exit_code == 3
    assert "logs/picture: is no log but a PNG picture" in done.stderr
    assert all(f"logs/{name}.gz: {kind}, " in done.stderr for name, (kind, _) in LOGS.items())
    assert counted(done.stderr)["read"] == total
    assert counted(done.stderr)["unreadable"] == 1
