"""Runs correlations over a stream into a store, a batch a transaction: killed by its test, and run again.

Arguments: the store, and a number that decides in which order the hits arrive.
"""

from __future__ import annotations

import random
import sys
from datetime import timedelta

from sentinel.detect.correlate import Correlator
from sentinel.detect.correlation import Limits
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit
from sentinel.store.store import Store
from tests.detect.streams import correlation, hit, ruleset

BATCH = 25


def rules() -> RuleSet:
    burst = correlation("burst", "event_count", ("a",), group_by=("g",))
    spread = correlation("spread", "value_count", ("a", "b"), fields=("n",), condition=Limits((("gte", 3), ("lte", 9))))
    chain = correlation("chain", "temporal_ordered", ("burst", "b"), group_by=("g",), timespan=timedelta(minutes=1))
    return ruleset(burst, spread, chain)


def stream(seed: int) -> list[Hit]:
    """Return always the same hits, in an order of their own."""
    chance = random.Random(1)
    made = [
        hit(chance.choice("ab"), chance.randrange(2000), number, g=chance.choice("xyz"), n=chance.randrange(20))
        for number in range(700)
    ]
    random.Random(seed).shuffle(made)
    return made


def run(where: str, seed: int) -> None:
    """Read the whole stream, keeping after each batch what was found and learnt."""
    store, hits = Store.open(where), stream(seed)
    for at in range(0, len(hits), BATCH):
        memory = store.memory("s")
        correlator = Correlator(rules(), memory)
        for one in hits[at : at + BATCH]:
            correlator.add(one)
        alerts = list(correlator.settle())
        store.save_watch("s", alerts, memory, correlator.learnt())
    store.close()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
