"""The fast engine may never differ from the reference engine: in hits, counts, the summary of a log, or the ledger."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import Node, fields
from sentinel.detect.engine import Engine
from sentinel.detect.fast.engine import BATCH, FastEngine
from sentinel.detect.readers import read_log
from sentinel.detect.readers.recognise import FORMATS
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import LogSourceKey, RuleSet
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log, Watch
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.detect.fast.fitting import fitting
from tests.detect.fast.mutations import Record, changed, compact, log, split
from tests.detect.fast.strategies import Fields, looked_at
from tests.detect.fast.twins import Twins, inlet_of, silent
from tests.detect.logs import evtx_files, sigmahq
from tests.shared import ROOT

FUZZ = max(1, int(os.environ.get("SENTINEL_FUZZ", "1")))
FIRST = random.SystemRandom().randrange(10**9) if FUZZ > 1 else 0
"""The first seed: `make fuzz` looks for what is new."""
LINES = 250
EVERY = LogSourceKey(None, None, None)


@pytest.fixture(scope="module")
def own() -> RuleSet:
    return load_rules([ROOT / "rules"], ROOT)


@pytest.fixture(scope="module")
def samples() -> list[Record]:
    """The events beside our own rules, which they must find or must not."""
    found = [
        json.loads(one) for path in sorted((ROOT / "rules").rglob("*.jsonl")) for one in path.read_bytes().splitlines()
    ]
    return [record for record in found if isinstance(record, dict)]


def differences(twins: Twins, records: list[Record], seed: int) -> Iterator[str]:
    """Let both engines read several logs made of some records, changed and written in many ways."""
    chance = random.Random(seed)
    for name in ("one", "two", "three"):
        rules, routes = twins.ruleset.rules, twins.routes
        pool = chance.sample(records, min(len(records), chance.choice([3, 30, 300])))
        some = [
            chance.choice(pool) if chance.random() < 0.5 else fitting(chance.choice(rules), routes, chance)
            for _ in range(LINES)
        ]
        data = log(some, chance, chance.choice([0.0, 0.1, 0.5, 0.9]))
        yield from (f"seed {seed}, log {name}: {what}" for what in twins.read(data, list(split(data, chance)), name))
        events = [Event(name, str(number), None, changed(dict(record), chance)) for number, record in enumerate(some)]
        flat = [one for one in events if not any(isinstance(value, dict) for value in one.fields.values())]
        yield from (f"seed {seed}, events {name}: {what}" for what in twins.run(flat, f"{name} as events"))
    yield from (f"seed {seed}: {what}" for what in twins.accounts())
    if not any(entry.hits for entry in twins.reference.ledger()):
        yield f"seed {seed}: no rule was true of anything, so that nothing was tried"


@pytest.mark.fuzz
@pytest.mark.parametrize("scanning", [True, False])
def test_own_rules_over_their_samples_in_every_shape(
    own: RuleSet, routes: Routes, samples: list[Record], record_property: Callable[[str, object], None], scanning: bool
) -> None:
    seeds = range(FIRST, FIRST + 5 * FUZZ)
    found = [what for seed in seeds for what in differences(Twins(own, routes, scanning), samples, seed)]

    assert found[:10] == []
    record_property("inputs", len(seeds) * 3 * LINES)


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.shared
def test_all_rules_of_sigmahq_over_real_events_in_every_shape(
    routes: Routes, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for folder in ("rules", "evtx"):
        (tmp_path / folder).mkdir()
    ruleset = load_rules(sigmahq(tmp_path / "rules"), tmp_path / "rules")
    records = [
        dict(event.fields)
        for path in evtx_files(tmp_path / "evtx")
        for event in read_log(path, path.name, Tally(path.name))
    ]
    seeds = range(FIRST, FIRST + 2 * FUZZ)
    found = [what for seed in seeds for what in differences(Twins(ruleset, routes), records, seed)]

    assert len(ruleset.rules) > 3700
    assert found[:10] == []
    record_property("inputs", len(seeds) * 3 * LINES)


@given(st.lists(looked_at(), min_size=1, max_size=5), st.randoms(use_true_random=False), st.booleans())
def test_any_conditions_over_events_that_nearly_meet_them(
    few: RuleSet, cases: list[tuple[Node, Fields]], chance: random.Random, scanning: bool
) -> None:
    """Rules that no person would write, on letters that are one to somebody."""
    routes = Routes((Route("x", EVERY, (("Channel", frozenset({"*"})),), (("B", "b"), ("B", "A"))),))
    rules = tuple(
        replace(
            few.rules[0],
            ref=replace(few.rules[0].ref, id=str(number), title=str(number)),
            logsource=EVERY,
            condition=node,
            fields=fields(node),
            unfiltered=chance.choice([None, node]),
        )
        for number, (node, _) in enumerate(cases)
    )
    twins = Twins(RuleSet(rules, ()), routes, scanning)
    records: list[Record] = [{"Channel": chance.choice(["x", "y", 1]), **event} for _, event in cases] * 2
    data = log(records, chance, 0.5)

    assert twins.read(data, list(split(data, chance))) == []
    assert twins.run([Event("x", str(number), None, record) for number, record in enumerate(records)]) == []
    assert twins.accounts() == []


def test_events_that_json_cannot_hold_meet_the_same_rules(twins: Twins) -> None:
    odd: list[Any] = [2**70, float("inf"), float("-inf"), float("nan"), "half \ud800 pair", 2**63, ["blåbær", 2**80]]
    whoami: Record = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\WHOAMI.exe"}
    events = [Event("x", str(number), None, {**whoami, "odd": value}) for number, value in enumerate(odd)]

    assert twins.run(events) == []
    assert twins.accounts() == []
    assert {entry.title: entry.hits for entry in twins.fast.ledger()}["Rule 1"] == len(odd)


def test_hits_come_as_soon_as_a_batch_is_full(twins: Twins) -> None:
    taken = []

    def endless() -> Iterator[Event]:
        while True:
            taken.append(1)
            yield Event("x", "1", None, {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\whoami.exe"})

    assert next(twins.fast.run(endless())).rule.title == "Rule 1"
    assert len(taken) == BATCH


def test_other_formats_are_read_as_the_reference_reads_them(own: RuleSet, routes: Routes) -> None:
    twins = Twins(own, routes)
    for path in sorted((Path(__file__).parent.parent / "readers" / "samples").glob("*.log")):
        kind = path.stem if path.stem in FORMATS else "syslog"  # as Sysmon for Linux writes
        data = path.read_bytes()
        hits = [
            list(engine.read(kind, iter([data]), inlet_of(engine, path.stem)))
            for engine in (twins.reference, twins.fast)
        ]
        assert hits[0] == hits[1]
    assert twins.accounts() == []


def test_a_watch_says_the_same_with_both(own: RuleSet, routes: Routes, samples: list[Record], tmp_path: Path) -> None:
    """A log that is cut off in the middle, one with lines that are no records, and one that is no log."""
    whole = b"\n".join(map(compact, samples))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(whole + b"\n" + whole)[:-2000])
    (tmp_path / "mixed.jsonl").write_bytes(whole.replace(b"},", b"}\n{", 3) + b"\n\xff\n[1]\n{")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    said = []
    for engine in (Engine(own, routes), FastEngine(own, routes), FastEngine(own, routes, scanning=False)):
        watch = Watch(engine)
        alerts = list(watch.alerts([Log(path.stem, [path]) for path in sorted(tmp_path.iterdir())], silent))
        said.append((alerts, watch.sources, watch.files, watch.unreadable, watch.ledger()))

    assert said[0] == said[1] == said[2]
    assert len(said[0][0]) > 100
    assert "truncated" in {entry.state for entry in said[0][4]}


def ids_elsewhere(program: str, data: Path) -> tuple[str, list[str]]:
    """Have another process print what the fast engine finds; return what it complains of, and the ids."""
    whole = (
        f"{program}\n"
        "import sys\n"
        "from pathlib import Path\n"
        "from sentinel.detect.fast.engine import FastEngine, Pace\n"
        "from sentinel.detect.routes import load_routes\n"
        "from sentinel.detect.sigma import load_rules\n"
        "from sentinel.detect.watch import Log, Watch\n"
        "root = Path(sys.argv[1])\n"
        "engine = FastEngine(load_rules([root / 'rules'], root), load_routes(root), pace=Pace(small=False))\n"
        "for alert in Watch(engine).alerts([Log('log', [Path(sys.argv[2])])], lambda _, items: iter(items)):\n"
        "    print(alert.id)\n"
        "print(engine.hindrance, file=sys.stderr)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", whole, str(ROOT), str(data)], capture_output=True, text=True, check=False
    )
    return found.stderr.strip(), found.stdout.split()


@pytest.mark.parametrize(
    ("without", "why"),
    [
        ("import sys; sys.modules['hyperscan'] = None", ""),
        ("import sys; sys.modules['numba'] = None", "there is no Numba for this machine"),
        (
            (
                "import sentinel.native, numba\n"
                "def cfunc(*_, **__):\n"
                "    raise RuntimeError('no\\nprocessor')\n"
                "numba.cfunc = lambda *_, **__: cfunc"
            ),
            "no processor",
        ),
    ],
    ids=["without Hyperscan", "without Numba", "where Numba fails"],
)
def test_where_a_library_is_not_there_or_fails_the_hits_are_the_same(
    twins: Twins, tmp_path: Path, without: str, why: str
) -> None:
    data = tmp_path / "log.jsonl"
    data.write_bytes(b"\n".join(path.read_bytes().strip() for path in sorted((ROOT / "rules").rglob("*.match.jsonl"))))
    watch = Watch(Engine(load_rules([ROOT / "rules"], ROOT), twins.routes))
    wanted = [alert.id for alert in watch.alerts([Log("log", [data])], silent)]

    assert ids_elsewhere(without, data) == (why, wanted)
    assert len(wanted) > 50
