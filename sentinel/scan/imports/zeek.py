"""Zeek's logs, as tab-separated text or JSON lines: who serves what, and what machines call themselves.

Kept are addresses, ports, names of machines and programs. Users, addresses of pages, queries about the world outside,
names of files and mail are not read into any value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path

import orjson

from sentinel.model.assets import Observation, Transport
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.certificates import Certificates, Place, zeek_facts
from sentinel.scan.imports.lines import read_lines

Row = Mapping[str, str]
_INSIDE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""RFC 1918 and RFC 4193; what Python calls private holds test and transition networks too."""
_UNSET = {"-", "(empty)"}
_SSH = ("SSH-2.0-", "SSH-1.99-", "SSH-1.5-")
_TCP: Transport = "tcp"
_TRANSPORTS: Mapping[str, Transport] = {"tcp": "tcp", "udp": "udp"}


def looks_like(head: str) -> bool:
    """Say whether the text begins as a log of Zeek does."""
    if head.startswith(("#separator", "#path", "#fields")):
        return True
    first = head.lstrip().partition("\n")[0]
    if not first.startswith("{"):
        return False
    try:
        record = orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return isinstance(record, dict) and "ts" in record and bool(_kind(_flat(record)))


def read_zeek(path: Path, name: str, tally: Tally, certificates: Certificates | None = None) -> Iterator[Observation]:
    """Yield what each record of a log that we read says about machines.

    Which server showed a certificate stands in one log and what it says in another: `certificates` joins them.

    Skipped: `other-log` (a log we have no use for), `not-understood`, `no-server` (of conn.log: nothing answered).
    """
    joined = Certificates() if certificates is None else certificates
    for number, row in _rows(path, name, tally):
        log = row.get("_path") or _kind(row)
        take = _LOGS.get(log)
        if take is None:
            tally.skip(Skipped(name, f"line {number}", "other-log"))
            continue
        found = [*take(row, name), *_joined(log, row, name, joined)]
        if found or log == "x509":  # what it says is remembered
            tally.handled += 1
            yield from found
        else:
            tally.skip(Skipped(name, f"line {number}", "nothing-said"))


def _rows(path: Path, name: str, tally: Tally) -> Iterator[tuple[int, Row]]:
    fields: list[str] = []
    log = ""
    for number, line in read_lines(path, name, tally):
        if line.startswith("#"):
            key, _, rest = line[1:].partition("\t")
            fields = rest.split("\t") if key == "fields" else fields
            log = rest.strip() if key == "path" else log
        elif line.startswith("{"):
            row = _json(line)
            if row is None:
                tally.skip(Skipped(name, f"line {number}", "not-json"))
            else:
                yield number, row
        elif line.strip():
            parts = line.split("\t")
            if not fields or len(parts) != len(fields):
                tally.skip(Skipped(name, f"line {number}", "not-understood"))
                continue
            row = {key: value for key, value in zip(fields, parts, strict=True) if value not in _UNSET}
            yield number, {**row, "_path": log}


def _json(line: str) -> Row | None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return _flat(record) if isinstance(record, dict) else None


def _flat(record: Mapping[str, object]) -> Row:
    """Return a record's plain values as text; a list as its elements with commas between, as the text form has it."""
    flat = {}
    for key, value in record.items():
        if isinstance(value, str | int | float):
            flat[key] = str(value)
        elif isinstance(value, list):
            flat[key] = ",".join(str(part) for part in value[:100] if isinstance(part, str | int | float))
        elif isinstance(value, dict):  # written with nested objects: {"id": {"orig_h": …}}
            flat |= {f"{key}.{inner}": str(one) for inner, one in value.items() if isinstance(one, str | int | float)}
    return flat


_SIGNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("conn", frozenset({"id.resp_h", "conn_state"})),
    ("ssl", frozenset({"id.resp_h", "cipher"})),
    ("ssl", frozenset({"id.resp_h", "server_name"})),
    ("ssh", frozenset({"id.resp_h", "server", "client"})),
    ("http", frozenset({"id.resp_h", "method", "trans_depth"})),
    ("dns", frozenset({"id.resp_h", "query"})),
    ("x509", frozenset({"certificate.subject", "certificate.issuer"})),
    ("dhcp", frozenset({"mac", "msg_types"})),
    ("software", frozenset({"software_type", "host"})),
    ("known_services", frozenset({"host", "port_num"})),
)


def _kind(row: Row) -> str:
    """Return which log a record of JSON is of; not every set-up writes the name into it."""
    return row.get("_path") or next((log for log, names in _SIGNS if names <= row.keys()), "")


def _server(row: Row, name: str, kind: str, facts: dict[str, str]) -> Iterator[Observation]:
    address, port = values.address(row.get("id.resp_h", "")), values.port(row.get("id.resp_p", ""))
    if address and port:
        when = values.moment(row.get("ts", ""))
        yield Observation(
            kind, address, facts, when, name, "import", _TCP, port, values.mac(row.get("resp_l2_addr", ""))
        )


def _conn(row: Row, name: str) -> Iterator[Observation]:
    """Take connections whose server agreed (`h` in the history): both ends are there, and the port is open."""
    if row.get("proto") != "tcp" or "h" not in row.get("history", ""):
        return
    yield from _server(row, name, "tcp.open", {})
    for service in row.get("service", "").split(",")[:5]:
        if service and service != "ssl":
            yield from _server(row, name, "service.named", values.present(service=service))
    client = values.address(row.get("id.orig_h", ""))
    if client:
        when, mac = values.moment(row.get("ts", "")), values.mac(row.get("orig_l2_addr", ""))
        yield Observation("host.seen", client, {}, when, name, "import", mac=mac)


def _dhcp(row: Row, name: str) -> Iterator[Observation]:
    address = values.address(row.get("assigned_addr", "")) or values.address(row.get("client_addr", ""))
    mac = values.mac(row.get("mac", ""))
    if address and mac:
        facts = values.present(hostname=row.get("host_name", "") or row.get("client_fqdn", ""))
        yield Observation("dhcp.lease", address, facts, values.moment(row.get("ts", "")), name, "import", mac=mac)


def _ssh(row: Row, name: str) -> Iterator[Observation]:
    facts = _ssh_facts(row.get("server", ""))
    if facts:
        yield from _server(row, name, "ssh.banner", {**facts, "role": "server"})


def _ssh_facts(line: str) -> dict[str, str]:
    start = next((mark for mark in _SSH if line.startswith(mark)), "")
    software, _, comment = line.removeprefix(start).partition(" ") if start else ("", "", "")
    return values.present(software=software, comment=comment)


def _http(row: Row, name: str) -> Iterator[Observation]:
    if row.get("status_code"):
        yield from _server(row, name, "http.server", values.present(status=row["status_code"]))


def _ssl(row: Row, name: str) -> Iterator[Observation]:
    if row.get("established") == "F" or row.get("established") == "False":
        return
    yield from _server(row, name, "tls.server_name", values.present(server_name=row.get("server_name", "")))
    facts = values.present(subject=row.get("subject", ""), issuer=row.get("issuer", ""))
    if facts:
        if "subject" in facts and "issuer" in facts:
            facts["self_signed"] = "yes" if facts["subject"] == facts["issuer"] else "no"
        yield from _server(row, name, "tls.certificate", facts)


def _joined(log: str, row: Row, name: str, certificates: Certificates) -> Iterator[Observation]:
    """Take the server's own certificate, the first that it showed; of older versions, by the number of its file."""
    if log == "x509":
        facts = zeek_facts(row)
        for key in {row.get("fingerprint", ""), row.get("id", "")} - {""} if facts else ():
            yield from certificates.told(key, facts, name)
    elif log == "ssl" and row.get("established") not in {"F", "False"}:
        key = (row.get("cert_chain_fps") or row.get("cert_chain_fuids") or "").partition(",")[0]
        address, port = values.address(row.get("id.resp_h", "")), values.port(row.get("id.resp_p", ""))
        if key and address and port:
            place = Place(address, port, values.moment(row.get("ts", "")), values.mac(row.get("resp_l2_addr", "")))
            yield from certificates.shown(key, place, name)


def _nothing(_: Row, __: str) -> Iterator[Observation]:
    return iter(())


def _software(row: Row, name: str) -> Iterator[Observation]:
    address, port = values.address(row.get("host", "")), values.port(row.get("host_p", ""))
    kind, said = row.get("software_type", ""), row.get("unparsed_version", "")
    if not address:
        return
    when = values.moment(row.get("ts", ""))
    if kind == "SSH::SERVER" and port and (facts := _ssh_facts(said) or values.present(software=said)):
        yield Observation("ssh.banner", address, {**facts, "role": "server"}, when, name, "import", _TCP, port)
    elif kind in {"HTTP::SERVER", "HTTP::APPSERVER"} and port and (facts := values.present(server=said)):
        yield Observation("http.server", address, facts, when, name, "import", _TCP, port)
    elif facts := values.present(type=kind, name=row.get("name", ""), version=_version(row)):
        yield Observation("software.seen", address, facts, when, name, "import")


def _version(row: Row) -> str:
    numbers = [row.get(f"version.{part}", "") for part in ("major", "minor", "minor2", "minor3")]
    return ".".join(part for part in numbers if part)


def _known_host(row: Row, name: str) -> Iterator[Observation]:
    address = values.address(row.get("host", ""))
    if address:
        yield Observation("host.seen", address, {}, values.moment(row.get("ts", "")), name, "import")


def _known_service(row: Row, name: str) -> Iterator[Observation]:
    address, port = values.address(row.get("host", "")), values.port(row.get("port_num", ""))
    transport = _TRANSPORTS.get(row.get("port_proto", ""))
    if not address or not port or transport is None:
        return
    when = values.moment(row.get("ts", ""))
    if transport == "tcp":
        yield Observation("tcp.open", address, {}, when, name, "import", transport, port)
    for service in row.get("service", "").lower().split(",")[:5]:
        if service and service != "ssl":
            facts = values.present(service=service)
            yield Observation("service.named", address, facts, when, name, "import", transport, port)


def _dns(row: Row, name: str) -> Iterator[Observation]:
    """Take names of machines inside: answers that are private addresses. Who asked is not kept."""
    query = row.get("query", "")
    if row.get("qtype_name") not in {"A", "AAAA"} or not query:
        return
    for answer in row.get("answers", "").split(",")[:20]:
        address = values.address(answer)
        if address and any(ip_address(address) in network for network in _INSIDE):
            when = values.moment(row.get("ts", ""))
            yield Observation("dns.name", address, values.present(name=query), when, name, "import")


_LOGS: Mapping[str, Callable[[Row, str], Iterator[Observation]]] = {
    "conn": _conn,
    "dhcp": _dhcp,
    "dns": _dns,
    "http": _http,
    "known_hosts": _known_host,
    "known_services": _known_service,
    "software": _software,
    "ssh": _ssh,
    "ssl": _ssl,
    "x509": _nothing,  # it names no machine
}
