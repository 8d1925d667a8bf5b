from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.offered import OFFERED
from sentinel.scan.plan import first_message, health_probe, make_plan, packets_of, records_of
from sentinel.scan.probes.exchange import Caller, Probe, Target
from sentinel.scan.scope import HEALTH
from tests.scan.scopes import clinical, compiled, head, network, target


def test_a_clinical_host_is_looked_at_before_and_after_each_probe() -> None:
    plan = make_plan(clinical("10.0.0.7", probes="{dicom = [104, 4242]}"), OFFERED, Random(1))

    assert [(step.grant.port, step.probe.name, step.packets) for step in plan.hosts[0].steps] == [
        (104, HEALTH, 4), (104, "dicom", 8), (104, HEALTH, 4), (4242, "dicom", 8), (104, HEALTH, 4),
    ]  # fmt: skip
    assert plan.packets == 28


def test_the_first_message_of_each_probe_is_printed_and_always_the_same() -> None:
    caller = Caller("HELSE-INVENTAR", "medtek@lyngvik.example", {"snmp_community": "lyngvik"})
    for probe in OFFERED.values():
        grants = clinical("10.0.0.7").hosts[0].grants
        assert first_message(probe, grants[0], caller) == first_message(probe, grants[0], caller)


@given(
    st.lists(st.integers(1, 60_000).filter(lambda port: not 9100 <= port < 9108), min_size=1, max_size=12, unique=True)
)
def test_no_plan_goes_over_a_budget_and_what_is_left_out_is_told(ports: list[int]) -> None:
    plan = make_plan(clinical("10.0.0.7", probes=f"{{dicom = {ports}}}"), OFFERED, Random(1))

    assert plan.hosts[0].packets <= 40
    steps = plan.hosts[0].steps
    assert steps[-1].probe.name == HEALTH  # never a probe without the look after it
    asked = sum(step.probe.name == "dicom" for step in steps)
    assert asked == min(len(ports), 3)
    assert bool(plan.cut) == (len(ports) > 3)


def test_where_hosts_are_found_open_the_look_goes_to_the_port_just_asked() -> None:
    scope = compiled(
        head()
        + network("it", "it-gentle", "10.1.0.0/24")
        + target("it", ["10.1.0.7"], "{connect = [22, 80], ssh = [22]}")
    )
    plan = make_plan(scope, OFFERED, Random(1))

    told = [(step.grant.port, step.probe.name) for step in plan.hosts[0].steps]
    assert sorted(told) == [(22, "connect"), (22, HEALTH), (22, "ssh"), (80, "connect")]


def test_the_hash_is_of_what_is_sent_and_not_of_the_order() -> None:
    scope = clinical(*(f"10.0.0.{number}" for number in range(1, 9)))
    first, second = (make_plan(scope, OFFERED, Random(seed)) for seed in (1, 2))

    assert [host.host.address for host in first.hosts] != [host.host.address for host in second.hosts]
    assert first.hash == second.hash
    assert first.hash != make_plan(clinical("10.0.0.1"), OFFERED, Random(1)).hash


def test_records_tell_every_step_and_what_is_held_back() -> None:
    text = (
        head() + network("radiologi", "clinical-gentle", "10.0.0.0/24") + target("radiologi", ["10.0.0.7", "10.0.0.8"])
    )
    text += '[[exclude]]\naddresses = ["10.0.0.8"]\nreason = "intensiv"\n'
    records = list(records_of(make_plan(compiled(text), OFFERED, Random(1))))

    assert [(one.address, one.purpose, one.reason) for one in records] == [
        ("10.0.0.7", "health", ""), ("10.0.0.7", "probe", ""), ("10.0.0.8", "held back", "excluded: intensiv"),
    ]  # fmt: skip
    assert [one.order for one in records] == [1, 2, 0]


def test_packets_are_counted_as_tcp_makes_them() -> None:
    def nothing(_target: Target, _caller: Caller) -> object:
        raise NotImplementedError

    def probe(transport: str, messages: int, *, tls: bool = False) -> Probe:
        return Probe("x", transport, (), tls, messages, nothing, 1)  # type: ignore[arg-type]  # never begun

    assert [packets_of(probe("tcp", n)) for n in range(3)] == [4, 6, 8]
    assert packets_of(probe("udp", 3)) == 3
    assert packets_of(probe("tcp", 1, tls=True)) == 12
    assert packets_of(health_probe()) == 4


def test_a_secret_is_not_in_the_plan_and_does_not_change_its_hash() -> None:
    scope = clinical("10.0.0.7", probes="{snmp = [161], connect = [104]}")
    told = replace(scope, caller=replace(scope.caller, secrets={"snmp_community": "lyngvik"}))
    plain, secret = (make_plan(one, OFFERED, Random(1)) for one in (scope, told))

    assert plain.hash == secret.hash
    assert b"lyngvik" not in b"".join(step.first for host in secret.hosts for step in host.steps)
    assert "holds a secret" in next(record.reason for record in records_of(secret) if record.probe == "snmp")
