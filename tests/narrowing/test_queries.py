from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.narrow.asked import ANYTHING, All, Any, Asked, Word
from sentinel.detect.routes import ANY, Route
from sentinel.detect.rule import LogSourceKey
from sentinel.narrowing.queries import LONGEST_EXPRESSION, WORDS, clauses, of_routes, of_words

RUNS = st.from_regex(r"[a-z]{3,40}", fullmatch=True)
PARTS = st.builds(Word, RUNS, st.booleans(), st.booleans())
PAIRS = st.builds(Word, st.text(max_size=60).map("Channel\n{}".format))
ASKED: st.SearchStrategy[Asked] = st.recursive(
    PARTS | PAIRS,
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple).flatmap(lambda items: st.sampled_from([All(items), Any(items)]))
    ),
    max_leaves=12,
)


def test_whole_words_are_one_thing_to_look_for_and_parts_some_few() -> None:
    parts = [Word(f"abc{'x' * number}", before=True) for number in range(30)]
    query = of_words(Any((Word("cmd"), Word("exe"), *parts)))

    terms, *others = query["bool"]["should"]
    assert terms == {"terms": {WORDS: ["cmd", "exe"]}}
    assert clauses(query) == 1 + len(others) == 3
    values = [one["regexp"][WORDS]["value"] for one in others]
    assert all(value.startswith("[a-z]*(abc") and value.endswith(")") for value in values)
    assert max(map(len, values)) <= LONGEST_EXPRESSION + len("[a-z]*()")


def test_nothing_asked_for_is_everything_and_none_of_nothing_is_none() -> None:
    assert of_words(ANYTHING) == {"bool": {"filter": []}}
    assert of_words(Any()) == {"match_none": {}}


@given(ASKED)
def test_texts_of_rules_stand_in_queries_as_terms_alone(asked: Asked) -> None:
    query = orjson.loads(orjson.dumps(of_words(asked)))

    assert set(_keys(query)) <= {"bool", "filter", "should", "minimum_should_match", "terms", "regexp", "match_none"}
    assert all(set(value) <= set("abcdefghijklmnopqrstuvwxyz()|[]-*") for value in _expressions(query))


def _keys(query: object) -> list[str]:
    if isinstance(query, list):
        return [key for one in query for key in _keys(one)]
    if not isinstance(query, dict):
        return []
    return [
        key
        for name, inner in query.items()
        for key in (name, *(_keys(inner) if name in {"bool", "filter", "should"} else ()))
    ]


def _expressions(query: object) -> list[str]:
    if isinstance(query, list):
        return [value for one in query for value in _expressions(one)]
    if not isinstance(query, dict):
        return []
    own = [query["regexp"][WORDS]["value"]] if "regexp" in query else []
    return own + [value for inner in query.values() for value in _expressions(inner)]


def test_a_log_source_is_what_its_routes_say() -> None:
    route = Route(
        "x",
        LogSourceKey(None, "x", None),
        (("Channel", frozenset({ANY})), ("EventID", frozenset({"1", "2"}))),
        (),
        (("T", frozenset({"b"})),),
    )

    assert of_routes([route]) == {
        "bool": {
            "filter": [{"prefix": {WORDS: "Channel\n"}}, {"terms": {WORDS: ["EventID\n1", "EventID\n2"]}}],
            "must_not": [{"terms": {WORDS: ["T\nb"]}}],
        }
    }
    assert of_routes([]) == {"match_none": {}}
