from __future__ import annotations

from ipaddress import ip_network

from sentinel.detect.rule_texts import RuleText
from sentinel.journeys import PRIVATE, Watched
from sentinel.model.correlations import Learnt
from sentinel.model.text import Text


def test_what_people_call_a_rule_is_told_by_its_id() -> None:
    told = RuleText(Text("Noen gjettet passord", "Somebody guessed passwords"), Text("", ""))
    watched = Watched((), (), (), {}, {"r1": told}, (), (), Learnt(()))

    assert watched.titles == {"r1": told.title}


def test_only_private_addresses_are_a_sites_own_where_it_does_not_say() -> None:
    assert all(ip_network(network).is_private for network in PRIVATE)
