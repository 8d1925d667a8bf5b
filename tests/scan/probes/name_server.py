"""A small authoritative server for probes of domains, made with dnspython's messages, on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from sentinel.scan.probes.exchange import Target

Zone = Mapping[tuple[str, str], list[str]]
"""Texts of records by name and type; a name of the zone without the type is NODATA, others are NXDOMAIN."""


def reply(zone: Zone, wire: bytes, rcode: dns.rcode.Rcode = dns.rcode.NOERROR, *, validated: bool = True) -> bytes:
    """Answer one query out of the zone, following aliases."""
    query = dns.message.from_wire(wire)
    message = dns.message.make_response(query, recursion_available=True)
    message.flags |= dns.flags.AD if validated else 0
    message.set_rcode(rcode)
    if rcode != dns.rcode.NOERROR:
        return message.to_wire()
    name, kind = query.question[0].name.to_text(omit_final_dot=True), dns.rdatatype.to_text(query.question[0].rdtype)
    for _ in range(4):
        alias = zone.get((name, "CNAME"))
        if alias is None:
            break
        message.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", alias[0]))
        name = alias[0].rstrip(".")
    if (name, kind) in zone:
        message.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *zone[name, kind]))
    elif not any(owner == name for owner, _ in zone):
        message.set_rcode(dns.rcode.NXDOMAIN)
    return message.to_wire()


@contextmanager
def name_server(zone: Zone, host: str = "127.0.0.1", port: int = 0) -> Iterator[Target]:
    """Answer over TCP and UDP on one port, of loopback unless a test has a network of its own."""
    over = Event()
    with (
        socket.create_server((host, port)) as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        port = stream.getsockname()[1]
        datagrams.bind((host, port))
        datagrams.settimeout(0.2)
        stream.settimeout(0.2)
        threads = [
            Thread(target=_over_tcp, args=(zone, stream, over)),
            Thread(target=_over_udp, args=(zone, datagrams, over)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield Target(host, port)
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _over_tcp(zone: Zone, server: socket.socket, over: Event) -> None:
    while not over.is_set():
        try:
            link, _ = server.accept()
        except TimeoutError:
            continue
        with link, link.makefile("rwb") as stream:
            while head := stream.read(2):
                answer = reply(zone, stream.read(int.from_bytes(head, "big")))
                stream.write(len(answer).to_bytes(2, "big") + answer)
                stream.flush()


def _over_udp(zone: Zone, server: socket.socket, over: Event) -> None:
    while not over.is_set():
        try:
            query, peer = server.recvfrom(4096)
        except TimeoutError:
            continue
        server.sendto(reply(zone, query), peer)
