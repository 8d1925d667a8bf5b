from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.errors import ScopeError
from sentinel.scan.scope import Scope
from sentinel.scan.workers.nmap import refused
from sentinel.scan.workers.order import NmapOrder, orders
from tests.scan.scopes import OPEN, barred, clinical, compiled, head, network, target

IT = head() + network("it", "it-gentle", "10.1.0.0/24", "fd00::/120")


def signed(text: str) -> Scope:
    return replace(compiled(text), signed_by="kari")


def test_hosts_that_share_their_ports_are_one_call() -> None:
    text = (
        IT
        + target("it", ["10.1.0.1", "10.1.0.2"], "{connect = [22, 80]}")
        + target("it", ["10.1.0.3"], "{connect = [443]}")
    )
    text += target("it", ["fd00::1"], "{connect = [22, 80]}") + barred("exclude", "10.1.0.2", "10.1.0.128/25")
    told = {(order.hosts, order.ports) for order in orders(signed(text), OPEN)}

    assert told == {(("10.1.0.1",), (22, 80)), (("10.1.0.3",), (443,)), (("fd00::1",), (22, 80))}
    assert {order.excluded for order in orders(signed(text), OPEN)} == {("10.1.0.128/25", "10.1.0.2")}


def test_only_what_is_listed_for_connect_and_only_where_the_profile_has_nmap() -> None:
    assert list(orders(clinical("10.0.0.7", probes="{connect = [104]}"), OPEN)) == []
    assert list(orders(signed(IT + target("it", ["10.1.0.1"], "{ssh = [22]}")), OPEN)) == []


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (compiled(IT + target("it", ["10.1.0.1"])), "not signed"),
        (replace(signed(IT + target("it", ["10.1.0.1"])), windows=()), "no window"),
        (
            signed(IT + target("it", ["10.1.0.1"], f"{{connect = {list(range(1, 102))}}}")),
            "takes 98 ports a host by nmap",
        ),
    ],
)
def test_what_may_not_be_sent_is_no_call(scope: Scope, told: str) -> None:
    with pytest.raises(ScopeError, match=told):
        list(orders(scope, OPEN))


def order(*hosts: str) -> NmapOrder:
    (made,) = orders(signed(IT + target("it", hosts, "{connect = [22, 80]}")), OPEN)
    return made


def test_the_arguments_are_a_full_handshake_at_the_profiles_pace_and_nothing_else() -> None:
    assert order("10.1.0.1").arguments("T", "X") == [
        "-sT", "-Pn", "-n", "--disable-arp-ping", "--noninteractive", "--max-retries", "1", "--max-rate", "25",
        "--scan-delay", "400ms", "--max-hostgroup", "32", "-iL", "T", "--excludefile", "X",
    ]  # fmt: skip
    assert order("fd00::1").arguments("T", "X")[-1] == "-6"
    assert order("10.1.0.1").port_list == "22,80"


def test_the_worker_takes_our_arguments_and_no_others() -> None:
    ours = replace(order("10.1.0.1"), source="10.1.0.9").arguments("/tmp/a", "/tmp/b")  # noqa: S108 -- never opened

    assert refused(ours, "22,80") == ""
    assert ours[-2:] == ["-S", "10.1.0.9"]
