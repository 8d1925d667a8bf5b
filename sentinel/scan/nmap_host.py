"""One host of an nmap scan: what is collected while it is read, and the observations it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sentinel.model.assets import Observation, Transport
from sentinel.scan.addresses import known_as
from sentinel.scan.clean import masked
from sentinel.scan.nmap_asked import refused

Names = tuple[tuple[str, str], ...]
"""Our name of a fact, and nmap's name of the attribute."""

STATUS: Names = (("state", "state"), ("reason", "reason"))
VENDOR: Names = (("vendor", "vendor"),)
HOSTNAME: Names = (("hostname", "name"),)
STATE: Names = (("state", "state"),)
SERVICE: Names = (
    ("service", "name"), ("product", "product"), ("version", "version"), ("extra", "extrainfo"), ("method", "method"),
    ("conf", "conf"), ("tunnel", "tunnel"), ("hostname", "hostname"), ("ostype", "ostype"),
)  # fmt: skip
_LAST_SECOND = 4_102_444_800  # the year 2100


@dataclass(slots=True)
class Port:
    """A port while it is read."""

    transport: Transport
    number: int
    facts: dict[str, str]
    cpes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Script:
    """A script while it is read; `keys` is the path of tables that are open."""

    id: str
    output: str
    port: Port | None
    keys: list[str] = field(default_factory=list)
    elements: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Host:
    """A host while it is read; scripts are kept as finished facts, so one host stays small.

    `rest` are the states of the ports that are not told one by one.
    """

    time: datetime | None
    line: int
    address: str = ""
    mac: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    ports: list[Port] = field(default_factory=list)
    scripts: list[tuple[Port | None, dict[str, str]]] = field(default_factory=list)
    rest: set[str] = field(default_factory=set)


def observations(host: Host, source: str, scanned: Mapping[str, str]) -> Iterator[Observation]:
    """Yield one observation for the host, one a port and one a script; `scanned` are the ports asked by protocol."""

    def make(kind: str, facts: dict[str, str], port: Port | None) -> Observation:
        transport, number = (port.transport, port.number) if port else (None, None)
        return Observation(kind, host.address, facts, host.time, source, "import", transport, number, host.mac)

    listed = [(port.transport, port.number, port.facts.get("state", "")) for port in host.ports]
    shut = refused(scanned, listed, host.rest)
    yield make("nmap.host", host.facts | ({"closed": shut} if shut else {}), None)
    for port in host.ports:
        if port.cpes:
            port.facts["cpe"] = ", ".join(port.cpes)
        yield make("nmap.service", port.facts, port)
    for where, facts in host.scripts:
        yield make("nmap.script", facts, where)


def keep(facts: dict[str, str], attributes: dict[str, str], names: Names) -> None:
    """Copy attributes under our names; an absent or empty one is left out."""
    for fact, attribute in names:
        text = attributes.get(attribute)
        if text and (kept := masked(text)):
            facts[fact] = kept


def number(text: str, highest: int) -> int:
    """Read a plain decimal number; 0 where it is none or too large."""
    if text.isascii() and text.isdigit() and len(text) <= len(str(highest)):
        value = int(text)
        return value if value <= highest else 0
    return 0


def read_time(text: str) -> datetime | None:
    """Read seconds since 1970."""
    seconds = number(text, _LAST_SECOND)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def read_address(text: str) -> str:
    """Return the address in its usual writing, a link-local one with its zone; empty where it is none."""
    found = known_as(text)
    return str(found) if found else ""


def read_mac(text: str) -> str | None:
    """Return a MAC address in small letters with colons."""
    digits = text.replace(":", "").replace("-", "").lower()
    if len(digits) != 12 or not all(digit in "0123456789abcdef" for digit in digits):  # noqa: PLR2004 (48 bits)
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
