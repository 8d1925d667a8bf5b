"""The words of the fence. That it holds, and goes away, is shown in tests/integration/test_scan_nmap.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.scan.workers.fence import NEEDED, Fence, no_fence, rules, why_not
from tests.scan.workers.test_start import ORDER

FENCE = Fence("sentinel_7", 2_000_000_007)


def test_the_rules_let_one_order_out_and_nothing_else_of_that_group() -> None:
    assert list(rules(FENCE, replace(ORDER, ports=(22, 80), source="10.1.0.9"))) == [
        "add table inet sentinel_7 { flags owner; }",
        "add set inet sentinel_7 hosts { type ipv4_addr; }",
        "add set inet sentinel_7 ports { type inet_service; }",
        "add element inet sentinel_7 hosts { 10.1.0.1, 10.1.0.2 }",
        "add element inet sentinel_7 ports { 22, 80 }",
        "add counter inet sentinel_7 dropped",
        "add chain inet sentinel_7 within",
        "add rule inet sentinel_7 within ip saddr 10.1.0.9 ip daddr @hosts tcp dport @ports accept",
        "add rule inet sentinel_7 within counter name dropped drop",
        "add chain inet sentinel_7 out { type filter hook output priority -300; policy accept; }",
        "add rule inet sentinel_7 out meta skgid 2000000007 jump within",
    ]


def test_over_ipv6_the_rules_are_those_of_ipv6() -> None:
    lines = "\n".join(rules(FENCE, replace(ORDER, hosts=("fd00::1",))))

    assert "type ipv6_addr;" in lines
    assert "within ip6 daddr @hosts tcp dport @ports accept" in lines
    assert "ipv4" not in lines


def test_many_ports_are_given_in_several_lines_and_none_is_lost() -> None:
    ports = tuple(range(1, 1001))
    lines = [line for line in rules(FENCE, replace(ORDER, ports=ports)) if " ports { " in line and "element" in line]

    assert len(lines) == 4
    assert [int(one) for line in lines for one in line.partition("{ ")[2].strip(" }").split(",")] == list(ports)


def test_a_worker_is_started_with_no_rights_and_dies_with_us() -> None:
    words = " ".join(FENCE.words)

    assert "--regid 2000000007 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all" in words
    assert words.count("--pdeathsig KILL") == 2
    assert "unshare --pid --fork --kill-child" in words
    with no_fence(ORDER) as none:
        assert (none.words, none.dropped) == ([], 0)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("CapEff:\t000001ffffffffff\n", ""),
        ("CapEff:\t0000000000000000\n", "it takes root's rights " + ", ".join(NEEDED)),
        (f"CapEff:\t{0x1FFFFFFFFFF & ~(1 << 12):016x}\n", "it takes root's rights CAP_NET_ADMIN"),
        ("Name:\tpython\n", "only Linux has what it is made of"),
    ],
)
def test_where_none_can_be_made_the_reason_is_told(tmp_path: Path, status: str, told: str) -> None:
    (tmp_path / "status").write_text(status)

    assert why_not(tmp_path / "status", "6.1.0-17-amd64") == told
    if not told:
        assert "5.12 brought them" in why_not(tmp_path / "status", "4.18.0-553.el8")
    assert why_not(tmp_path / "none") == "only Linux has what it is made of"
