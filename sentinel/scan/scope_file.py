"""The shape of a scope file (TOML): who allows what to be sent where, when and why. All else is denied."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, Strict, StringConstraints, model_validator

from sentinel.content import Schema
from sentinel.scan import never
from sentinel.scan.addresses import single, span
from sentinel.scan.probes.everybody import Asking
from sentinel.scan.profiles import ProfileId, Role
from sentinel.scan.window import Window, instant, midnight_after

LAST_DAY = date(9000, 1, 1)
ScopeType = Literal["inventory", "lab"]
FenceUse = Literal["if-possible", "required"]


def _spelt(text: str) -> str:
    span(text)
    return text


def _alone(text: str) -> str:
    return str(single(text))


def _port(number: int) -> int:
    if number in never.PORTS:
        raise ValueError(never.refused(b"", "tcp", number))
    return number


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:  # not there, or a path that leads elsewhere
        raise ValueError(f"'{name}' is no time zone; write one as Europe/Oslo") from error
    return name


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        raise ValueError("write local time, without an offset: the zone is that of the file")
    return moment


Line = Annotated[str, StringConstraints(min_length=3, max_length=300)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9æøå]+(?:[-_.][a-z0-9æøå]+)*$", max_length=60)]
Where = Annotated[str, AfterValidator(_spelt)]
Single = Annotated[str, AfterValidator(_alone)]
Port = Annotated[int, Strict(), Field(ge=1, le=65535), AfterValidator(_port)]
Zone = Annotated[str, AfterValidator(_zone)]
Local = Annotated[datetime, AfterValidator(_local)]
Day = Annotated[date, Field(le=LAST_DAY)]
DomainName = Annotated[
    str, StringConstraints(pattern=r"^(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.){0,8}[a-z0-9-]{1,63}$", max_length=180)
]
AeTitle = Annotated[str, StringConstraints(pattern=r"^[\x20-\x5b\x5d-\x7e]{1,16}$")]


class CallerSection(Schema):
    """Who we say we are: on the wire (AE title, User-Agent) and to whoever asks; `contact` is an e-mail address.

    `source` is the address we send from. `secrets` name files, never the secret itself:
    `snmp_community = "/etc/sentinel/community"`.
    """

    ae_title: AeTitle
    contact: Line
    source: Single | None = None
    secrets: dict[Name, str] = Field(default_factory=dict)


class ApprovalSection(Schema):
    """Who approved, in which role, on which day."""

    role: Role
    name: Line
    day: Day = Field(alias="date")


class WindowSection(Schema):
    """When packets may be sent, in the local time of the file's zone."""

    start: Local
    end: Local


class LowerLimits(Schema):
    """What a network wants lower than its profile has it; see `Limits`."""

    host_packets: Annotated[int, Field(ge=1)] | None = None
    run_packets: Annotated[int, Field(ge=1)] | None = None
    host_per_second: Annotated[float, Field(gt=0)] | None = None
    total_per_second: Annotated[float, Field(gt=0)] | None = None
    host_gap_seconds: Annotated[float, Field(gt=0)] | None = None
    hosts_at_once: Annotated[int, Field(ge=1)] | None = None
    udp_messages: Annotated[int, Field(ge=0)] | None = None


class NetworkSection(Schema):
    """A fence: targets that name this network must lie inside it. `ownership` is the proof for public addresses.

    `ask_all` is what everybody on the segment is asked once a day (profile listen alone; nothing where it is not
    written), and `source` our own address in that segment, which the question leaves by (default: the caller's).
    """

    name: Name
    addresses: tuple[Where, ...] = Field(min_length=1)
    profile: ProfileId = "passive"
    ownership: Line | None = None
    limits: LowerLimits = LowerLimits()
    ask_all: tuple[Asking, ...] = ()
    source: Single | None = None


class TargetSection(Schema):
    """What may be asked of which hosts: addresses, networks where the profile takes them, or names.

    `probes` gives the ports of each probe; an empty list stands for those the probe itself suggests. `health_port` is a
    port known to answer, by which the device's well-being is watched (default: its first TCP port). `kind` is what the
    owner calls this make of device; devices of one kind are never touched side by side. `ae_title` is what a DICOM
    node calls itself, `path` the base of a web interface.
    """

    network: Name
    hosts: tuple[Annotated[str, StringConstraints(min_length=1, max_length=253)], ...] = Field(min_length=1)
    probes: dict[Name, tuple[Port, ...]] = Field(min_length=1)
    health_port: Port | None = None
    kind: Annotated[str, StringConstraints(max_length=80)] = ""
    path: Annotated[str, StringConstraints(max_length=200)] = ""
    ae_title: AeTitle | None = None


class DomainSection(Schema):
    """A domain of ours whose mail and names are looked at from outside, through one resolver, which is what is asked.

    `ownership` says how you know that it is ours. `selectors` are those of DKIM that are in use, `names` those that
    should point to something; neither can be found by asking.
    """

    name: DomainName
    ownership: Line
    network: Name
    resolver: Single
    selectors: tuple[DomainName, ...] = Field(default=(), max_length=8)
    names: tuple[DomainName, ...] = Field(default=(), max_length=16)


class BarSection(Schema):
    """Addresses that nothing is sent to, and why."""

    addresses: tuple[Where, ...] = Field(min_length=1)
    reason: Line


class BarFile(Schema):
    """A list of what is never probed, above any scope file: no scope can lift it."""

    schema_name: Literal["sentinel.donotprobe/1"] = Field(alias="schema")
    do_not_probe: tuple[BarSection, ...] = ()


class ScopeFile(Schema):
    """The whole file. `nmap_fence`: whether nmap may run where the kernel cannot hold it to the scope."""

    schema_name: Literal["sentinel.scope/1"] = Field(alias="schema")
    id: Name
    revision: Annotated[int, Field(ge=1)]
    type: ScopeType
    owner: Line
    reason: Line
    zone: Zone
    expires: Day
    nmap_fence: FenceUse = "if-possible"
    caller: CallerSection
    approvals: tuple[ApprovalSection, ...] = ()
    windows: tuple[WindowSection, ...] = ()
    networks: tuple[NetworkSection, ...] = Field(min_length=1)
    targets: tuple[TargetSection, ...] = ()
    domains: tuple[DomainSection, ...] = ()
    exclude: tuple[BarSection, ...] = ()
    do_not_probe: tuple[BarSection, ...] = ()

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [network.name for network in self.networks]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"more than one network is called {', '.join(twice)}")
        domains = [domain.name for domain in self.domains]
        if twice := sorted({name for name in domains if domains.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} is listed more than once")
        return self

    def clock(self) -> ZoneInfo:
        """Return the zone that the file's times are in."""
        return ZoneInfo(self.zone)

    def over(self) -> datetime:
        """Return the moment from which nothing may be sent any more."""
        return midnight_after(self.expires, self.clock())

    def window(self, number: int) -> Window:
        """Return one window; ValueError where the clock cannot tell when it is."""
        one, zone = self.windows[number], self.clock()
        return Window(instant(one.start, zone), instant(one.end, zone))


def signature_path(scope: Path) -> Path:
    """Return where the detached signature of a scope file is looked for."""
    return scope.with_name(scope.name + ".sig")
