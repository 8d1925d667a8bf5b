from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from sentinel.model.inventory import Inventory
from sentinel.report.inventory.context import FEW, SHEET, SHOWN, Bundle, bundle
from sentinel.report.inventory.nouns import Sheet
from tests.report.inventory.hospital import hospital


def sheets(made: Bundle) -> list[Sheet]:
    first = [made.overview.sheet] if made.overview.sheet else []
    return [*first, *made.sheets()]


@pytest.mark.parametrize(("devices", "networks"), [(0, 1), (1, 1), (FEW, 3), (FEW + 1, 3), (900, 2), (3000, 40)])
def test_every_device_and_every_finding_is_told_exactly_once(devices: int, networks: int) -> None:
    made = hospital(devices, networks)
    told = sheets(bundle(made, "nb"))
    anchors = Counter(device.anchor for sheet in told for device in sheet.devices)
    weak = Counter(line.title for sheet in told for device in sheet.devices for line in device.weak)

    assert anchors == Counter(f"device-{asset.id}" for asset in made.assets)
    assert weak == Counter(finding.title.nb for finding in made.findings)
    assert max((len(sheet.devices) for sheet in told), default=0) <= max(SHEET, FEW)
    assert len({sheet.name for sheet in told}) == len(told)


def test_links_lead_to_where_a_device_is_told() -> None:
    for devices in (FEW, 900):
        made = bundle(hospital(devices, 3), "nb")
        there = {
            f"{made.stem}/{sheet.name}.html#{device.anchor}" if sheet.name else f"#{device.anchor}"
            for sheet in sheets(made)
            for device in sheet.devices
        }
        pages = {link.partition("#")[0] for link in there}

        assert set(made.overview.devices.links) <= there
        assert set(made.overview.crossings.links) <= there
        assert {link for linked in made.overview.networks for link in linked.links} - {""} <= pages
        assert all(
            set(sheet.listing.links) == {f"#{d.anchor}" for d in sheet.devices}
            for sheet in sheets(made)
            if sheet.listing
        )


def test_what_the_first_list_leaves_out_is_said() -> None:
    made = bundle(hospital(900, 3), "nb").overview

    assert len(made.devices.table.rows) == SHOWN
    assert made.more.replace("\u00a0", " ").startswith("De 200 viktigste av 900 enheter står her.")
    assert bundle(hospital(FEW, 3), "nb").overview.more == ""


def test_a_large_network_has_several_pages() -> None:
    told = sheets(bundle(hospital(480, 2), "nb"))

    assert [sheet.name for sheet in told] == ["10.20.0.0-24-1", "10.20.0.0-24-2", "10.20.1.0-24-1", "10.20.1.0-24-2"]
    assert told[1].title == "Medisin 1 · 10.20.0.0/24, enhet 201–240"


def test_how_far_it_may_go_and_how_old_its_knowledge_is_stand_on_every_page() -> None:
    made = bundle(replace(hospital(3, 1), tlp="AMBER+STRICT"), "en")
    undated = bundle(replace(hospital(3, 1), knowledge_date=None), "nb")

    assert made.head.tlp == "TLP:AMBER+STRICT"
    assert made.head.foot == "What was seen is not all there is · knowledge of products as of 1\u00a0November 2026"
    assert undated.head.foot.endswith("kunnskap om produkter er ikke datert")


def test_lines_and_signs_are_explained_as_far_as_they_are_used() -> None:
    quiet: Inventory = hospital(3, 1, heard=False)
    plot = bundle(quiet, "nb").overview.plot

    assert plot.keys == ()
    assert plot.signs[-1].text == "ingen har sett på det"
    assert bundle(hospital(900, 6), "nb").overview.plot.keys[0].kind == "crossing"
