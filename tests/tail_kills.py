"""Kills a watch over files again and again while its logs are written, rotated, copied, cut off and packed.

`python -m tests.tail_kills --kills 200` does it and prints what was counted; `make test` has a few dozen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import zstandard

from sentinel.archiving import Archive
from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.store.store import Store
from sentinel.tailing import Tail, Tailed, Tools
from tests.shared import ROOT
from tests.watching.rule import RULE

T = TypeVar("T")


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def clock() -> datetime:
    return datetime.now(UTC)


def compiled_rules(folder: Path) -> Compiled:
    """Return the one rule, which every second record meets."""
    (folder / "rules").mkdir()
    (folder / "rules" / "a.yml").write_text(RULE, encoding="utf-8")
    return compile_rules([folder / "rules"], folder, {})


def open_tail(folder: Path, compiled: Compiled) -> Tail:
    """Return a watch over `folder/logs` that keeps all in `folder`."""
    store = Store.open(str(folder / "x.db"))
    tools = Tools(compiled, ROOT, None, clock, lambda: uuid4().hex)
    archive = Archive(folder / "archive", store.tails("klinikken").archived())
    return Tail("klinikken", [Tailed("web", lambda: [folder / "logs"])], store, tools, archive)


@dataclass
class Writer:
    """Writes records with numbers, now and then half of one, and does to the files what rotations do."""

    folder: Path
    chance: random.Random
    written: int = 0
    done: Counter[str] = field(default_factory=Counter)
    _names: Iterator[int] = field(default_factory=count)
    _rest: bytes = b""

    @property
    def log(self) -> Path:
        return self.folder / "web.log"

    def act(self) -> None:
        """Do one thing of many."""
        acts = (self.append,) * 12 + (self.rename, self.copy_and_cut, self.pack, self.rename_and_pack)
        act = self.chance.choice(acts)
        self.done[act.__name__] += 1
        act()

    def append(self) -> None:
        """Write some records, perhaps all of them but the last one's end."""
        data = self._rest + b"".join(self._record() for _ in range(self.chance.randint(1, 20)))
        cut = self.chance.choice((0, 0, self.chance.randint(1, 40)))
        self._rest = data[len(data) - cut :] if cut else b""
        with self.log.open("ab") as file:
            file.write(data[: len(data) - cut] if cut else data)

    def finish(self) -> None:
        """End the last record."""
        with self.log.open("ab") as file:
            file.write(self._rest)
        self._rest = b""

    def rename(self) -> None:
        """Rotate as most do: programs end their lines before."""
        if self.log.exists():
            self.finish()
            self.log.rename(self.folder / f"web.log.{next(self._names)}")

    def copy_and_cut(self) -> None:
        """Rotate for programs that never close their log: copy all of it, bit by bit, and then cut it off."""
        if not self.log.exists():
            return
        self.finish()
        with self.log.open("rb") as whole, (self.folder / f"web.log.{next(self._names)}").open("wb") as copy:
            while chunk := whole.read(self.chance.randint(100, 4_000)):
                copy.write(chunk)
                copy.flush()
        os.truncate(self.log, 0)

    def pack(self) -> None:
        """Pack one rotated file beside itself, and remove it then."""
        rotated = [path for path in self.folder.iterdir() if path.name[-1].isdigit()]
        if rotated:
            self._pack(self.chance.choice(sorted(rotated)))

    def rename_and_pack(self) -> None:
        """Rotate and pack at once."""
        if self.log.exists():
            self.rename()
            self._pack(max((path for path in self.folder.iterdir() if path.name[-1].isdigit()), key=_number))

    def _pack(self, path: Path) -> None:
        pack = self.chance.choice((gzip.compress, zstandard.compress))
        packed = pack(path.read_bytes())
        with path.with_name(f"{path.name}.gz").open("wb") as out:
            for start in range(0, len(packed), 200):
                out.write(packed[start : start + 200])
                out.flush()
        path.unlink()

    def _record(self) -> bytes:
        number = self.written
        self.written += 1
        kind = "blåbær" if number % 2 else "tyttebær"
        event = {"@timestamp": f"2026-11-22T10:{number // 60 % 60:02}:{number % 60:02}Z", "event.dataset": "web.access"}
        return json.dumps(event | {"cs-uri-stem": f"/{kind}/{number}"}, ensure_ascii=False).encode() + b"\n"


def _number(path: Path) -> int:
    return int(path.name.rpartition(".")[2])


@dataclass(frozen=True)
class Counts:
    """What was written and what came of it; `torn` kills left a step half done.

    `ended` watches were not killed but ended by themselves, which none may.
    """

    kills: int
    torn: int
    ended: int
    written: int
    told: Counter[str]
    archived: Counter[str]
    in_windows: int
    done: Counter[str]

    @property
    def lost(self) -> int:
        """Records, or alerts of theirs, that are nowhere."""
        expected = {f"/blåbær/{number}" for number in range(1, self.written, 2)}
        every = expected | {f"/tyttebær/{number}" for number in range(0, self.written, 2)}
        return len(expected - self.told.keys()) + len(every - self.archived.keys())

    @property
    def doubled(self) -> int:
        """Records that were archived or counted, or alerts that were kept, more than once."""
        more = sum(count - 1 for counter in (self.told, self.archived) for count in counter.values())
        return more + abs(self.in_windows - self.written)


def kill_again_and_again(folder: Path, kills: int, seed: int) -> Counts:
    """Write logs while a watch over them is killed so many times; return what a last watch leaves."""
    (folder / "logs").mkdir()
    writer, chance = Writer(folder / "logs", random.Random(seed)), random.Random(seed + 1)
    compiled, torn, ended = compiled_rules(folder), 0, 0
    _warm_up(folder / "warm", compiled)
    for _ in range(kills):
        begun, begins = os.pipe()
        child = os.fork()
        if not child:
            _follow_for_ever(folder, compiled, begins)
        os.close(begins)
        if chance.random() < 0.9:  # else it may be killed while it opens
            os.read(begun, 1)
        os.close(begun)
        aimed = chance.random() < 0.5  # at a moment at which the archive holds what the store does not know of yet
        end = time.monotonic() + (10 if aimed else chance.uniform(0, 0.3))
        acts = 20
        while time.monotonic() < end and not (aimed and _is_torn(folder)):
            acts = max(0, acts - 1)
            if acts or chance.random() < 0.1:
                writer.act()
            time.sleep(chance.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        ended += not os.WIFSIGNALED(status)
        torn += _is_torn(folder)
    writer.finish()
    last = open_tail(folder, compiled)
    for _ in range(4):
        deque(last.round(silent), maxlen=0)
    last.close()
    return _counted(folder, last.store, (kills, torn, ended), writer)


def _warm_up(folder: Path, compiled: Compiled) -> None:
    """Load what a first step loads, so that those that are killed need not."""
    (folder / "logs").mkdir(parents=True)
    Writer(folder / "logs", random.Random(1)).append()
    tail = open_tail(folder, compiled)
    deque(tail.round(silent), maxlen=0)
    tail.close()
    tail.store.close()


def _follow_for_ever(folder: Path, compiled: Compiled, begins: int) -> None:
    """Be the process that is killed; leave no other way."""
    try:
        tail = open_tail(folder, compiled)
        os.write(begins, b"!")
        while True:
            deque(tail.round(silent), maxlen=0)
            time.sleep(0.001)
    except BaseException as error:  # noqa: BLE001 -- a forked test must never return into the test runner
        sys.stderr.write(f"the watch ended by itself: {error!r}\n")
        sys.stderr.flush()
        os._exit(1)


def _is_torn(folder: Path) -> bool:
    """Say whether a kill left more in the archive than the store knows of: the moment that is dangerous."""
    try:
        with closing(sqlite3.connect(folder / "x.db")) as database:
            rows = [json.loads(body) for (body,) in database.execute("SELECT body FROM watch_archive")]
    except sqlite3.OperationalError:  # killed before there was a table
        return False
    files = ((folder / "archive" / row["name"], row["bytes"]) for row in rows)
    return any(path.is_file() and path.stat().st_size > size for path, size in files)


def _counted(folder: Path, store: Store, kills: tuple[int, int, int], writer: Writer) -> Counts:
    """Return what the store, the archive and the windows hold."""
    told = Counter(str(alert.fields["cs-uri-stem"]) for alert in store.alerts())
    archived = Counter[str]()
    for path in (folder / "archive").glob("2*/**/*.zst"):
        with path.open("rb") as packed:
            data = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read()
        archived.update(json.loads(line)["cs-uri-stem"] for line in data.splitlines())
    in_windows = sum(window.records or 0 for window in store.all_windows())
    store.close()
    return Counts(*kills, writer.written, told, archived, in_windows, writer.done)


def main() -> int:
    """Do it as often as was asked for, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sentinel-kills-"))
    try:
        found = kill_again_and_again(folder, asked.kills, asked.seed)
    finally:
        shutil.rmtree(folder)
    acts = ", ".join(f"{number} {act}" for act, number in found.done.most_common())
    told = f"{found.kills} kills ({found.torn} left a step half done), {found.written:,} records written ({acts}): "
    told += f"{found.lost} lost, {found.doubled} doubled"
    print(told)  # noqa: T201 -- a command
    return 1 if found.lost or found.doubled or found.ended else 0


if __name__ == "__main__":
    raise SystemExit(main())
