from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Asset, Observation
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import EVERYTHING, MANY_VALUES, asset_id, build
from tests.scan.clinic import EPJ, NAS, PACS, WEB, WHEN, XRAY, nmap, passive, service
from tests.scan.clinic import observations as clinic
from tests.scan.strategies import observations

FINGERPRINTS = load_fingerprints(root())


def assets(*seen: Observation, networks: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> dict[str, Asset]:
    return {one.addresses[0]: one for one in build(seen, FINGERPRINTS, networks, exclude)}


def test_the_clinic_is_listed_by_address_and_the_silent_are_no_assets() -> None:
    found = build(clinic(), FINGERPRINTS)
    last = [int(one.addresses[0].rpartition(".")[2]) for one in found]
    assert last == [1, 10, 11, 20, 21, 30, 40, 51, 60]
    classes = {one.addresses[0].rpartition(".")[2]: one.device_class for one in found}
    assert classes == {
        "1": "unknown", "10": "server", "11": "server", "20": "dental", "21": "imaging_archive", "30": "unknown",
        "40": "unknown", "51": "workstation", "60": "printer",
    }  # fmt: skip


def test_an_asset_tells_names_maker_services_and_times() -> None:
    found = assets(*clinic())
    xray, pacs, web = found[XRAY], found[PACS], found[WEB]
    assert (xray.names, xray.vendor, xray.macs) == (("LV-RONTGEN", "LV_RONTGEN"), "Sirona", ("00:10:19:aa:bb:cc",))
    assert [(s.port, s.protocol, s.product) for s in pacs.services] == [
        (2575, "hl7", ""),
        (4242, "dicom", "OFFIS DCMTK"),
        (8042, "http", "Orthanc"),
    ]
    assert [(s.port, s.product, s.version) for s in web.services] == [
        (22, "OpenSSH", "9.2p1"),
        (8080, "Jetty", "6.1.26"),
    ]
    assert (pacs.first_seen, pacs.last_seen) == (WHEN, WHEN + timedelta(hours=2))
    assert (pacs.product, pacs.version, found[NAS].product) == ("Orthanc", "", "")


def test_one_link_local_address_behind_two_interfaces_is_two_machines() -> None:
    zoned = [passive("arp", address, {}) for address in ("fe80::1%eth1", "fe80::1%eth0", "fe80::1", "fe80::1%<b>")]
    found = assets(*zoned)

    assert list(found) == ["fe80::1", "fe80::1%eth0", "fe80::1%eth1"]
    assert len({asset.id for asset in found.values()}) == 3
    assert list(assets(*zoned, exclude=("fe80::1%eth0",))) == ["fe80::1", "fe80::1%eth1"]
    assert list(assets(*zoned, exclude=("fe80::1",))) == []  # our own, whatever the interface
    assert list(assets(passive("arp", "2001:db8::1%eth0", {}), passive("arp", "2001:db8::1", {}))) == ["2001:db8::1"]


def test_every_claim_carries_its_evidence() -> None:
    (one,) = (c for c in assets(*clinic())[EPJ].claims if c.attribute == "tcp/443.not_after")
    assert (one.value, one.rule, one.strength) == ("2025-03-01", "certificate-ends", 5)
    assert one.evidence == "tls.certificate tcp/443 (capture.pcapng)"


def test_an_encrypted_web_page_is_https() -> None:
    found = assets(service("10.0.0.1", 443, "http", tunnel="ssl"))
    assert found["10.0.0.1"].services[0].protocol == "https"


def test_the_scanner_itself_and_other_networks_can_be_left_out() -> None:
    seen = [passive("arp", address, {}) for address in ("10.0.0.1", "10.0.0.2", "192.0.2.9", "fe80::1", "224.0.0.251")]
    assert list(assets(*seen)) == ["10.0.0.1", "10.0.0.2", "192.0.2.9", "fe80::1"]
    assert list(assets(*seen, networks=("10.0.0.0/8",), exclude=("10.0.0.2",))) == ["10.0.0.1"]


def test_a_router_s_mac_is_not_a_machine_and_does_not_merge_what_is_behind_it() -> None:
    router = "00:10:19:00:00:01"
    far = [passive("tcp.open", f"10.7.{n // 250}.{n % 250 + 1}", {}, 80, mac=router) for n in range(400)]
    own = passive("arp", "10.0.0.1", {}, mac=router)
    found = assets(*far, own)
    assert len(found) == 401
    assert {one.macs for address, one in found.items() if address != "10.0.0.1"} == {()}
    assert {one.vendor for address, one in found.items() if address != "10.0.0.1"} == {""}
    assert (found["10.0.0.1"].macs, found["10.0.0.1"].vendor) == ((router,), "Sirona")
    assert "network" in {c.value for c in found["10.0.0.1"].claims if c.attribute == "device_class"}


def test_a_router_that_answers_arp_for_everyone_owns_none_of_them() -> None:
    router = "00:10:19:00:00:01"
    found = assets(*(passive("arp", f"10.0.0.{n}", {}, mac=router) for n in range(1, 30)))
    assert {(one.macs, one.vendor) for one in found.values()} == {((), "")}


def test_two_macs_at_one_address_are_both_kept_and_their_makers_contradict() -> None:
    found = assets(
        passive("arp", "10.0.0.1", {}, mac="00:10:19:00:00:01"), passive("arp", "10.0.0.1", {}, mac="00:09:21:00:00:01")
    )["10.0.0.1"]
    assert found.macs == ("00:09:21:00:00:01", "00:10:19:00:00:01")
    assert found.contradictions == ("vendor: Planmeca (2), Sirona (2)",)


def test_a_version_that_changes_is_kept_as_a_contradiction() -> None:
    found = assets(
        passive("http.server", "10.0.0.1", {"server": "nginx/1.22.1"}, 80),
        replace(passive("http.server", "10.0.0.1", {"server": "nginx/1.30.4"}, 80), time=WHEN + timedelta(days=3)),
    )["10.0.0.1"]
    assert found.contradictions == ("tcp/80.version: 1.30.4 (4), 1.22.1 (4)",)
    assert {c.value: c.last_seen for c in found.claims if c.attribute == "tcp/80.version"} == {
        "1.22.1": WHEN,
        "1.30.4": WHEN + timedelta(days=3),
    }


def test_a_host_that_answers_on_everything_is_called_nothing_in_particular() -> None:
    everything = [service("10.0.0.1", port, "http", product="nginx", version="1.22.1") for port in range(1, 1001)]
    poser = [
        passive("http.server", "10.0.0.1", {"title": "Orthanc Explorer", "status": "200"}, 8042),
        nmap("nmap.script", "10.0.0.1", {"id": "dicom-ping", "config": "Any AET is accepted (Insecure)"}, 104),
    ]
    found = assets(*everything, *poser)["10.0.0.1"]
    assert (found.device_class, found.product, found.version) == ("unknown", "", "")
    assert EVERYTHING in {one.attribute for one in found.claims}
    few = [passive("tcp.open", "10.0.0.2", {}, p) for p in (21, 23, 104, 1433, 3306, 3389, 5432, 5900)]
    assert EVERYTHING in {one.attribute for one in assets(*few)["10.0.0.2"].claims}
    assert EVERYTHING not in {one.attribute for one in assets(*few[1:])["10.0.0.2"].claims}


def test_a_host_that_was_asked_in_vain_but_heard_in_passing_is_an_asset() -> None:
    down = nmap("nmap.host", "10.0.0.1", {"state": "down"})
    assert assets(down) == {}
    found = assets(down, passive("arp", "10.0.0.1", {}))["10.0.0.1"]
    assert [(c.attribute, c.value) for c in found.claims] == [("answered_scan", "no")]


def test_the_site_s_own_names_come_first() -> None:
    seen = [passive("dhcp", "10.0.0.1", {"hostname": "PC-7"}), passive("arp", "10.0.0.2", {})]
    found = build(seen, FINGERPRINTS, names={"10.0.0.1": "LV-RØNTGEN", "10.0.0.9": "nobody", "x": "y", "10.0.0.2": " "})
    assert [one.names for one in found] == [("LV-RØNTGEN", "PC-7"), ()]


def test_an_id_is_of_site_and_address_only() -> None:
    assert asset_id("a", "10.0.0.1") == asset_id("a", "10.0.0.1") != asset_id("b", "10.0.0.1")
    assert len(asset_id("", "10.0.0.1")) == 16
    before = assets(passive("arp", "10.0.0.1", {}))["10.0.0.1"].id
    assert assets(passive("dhcp", "10.0.0.1", {"hostname": "new"}, mac="00:10:19:00:00:01"))["10.0.0.1"].id == before


def test_endless_names_take_no_endless_memory() -> None:
    seen = [passive("dhcp", "10.0.0.1", {"hostname": f"pc-{n:05}"}) for n in range(5000)]
    straight = build(seen, FINGERPRINTS)
    random.Random(1).shuffle(seen)
    assert build(seen, FINGERPRINTS) == straight
    assert len(straight[0].names) == MANY_VALUES


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_the_clinic_from_five_files_in_any_order_is_the_same_clinic(rng: random.Random) -> None:
    seen = [replace(one, source=f"{name}.pcap") for one in clinic() for name in "edcab"]
    expected = build(seen, FINGERPRINTS)
    rng.shuffle(seen)
    assert build(seen, FINGERPRINTS) == expected
    witnessed = {claim.evidence for one in expected for claim in one.claims if claim.attribute == "tcp/443.not_after"}
    assert witnessed == {"; ".join(f"tls.certificate tcp/443 ({name}.pcap)" for name in "abc")}


@settings(max_examples=150)
@given(st.lists(observations, max_size=12), st.randoms(use_true_random=False))
def test_order_copies_and_splitting_over_readings_change_nothing(seen: list[Observation], rng: random.Random) -> None:
    expected = build(seen, FINGERPRINTS)
    mixed = [*seen, *rng.sample(seen, len(seen) // 2)]
    rng.shuffle(mixed)
    assert build(iter(mixed), FINGERPRINTS) == expected
    assert len({one.id for one in expected}) == len(expected)


@settings(max_examples=60)
@given(st.lists(observations, max_size=10))
def test_every_live_address_is_one_asset_and_no_claim_is_lost(seen: list[Observation]) -> None:
    found = build(seen, FINGERPRINTS)
    for one in found:
        assert len(one.addresses) == 1
        assert one.device_class
        assert {claim.attribute for claim in one.claims if claim.attribute == "vendor"} == (
            {"vendor"} if one.vendor else set()
        )
        for claim in one.claims:
            assert claim.value
            assert claim.evidence
