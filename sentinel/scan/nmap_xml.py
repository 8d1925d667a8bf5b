"""Reads nmap's XML as a stream: one host in memory at a time, and what was complete from a file that was cut."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from sentinel.errors import InputError, Location
from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.clean import clean
from sentinel.scan.imports.lines import Bytes, open_bytes
from sentinel.scan.imports.xmlparts import CUT
from sentinel.scan.nmap_asked import by_datagrams, targets
from sentinel.scan.nmap_host import (
    HOSTNAME,
    SERVICE,
    STATE,
    STATUS,
    VENDOR,
    Host,
    Port,
    Script,
    keep,
    number,
    observations,
    read_address,
    read_mac,
    read_time,
)
from sentinel.scan.nmap_scripts import KNOWN_SCRIPTS, script_facts

CHUNK = 64 * 1024
MAX_TOKEN = 4 * 1024 * 1024
MAX_DEPTH = 40
MAX_PORTS = 4096
MAX_SCRIPTS = 4096
MAX_CPES = 64
MAX_ELEMENTS = 200
MAX_TEXT = 4000
_LOOKS_LIKE = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd file; unpack it first"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture"),
    (b"\xa1\xb2\xc3\xd4", "a packet capture"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture"),
    (b"%PDF", "a PDF"),
    (b"# Nmap", "nmap's text output; run nmap with -oX for XML"),
    (b"Starting Nmap", "nmap's text output; run nmap with -oX for XML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


def read_nmap(path: Path, name: str, tally: Tally) -> Iterator[Observation]:
    """Yield the observations of an nmap XML file; a host is handled whole or skipped whole.

    Hosts that nmap lists as down are handled too. What the closing summary counts beyond the listed hosts is skipped
    as `not-listed`; the host that a cut file breaks off in is skipped as `truncated`.
    Raises InputError where the file is no nmap XML, or declares entities.
    """
    with open_bytes(path, name) as file:
        yield from _Run(name, tally).read(file)


class _Run:
    """What is open while expat walks through one file."""

    def __init__(self, name: str, tally: Tally) -> None:
        self.name, self.tally = name, tally
        self.ready: list[Observation] = []
        self.depth = 0
        self.begun = False
        self.started: datetime | None = None
        self.finished = False
        self.counts: dict[str, int] = {}
        self.seen = {"up": 0, "down": 0}
        self.scanned: dict[str, str] = {}
        self.targets: tuple[str, ...] = ()
        self.sounded = False
        self.succeeded = False
        self.host: Host | None = None
        self.port: Port | None = None
        self.script: Script | None = None
        self.key = ""
        self.text: list[str] | None = None
        self.parser = _parser(self)
        self.opens: dict[str, Callable[[dict[str, str]], None]] = {
            "host": self._open_host, "status": self._status, "address": self._address, "hostname": self._hostname,
            "port": self._open_port, "state": self._state, "service": self._service, "script": self._open_script,
            "scaninfo": self._scaninfo, "extraports": self._extraports, "finished": self._ended,
            "table": self._open_table, "elem": self._open_elem, "cpe": self._open_cpe, "hosts": self._summary,
        }  # fmt: skip
        self.closes: dict[str, Callable[[], None]] = {
            "host": self._close_host, "port": self._close_port, "script": self._close_script,
            "table": self._close_table, "elem": self._close_elem, "cpe": self._close_cpe,
            "nmaprun": self._close_run,
        }  # fmt: skip

    def read(self, file: Bytes) -> Iterator[Observation]:
        """Feed the file through expat and yield what each piece completed."""
        head, given = b"", 0
        while True:
            chunk = self._next(file)
            head = head or chunk[:512]
            going_on = self._feed(chunk, head)
            yield from self.ready
            self.ready.clear()
            if not chunk or not going_on:
                break
            given += len(chunk)
            if given - self.parser.CurrentByteIndex > MAX_TOKEN:
                self._refuse(f"holds one tag or text longer than {MAX_TOKEN:,} bytes")
        self._compare()
        if self.finished and self.succeeded and self.targets:
            facts = {"networks": " ".join(self.targets)}
            yield Observation("scan.asked", "", facts, self.started, self.name, "import")

    def _next(self, file: Bytes) -> bytes:
        try:
            return file.read1(CHUNK)  # `read` would lose the part before a break
        except (EOFError, OSError, zlib.error):  # a packed file that breaks off; expat will say where
            return b""

    def _feed(self, chunk: bytes, head: bytes) -> bool:
        """Parse one piece; say whether to go on."""
        try:
            self.parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            if not self.begun:
                raise InputError(Location(self.name), _looks_like(head)) from error
            self._broken_off(error)
            return False
        return True

    def _broken_off(self, error: expat.ExpatError) -> None:
        if self.finished:
            self._skip("after-the-end", f"line {error.lineno}")
            return
        where = self.host.address if self.host and self.host.address else "between hosts"
        self._skip("truncated" if error.code in CUT else "broken-xml", f"line {error.lineno}", where)

    def _refuse(self, what: str) -> NoReturn:
        raise InputError(Location(self.name, self.parser.CurrentLineNumber), what)

    def _skip(self, reason: str, place: str, detail: str = "") -> None:
        self.tally.skip(Skipped(self.name, place, reason, detail))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Handle an opening tag."""
        if self.depth == 0:
            self._open_run(tag, attributes)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse(f"is nested more than {MAX_DEPTH} levels deep")
        handle = self.opens.get(tag)
        if handle is not None:
            handle(attributes)

    def end(self, tag: str) -> None:
        """Handle a closing tag."""
        self.depth -= 1
        handle = self.closes.get(tag)
        if handle is not None:
            handle()

    def characters(self, text: str) -> None:
        """Collect text, where an element is open whose text is wanted."""
        if self.text is not None and len(self.text) < MAX_ELEMENTS:
            self.text.append(text[:MAX_TEXT])

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        """Refuse a document type with content of its own: nmap writes only its name."""
        if internal:
            self._refuse("carries a document type with declarations of its own; nmap writes none")

    def entity(self, *_: object) -> None:
        """Refuse every entity declaration (an XML bomb needs one)."""
        self._refuse("declares entities; nmap writes none")

    def _open_run(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "nmaprun":
            kind = "an HTML page" if tag.lower() == "html" else f"XML that begins with <{clean(tag, 40)}>"
            self._refuse(f"is {kind}, not an nmap scan")
        self.begun = True
        self.targets, self.sounded = targets(attributes.get("args", "")), by_datagrams(attributes.get("args", ""))
        self.started = read_time(attributes.get("start", ""))

    def _close_run(self) -> None:
        self.finished = self.depth == 0

    def _open_host(self, attributes: dict[str, str]) -> None:
        when = read_time(attributes.get("endtime", "")) or read_time(attributes.get("starttime", "")) or self.started
        if self.host is not None:
            self._skip("host-inside-host", f"line {self.parser.CurrentLineNumber}")
        self.host = Host(when, self.parser.CurrentLineNumber)

    def _scaninfo(self, attributes: dict[str, str]) -> None:
        if self.depth == 2:  # noqa: PLR2004 -- directly below the root
            self.scanned[attributes.get("protocol", "")] = attributes.get("services", "")

    def _extraports(self, attributes: dict[str, str]) -> None:
        if self.host is not None:
            self.host.rest.add(attributes.get("state", ""))

    def _ended(self, attributes: dict[str, str]) -> None:
        self.succeeded = attributes.get("exit", "success") == "success"

    def _status(self, attributes: dict[str, str]) -> None:
        if self.host is not None:
            keep(self.host.facts, attributes, STATUS)

    def _address(self, attributes: dict[str, str]) -> None:
        host, kind, text = self.host, attributes.get("addrtype"), attributes.get("addr", "")
        if host is None:
            return
        if kind == "mac":
            host.mac = read_mac(text)
            keep(host.facts, attributes, VENDOR)
        elif kind == "ipv4" or not host.address:
            host.address = read_address(text) or host.address

    def _hostname(self, attributes: dict[str, str]) -> None:
        if self.host is not None and "hostname" not in self.host.facts:
            keep(self.host.facts, attributes, HOSTNAME)

    def _open_port(self, attributes: dict[str, str]) -> None:
        self.port = None
        portid, transport = number(attributes.get("portid", ""), 65535), attributes.get("protocol")
        if self.host is None:
            return
        place = self._place()
        if not portid or transport not in {"tcp", "udp"}:
            self._skip_part("bad-port", place)
        elif len(self.host.ports) >= MAX_PORTS:
            self._skip_part("too-many-ports", place)
        else:
            self.port = Port("tcp" if transport == "tcp" else "udp", portid, {})

    def _place(self) -> str:
        return f"{(self.host.address if self.host else '') or 'host'} line {self.parser.CurrentLineNumber}"

    def _skip_part(self, reason: str, place: str) -> None:
        """Count a part of a host that is left out; the host itself is still handled, so no record is skipped."""
        self.tally.skip_part(Skipped(self.name, place, reason))

    def _state(self, attributes: dict[str, str]) -> None:
        if self.port is not None:
            keep(self.port.facts, attributes, STATE)

    def _service(self, attributes: dict[str, str]) -> None:
        if self.port is not None:
            keep(self.port.facts, attributes, SERVICE)

    def _open_cpe(self, _: dict[str, str]) -> None:
        self.text = [] if self.port is not None and self.script is None else None

    def _close_cpe(self) -> None:
        if self.text is not None and self.port is not None:
            if len(self.port.cpes) < MAX_CPES:
                self.port.cpes.append(clean("".join(self.text), 120))
            else:
                self._skip_part("too-many-cpes", self._place())
        self.text = None

    def _open_script(self, attributes: dict[str, str]) -> None:
        self.script = None
        if self.host is not None and len(self.host.scripts) >= MAX_SCRIPTS:
            self._skip_part("too-many-scripts", self._place())
        elif self.host is not None:
            name = attributes.get("id", "")
            output = attributes.get("output", "")[:MAX_TEXT] if name in KNOWN_SCRIPTS else ""
            self.script = Script(name, output, self.port)

    def _close_script(self) -> None:
        if self.script is not None and self.host is not None:
            facts = script_facts(self.script.id, self.script.output, self.script.elements)
            self.host.scripts.append((self.script.port, facts))
        self.script = None

    def _open_table(self, attributes: dict[str, str]) -> None:
        if self.script is not None:
            self.script.keys.append(attributes.get("key", ""))

    def _close_table(self) -> None:
        if self.script is not None and self.script.keys:
            self.script.keys.pop()

    def _open_elem(self, attributes: dict[str, str]) -> None:
        if self.script is not None and self.script.id in KNOWN_SCRIPTS:
            self.key = ".".join([key for key in (*self.script.keys, attributes.get("key", "")) if key])[:300]
            self.text = []

    def _close_elem(self) -> None:
        if self.script is not None and self.text is not None:
            elements, text = self.script.elements, "".join(self.text)[:MAX_TEXT]
            if self.key in elements:
                elements[self.key] = f"{elements[self.key]}, {text}"[:MAX_TEXT]
            elif len(elements) < MAX_ELEMENTS:
                elements[self.key] = text
        self.text = None

    def _close_port(self) -> None:
        if self.port is not None and self.host is not None:
            self.host.ports.append(self.port)
        self.port = None

    def _close_host(self) -> None:
        host, self.host = self.host, None
        if host is None:
            return
        if not host.address:
            self._skip("no-address", f"line {host.line}")
            return
        self.tally.handled += 1
        down = host.facts.get("state") == "down"
        self.seen["down" if down else "up"] += 1
        if down and self.sounded:
            host.facts["asked"] = "udp"
        self.ready += observations(host, self.name, self.scanned)

    def _summary(self, attributes: dict[str, str]) -> None:
        self.counts = {key: number(attributes.get(key, ""), 10**9) for key in ("up", "down", "total")}

    def _compare(self) -> None:
        """Compare the closing summary with the hosts that came; nmap lists silent hosts only when asked to (-v)."""
        if not self.counts:
            if self.finished:
                self._skip("no-summary", "end")
            return
        missing = self.counts["total"] - self.tally.total
        if missing > 0:
            self._skip("not-listed", "end", f"{missing} of {self.counts['total']} hosts are only counted, not named")
            self.tally.skipped["not-listed"] += missing - 1
        if self.counts["up"] != self.seen["up"]:
            self._skip_part("summary-differs", "end")


def _parser(run: _Run) -> expat.XMLParserType:
    # nmap writes UTF-8; a document's own word for another encoding is not followed, so no codec is ever looked up
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = run.start
    parser.EndElementHandler = run.end
    parser.CharacterDataHandler = run.characters
    parser.StartDoctypeDeclHandler = run.doctype
    parser.EntityDeclHandler = run.entity
    return parser


def _looks_like(head: bytes) -> str:
    start = head.lstrip()
    if not start:
        return "is empty"
    for magic, what in _LOOKS_LIKE:
        if head.startswith(magic) or start.startswith(magic):
            return f"is {what}, not an nmap scan as XML"
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "is an HTML page, not an nmap scan as XML"
    return "is no XML" if not start.startswith(b"<") else "is broken XML, or none that nmap writes"
