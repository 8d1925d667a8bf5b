"""Collects where nobody could look for known weaknesses: no knowledge, old knowledge, products it does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from sentinel.content import root
from sentinel.model.judged import Judged, OutcomeState
from sentinel.model.knowledge import Feed
from sentinel.model.result import NotLooked
from sentinel.model.text import Text
from sentinel.report.text import Catalogue, day, load_texts

KIND = "network"
UNSEEN: tuple[OutcomeState, ...] = ("unknown", "unnamed", "no_version", "not_comparable")


def not_judged(judged: Judged, old: Iterable[Feed], base: Path | None = None) -> tuple[NotLooked, ...]:
    """Return what nobody could look for; `old` are feeds so old that what is newer is missed."""
    content = base or root()
    catalogues = load_texts("nb", content), load_texts("en", content)
    return tuple(_all(judged, old, catalogues))


def _all(judged: Judged, old: Iterable[Feed], catalogues: tuple[Catalogue, Catalogue]) -> Iterator[NotLooked]:
    if judged.feeds is None:
        yield NotLooked(KIND, _both(catalogues, lambda one: one.say("unseen.no_knowledge")))
        return
    counts = Counter(one.state for one in judged.outcomes)
    for state in UNSEEN:
        if number := counts[state]:
            yield NotLooked(KIND, _both(catalogues, partial(_counted, state, number)))
    for feed in old:
        yield NotLooked(KIND, _both(catalogues, partial(_old, feed)))


def _counted(state: OutcomeState, number: int, catalogue: Catalogue) -> str:
    return catalogue.count(f"unseen.weakness.{state}", number)


def _old(feed: Feed, catalogue: Catalogue) -> str:
    return catalogue.say("unseen.old_knowledge", feed=feed.name.upper(), day=day(feed.dated, catalogue.language))


def _both(catalogues: tuple[Catalogue, Catalogue], said: Callable[[Catalogue], str]) -> Text:
    return Text(said(catalogues[0]), said(catalogues[1]))
