from __future__ import annotations

from sentinel.scan import never
from sentinel.scan.probes.everybody import MOST_OF_ONE, TO_ALL, learnt
from sentinel.scan.probes.exchange import Target
from tests.scan.probes.drive import CALLER
from tests.scan.probes.test_mdns import answer

MDNS = TO_ALL["mdns"]
GROUP = Target(MDNS.groups[4], MDNS.port)


def test_each_question_passes_the_second_lock_in_its_own_group_and_in_no_other() -> None:
    for what in TO_ALL.values():
        for group in what.groups.values():
            first = next(what.probe.begin(Target(group, what.port), CALLER))
            assert first
            fits = {place for place in never.TO_ALL if not never.refused_to_all(first, *place)}
            assert (group, what.port) in fits
            assert {port for _, port in fits} == {what.port}
            assert never.refused_to_all(first + b" ", group, what.port)
            assert never.refused_to_all(first[:-1], group, what.port)


def test_the_groups_are_these_and_no_more() -> None:
    groups = {(group, what.port) for what in TO_ALL.values() for group in what.groups.values()}

    assert groups == set(never.TO_ALL)
    assert never.refused_to_all(b"", "224.0.0.1", 5353) == "224.0.0.1 port 5353 is no group that is ever spoken to"


def test_each_datagram_of_a_machine_is_read_once() -> None:
    first, second = answer("_dicom._tcp.local"), answer("_ipp._tcp.local")
    facts = learnt(MDNS.probe, GROUP, CALLER, [first, first, second])

    assert [fact.facts for fact in facts] == [{"service": "_dicom._tcp"}, {"service": "_ipp._tcp"}]
    assert learnt(MDNS.probe, GROUP, CALLER, [b"rubbish"]) == ()
    assert learnt(MDNS.probe, GROUP, CALLER, [b"x"] * MOST_OF_ONE + [first]) == ()
