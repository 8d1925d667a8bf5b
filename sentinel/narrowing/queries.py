"""What is asked of our own records by their words: queries made of data, in which no text is a query itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any as Json

from sentinel.detect.narrow.asked import All, Any, Asked, Word
from sentinel.detect.narrow.words import pair
from sentinel.detect.routes import ANY, Route

WORDS = "sentinel.words"
LONGEST_EXPRESSION = 300
"""Letters of a regular expression, of which an index takes 1,000, and which it has to make an automaton of."""
EFFORT = 100_000
"""What that may cost it; ten thousand is usual, and too little for some."""

Query = dict[str, Json]


def with_mark(mark: str) -> Query:
    """Return the query for records whose words are all there."""
    return {"term": {WORDS: mark}}


def of_routes(routes: Iterable[Route]) -> Query:
    """Return the query for the records that take one of some routes; of those with the mark, it finds no other."""
    return either([_of_route(route) for route in routes])


def of_words(asked: Asked) -> Query:
    """Return the query for the records that have what is asked for."""
    match asked:
        case Word():
            return either(list(_of_these([asked])))
        case All(items=items):
            return {"bool": {"filter": [of_words(item) for item in items]}}
        case Any(items=items):
            words = [item for item in items if isinstance(item, Word)]
            others = [of_words(item) for item in items if not isinstance(item, Word)]
            return either([*_of_these(words), *others])


def clauses(query: object) -> int:
    """Return how many things a query looks for."""
    if isinstance(query, dict):
        return sum(1 if key in _LOOKS else clauses(value) for key, value in query.items())
    return sum(map(clauses, query)) if isinstance(query, list) else 0


def both(one: Query, other: Query) -> Query:
    """Return the query for records that two queries find."""
    return {"bool": {"filter": [one, other]}}


def either(queries: Sequence[Query]) -> Query:
    """Return the query for records that one of some queries finds; of none, for no record."""
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else {"match_none": {}}


def _of_route(route: Route) -> Query:
    found: Query = {"filter": [_of_texts(name, texts) for name, texts in route.when]}
    if route.unless:
        found["must_not"] = [_of_texts(name, texts) for name, texts in route.unless]
    return {"bool": found}


def _of_texts(name: str, texts: frozenset[str]) -> Query:
    if ANY in texts:
        return {"prefix": {WORDS: pair(name, "")}}
    return {"terms": {WORDS: sorted(pair(name, text) for text in texts)}}


def _of_these(words: Sequence[Word]) -> Iterator[Query]:
    """Yield queries for records with one of some words; parts of words are letters a–z, which mean only themselves."""
    whole = sorted({word.text for word in words if not word.is_part})
    if whole:
        yield {"terms": {WORDS: whole}}
    for before, after in ((True, True), (True, False), (False, True)):
        parts = sorted({word.text for word in words if (word.before, word.after) == (before, after)})
        for some in _alternatives(parts):
            value = f"{_LETTERS * before}({some}){_LETTERS * after}"
            yield {"regexp": {WORDS: {"value": value, "flags": "NONE", "max_determinized_states": EFFORT}}}


def _alternatives(parts: Iterable[str]) -> Iterator[str]:
    held = ""
    for part in parts:
        if held and len(held) + len(part) + 1 > LONGEST_EXPRESSION:
            yield held
            held = ""
        held = f"{held}|{part}" if held else part
    if held:
        yield held


_LETTERS = "[a-z]*"
_LOOKS = frozenset({"terms", "term", "regexp", "prefix", "match_none", "match_all"})
