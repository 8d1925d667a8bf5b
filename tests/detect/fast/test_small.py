"""Small files that wait for others; a log of them says what the reference engine says, file by file."""

from __future__ import annotations

import gzip
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from sentinel.detect.coverage import Watcher
from sentinel.detect.engine import Engine
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.fast.lines import DUMPED
from sentinel.detect.fast.small import MOST_BYTES, SmallFiles
from sentinel.detect.inlet import Inlet
from sentinel.detect.readers.evtx import CHUNK_BYTES, FILE_HEADER_BYTES, FILE_MAGIC
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log, Watch
from sentinel.errors import InputError, Location
from sentinel.model.skipped import Tally
from tests.detect.fast.mutations import compact
from tests.detect.fast.twins import Twins, silent
from tests.detect.logs import evtx_files
from tests.shared import ROOT

HEADER = FILE_MAGIC.ljust(FILE_HEADER_BYTES, b"\0")
UNUSED = HEADER + bytes(CHUNK_BYTES)
LINE = compact({"Channel": "Security", "EventID": 4688, "NewProcessName": "C:\\whoami.exe"}) + b"\n"


@pytest.fixture(scope="module")
def own() -> RuleSet:
    return load_rules([ROOT / "rules"], ROOT)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return [path.read_bytes() for path in evtx_files(tmp_path_factory.mktemp("evtx"))]


def ready(twins: Twins) -> FastEngine:
    """Have the engine load what it needs."""
    list(twins.fast.read("jsonl", iter([LINE]), inlet("first")))
    return twins.fast


def inlet(name: str, *, live: bool = False) -> Inlet:
    return Inlet(name, "logs", Tally("logs"), Watcher("logs", ""), silent, live=live)


def told(engine: Engine | FastEngine, folder: Path) -> tuple[object, ...]:
    watch = Watch(engine)
    alerts = list(watch.alerts([Log("logs", [folder])], silent))
    return alerts, watch.sources, watch.files, watch.unreadable, watch.ledger()


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes behind the first chunk's header."""
    changed = bytearray(data)
    for _ in range(20):
        changed[chance.randrange(FILE_HEADER_BYTES + 512, FILE_HEADER_BYTES + 20_000)] = chance.randrange(256)
    return bytes(changed)


Change = Callable[[bytes, random.Random], bytes]
CHANGES: Sequence[Change] = (
    *[lambda data, _: data] * 8,
    *[cut] * 2,
    *[damaged] * 2,
    lambda data, _: gzip.compress(data),
    lambda data, chance: cut(gzip.compress(data), chance),
    lambda _, __: b"",
    lambda _, __: UNUSED,
    lambda _, __: HEADER,
    lambda _, __: HEADER + b"x" * CHUNK_BYTES,
    lambda _, __: LINE * 3 + b'{"who": "knows"}\nno json\n',
    lambda _, __: b"\x89PNG\r\n\x1a\n" + bytes(100),
)


def written(folder: Path, real: Sequence[bytes], chance: random.Random) -> Path:
    """Write real files as they are, cut, damaged and packed, with others between them."""
    folder.mkdir()
    for number, data in enumerate(chance.sample(real, len(real) // 2)):
        (folder / f"{number:03}").write_bytes(chance.choice(CHANGES)(data, chance))
    with zipfile.ZipFile(folder / f"{chance.randrange(20):03}.zip", "w") as archive:
        for name in "abc":
            archive.writestr(name, cut(chance.choice(real), chance))
    return folder


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(6))
def test_a_folder_of_them_says_what_the_reference_says(
    own: RuleSet, routes: Routes, real: list[bytes], tmp_path: Path, seed: int
) -> None:
    folder = written(tmp_path / "logs", real, random.Random(seed))
    engines = Engine(own, routes), FastEngine(own, routes, pace=Pace(small=False)), FastEngine(own, routes)
    said = [told(engine, folder) for engine in engines]

    assert said[0] == said[1] == said[2]
    assert said[0][0], "no rule was true of anything, so that nothing was tried"


def test_a_file_with_nothing_in_it_is_a_file(twins: Twins, tmp_path: Path) -> None:
    for name, data in (("a", LINE), ("b", UNUSED), ("c", HEADER[:100]), ("d", UNUSED), ("e", LINE)):
        (tmp_path / name).write_bytes(data)

    assert told(twins.fast, tmp_path) == told(twins.reference, tmp_path)


@pytest.mark.shared
def test_hits_come_out_while_other_files_are_still_to_be_read(
    own: RuleSet, routes: Routes, real: list[bytes], tmp_path: Path
) -> None:
    for number, data in enumerate((*real, *real, b"\x89PNG")):
        (tmp_path / f"{number:03}").write_bytes(data)
    watch = Watch(FastEngine(own, routes, pace=Pace(small=False)))
    alerts = watch.alerts([Log("logs", [tmp_path])], silent)

    first = next(one for one in alerts if not one.source.endswith("/000"))  # which is read before the engine is ready
    assert watch.unreadable == [], first
    list(alerts)
    assert len(watch.unreadable) == 1


@pytest.mark.shared
def test_what_is_looked_at_together_is_told_file_by_file(twins: Twins, real: list[bytes]) -> None:
    engine = ready(twins)
    log = inlet("logs")
    small = engine.together(log)
    given = [real[0], UNUSED, real[1], HEADER[:100], real[2]]
    for number, data in enumerate(given):
        assert small.take("evtx", iter([data]), replace(log, name=str(number))) is None
    passed = list(small.passed())
    alone = []
    for data in given:
        one = inlet("logs")
        list(engine.read("evtx", iter([data]), one))
        alone.append(one)

    assert [one.handled for one in passed] == [one.tally.handled for one in alone]
    assert log.tally.skipped == {"truncated": 1}
    assert [one.newest for one in passed[::2]] == [one.watcher.newest for one in alone[::2]]
    assert [one.newest for one in passed[1::2]] == [one.newest for one in passed[:-1:2]], "that of the file before"
    assert list(small.passed()) == []


@pytest.mark.shared
def test_enough_is_enough(twins: Twins, real: list[bytes]) -> None:
    small = ready(twins).together(inlet("logs"))
    taken = count()
    while not small.is_full:
        small.take("evtx", iter([real[next(taken) % len(real)]]), inlet("a"))

    assert sum(one.handled for one in small.passed()) > DUMPED // 10_000
    assert not small.is_full


@pytest.mark.shared
def test_a_file_that_cannot_be_read_to_its_end_leaves_the_others_as_they_are(twins: Twins, real: list[bytes]) -> None:
    def broken() -> Iterator[bytes]:
        yield real[1][: FILE_HEADER_BYTES + CHUNK_BYTES]
        raise InputError(Location("b"), "cannot be read: Input/output error")

    log = inlet("logs")
    small, alone = ready(twins).together(log), ready(twins).together(inlet("logs"))
    for data in (real[0], real[2]):
        alone.take("evtx", iter([data]), log)
    assert small.take("evtx", iter([real[0]]), log) is None
    with pytest.raises(InputError):
        small.take("evtx", broken(), log)
    assert small.take("evtx", iter([real[2]]), log) is None

    assert [one.handled for one in small.passed()] == [one.handled for one in alone.passed()]
    assert log.tally.skipped == {}


@pytest.mark.parametrize(
    ("kind", "size", "live"), [("jsonl", 10, False), ("evtx", 10, True), ("evtx", MOST_BYTES + 1, False)]
)
def test_what_is_no_small_file_does_not_wait(twins: Twins, kind: str, size: int, live: bool) -> None:
    small = ready(twins).together(inlet("logs"))
    pieces = [b"a" * (size // 2), b"b" * (size - size // 2), b"c"]

    assert list(small.take(kind, iter(pieces), inlet("a", live=live)) or ()) == pieces
    assert list(small.passed()) == []


def test_nothing_waits_before_what_it_takes_is_loaded(twins: Twins) -> None:
    assert list(twins.fast.together(inlet("logs")).take("evtx", iter([UNUSED]), inlet("a")) or ()) == [UNUSED]


@pytest.mark.shared
def test_a_file_with_too_much_text_is_read_by_itself_and_counted_once(twins: Twins, real: list[bytes]) -> None:
    engine, log = ready(twins), inlet("logs")
    broken = max(real, key=len)[: FILE_HEADER_BYTES + CHUNK_BYTES] + b"x" * CHUNK_BYTES
    small = SmallFiles(engine.matcher, log, lambda: True, most=1000)

    assert b"".join(small.take("evtx", iter([broken]), log) or ()) == broken
    assert (log.tally.skipped, list(small.passed())) == ({}, [])
