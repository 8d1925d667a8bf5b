from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sentinel.model.assets import Asset, Observation
from sentinel.model.result import ScanSource
from sentinel.model.talks import Flow, Heard
from sentinel.scan import talks
from sentinel.scan.talks import Talks, crossings
from tests.scan.passive.craft import (
    CLIENT,
    CLIENT6,
    SERVER,
    SERVER6,
    Connection,
    association,
    frame,
    ip,
    look_at_all,
    pcap,
    rejection,
    udp,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OWN = ("10.0.0.0/8",)


def heard(packets: list[bytes]) -> Talks:
    found = Talks()
    kept = list(found.watch(look_at_all(pcap([frame(packet) for packet in packets]))[0]))
    assert not {o.kind for o in kept} & {"flow", "dicom.association"}
    return found


def flow(client: str, server: str, port: int = 443) -> Flow:
    return Flow(client, server, "tcp", port, "", 1, NOON, NOON)


def asset(address: str, device_class: str = "patient_monitor") -> Asset:
    return Asset("i", (address,), (), (), device_class, "", "", "", (), (), NOON, NOON)


def test_connections_are_counted_by_who_uses_which_service() -> None:
    packets = []
    for number in range(3):
        link = Connection(server_port=104, client_port=40_000 + number)
        packets += link.talk([("client", association(1)), ("server", association(2))])
    (found,) = heard(packets).flows()

    assert (found.client, found.server, found.transport, found.port) == (CLIENT, SERVER, "tcp", 104)
    assert (found.protocol, found.count) == ("dicom", 3)
    assert found.first_seen is not None
    assert found.last_seen is not None
    assert found.first_seen < found.last_seen


def test_a_service_that_nobody_heard_speak_has_no_protocol() -> None:
    assert [(one.port, one.protocol) for one in heard(Connection(server_port=443).talk([])).flows()] == [(443, "")]


def test_datagrams_count_toward_the_lower_port_and_those_for_many_not_at_all() -> None:
    packets = [ip(CLIENT, SERVER, 17, udp((50_000, 161), b"x")), ip(SERVER, CLIENT, 17, udp((161, 50_000), b"y"))]
    packets += [
        ip(CLIENT6, SERVER6, 17, udp((50_000, 123), b"x")),
        ip(CLIENT6, "ff02::fb", 17, udp((5353, 5353), b"x")),
    ]
    packets += [
        ip(CLIENT, there, 17, udp((68, 67), b"x")) for there in ("255.255.255.255", "239.255.255.250", "10.20.30.255")
    ]
    found = heard(packets).flows()

    assert [(one.client, one.server, one.port, one.count) for one in found] == [
        (CLIENT, SERVER, 161, 2),
        (CLIENT6, SERVER6, 123, 1),
    ]


def test_a_connection_older_than_the_capture_counts_once_its_content_says_who_serves() -> None:
    link = Connection(server_port=104)
    packets = link.say([("client", association(1)), ("server", association(2))])

    assert [(one.client, one.server, one.port, one.count) for one in heard(packets).flows()] == [
        (CLIENT, SERVER, 104, 1)
    ]


def test_the_register_of_titles() -> None:
    packets = Connection(server_port=104).talk([("client", association(1)), ("server", association(2))])
    other = Connection(client="10.20.30.60", server_port=104, client_port=41_000)
    packets += other.talk([("client", association(1, calling="LV_RONTGEN", called="ARKIV")), ("server", rejection())])
    found = heard(packets)

    assert [(p.calling, p.called, p.client, p.asked, p.accepted) for p in found.associations()] == [
        ("LV_RONTGEN", "ARKIV", "10.20.30.60", 1, 0),
        ("LV_RONTGEN", "LV_PACS", CLIENT, 1, 1),
    ]
    titles = {title.title: title for title in found.titles()}
    assert titles["LV_RONTGEN"].addresses == (CLIENT, "10.20.30.60"), "one title, two machines"
    assert titles["LV_RONTGEN"].calls == ("ARKIV", "LV_PACS")
    assert (titles["LV_PACS"].addresses, titles["LV_PACS"].ports, titles["LV_PACS"].confirmed) == (
        (SERVER,),
        (104,),
        True,
    )
    assert not titles["ARKIV"].confirmed


def test_too_many_flows_are_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "MAX_FLOWS", 2)
    packets = [p for n in range(5) for p in Connection(server_port=1000 + n, client_port=40_000 + n).talk([])]
    found = heard(packets)

    assert (len(found.flows()), found.left_out) == (2, 3)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (flow("10.1.1.5", "8.8.8.8"), "to-internet"),
        (flow("8.8.8.8", "10.1.1.5"), "from-internet"),
        (flow("10.1.1.5", "10.9.9.9"), None),
        (flow("10.1.1.5", "10.1.1.9"), None),
        (flow("10.1.1.6", "8.8.8.8"), None),
        (flow("10.1.1.5", "192.168.1.1"), None),
    ],
)
def test_devices_in_care_that_talk_to_the_internet(one: Flow, kind: str | None) -> None:
    assets = [asset("10.1.1.5"), asset("10.1.1.6", "workstation")]

    assert [crossing.kind for crossing in crossings([one], assets, OWN)] == ([kind] if kind else [])


def test_public_addresses_of_the_site_itself_are_no_internet() -> None:
    assert list(crossings([flow("10.1.1.5", "8.8.8.8")], [asset("10.1.1.5")], (*OWN, "8.8.8.0/24"))) == []


def test_a_zone_that_a_device_never_talked_to_before() -> None:
    known = [flow("10.1.1.5", "10.2.2.2"), flow("10.3.3.3", "10.1.1.5")]
    now = [
        flow("10.1.1.5", "10.2.2.77"),
        flow("10.3.3.9", "10.1.1.5"),
        flow("10.1.1.5", "10.4.4.4"),
        flow("10.1.1.5", "10.1.1.9"),
    ]
    found = list(crossings(now, [asset("10.1.1.5")], OWN, known))

    assert [(one.kind, one.flow.server) for one in found] == [("new-zone", "10.4.4.4")]


def test_observations_of_other_kinds_pass_unchanged() -> None:
    seen = [Observation("arp", "10.0.0.1", {}, NOON, "s", "passive", mac="00:10:19:aa:bb:cc")]

    assert list(Talks().watch(seen)) == seen


def test_what_was_heard_is_none_where_nobody_listened() -> None:
    none = Talks()
    scan = ScanSource("n.xml", "import", 5, {}, 1, (), None, None)
    unread = ScanSource("x.pcap", "passive", 0, {"unreadable": 1}, 0, (), None, None)
    read = ScanSource("x.pcap", "passive", 3, {}, 0, (), None, None)

    assert none.heard([scan, unread], (), ()) is None
    assert none.heard([scan, read], (), ()) == Heard()
