from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes import SENSITIVE
from sentinel.scan.probes.exchange import Caller, Target
from sentinel.scan.probes.wsdiscovery import GROUP, GROUP6, PORT, begin, message_id, probe
from tests.scan.probes.drive import CALLER, HERE, Talk, play
from tests.shared import ROOT

SCOPE = "sdc.ctxt.loc:/sdc.ctxt.loc.detail/HOSP%2F%2F%2FINT3%2F%2FBed1?fac=HOSP&amp;poc=INT3&amp;bed=Bed1"
_MATCH = f"""<?xml version='1.0'?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:d="http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01" xmlns:a="http://www.w3.org/2005/08/addressing"
 xmlns:p="http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01"
 xmlns:m="http://standards.ieee.org/downloads/11073/11073-20702-2016"><s:Header><a:Action>MARKER</a:Action>
<a:RelatesTo>ID</a:RelatesTo></s:Header>
<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference>
<a:Address>urn:uuid:6f1b2c3d-0000-4000-8000-00000000beef</a:Address></a:EndpointReference>
<d:Types>p:Device m:MedicalDevice</d:Types><d:Scopes>{SCOPE} other:MARKER</d:Scopes>
<d:XAddrs>http://192.0.2.7:6464/d?MARKER</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>""".encode()


def match(target: Target = HERE, caller: Caller = CALLER) -> bytes:
    return _MATCH.replace(b"ID<", message_id(target, caller).encode() + b"<")


MATCH = match()


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def test_the_probe_byte_for_byte() -> None:
    """WS-Discovery 1.1: 5.2.1 (Probe without types and scopes), 2.4 (address and port), appendix H."""
    sent = probe(Target(GROUP, PORT), CALLER)

    assert (GROUP, GROUP6, PORT) == ("239.255.255.250", "ff02::c", 3702)
    assert sent == (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        b' xmlns:a="http://www.w3.org/2005/08/addressing"'
        b' xmlns:d="http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"><s:Header>'
        b"<a:Action>http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01/Probe</a:Action>"
        b"<a:MessageID>urn:uuid:MESSAGE</a:MessageID>"
        b"<a:To>urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01</a:To></s:Header>"
        b"<s:Body><d:Probe/></s:Body></s:Envelope>"
    ).replace(b"MESSAGE", sent.partition(b"uuid:")[2][:36])


def test_each_run_has_message_ids_of_its_own() -> None:
    """A device passes over an id that it has seen (WS-Discovery 1.1, 3.1.1)."""
    another = Caller(CALLER.ae_title, CALLER.contact, run="2")

    assert probe(HERE, CALLER) == probe(HERE, CALLER)
    assert len({probe(HERE, CALLER), probe(HERE, another), probe(Target("192.0.2.8", 3702), CALLER)}) == 3


def test_types_and_location_are_learnt_and_the_location_is_marked() -> None:
    ((kind, facts),) = ask(MATCH).kinds

    assert kind == "wsd.device"
    assert (facts["types"], facts["medical"]) == ("Device MedicalDevice", "yes")
    assert facts["location"] == "fac=HOSP&poc=INT3&bed=Bed1"
    assert (
        {name for name, fact in facts.items() if "Bed1" in fact}
        == {"location"}
        == {name for name in facts if ("wsd.device", name) in SENSITIVE}
    )
    assert "MARKER" not in str(facts)


def test_an_answer_to_another_is_passed_over() -> None:
    other = match(Target("192.0.2.8", 3702))

    assert ask(other, MATCH).ended == ["answered"]
    assert (ask(other).ended, ask(*[other] * 9).ended) == (["silent"], ["other"])


@pytest.mark.parametrize(
    ("answer", "ended"),
    [(b"", "silent"), (MATCH.replace(b"ProbeMatches", b"Hello"), "silent"), (b"<x/>", "silent")],
)
def test_what_is_no_match_is_told_apart(answer: bytes, ended: str) -> None:
    assert ask(answer).ended == [ended]


@given(st.binary(max_size=200), st.integers(0, len(MATCH)))
def test_any_answer_is_survived(noise: bytes, keep: int) -> None:
    assert len(ask(MATCH[:keep] + noise).facts) == 1


def test_an_sdc_device_answers() -> None:
    """IEEE 11073-20702, played by sdc11073 in a network namespace of its own."""
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("CI runs as root")
        pytest.skip("needs root, for a network namespace of its own")
    script = (
        'ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo && exec "$1" -m tests.scan.probes.sdc_device'
    )
    command = ["unshare", "--net", "sh", "-c", script, "sdc", sys.executable]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]

    expected = {
        "types": "Device MedicalDevice",
        "medical": "yes",
        "endpoint": "urn:uuid:6f1b2c3d-0000-4000-8000-00000000beef",
        "location": "fac=HOSP&poc=INT3&bed=Bed1",
        "device_type": "130535",
        "purpose": "1.2.840.10004.20701.1.1",
        "place": "http://127.0.0.1:6464/d",
    }
    assert json.loads(done.stdout) == [["wsd.device", expected]] * 2
