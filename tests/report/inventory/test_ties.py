from __future__ import annotations

from collections import Counter
from random import Random

from sentinel.model.inventory import Inventory
from sentinel.model.talks import Crossing, Flow, Heard
from sentinel.report.inventory.areas import plan_of
from sentinel.report.inventory.ties import groups, met, spoken, ties
from tests.report.inventory.hospital import DAY, NOON, asset, hospital

PUMP = asset(0, 10, Random(1), 0)
ARCHIVE = asset(0, 20, Random(1), 2)
SERVER = asset(1, 10, Random(1), 6)


def flow(client: str, server: str, protocol: str = "", port: int = 80) -> Flow:
    return Flow(client, server, "tcp", port, protocol, 2, NOON, NOON)


def seen(*flows: Flow, crossings: tuple[Crossing, ...] = ()) -> Inventory:
    heard = Heard(flows, crossings=crossings)
    return Inventory("Fjordby", DAY, "AMBER", (PUMP, ARCHIVE, SERVER), (), heard=heard)


def kinds(inventory: Inventory) -> list[tuple[str, str | None, bool]]:
    return [(one.kind, one.device.id if one.device else None, one.beyond) for one in met(inventory, plan_of(inventory))]


def test_kinds_of_talk() -> None:
    pump, archive, server = (one.addresses[0] for one in (PUMP, ARCHIVE, SERVER))

    assert kinds(seen(flow(pump, "203.0.113.9"))) == [("crossing", PUMP.id, True)]
    assert kinds(seen(flow("203.0.113.9", pump))) == [("crossing", PUMP.id, True)]
    assert kinds(seen(flow(server, "203.0.113.9"))) == [("outside", None, True)]
    assert kinds(seen(flow(server, archive, "dicom"))) == [("clinical", None, False)]
    assert kinds(seen(flow(pump, server, "tls"))) == [("between", None, False)]
    assert kinds(seen(flow(pump, archive, "http"))) == [("within", None, False)]
    assert kinds(seen(flow(pump, "10.20.0.99"))) == [("within", None, False)]


def test_a_zone_that_is_new_to_a_device_is_a_crossing_though_it_is_no_internet() -> None:
    one = flow(PUMP.addresses[0], SERVER.addresses[0], "tls")
    crossing = Crossing("new-zone", PUMP.addresses[0], PUMP.device_class, one)

    assert kinds(seen(one, crossings=(crossing,))) == [("crossing", PUMP.id, False)]


def test_groups_are_no_places_and_are_counted() -> None:
    inventory = seen(flow(PUMP.addresses[0], "239.255.255.250"), flow(PUMP.addresses[0], SERVER.addresses[0]))

    assert len(met(inventory, plan_of(inventory))) == 1
    assert groups(inventory, plan_of(inventory)) == 1


def test_what_nobody_heard_is_told_by_its_port_and_never_guessed() -> None:
    assert spoken(flow("10.0.0.1", "10.0.0.2", "", 389)) == "tcp/389"
    assert spoken(flow("10.0.0.1", "10.0.0.2", "dicom", 104)) == "DICOM"


def test_nothing_is_lost_when_flows_are_added_up() -> None:
    inventory = hospital(300, 6)
    found = met(inventory, plan_of(inventory))
    assert inventory.heard is not None

    for place in (lambda address: address, lambda address: address.rsplit(".", 1)[0], lambda _: "one"):
        added = ties(found, place)
        assert sum(tie.count for tie in added) == sum(one.count for one in inventory.heard.flows)
        assert sum((tie.protocols for tie in added), Counter()).total() == sum(tie.count for tie in added)
        assert len({(tie.client, tie.server, tie.kind) for tie in added}) == len(added)


def test_the_weightiest_kind_comes_first() -> None:
    inventory = hospital(900, 6)
    order = [tie.kind for tie in ties(met(inventory, plan_of(inventory)), lambda address: address)]

    assert list(dict.fromkeys(order)) == ["crossing", "outside", "clinical", "between", "within"]


def test_where_nobody_listened_there_is_no_talk() -> None:
    inventory = hospital(10, 2, heard=False)

    assert met(inventory, plan_of(inventory)) == []
    assert groups(inventory, plan_of(inventory)) == 0
