from __future__ import annotations

from pathlib import Path

import pytest

from tests.scan.imports.samples import ARP, read


@pytest.mark.parametrize("kind", sorted(ARP))
def test_each_kind_of_table_tells_the_same(tmp_path: Path, kind: str) -> None:
    seen, tally = read(tmp_path, ARP[kind])

    assert (seen[0].kind, seen[0].address, seen[0].mac) == ("arp.table", "10.20.30.20", "00:10:19:aa:bb:cc")
    assert tally.handled == len(seen)
    assert tally.skipped.keys() <= {"no-answer", "not-a-machine"}


def test_names_are_kept_and_silence_is_counted(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, ARP["linux"])

    assert [one.facts for one in seen] == [{"hostname": "lv-rontgen"}]
    assert dict(tally.skipped) == {"no-answer": 1}


@pytest.mark.parametrize("kind", ["windows", "windows nb"])
def test_multicast_and_broadcast_are_no_machines(tmp_path: Path, kind: str) -> None:
    seen, tally = read(tmp_path, ARP[kind])

    assert len(seen) == 1
    assert dict(tally.skipped) == {"not-a-machine": 1}


def test_a_line_that_is_not_understood_is_counted(tmp_path: Path) -> None:
    _, tally = read(tmp_path, ARP["ip neigh"] + "something else\n")

    assert tally.skipped["not-understood"] == 1


def test_a_neighbour_of_ipv6_is_read(tmp_path: Path) -> None:
    assert [one.address for one in read(tmp_path, ARP["ip neigh"])[0]] == ["10.20.30.20", "fe80::1%eth0"]


def test_one_link_local_address_on_two_interfaces_is_two_machines(tmp_path: Path) -> None:
    lines = "".join(f"fe80::1 dev {name} lladdr 00:10:19:aa:bb:0{n} STALE\n" for n, name in enumerate(("eth0", "eth1")))

    assert [one.address for one in read(tmp_path, lines)[0]] == ["fe80::1%eth0", "fe80::1%eth1"]
