"""DNS: what a domain publishes for its mail and its names, asked of the resolver that the scope names (RFC 1035, 7766).

Messages are built and read with dnspython's message classes; they open no socket. Over TCP, the default, an answer can
be forged by nobody who is not on the path, and none is too large; over UDP one that was cut says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from sentinel.scan.probes.domain import Answer, State, judge
from sentinel.scan.probes.exchange import Caller, Exchange, Probe, Target, ask, unlearnt

Record = Literal["TXT", "MX", "DS", "DNSKEY", "A", "AAAA"]
Transport = Literal["tcp", "udp"]
PORT = 53
DNS = "dns"
_PAYLOAD = 1232
_UNREADABLE = (dns.exception.DNSException, ValueError, IndexError, KeyError, TypeError)
_MAX_ANSWERS = 64


@dataclass(frozen=True, slots=True)
class Question:
    """One name and one type of record."""

    name: str
    record: Record


def domain_probe(
    domain: str, selectors: Iterable[str] = (), names: Iterable[str] = (), transport: Transport = "tcp"
) -> Probe:
    """Return the probe of one domain: its mail, its signatures, and which of `names` point to nothing.

    `selectors` are those of DKIM that the site knows; they cannot be found by asking. Raise ValueError for what is no
    name.
    """
    asked = questions(domain, selectors, names)
    begin = partial(_exchange, domain, asked, transport)
    return Probe(DNS, transport, (PORT,), tls=False, messages=len(asked), begin=begin, fragile_max=1)


def questions(domain: str, selectors: Iterable[str] = (), names: Iterable[str] = ()) -> tuple[Question, ...]:
    """Return what is asked about a domain, each once."""
    texts = [domain, f"_dmarc.{domain}", f"_mta-sts.{domain}", f"_smtp._tls.{domain}"]
    texts += [f"{selector}._domainkey.{domain}" for selector in selectors]
    asked = [Question(name, "TXT") for name in texts] + [Question(domain, "MX")]
    asked += [Question(domain, "DS"), Question(domain, "DNSKEY")]
    asked += [Question(name, record) for name in names for record in ("A", "AAAA")]
    for question in asked:
        _name(question.name)
    return tuple(dict.fromkeys(asked))


def query(question: Question, number: int) -> bytes:
    """Return a query with recursion desired, asking for the resolver's own judgement (AD, RFC 6840, 5.7)."""
    flags = dns.flags.RD | dns.flags.AD
    message = dns.message.make_query(
        _name(question.name), question.record, use_edns=0, payload=_PAYLOAD, flags=flags, id=number
    )
    return message.to_wire()


def read(wire: bytes, question: Question, number: int) -> Answer:
    """Return what a message answers; one that answers something else, or cannot be read, is unknown."""
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
        fits = message.id == number and bool(message.flags & dns.flags.QR) and len(message.question) == 1
        asked = message.question[0] if fits else None
        same = asked is not None and asked.name == _name(question.name)
        if not same or asked is None or asked.rdtype != dns.rdatatype.from_text(question.record):
            return Answer("unknown")
        return _answer(message, question)
    except _UNREADABLE:
        return Answer("unknown")


def _exchange(
    domain: str,
    asked: tuple[Question, ...],
    transport: Transport,
    _target: Target,
    _caller: Caller,
) -> Exchange:
    """Ask one after the other over one connection; what was not answered is unknown, and the rest is still judged."""
    answers: dict[Question, Answer] = {}
    silent, stream = True, transport == "tcp"
    for number, question in enumerate(asked, 1):
        sent = query(question, number)
        if stream:
            said = yield from ask(len(sent).to_bytes(2, "big") + sent, _is_whole)
            wire = said[2 : 2 + int.from_bytes(said[:2], "big")] if _is_whole(said) else b""
        else:
            wire = said = yield sent
        silent = silent and not said
        answers[question] = read(wire, question, number) if wire else Answer("unknown")
        if stream and not said:
            break  # closed: asking further would only be waiting
    return unlearnt(b"", begun=False) if silent else judge(domain, _by_text(answers, asked))


def _by_text(answers: Mapping[Question, Answer], asked: Iterable[Question]) -> dict[tuple[str, str], Answer]:
    return {(question.name, question.record): answers.get(question, Answer("unknown")) for question in asked}


def _answer(message: dns.message.Message, question: Question) -> Answer:
    code = message.rcode()
    if message.flags & dns.flags.TC or code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return Answer("unknown")
    wanted = dns.rdatatype.from_text(question.record)
    aliases: dict[dns.name.Name, dns.name.Name] = {}
    texts: list[tuple[dns.name.Name, bytes]] = []
    for found in message.answer[:_MAX_ANSWERS]:
        for data in list(found)[:_MAX_ANSWERS]:
            if found.rdtype == dns.rdatatype.CNAME:
                aliases[found.name] = data.target
            elif found.rdtype == wanted:
                text = b"".join(data.strings) if wanted == dns.rdatatype.TXT else data.to_text().encode()
                texts.append((found.name, text))
    chain = _chain(_name(question.name), aliases)
    own = tuple(sorted(text for owner, text in texts if owner == chain[-1]))  # their order means nothing
    state: State = "data" if own else "no-name" if code == dns.rcode.NXDOMAIN else "none"
    names = tuple(name.to_text(omit_final_dot=True) for name in chain[1:])
    return Answer(state, own, names, bool(message.flags & dns.flags.AD))


def _chain(name: dns.name.Name, aliases: Mapping[dns.name.Name, dns.name.Name]) -> list[dns.name.Name]:
    """Follow aliases from a name; a circle ends where it closes."""
    chain = [name]
    while (following := aliases.get(chain[-1])) is not None and following not in chain:
        chain.append(following)
    return chain


def _name(text: str) -> dns.name.Name:
    try:
        return dns.name.from_text(text)
    except _UNREADABLE as error:
        raise ValueError(f"{text!r} is no domain name") from error


def _is_whole(said: bytes) -> bool:
    return len(said) >= 2 and len(said) >= 2 + int.from_bytes(said[:2], "big")
