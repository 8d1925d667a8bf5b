from __future__ import annotations

from typing import Literal

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.dns import Question, domain_probe, query, questions, read
from sentinel.scan.probes.domain import Answer
from sentinel.scan.probes.exchange import NOTHING_LEARNT
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, over_udp, play
from tests.scan.probes.name_server import Zone, name_server, reply

DOMAIN = "lyngvik.example"
ZONE: Zone = {
    (DOMAIN, "TXT"): ['"v=spf1 mx include:spf.lyngvik.example -all"', '"MARKER=1"'],
    (DOMAIN, "MX"): ["10 mx1.lyngvik.example."],
    (DOMAIN, "DS"): ["12345 13 2 " + "ab" * 32],
    (DOMAIN, "DNSKEY"): ["257 3 13 " + "q" * 86 + "=="],
    (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=reject; " "rua=mailto:MARKER@lyngvik.example"'],
    (f"_mta-sts.{DOMAIN}", "TXT"): ['"v=STSv1; id=20261121"'],
    (f"time.{DOMAIN}", "CNAME"): ["lyngvik.booking.example."],
    (f"www.{DOMAIN}", "CNAME"): [f"web.{DOMAIN}."],
    (f"web.{DOMAIN}", "A"): ["192.0.2.80"],
}
SPF = Question(DOMAIN, "TXT")
NAMES = (f"time.{DOMAIN}", f"www.{DOMAIN}", f"old.{DOMAIN}")


def ask(*answers: bytes) -> Talk:
    probe = domain_probe(DOMAIN, ("s1",), NAMES, "udp")
    return play(probe.begin(HERE, CALLER), answers)


def test_a_query_byte_for_byte() -> None:
    """RFC 1035, 4.1.1 and 4.1.2; RFC 6840, 5.7 (AD in queries); RFC 6891, 6.1.2 (OPT with 1,232 bytes)."""
    header = "0007 0120 0001 0000 0000 0001"
    name = "07" + b"lyngvik".hex() + "07" + b"example".hex() + "00"

    assert query(SPF, 7) == bytes.fromhex(header + name + "0010 0001" + "00 0029 04d0 00000000 0000")


def test_over_tcp_each_query_has_its_length_in_front() -> None:
    """RFC 1035, 4.2.2."""
    probe = domain_probe(DOMAIN)
    first = next(probe.begin(HERE, CALLER))

    assert (probe.transport, first[:2], first[2:]) == ("tcp", len(query(SPF, 1)).to_bytes(2, "big"), query(SPF, 1))


def test_what_is_asked_is_counted_and_asked_once() -> None:
    asked = questions(DOMAIN, ("s1", "s1"), ("www.lyngvik.example",))

    assert [(one.name.removesuffix(DOMAIN), one.record) for one in asked] == [
        ("", "TXT"), ("_dmarc.", "TXT"), ("_mta-sts.", "TXT"), ("_smtp._tls.", "TXT"), ("s1._domainkey.", "TXT"),
        ("", "MX"), ("", "DS"), ("", "DNSKEY"), ("www.", "A"), ("www.", "AAAA"),
    ]  # fmt: skip
    assert domain_probe(DOMAIN, ("s1",), ("www.lyngvik.example",)).messages == 10


def test_no_zone_is_ever_fetched_and_nothing_is_changed() -> None:
    """Opcode 0 (QUERY) alone, and none of AXFR, IXFR and ANY (RFC 1035, 4.1.1 and 3.2.3; RFC 8482)."""
    sent = [dns.message.from_wire(message) for message in ask(*[b"x"] * 99).sent]

    assert {message.opcode() for message in sent} == {dns.opcode.QUERY}
    assert {dns.rdatatype.to_text(message.question[0].rdtype) for message in sent} == {
        "TXT", "MX", "DS", "DNSKEY", "A", "AAAA",
    }  # fmt: skip
    assert len(sent) == 14


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64 + ".no", ".".join(["a" * 60] * 5)])
def test_what_is_no_name_is_refused_before_anything_is_asked(name: str) -> None:
    with pytest.raises(ValueError, match="is no domain name"):
        domain_probe(f"{name}.{DOMAIN}" if name in {"", "a..b"} else name)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_over_real_sockets(transport: Literal["tcp", "udp"]) -> None:
    probe = domain_probe(DOMAIN, ("s1",), NAMES, transport)
    with name_server(ZONE) as target:
        talk = (over_tcp if transport == "tcp" else over_udp)(probe.begin(target, CALLER), target)

    assert len(talk.sent) == probe.messages
    assert "MARKER" not in str(talk.facts)
    assert {kind: facts["verdict"] for kind, facts in talk.kinds if kind not in {"domain.mail", "domain.name"}} == {
        "domain.spf": "sound",
        "domain.dmarc": "sound",
        "domain.mta_sts": "sound",
        "domain.tls_reports": "weak",
        "domain.dnssec": "sound",
        "domain.dkim": "weak",
    }
    assert [facts for kind, facts in talk.kinds if kind == "domain.name"] == [
        {
            "domain": DOMAIN,
            "name": f"time.{DOMAIN}",
            "state": "dangling",
            "alias": "lyngvik.booking.example",
            "verdict": "weak",
        },
        {
            "domain": DOMAIN,
            "name": f"www.{DOMAIN}",
            "state": "resolves",
            "alias": f"web.{DOMAIN}",
            "verdict": "sound",
        },
        {"domain": DOMAIN, "name": f"old.{DOMAIN}", "state": "absent", "verdict": "sound"},
    ]


def test_answers_are_read() -> None:
    wire = query(SPF, 7)
    alias = Question(f"www.{DOMAIN}", "A")

    assert read(reply(ZONE, wire), SPF, 7) == Answer(
        "data", (b"MARKER=1", b"v=spf1 mx include:spf.lyngvik.example -all"), validated=True
    )
    assert read(reply(ZONE, wire, validated=False), SPF, 7).validated is False
    assert read(reply(ZONE, query(alias, 1)), alias, 1) == Answer(
        "data", (b"192.0.2.80",), (f"web.{DOMAIN}",), validated=True
    )
    assert read(reply({(DOMAIN, "MX"): ["0 ."]}, wire), SPF, 7).state == "none"
    assert read(reply({}, wire), SPF, 7).state == "no-name"


def test_what_cannot_be_trusted_is_unknown() -> None:
    wire = query(SPF, 7)
    good = reply(ZONE, wire)
    cut = dns.message.from_wire(good)
    cut.flags |= dns.flags.TC
    answers = [
        reply(ZONE, wire, dns.rcode.SERVFAIL),
        reply(ZONE, wire, dns.rcode.REFUSED),
        reply(ZONE, query(SPF, 8)),  # an answer to another query
        reply(ZONE, query(Question(DOMAIN, "MX"), 7)),
        reply(ZONE, query(Question(f"x.{DOMAIN}", "TXT"), 7)),
        wire,  # our own query, sent back
        cut.to_wire(),
        good[:20],
        b"",
    ]

    assert {read(answer, SPF, 7).state for answer in answers} == {"unknown"}


def test_half_an_answer_is_unknown() -> None:
    good = reply(ZONE, query(SPF, 7))

    assert {read(good[:length], SPF, 7).state for length in range(len(good))} == {"unknown"}


def test_an_alias_in_a_circle_ends() -> None:
    zone: Zone = {("a.example", "CNAME"): ["b.example."], ("b.example", "CNAME"): ["a.example."]}
    asked = Question("a.example", "A")

    assert read(reply(zone, query(asked, 1)), asked, 1).aliases == ("b.example",)


def test_records_of_another_name_are_not_taken() -> None:
    message = dns.message.make_response(dns.message.from_wire(query(SPF, 7)))
    message.answer.append(dns.rrset.from_text("other.example.", 60, "IN", "TXT", '"v=spf1 +all"'))

    assert read(message.to_wire(), SPF, 7) == Answer("none")


def test_silence_and_failure_are_told_apart_from_no() -> None:
    refused = ask(*[reply(ZONE, query(SPF, 1), dns.rcode.REFUSED)] * 99)

    assert [(fact.kind, fact.ended) for fact in ask().facts] == [(NOTHING_LEARNT, "silent")]
    assert {facts.get("verdict", facts["state"]) for _, facts in refused.kinds} == {"unknown"}


def test_a_resolver_that_closes_is_asked_no_more() -> None:
    assert len(play(domain_probe(DOMAIN).begin(HERE, CALLER), []).sent) == 1


@given(st.binary(max_size=120), st.integers(0, 200))
def test_any_answer_is_survived(noise: bytes, keep: int) -> None:
    good = reply(ZONE, query(SPF, 1))
    for wire in (noise, good[:keep] + noise, good[:12] + noise):
        read(wire, SPF, 1)
        ask(wire, noise, wire)
        play(domain_probe(DOMAIN).begin(HERE, CALLER), [len(wire).to_bytes(2, "big") + wire, noise or b"x"])
