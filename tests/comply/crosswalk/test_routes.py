from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given

from sentinel.comply.crosswalk.routes import MOST_LINKS, between, routes
from sentinel.model.compliance import Confidence
from sentinel.model.crosswalks import Crosswalk, Link, Relation
from tests.comply.crosswalk.small import WORD, Places, crosswalk, places
from tests.comply.crosswalk.test_relations import holds


def walk(first: str, second: str, *links: tuple[str, str, Relation, Confidence]) -> Crosswalk:
    return Crosswalk(f"{first}-{second}", first, second, WORD, "confirmed", tuple(Link(*link) for link in links))


def test_a_way_through_another_framework_takes_its_weakest_link() -> None:
    ours = walk("a", "b", ("a1", "b1", "broader", "confirmed"))
    theirs = walk("b", "c", ("b1", "c1", "equal", "unverified"))

    (route,) = routes([ours, theirs], "a", "c")["c1"]

    assert (route.steps, route.relation, route.confidence) == (("a1", "b1", "c1"), "broader", "unverified")
    assert between([ours, theirs], "a", "c") == ("a-b", "b-c")


def test_a_crosswalk_leads_both_ways() -> None:
    (route,) = routes([walk("b", "a", ("b1", "a1", "narrower", "known"))], "a", "b")["b1"]

    assert (route.steps, route.relation) == (("a1", "b1"), "broader")


def test_an_unsure_crosswalk_makes_its_links_unsure() -> None:
    unsure = replace(walk("a", "b", ("a1", "b1", "equal", "confirmed")), confidence="unverified")

    assert routes([unsure], "a", "b")["b1"][0].confidence == "unverified"


def test_of_two_ways_with_the_same_relation_the_surest_is_kept() -> None:
    direct = walk("a", "c", ("a1", "c1", "equal", "unverified"))
    round_about = [walk("a", "b", ("a1", "b1", "equal", "known")), walk("b", "c", ("b1", "c1", "equal", "known"))]

    (route,) = routes([direct, *round_about], "a", "c")["c1"]

    assert route.steps == ("a1", "b1", "c1")


def test_two_parts_of_one_whole_lead_nowhere() -> None:
    parts = [walk("a", "b", ("a1", "b1", "narrower", "known")), walk("c", "b", ("c1", "b1", "narrower", "known"))]

    assert routes(parts, "a", "c") == {}


def test_longer_chains_than_three_are_not_followed() -> None:
    names = "abcde"
    chain = [walk(one, two, (f"{one}1", f"{two}1", "equal", "known")) for one, two in pairwise(names)]

    assert routes(chain, "a", names[MOST_LINKS])
    assert routes(chain, "a", names[MOST_LINKS + 1]) == {}


@given(places("a"), places("b"), places("c"))
def test_every_route_is_true_of_the_sets_behind(firsts: Places, middles: Places, lasts: Places) -> None:
    walks = [crosswalk("a", firsts, "b", middles), crosswalk("c", lasts, "b", middles)]

    for place, found in routes(walks, "a", "c").items():
        for route in found:
            assert holds(route.relation, firsts[route.steps[0]], lasts[place])
