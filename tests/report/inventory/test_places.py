from __future__ import annotations

from dataclasses import replace
from random import Random

from sentinel.content import root
from sentinel.model.assets import MEDICAL, Claim
from sentinel.report.inventory.areas import areas, plan_of
from sentinel.report.inventory.ground import ground
from sentinel.report.inventory.places import area_note, by_class, class_order, kind_of, only_listed, scene
from sentinel.report.text import load_texts
from tests.report.inventory.hospital import asset, hospital

NB = load_texts("nb", root())
ONE = asset(0, 10, Random(1), 6)


def claims(*kinds: str) -> tuple[Claim, ...]:
    return tuple(Claim("x", "y", "r", 3, kind, None, None) for kind in kinds)


def test_a_device_that_only_stands_in_lists_is_told_from_one_that_was_heard_or_asked() -> None:
    bare = replace(ONE, services=())

    assert only_listed(replace(bare, claims=claims("inventory.row (a.csv)", "site")))
    assert only_listed(replace(bare, claims=claims("inventory.row (a.csv); dhcp.lease (b.csv)")))
    assert not only_listed(replace(bare, claims=claims("inventory.row (a.csv); arp (c.pcap)")))
    assert not only_listed(replace(bare, claims=claims("nmap.service tcp/80 (n.xml)")))
    assert not only_listed(replace(ONE, claims=claims("inventory.row (a.csv)")))  # something answers
    assert not only_listed(replace(bare, claims=claims("site")))  # seen, and nothing told of it but its name
    assert not only_listed(replace(bare, claims=()))


def test_names_and_kinds_always_have_a_word() -> None:
    assert ONE.called == ONE.names[0]
    assert replace(ONE, names=()).called == ONE.addresses[0]
    assert replace(ONE, names=(), addresses=()).called == ONE.id
    assert (kind_of("server", NB), kind_of("", NB), kind_of("rakett", NB)) == ("server", "ukjent", "rakett")


def test_classes_in_care_come_first_and_unknown_ones_last() -> None:
    order = sorted([*MEDICAL, "unknown", "server", "network"], key=class_order)

    assert set(order[: len(MEDICAL)]) == MEDICAL
    assert order[-1] == "unknown"
    groups = list(by_class(hospital(60, 2).assets))
    assert sum(len(inside) for _, inside in groups) == 60


def test_every_address_has_a_place_and_every_place_a_key_of_its_own() -> None:
    for devices, networks in ((30, 3), (300, 3), (900, 40)):
        made = hospital(devices, networks)
        whole = ground(made)
        found = scene(whole.areas, whole.met, whole.worst, 40, NB)
        keys = [place.key for block in found.blocks for place in block.places]

        assert len(keys) == len(set(keys))
        assert {found.place(address) for one in made.assets for address in one.addresses} <= set(keys)
        assert made.heard is not None
        ends = {end for flow in made.heard.flows for end in (flow.client, flow.server)}
        assert {found.place(end) for end in ends} <= set(keys)


def test_an_area_says_what_is_known_of_it() -> None:
    made = hospital(12, 2)
    first, *_, last = areas(made, plan_of(made))
    stranger = replace(first, stated=False)

    assert area_note(first, NB) == "6\u00a0enheter"
    assert area_note(stranger, NB) == "6\u00a0enheter, ikke oppgitt som eget nett"
    assert area_note(last, NB) == "ingen har sett på dette nettet"
    assert area_note(replace(last, asked=True), NB) == "spurt, og ingen svarte"
