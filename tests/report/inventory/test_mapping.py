from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.model.talks import Crossing, Flow, Heard
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.inventory.ground import ground
from sentinel.report.inventory.layout import NARROW, PAPER, WIDE
from sentinel.report.inventory.listings import crossing_table
from sentinel.report.inventory.mapping import draw, shown, told
from sentinel.report.inventory.ties import KINDS, ties
from sentinel.report.text import load_texts
from tests.report.inventory.hospital import NOON, hospital

NB = load_texts("nb", root())


def words(devices: int, networks: int) -> str:
    drawn = draw(ground(hospital(devices, networks)), WIDE, NB)
    return " ".join(word.text for one in drawn for word in one.words).replace("\u00a0", " ")


def test_few_devices_are_named_and_many_are_counted_by_network_and_class() -> None:
    few, more, many = hospital(30, 3), hospital(300, 3), hospital(900, 40)

    assert all(asset.names[0] in words(30, 3) for asset in few.assets)
    for made, text in ((more, words(300, 3)), (many, words(900, 40))):
        found = ground(made)
        for area in found.areas:
            for name in {asset.device_class for asset in area.assets}:
                count = sum(asset.device_class == name for asset in area.assets)
                assert f"{NB.find(f'device.{name}')}: {count}" in text


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_tie_is_drawn_or_its_number_is_told(size: object) -> None:
    whole = ground(hospital(900, 40))
    (one,) = draw(whole, size, NB)  # type: ignore[arg-type]  # one of the sizes

    assert [KINDS.index(wire.kind) for wire in one.wires] == sorted(
        (KINDS.index(w.kind) for w in one.wires), reverse=True
    )
    assert one.wires[-1].kind == "crossing"
    assert ("fikk ikke plass" in one.description) == (size is NARROW and len(one.wires) == NARROW.columns)


def test_parts_of_a_map_on_paper_hold_every_area_once_and_lead_to_each_other() -> None:
    whole = ground(hospital(900, 40))
    drawn = draw(whole, PAPER, NB)
    titles = [word.text for one in drawn for word in one.words if word.style == "strong"]

    assert len(drawn) > 3
    assert drawn[0].title == f"Kart over nettet, del 1 av {len(drawn)}"
    for area in whole.areas:
        named = area.name or area.network
        assert titles.count(named) == 1
    assert all("Resten av nettet" in {word.text for word in one.words} for one in drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_says_what_the_drawing_shows(language: Language) -> None:
    texts = load_texts(language, root())
    whole = ground(hospital(900, 40))
    (one,) = draw(whole, WIDE, texts)
    plain = one.description.replace("\u00a0", " ").replace("\u202f", " ")

    assert len(whole.worst.crossing) > 0
    assert f"{len(whole.worst.crossing)} " in plain
    assert ("41 nett." if language == "nb" else "41 networks.") in plain


def test_a_place_says_what_leaves_before_what_it_serves() -> None:
    whole = ground(hospital(900, 6))
    places = shown(whole, WIDE, NB)
    says = told(ties(whole.met, places.place), NB)
    leaving = [text for key, text in says.items() if "internett: " in text and key != "outside"]

    assert leaving
    assert all(text.startswith(("går til internett", "nås fra internett")) for text in leaving)
    assert any("DNS for " in text for text in says.values())


def test_foreign_names_are_made_visible_and_bounded() -> None:
    made = hospital(12, 1)
    evil = replace(made.assets[0], names=("\u202eevil\x1b[31m<script>" + "x" * 5000,))
    drawn = draw(ground(replace(made, assets=(evil, *made.assets[1:]))), WIDE, NB)
    texts = [word.text for one in drawn for word in one.words]

    assert any(text.startswith("[U+202E]evil[U+001") for text in texts)
    assert max(map(len, texts)) < 200


def test_a_new_part_of_the_network_is_told_of_the_device_whoever_called() -> None:
    made = hospital(60, 2)
    pump = next(asset for asset in made.assets if asset.device_class == "infusion_pump")
    server = next(a for a in made.assets if a.device_class == "server" and a.addresses[0][:7] != pump.addresses[0][:7])
    out = Flow(pump.addresses[0], server.addresses[0], "tcp", 443, "tls", 1, NOON, NOON)
    back = Flow(server.addresses[0], pump.addresses[0], "tcp", 80, "http", 1, NOON, NOON)
    for flow, word, way in (
        (out, "går til en del av nettet den ikke har brukt før", "til en ny del av nettet"),
        (back, "nås fra en ny del av nettet", "fra en ny del av nettet"),
    ):
        crossing = Crossing("new-zone", pump.addresses[0], pump.device_class, flow)
        whole = ground(replace(made, heard=Heard((flow,), crossings=(crossing,))))
        places = shown(whole, WIDE, NB)
        says = told(ties(whole.met, places.place), NB)

        assert word in says[places.place(pump.addresses[0])]
        assert word not in says.get(places.place(server.addresses[0]), "")
        assert crossing_table(whole, {}, NB).table.rows[0][1].text == way
