from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.chains import in_order
from tests.detect.documents import correlation, load, refusals, rule, uuid


def count(name: str, number: int, rules: str, more: str = "") -> str:
    return correlation(
        name, number, f"type: event_count\nrules: [{rules}]\ntimespan: 5m\ncondition: {{gte: 2}}\n{more}"
    )


GRAPHS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=3), max_size=8
).map(lambda graph: {node: [other for other in others if other in graph] for node, others in graph.items()})


@given(GRAPHS)
def test_every_node_is_in_order_or_in_a_circle_that_is_one(graph: dict[str, list[str]]) -> None:
    order, cycles = in_order(graph)
    circling = {node for cycle in cycles for node in cycle}

    assert sorted([*order, *circling]) == sorted(graph)
    for cycle in cycles:
        assert cycle[0] == cycle[-1]
        assert all(other in graph[node] for node, other in pairwise(cycle))
    for place, node in enumerate(order):
        assert set(graph[node]) <= {*order[:place], *circling}


def test_correlations_stand_after_what_they_build_on_whatever_the_files(tmp_path: Path) -> None:
    loaded = load(tmp_path, count("top", 3, "middle"), count("middle", 2, "base"), rule("base", 1))

    assert refusals(loaded) == []
    assert [one.ref.title for one in loaded.correlations] == ["Correlation middle", "Correlation top"]
    assert [one.rules for one in loaded.correlations] == [(uuid(1),), (uuid(2),)]


def test_every_circle_is_refused_and_named_and_so_is_what_builds_on_it(tmp_path: Path) -> None:
    texts = [count("a", 2, "b"), count("b", 3, "a, base"), count("self", 4, "self"), count("on_a", 5, "base, a")]
    loaded = load(tmp_path, rule("base", 1), *texts, count("fine", 6, "base"))

    assert [one.ref.title for one in loaded.correlations] == ["Correlation fine"]
    assert {text.replace("b → a → b", "a → b → a") for text in refusals(loaded)} == {
        "correlation: f1.yml:6: goes in a circle: a → b → a",
        "correlation: f2.yml:6: goes in a circle: a → b → a",
        "correlation: f3.yml:6: goes in a circle: self → self",
        "correlation: f4.yml:6: 'a' was refused (f1.yml:1)",
    }


def test_a_long_chain_is_no_trouble(tmp_path: Path) -> None:
    links = [count(f"c{number}", number, f"c{number - 1}") for number in range(2, 1_500)]
    loaded = load(tmp_path, "---\n".join([rule("c1", 1), *reversed(links)]))

    assert len(loaded.correlations) == 1_498
    assert refusals(loaded) == []


def test_hits_that_only_feed_correlations_are_silent_unless_one_of_them_says_otherwise(tmp_path: Path) -> None:
    base = [rule(name, number) for number, name in enumerate(("fed", "heard", "alone", "refused"), 1)]
    loaded = load(
        tmp_path,
        *base,
        count("quiet", 11, "fed, heard"),
        count("loud", 12, "heard", "generate: true"),
        count("top", 13, "quiet"),
        count("wrong", 14, "refused, nobody"),
    )

    assert loaded.silent == {uuid(1), uuid(11)}
    assert len(loaded.refused) == 1


def test_the_hash_of_a_correlation_holds_those_of_what_it_builds_on(tmp_path: Path) -> None:
    def hashes(detection: str, head: str = "") -> dict[str, str]:
        texts = [rule("base", 1, detection), count("low", 2, "base"), count("high", 3, "low")]
        loaded = load(tmp_path, *(head + text for text in texts))
        return {one.ref.title: one.ref.hash for one in loaded.correlations}

    before, after = hashes("s: {A: 1}\ncondition: s"), hashes("s: {A: 2}\ncondition: s")

    assert hashes("s: {A: 1}\ncondition:  s", "# a comment\n") == before
    assert len({*before.values(), *after.values()}) == 4
