from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import ContentError, SettingsError
from sentinel.scan.addresses import span
from sentinel.scan.offered import OFFERED
from sentinel.scan.plan import make_plan
from sentinel.scan.scope import HEALTH, UNKNOWN_KIND, Bar
from sentinel.scan.scope_compile import read_bars
from tests.scan.scopes import APPROVALS, HEAD, OPEN, WINDOW, barred, compiled, head, network, target

CLINICAL = head() + network("radiologi", "clinical-gentle", "10.0.0.0/24")
IT = head() + network("it", "it-gentle", "10.1.0.0/24")


def faults(text: str, names: dict[str, list[str]] | None = None) -> list[str]:
    with pytest.raises(ContentError) as caught:
        compiled(text, names=names)
    return [fault.what for fault in caught.value.faults]


def test_only_what_is_listed_is_granted() -> None:
    scope = compiled(CLINICAL + target("radiologi", ["10.0.0.7", "10.0.0.8"], "{dicom = [104, 4242]}"))

    assert {(g.address, g.port, g.probe) for g in scope.granted if g.probe != HEALTH} == {
        (f"10.0.0.{host}", port, "dicom") for host in (7, 8) for port in (104, 4242)
    }
    assert {g.port for g in scope.granted if g.probe == HEALTH} == {104, 4242}
    assert {host.kind for host in scope.hosts} == {UNKNOWN_KIND}
    assert {host.health_port for host in scope.hosts} == {104}


def test_every_fault_comes_at_once_with_its_line() -> None:
    text = (
        HEAD.format(type="inventory")
        + "[[windows]]\nstart = 2026-03-29T02:30:00\nend = 2026-03-29T06:00:00\n"
        + network("radiologi", "clinical-gentle", "10.0.0.0/8", more="[networks.limits]\nhost_packets = 41\n")
        + network("ute", "it-gentle", "193.156.1.0/24")
        + network("øve", "lab", "10.9.0.0/24")
        + target("radiologi", ["10.0.0.0/30", "11.0.0.1"], "{dicom = [104], tricorder = [1]}")
        + target("borte", ["10.0.0.1"])
    )
    with pytest.raises(ContentError) as caught:
        compiled(text)

    assert [str(fault) for fault in caught.value.faults] == [
        "scope.toml:12: 2026-03-29 02:30:00 does not happen in Europe/Oslo: the clock is put forward then",
        "scope.toml:17: clinical-gentle takes a network of at most 1,024 addresses, and this one has 16,777,216",
        "scope.toml:18: clinical-gentle needs the approval of it, medical_technical, system_owner",
        "scope.toml:20: a scope can only lower a limit: host_packets may be no more than 40, not 41",
        "scope.toml:21: 193.156.1.0/24 can be reached from the internet: write in 'ownership' how you know whose it is",
        "scope.toml:24: it-gentle needs the approval of it, system_owner",
        "scope.toml:28: lab does not belong in a scope of type 'inventory'",
        "scope.toml:28: lab needs the approval of it, medical_technical, system_owner",
        "scope.toml:31: '10.0.0.0/30': clinical-gentle takes hosts one by one, not ranges",
        "scope.toml:31: '11.0.0.1' lies outside network 'radiologi'",
        "scope.toml:32: there is no probe 'tricorder'; there are " + ", ".join(sorted(OFFERED)),
        "scope.toml:34: no network is called 'borte'",
    ]


def test_an_exclusion_and_a_bar_always_win() -> None:
    text = CLINICAL + target("radiologi", ["10.0.0.7", "10.0.0.8", "10.0.0.9", "10.0.0.10"])
    text += barred("exclude", "10.0.0.7") + barred("do_not_probe", "10.0.0.8-10.0.0.9")
    scope = compiled(text, (Bar(span("10.0.0.0/29"), "never probed: policy"),))

    assert [host.address for host in scope.hosts] == ["10.0.0.10"]
    assert {held.address for held in scope.held_back} == {"10.0.0.7", "10.0.0.8", "10.0.0.9"}


def test_of_overlapping_networks_the_gentlest_decides() -> None:
    text = head() + network("it", "it-gentle", "10.0.0.0/24") + network("radiologi", "clinical-gentle", "10.0.0.0/30")
    text += network("stille", "passive", "10.0.0.8/30") + target("it", ["10.0.0.0/28"])
    scope = compiled(text)

    assert [host.address.rpartition(".")[2] for host in scope.hosts] == ["4", "5", "6", "7", "12", "13", "14"]
    assert {held.address for held in scope.held_back} >= {"10.0.0.1", "10.0.0.2", "10.0.0.9"}


def test_a_broadcast_address_is_nobody_even_where_it_is_listed() -> None:
    scope = compiled(CLINICAL + target("radiologi", ["10.0.0.255", "10.0.0.0", "10.0.0.1"]))

    assert [host.address for host in scope.hosts] == ["10.0.0.1"]


def test_public_addresses_need_a_proof_of_whose_they_are() -> None:
    fence = network("ute", "it-gentle", "193.156.1.0/24", more='ownership = "RIPE: NO-LYNGVIK, sak 26/12"\n')
    scope = compiled(head() + fence + target("ute", ["193.156.1.7"]))

    assert [host.address for host in scope.hosts] == ["193.156.1.7"]


def test_names_are_resolved_once_and_pinned() -> None:
    asked: list[str] = []

    def resolve(name: str) -> list[str]:
        asked.append(name)
        return ["10.0.0.7"] if len(asked) == 1 else ["10.0.0.99"]

    from sentinel.scan.scope_compile import Rules, compile_scope
    from tests.scan.scopes import PROFILES

    text = (
        CLINICAL
        + target("radiologi", ["pacs.lyngvik.example"])
        + target("radiologi", ["pacs.lyngvik.example"], "{dicom = [104]}")
    )
    scope = compile_scope(text.encode(), "s", Rules(PROFILES, OFFERED), resolve)

    assert asked == ["pacs.lyngvik.example"]
    assert {grant.address for grant in scope.granted} == {"10.0.0.7"}
    assert scope.pinned == {"pacs.lyngvik.example": ("10.0.0.7",)}
    assert {grant.target.name for grant in scope.granted} == {"pacs.lyngvik.example"}


def test_a_name_with_one_barred_address_gets_nothing_at_any() -> None:
    both = network("radiologi", "clinical-gentle", "10.0.0.0/24", "fd77::/120")
    text = head() + both + target("radiologi", ["rorpost.lyngvik.example", "10.0.0.8"]) + barred("exclude", "10.0.0.7")
    scope = compiled(text, names={"rorpost.lyngvik.example": ["10.0.0.7", "fd77::7"]})

    assert [host.address for host in scope.hosts] == ["10.0.0.8"]
    assert [(held.address, held.reason) for held in scope.held_back] == [
        ("10.0.0.7", "excluded: intensiv"),
        ("fd77::7", "is rorpost.lyngvik.example, as is 10.0.0.7, which is excluded: intensiv"),
    ]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([], "has no address"),
        (["10.9.0.1"], "which lies outside network 'radiologi'"),
        (["10.0.0.7", "8.8.8.8"], "is 8.8.8.8, which lies outside"),
        (["::ffff:10.0.0.7"], "stands for an IPv4 address"),
        ([f"10.0.0.{number}" for number in range(1, 20)], "has 19 addresses"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(found: list[str], told: str) -> None:
    text = CLINICAL + target("radiologi", ["pacs.lyngvik.example"])

    assert any(told in fault for fault in faults(text, {"pacs.lyngvik.example": found}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (head() + network("a", "passive", "10.0.0.0/24") + target("a", ["10.0.0.1"]), "takes no targets"),
        (head() + network("a", "listen", "10.0.0.0/24") + target("a", ["10.0.0.1"]), "takes no targets"),
        (head() + network("a", "it-gentle", "224.0.0.0/24"), "multicast"),
        (head() + network("a", "it-gentle", "10.0.0.0/8"), "at most 4,096 addresses"),
        (head().replace(WINDOW, "") + network("a", "it-gentle", "10.0.0.0/24"), "no window"),
        (head().replace("end = 2026-11-22", "end = 2026-11-20") + network("a", "listen", "10.0.0.0/24"), "ends before"),
        (head().replace("end = 2026-11-22", "end = 2026-12-30") + network("a", "listen", "10.0.0.0/24"), "longer than"),
        (head("lab") + network("a", "it-gentle", "10.0.0.0/24"), "does not belong in a scope of type 'lab'"),
        (CLINICAL + target("radiologi", ["10.0.0.1"], "{connect = []}"), "'connect' suggests no port"),
        (CLINICAL + target("radiologi", ["10.0.0.1"], "{health = [104]}"), "there is no probe 'health'"),
        (CLINICAL + target("radiologi", ["10.0.0.1"], more='path = "/a b"\n'), "cannot be part of a message"),
        (CLINICAL + target("radiologi", ["pacs lyngvik"]), "has no address"),
        (CLINICAL + network("b", "clinical-gentle", "10.0.0.0/25")
         + target("radiologi", ["10.0.0.1"]) + target("b", ["10.0.0.1"]),
         "is listed in network 'radiologi' already"),
    ],
)  # fmt: skip
def test_what_cannot_be_allowed_is_refused(text: str, told: str) -> None:
    assert any(told in fault for fault in faults(text)), told


def test_a_file_that_is_none_is_one_line() -> None:
    from sentinel.scan.scope_compile import Rules, compile_scope

    for raw in (b"\xff", b"x" * 1_000_001):
        with pytest.raises(SettingsError, match=r"s\.toml: is"):
            compile_scope(raw, "s.toml", Rules({}, {}), list)


def test_a_list_of_what_is_never_probed_is_read_strictly() -> None:
    bars = read_bars(b'schema = "sentinel.donotprobe/1"\n' + barred("do_not_probe", "10.0.0.0/8").encode(), "b.toml")

    assert [(bar.span.text, bar.reason) for bar in bars] == [("10.0.0.0/8", "never probed: intensiv")]
    with pytest.raises(ContentError, match=r"b\.toml:2: unknown key 'allow'"):
        read_bars(b'schema = "sentinel.donotprobe/1"\nallow = 1\n', "b.toml")


PARTS = st.one_of(
    st.builds(lambda base, bits: str(ip_network((int(ip_address("10.0.0.0")) + base, bits), strict=False)),
              st.integers(0, 1023), st.integers(24, 32)),
    st.builds(lambda a, b: f"{ip_address('10.0.0.0') + min(a, b)}-{ip_address('10.0.0.0') + max(a, b)}",
              st.integers(0, 1023), st.integers(0, 1023)),
    st.builds(lambda a: f"fd00::{a:x}", st.integers(1, 300)),
    st.builds(lambda a: str(ip_network((int(ip_address("fd00::")) + a, 124), strict=False)), st.integers(0, 300)),
)  # fmt: skip
HOSTS = st.one_of(PARTS, st.sampled_from(["a.lyngvik.example", "b.lyngvik.example"]))
NAMES = {"a.lyngvik.example": ["10.0.0.17", "fd00::11"], "b.lyngvik.example": ["10.0.2.1"]}


@given(
    networks=st.lists(st.tuples(st.lists(PARTS, min_size=1, max_size=3), st.sampled_from(["it-gentle", "passive"])),
                      min_size=1, max_size=3),
    hosts=st.lists(st.tuples(st.integers(0, 2), HOSTS), max_size=5),
    excluded=st.lists(PARTS, max_size=3),
    policy=st.lists(PARTS, max_size=2),
)  # fmt: skip
def test_no_scope_lets_a_packet_out_of_it(
    networks: list[tuple[list[str], str]], hosts: list[tuple[int, str]], excluded: list[str], policy: list[str]
) -> None:
    """An independent reading, with `ipaddress` alone, of what may be touched; every planned step must be in it."""
    text = head() + "".join(network(f"n{n}", profile, *parts) for n, (parts, profile) in enumerate(networks))
    text += "".join(target(f"n{n}", [host], "{connect = [80], dicom = []}") for n, host in hosts if n < len(networks))
    text += barred("exclude", *excluded) if excluded else ""
    bars = tuple(Bar(span(part), "policy") for part in policy)
    try:
        scope = replace(compiled(text, bars, NAMES), signed_by="kari")
    except ContentError:
        return  # a target outside its network, and the like: nothing is compiled at all
    plan = make_plan(scope, OFFERED, Random(1))
    touched = {step.grant.address for host in plan.hosts for step in host.steps}
    allowed = {
        str(address)
        for n, host in hosts
        if n < len(networks) and networks[n][1] == "it-gentle"
        for address in (_listed(host) if host not in NAMES else map(ip_address, NAMES[host]))
        if any(_in(address, part) for part in networks[n][0])
        and not any(_in(address, part) for part in (*excluded, *policy))
        and not any(_in(address, part) for parts, profile in networks if profile == "passive" for part in parts)
    }
    assert touched <= allowed
    for host in plan.hosts:
        assert [scope.refusal(step.grant, OPEN) for step in host.steps] == [""] * len(host.steps)


def _listed(text: str) -> list[object]:
    if "/" in text:
        return list(ip_network(text))
    low, _, high = text.partition("-")
    first, last = ip_address(low), ip_address(high or low)
    return [type(first)(number) for number in range(int(first), int(last) + 1)]


def _in(address: object, part: str) -> bool:
    return address in _listed(part)


def test_approvals_by_role_are_what_each_profile_demands() -> None:
    only_it = HEAD.format(type="inventory") + APPROVALS.split("[[approvals]]")[1].join(["[[approvals]]", ""]) + WINDOW

    told = faults(only_it + network("radiologi", "clinical-gentle", "10.0.0.0/24"))
    assert told == ["clinical-gentle needs the approval of medical_technical, system_owner"]


def test_datagrams_are_counted_over_all_targets_of_a_host() -> None:
    more = "health_port = 104\n"
    text = CLINICAL + target("radiologi", ["10.0.0.1"], "{snmp = [161]}", more)

    assert compiled(text).hosts[0].health_port == 104
    told = faults(text + target("radiologi", ["10.0.0.1"], "{wsdiscovery = [3702]}", more))
    assert told == ["radiologi takes at most 1 datagrams to a host, and 10.0.0.1 would get 2"]


def test_a_device_that_cannot_be_watched_is_refused() -> None:
    told = faults(CLINICAL + target("radiologi", ["10.0.0.1"], "{snmp = [161]}"))

    assert told == ["no TCP port to watch these devices by: write 'health_port'"]


def test_a_link_local_address_is_another_machine_on_each_interface_and_so_is_not_asked() -> None:
    link = head() + network("lenke", "it-gentle", "fe80::/120", "10.0.0.0/24")
    told = faults(link + target("lenke", ["fe80::7"]))
    named = faults(link + target("lenke", ["pacs"]), names={"pacs": ["fe80::7"]})
    ours = head().replace("[[approvals]]", 'source = "fe80::1"\n[[approvals]]', 1)
    source = faults(ours + network("v6", "it-gentle", "fd77::/120") + target("v6", ["fd77::2"]))

    assert ["fe80::7 is link-local" in one for one in told] == [True]
    assert ["the name 'pacs': fe80::7 is link-local" in one for one in named] == [True]
    assert ["fe80::1 is link-local" in one for one in source] == [True]


def test_a_source_of_the_other_kind_than_the_hosts_is_refused() -> None:
    office = network("v6", "it-gentle", "fd77::/120") + target("v6", ["fd77::2"])
    from_4, from_6 = (
        head().replace("[[approvals]]", f'source = "{one}"\n[[approvals]]', 1) for one in ("10.0.0.9", "fd77::9")
    )

    assert any("nothing can go from 10.0.0.9 to fd77::2" in fault for fault in faults(from_4 + office))
    assert [host.address for host in compiled(from_6 + office).hosts] == ["fd77::2"]
