"""Two runners in processes of their own, killed at random points, behind a line and over a server that fail.

`make faults` runs it in full, and prints what was done and what a counting oracle says: none lost, none double.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from sentinel.detect.compiled import compile_rules
from sentinel.elastic.cluster import Access, connect
from sentinel.store.store import Store
from tests.elastic.faults import Between, between
from tests.elastic.server import running
from tests.watching.rule import RULE
from tests.watching.watched import MANY, MINUTE, START, Clock, expected, put, runner, silent, stems

LINE = ("429", "503", "drop", "lose", "truncate", "delay")
ANSWER = ("partial", "ended", "short")
"""What happens to pages beside."""
WHO = ("a", "b")
WINDOWS = 20
LIFE = 0.8
"""Seconds of work until a runner is killed, at most."""
EARLY = 0.1
"""Of how many it is not waited for that they begin."""
EACH = 5
"""Records that a rule is met by, in one put."""


@dataclass(frozen=True)
class Hardship:
    """How much is to be endured at least."""

    kills: int
    faults: int
    restarts: int = 0
    seed: int = 1


@dataclass
class Outcome:
    """What was done, and what came of it."""

    index: str
    done: Counter[str] = field(default_factory=Counter)
    put: int = 0
    late: int = 0
    at_work: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """All faults of line, server and runners."""
        return self.done.total()

    def told(self) -> str:
        """Return it in a few lines."""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.done.items()))
        lines = (
            f"{self.faults:,} faults: {kinds}",
            f"{self.at_work:,} runners were killed with a window in hand",
            f"{2 * self.put:,} records, {2 * self.late:,} of them late, {self.put:,} alerts expected",
            f"{len(self.lost):,} lost, {len(self.doubled):,} doubled",
            *(self.accounts or ["every record is in one window, and every hit in the one correlation"]),
        )
        return "\n".join(lines)


def watch(url: str, folder: str, index: str, hours: int, who: str) -> None:
    """Run rounds until killed, with a clock that is that much later; write down each alert that is told."""
    place = Path(folder)
    store = Store.open(str(place / "shared.db"))
    compiled = compile_rules([place / "rules"], place / "rules", {})
    clock = Clock(START + WINDOWS * MINUTE + hours * timedelta(hours=1))
    watching = runner(url, store, index, compiled, clock, who)
    (place / f"ready-{who}").touch()
    with (place / f"told-{who[0]}.txt").open("a", encoding="utf-8", buffering=1) as told:
        while True:
            for looked in watching.round(silent):
                told.writelines(f"{alert.id}\n" for alert in looked.new)
            clock.now += MINUTE


def endure(folder: Path, hardship: Hardship, start: Callable[[], str], restart: Callable[[], str]) -> Outcome:
    """Do all of it, bring the watch to its end over a clean line, and count."""
    chance, outcome = random.Random(hardship.seed), Outcome(f"x{hardship.seed}-{time.time_ns()}")
    (folder / "rules").mkdir()
    (folder / "rules" / "a.yml").write_text(RULE, encoding="utf-8")
    (folder / "rules" / "b.yml").write_text(MANY, encoding="utf-8")
    Store.open(str(folder / "shared.db")).close()
    url = start()
    connect(Access(url)).indices.create(index=outcome.index, settings={"number_of_replicas": 0})
    for minute in range(WINDOWS):
        fill(outcome, url, minute)

    def plan(path: str, _body: bytes) -> str:
        faults = (*LINE, *ANSWER) if path.startswith("/_search") else LINE
        return chance.choice(faults) if chance.random() < 1 / 3 else ""

    with between(url, plan) as proxy:
        for number, at_work in enumerate(_lives(folder, outcome.index, proxy, chance)):
            fill(outcome, url, chance.randrange(WINDOWS), late=True)
            outcome.done["runner killed"] += 1
            outcome.at_work += at_work
            faults = sum(count for fault, count in proxy.done.items() if fault not in ("", "away"))
            if hardship.restarts and number % (hardship.kills // hardship.restarts) == 1:
                url = proxy.target = restart()
                outcome.done["server killed"] += 1
            if outcome.done["runner killed"] >= hardship.kills and faults + outcome.faults >= hardship.faults:
                break
        outcome.done.update({fault: count for fault, count in proxy.done.items() if fault})
    count(outcome, url, folder)
    return outcome


def _lives(folder: Path, index: str, proxy: Between, chance: random.Random) -> Iterator[bool]:
    """Keep two runners alive; kill one at a random moment, again and again, and yield whether it had a window."""
    processes = get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    hours, names = 0, dict[str, str]()
    store = Store.open(str(folder / "shared.db"))

    def born(who: str) -> BaseProcess:
        names[who] = f"{who}{hours}"
        args = (proxy.url, str(folder), index, hours, names[who])
        process = processes.Process(target=watch, args=args, daemon=True)
        process.start()
        return process

    alive = {who: born(who) for who in WHO}
    try:
        while True:
            who, hours = chance.choice(WHO), hours + 1
            early = chance.random() < EARLY
            while not early and not (folder / f"ready-{names[who]}").exists():
                time.sleep(0.01)
            time.sleep(chance.uniform(0.0, LIFE))
            ended = alive[who].exitcode
            assert ended is None, f"runner {who} ended by itself with {ended}"
            alive[who].kill()
            alive[who].join()
            dead = names[who]
            alive[who] = born(who)
            with store.windows("klinikken", index).transaction() as connection:
                held = "SELECT count(*) FROM watch_windows WHERE state = 'owed' AND runner = ?"
                yield bool(connection.exec_driver_sql(held, (dead,)).scalar())
    finally:
        for process in alive.values():
            process.kill()
            process.join()
        store.close()


def fill(outcome: Outcome, url: str, minute: int, *, late: bool = False) -> None:
    numbers = range(outcome.put, outcome.put + EACH)
    put(url, outcome.index, numbers, minute + 0.5)
    outcome.put += EACH
    outcome.late += EACH * late


def count(outcome: Outcome, url: str, folder: Path) -> None:
    """Let one runner end the watch, and compare what is kept and what was told with what was put."""
    store = Store.open(str(folder / "shared.db"))
    compiled = compile_rules([folder / "rules"], folder / "rules", {})
    last = runner(url, store, outcome.index, compiled, Clock(START + timedelta(days=3_000)))
    last.beat = replace(last.beat, recount=timedelta(days=36_500))
    new = [alert.id for _ in range(2) for looked in last.round(silent) for alert in looked.new]
    found, wanted = Counter(stems(store)), Counter(expected(outcome.put))
    told = Counter(new + [line for who in WHO for line in (folder / f"told-{who}.txt").read_text().split()])
    outcome.lost = sorted((wanted - found).elements())
    outcome.doubled = [*sorted((found - wanted).elements()), *(id_ for id_, count in told.items() if count > 1)]
    records = sum(window.records or 0 for window in last.windows.listed())
    owed = sum(window.state == "owed" for window in last.windows.listed())
    totals = [one.correlation.total for one in store.alerts() if one.correlation and one.status == "current"]
    if owed or records != 2 * outcome.put:
        outcome.accounts.append(f"{owed:,} windows owed, {records:,} of {2 * outcome.put:,} records in windows")
    if totals != [outcome.put]:
        outcome.accounts.append(f"correlations counted {totals} of {outcome.put:,} hits")
    store.close()


class Server:
    """A server of one's own that can be killed; it comes up again over the same data."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._running = stack.enter_context(ExitStack())

    def start(self) -> str:
        """Start it, and return its address."""
        return self._running.enter_context(running(self._folder))

    def restart(self) -> str:
        """Kill it with SIGKILL, and start it again; the address is another one."""
        self._running.close()
        self._running = self._stack.enter_context(ExitStack())
        return self.start()


def main() -> None:
    """Endure what the issue asks for: 200 kills, 1,000 faults, a server that is killed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sentinel-faults-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "server").mkdir(mode=0o755)
        (folder / "watch").mkdir()
        server = Server(folder / "server", stack)
        outcome = endure(folder / "watch", Hardship(200, 1_000, 5), server.start, server.restart)
    print(outcome.told())  # noqa: T201 -- this is what a person looks at
    print(f"{time.monotonic() - began:,.0f} seconds")  # noqa: T201 -- as above
    raise SystemExit(bool(outcome.lost or outcome.doubled or outcome.accounts))


if __name__ == "__main__":
    main()
