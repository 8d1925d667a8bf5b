"""Measures scoring many organisations against the whole checklist again, in SQLite and in a real PostgreSQL.

    .venv/bin/python bench/bench_sector.py [--organisations 17000] [--sample 300]

Organisations are made: all types in turn, everybody asked everything, by a fixed seed. Filling and scoring run
in processes of their own, so that the peak of memory is theirs alone. Beside it stands the same scoring with all its
words (as `assess score` does for one), over a sample: compare the ratio, for the figures are of one machine. PostgreSQL
is left out, and said so, where it is not installed or we are not root.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 22)
STATES = ("met", "met", "met", "partly", "not_met", "unknown", "not_applicable")
PAGE = 500
NOBODY = "nobody"


def made(number: int) -> Iterator[tuple[object, object]]:
    """Yield made organisations of all types in turn, each with an answer to all that it is asked."""
    from sentinel.comply.checklist import load_checklist
    from sentinel.comply.organisation import load_types
    from sentinel.model.sector import Answered, Member

    whole, types, chance = load_checklist(ROOT), load_types(ROOT), random.Random(6)
    kinds = list(types.by_id)
    for at in range(number):
        kind = kinds[at % len(kinds)]
        key = f"{at:09}"
        said = {"LARGE": True}  # so that nobody is asked only the part for a small practice: all 170, for each
        states = {one.id: chance.choice(STATES) for one in whole.requirements}
        ends = {name: date(2027, 1, 1) for name, state in states.items() if state == "not_applicable"}
        member = Member(key, f"Virksomhet {at}", kind, said, key, agreed=True)
        yield member, Answered(key, DAY, whole.id, whole.version, whole.hash, states, ends)  # type: ignore[arg-type]


def fill(where: str, number: int) -> None:
    """Keep made organisations."""
    from sentinel.store.store import Store

    store, page = Store.open(where), []
    for pair in made(number):
        page.append(pair)
        if len(page) == PAGE:
            store.sector().save(page)  # type: ignore[arg-type]
            page = []
    store.sector().save(page)  # type: ignore[arg-type]
    store.close()


def score(where: str) -> None:
    """Score all of them again, as `sentinel sector score --again` does, and print what it took."""
    from sentinel.sector import score_all, scorer
    from sentinel.store.store import Store

    store, by = Store.open(where), scorer(ROOT, DAY)
    begun = time.perf_counter()
    store.sector().forget_standings()
    requirements = sum(len(one.states) for one in score_all(store.sector(), by))
    took = time.perf_counter() - begun
    organisations = sum(1 for row in store.sector().rows() if row.standing)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{organisations} {requirements} {took:.2f} {peak:.0f}")
    store.close()


def sample(number: int) -> float:
    """Return seconds an organisation with all words, as one that is told in a report."""
    from sentinel.comply.checklist import load_checklist
    from sentinel.comply.judge import judge
    from sentinel.comply.organisation import load_types
    from sentinel.comply.score import score as scored
    from sentinel.model.compliance import Answer

    whole, types = load_checklist(ROOT), load_types(ROOT)
    pairs = list(made(number))
    begun = time.perf_counter()
    for member, answered in pairs:
        about = types.organisation("", member.number, member.kind, member.said)  # type: ignore[attr-defined]
        part = types.part(about, whole)
        ends = answered.ends  # type: ignore[attr-defined]
        answers = [
            Answer(name, state, "Åse Lyngvik", DAY, "", "nei", "Åse Lyngvik", ends.get(name))
            for name, state in answered.states.items()  # type: ignore[attr-defined]
        ]
        scored(judge(part, about, answers, (), DAY), part)
    return (time.perf_counter() - begun) / number


@contextmanager
def postgresql() -> Iterator[str | None]:
    """Start a PostgreSQL of our own on a socket in a folder of its own; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or os.geteuid() != 0 or not shutil.which("runuser"):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="pg."))
    shutil.chown(folder, NOBODY)

    def command(name: str, *words: str) -> None:
        full = ["runuser", "-u", NOBODY, "--", str(found[-1].parent / name), *words]
        subprocess.run(full, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120)

    command("initdb", "-D", f"{folder}/data", "-U", "sentinel", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    command("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://sentinel@/postgres?host={folder}"
    finally:
        command("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def in_a_process(*words: str) -> tuple[str, float]:
    """Run this file with other words; return what it printed, and its seconds."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, *words], check=True, capture_output=True, text=True)
    return done.stdout, time.perf_counter() - begun


def measure(name: str, where: str, number: int, worded: float) -> None:
    """Fill one store, score it, and print a line."""
    _, filling = in_a_process("--fill", where, "--organisations", str(number))
    out, whole = in_a_process("--score", where)
    organisations, requirements, took, peak = out.split()
    each = float(took) / int(organisations)
    print(
        f"{name:<11} {organisations} organisations, {requirements} judgements: {took} s ({whole:.1f} s with start), "
        f"peak {peak} MB, {worded / each:.1f} times as fast as with words; filled in {filling:.1f} s"
    )


def main() -> None:
    """Measure both stores, or do one part in a process of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--organisations", type=int, default=17_000)
    asked.add_argument("--sample", type=int, default=300)
    asked.add_argument("--fill", metavar="STORE", help=argparse.SUPPRESS)
    asked.add_argument("--score", metavar="STORE", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.fill:
        return fill(given.fill, given.organisations)
    if given.score:
        return score(given.score)
    worded = sample(given.sample)
    print(f"with words  {worded * 1000:.2f} ms an organisation, over {given.sample}; {os.cpu_count()} cores, one used")
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"{folder}/sector.db", given.organisations, worded)
    with postgresql() as where:
        if where is None:
            print("PostgreSQL  not measured: needs root, and PostgreSQL")
        else:
            measure("PostgreSQL", where, given.organisations, worded)
    return None


if __name__ == "__main__":
    main()
