"""From a scope file to a compiled scope: every fault at once, each with its line; names resolved once and pinned."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sentinel.errors import ContentError, Fault, Location, ScopeError, SettingsError
from sentinel.scan.addresses import Address, is_private, link_local, reserved, single, span, spans
from sentinel.scan.probes.dns import DNS, PORT, domain_probe
from sentinel.scan.probes.exchange import Caller, Probe
from sentinel.scan.profiles import GENTLEST, Limits, Profile, ProfileId
from sentinel.scan.scope import HEALTH, UNKNOWN_KIND, Approval, Bar, Call, Domain, Grant, HeldBack, Host, Network, Scope
from sentinel.scan.scope_file import BarFile, BarSection, NetworkSection, ScopeFile, TargetSection
from sentinel.scan.segments import calls_of, not_askable, reaches, sends_singly
from sentinel.scan.window import Window
from sentinel.settings import line_of, parse_toml

MAX_BYTES = 1_000_000
MAX_ADDRESSES_OF_A_NAME = 8
MAX_WINDOW_DAYS = 31
Resolve = Callable[[str], Sequence[str]]
"""Returns the addresses of a name, none where it has none."""
Path = list[int | str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What stands above every scope file: profiles, the probes there are, and what is never probed."""

    profiles: Mapping[ProfileId, Profile]
    probes: Mapping[str, Probe]
    bars: tuple[Bar, ...] = ()


def compile_scope(raw: bytes, name: str, rules: Rules, resolve: Resolve) -> Scope:
    """Compile the bytes of a scope file that is called `name`; raise ContentError with every fault and its line."""
    file, text = parse_toml(_decoded(raw, name), name, ScopeFile)
    compiling = _Compiling(file, text, name, rules, resolve)
    scope = compiling.scope(hashlib.sha256(raw).hexdigest())
    if compiling.faults:
        raise ContentError(compiling.faults)
    return scope


def read_bars(raw: bytes, name: str) -> tuple[Bar, ...]:
    """Read a list of what is never probed."""
    file, _ = parse_toml(_decoded(raw, name), name, BarFile)
    return tuple(_bars(file.do_not_probe, "never probed"))


def _decoded(raw: bytes, name: str) -> str:
    if len(raw) > MAX_BYTES:
        raise SettingsError(f"{name}: is larger than {MAX_BYTES:,} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: is not UTF-8") from error


def _bars(sections: Iterable[BarSection], why: str) -> Iterator[Bar]:
    for section in sections:
        yield from (Bar(part, f"{why}: {section.reason}") for part in spans(section.addresses))


@dataclass(slots=True)
class _Compiling:
    """One compilation under way: each step adds its faults, and goes on."""

    file: ScopeFile
    text: str
    name: str
    rules: Rules
    resolve: Resolve
    faults: list[Fault] = field(default_factory=list)
    pinned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held: set[HeldBack] = field(default_factory=set)
    hosts: dict[str, Host] = field(default_factory=dict)
    places: dict[str, Path] = field(default_factory=dict)

    def wrong(self, path: Path, what: str) -> None:
        self.faults.append(Fault(Location(self.name, line_of(self.text, path)), what))

    def scope(self, digest: str) -> Scope:
        file, caller = self.file, self.file.caller
        networks = {section.name: self._network(number, section) for number, section in enumerate(file.networks)}
        bars = (*self.rules.bars, *_bars(file.exclude, "excluded"), *_bars(file.do_not_probe, "never probed"))
        asked = any(section.ask_all for section in file.networks)
        windows = tuple(self._windows(asked or any(sends_singly(network) for network in networks.values())))
        self._approved(networks.values())
        for number, target in enumerate(file.targets):
            self._target(["targets", number], target, networks, bars)
        domains = tuple(self._domains(networks, bars))
        self._datagrams(networks)
        self._same_version()
        calls = tuple(self._calls(networks, bars))
        return Scope(
            id=file.id,
            revision=file.revision,
            hash=digest,
            type=file.type,
            owner=file.owner,
            reason=file.reason,
            over=file.over(),
            windows=windows,
            caller=self._caller(),
            source=caller.source or "",
            approvals=tuple(Approval(one.role, one.name, one.day.isoformat()) for one in file.approvals),
            networks=networks,
            hosts=tuple(sorted(self.hosts.values(), key=lambda host: _order(single(host.address)))),
            held_back=tuple(sorted(self.held)),
            barred=tuple(bar.span for bar in bars),
            pinned=dict(self.pinned),
            calls=calls,
            domains=domains,
            fence_required=file.nmap_fence == "required",
        )

    def _calls(self, networks: Mapping[str, Network], bars: Sequence[Bar]) -> Iterator[Call]:
        """Yield what everybody is asked; a segment that holds anything that gets no packet is not asked as a whole."""
        for number, section in enumerate(self.file.networks):
            if not section.ask_all:
                continue
            if why := not_askable(section, networks[section.name], self.file.caller.source):
                self.wrong(["networks", number, "ask_all"], why)
                continue
            reached = reaches(networks[section.name], networks.values(), bars)
            for call in calls_of(section, self.file.caller.source):
                if reached:
                    self.held.add(HeldBack(call.grant.address, reached, call.grant.probe, account=call.grant.account))
                else:
                    yield call

    def _domains(self, networks: Mapping[str, Network], bars: Sequence[Bar]) -> Iterator[Domain]:
        """Yield the domains that a resolver is asked about; it is a host of its network like any other."""
        for number, section in enumerate(self.file.domains):
            path: Path = ["domains", number]
            network, address = networks.get(section.network), single(section.resolver)
            if network is None or not sends_singly(network) or address not in network:
                what = f"the resolver {address} is in no network '{section.network}' of the scope that sends"
                self.wrong([*path, "resolver"], what)
            elif why := link_local(span(section.resolver)):
                self.wrong([*path, "resolver"], why)
            elif why := _held(address, network, networks.values(), bars):
                self.held.add(HeldBack(str(address), why, DNS))
            else:
                try:
                    probe = domain_probe(section.name, section.selectors, section.names)
                except ValueError as error:
                    self.wrong(path, str(error))
                    continue
                told = TargetSection(network=section.network, hosts=(section.resolver,), probes={DNS: (PORT,)})
                self._grant(address, section.name, told, network, [(probe, PORT)])
                grant = Grant(str(address), PORT, probe.transport, DNS, network.name, section.name)
                yield Domain(section.name, grant, section.selectors, section.names)

    def _caller(self) -> Caller:
        said = self.file.caller
        try:
            return Caller(said.ae_title, said.contact)
        except ValueError as error:
            self.wrong(["caller"], str(error))
            return Caller("SENTINEL", "nobody@invalid.invalid")

    def _network(self, number: int, section: NetworkSection) -> Network:
        path: Path = ["networks", number]
        profile = self.rules.profiles[section.profile]
        parts = spans(section.addresses)
        for why in filter(None, map(reserved, parts)):
            self.wrong([*path, "addresses"], why)
        if not section.ownership and not all(map(is_private, parts)):
            outside = ", ".join(part.text for part in parts if not is_private(part))
            self.wrong(
                path, f"{outside} can be reached from the internet: write in 'ownership' how you know whose it is"
            )
        if (size := sum(part.size for part in parts)) > profile.limits.addresses:
            few = f"{profile.id} takes a network of at most {profile.limits.addresses:,} addresses"
            self.wrong([*path, "addresses"], f"{few}, and this one has {size:,}")
        if profile.only_in_lab != (self.file.type == "lab") and profile.sends and not profile.multicast:
            self.wrong([*path, "profile"], f"{profile.id} does not belong in a scope of type '{self.file.type}'")
        return Network(section.name, parts, profile, self._limits(path, section, profile))

    def _limits(self, path: Path, section: NetworkSection, profile: Profile) -> Limits:
        asked = section.limits.model_dump(exclude_none=True)
        limits = profile.limits.model_copy(update=asked)
        for name, what in limits.raised(profile.limits):
            self.wrong([*path, "limits", name], f"a scope can only lower a limit: {what}")
        return limits

    def _windows(self, needed: bool) -> Iterator[Window]:  # noqa: FBT001 -- one private question
        if needed and not self.file.windows:
            self.wrong([], "no window: write when packets may be sent")
        for number in range(len(self.file.windows)):
            path: Path = ["windows", number]
            try:
                window = self.file.window(number)
            except ValueError as error:
                self.wrong(path, str(error))
                continue
            if window.end <= window.start:
                self.wrong([*path, "end"], "the window ends before it begins")
            elif (window.end - window.start).days >= MAX_WINDOW_DAYS:
                self.wrong([*path, "end"], f"the window is longer than {MAX_WINDOW_DAYS} days")
            yield window

    def _approved(self, networks: Iterable[Network]) -> None:
        given = {approval.role for approval in self.file.approvals}
        for number, network in enumerate(networks):
            if missing := [role for role in network.profile.approvals if role not in given]:
                what = f"{network.profile.id} needs the approval of {', '.join(missing)}"
                self.wrong(["networks", number, "profile"], what)

    def _target(self, path: Path, target: TargetSection, networks: Mapping[str, Network], bars: Sequence[Bar]) -> None:
        network = networks.get(target.network)
        if network is None:
            self.wrong([*path, "network"], f"no network is called '{target.network}'")
            return
        if not sends_singly(network):
            self.wrong(
                [*path, "network"], f"{network.profile.id} sends nothing to single hosts, so it takes no targets"
            )
            return
        probes = list(self._probes(path, target))
        self._watchable(path, target, network, probes)
        for text in target.hosts:
            for address, name in self._addresses([*path, "hosts"], text, network):
                listed = self.hosts.get(str(address))
                if why := _held(address, network, networks.values(), bars) or self._barred_name(name, bars):
                    self.held.add(HeldBack(str(address), why))
                elif listed and listed.network != network.name:
                    self.wrong([*path, "hosts"], f"{address} is listed in network '{listed.network}' already")
                else:
                    self.places[str(address)] = [*path, "probes"]
                    try:
                        self._grant(address, name, target, network, probes)
                    except ScopeError as error:
                        self.wrong(path, str(error))

    def _probes(self, path: Path, target: TargetSection) -> Iterator[tuple[Probe, int]]:
        for name, ports in target.probes.items():
            probe = self.rules.probes.get(name)
            if probe is None or name == HEALTH:
                known = ", ".join(sorted(self.rules.probes))
                self.wrong([*path, "probes"], f"there is no probe '{name}'; there are {known}")
                continue
            if not (ports or probe.ports):
                self.wrong([*path, "probes"], f"'{name}' suggests no port: write which")
            yield from ((probe, port) for port in sorted(set(ports or probe.ports)))

    def _watchable(
        self, path: Path, target: TargetSection, network: Network, probes: Sequence[tuple[Probe, int]]
    ) -> None:
        """Refuse targets whose well-being could not be watched."""
        seen = target.health_port is not None or not network.profile.listed_hosts_only
        if probes and not seen and not any(probe.transport == "tcp" for probe, _ in probes):
            self.wrong(path, "no TCP port to watch these devices by: write 'health_port'")

    def _datagrams(self, networks: Mapping[str, Network]) -> None:
        """Refuse more datagrams to one host than its network allows, over all targets that name it."""
        for host in self.hosts.values():
            asked = (self.rules.probes[grant.probe] for grant in host.grants if grant.transport == "udp")
            datagrams, most = sum(probe.messages for probe in asked), networks[host.network].limits.udp_messages
            if datagrams > most:
                what = (
                    f"{host.network} takes at most {most} datagrams to a host, and {host.address} would get {datagrams}"
                )
                self.wrong(self.places[host.address], what)

    def _same_version(self) -> None:
        """Refuse a source that is IPv4 for hosts that are IPv6, and the other way round: nothing could leave."""
        source = self.file.caller.source
        if source and self.hosts and (why := link_local(span(source))):
            self.wrong(["caller", "source"], why)
        wrong = [one for one in self.hosts if source and single(one).version != single(source).version]
        if wrong:
            what = f"nothing can go from {source} to {wrong[0]}: one is IPv4, the other IPv6; write a file for each"
            self.wrong(["caller", "source"], what)

    def _addresses(self, path: Path, text: str, network: Network) -> Iterator[tuple[Address, str]]:
        if _is_name(text):
            yield from ((address, text) for address in self._resolved(path, text, network))
            return
        try:
            part = span(text)
        except ValueError as error:
            self.wrong(path, str(error))
            return
        if network.profile.listed_hosts_only and part.size > 1:
            self.wrong(path, f"'{text}': {network.profile.id} takes hosts one by one, not ranges")
        elif why := reserved(part) or link_local(part):
            self.wrong(path, why)
        elif not any(part.inside(fence) for fence in network.spans):
            self.wrong(path, f"'{text}' lies outside network '{network.name}'")
        else:
            yield from ((address, "") for address in part.addresses())

    def _resolved(self, path: Path, name: str, network: Network) -> Iterator[Address]:
        if name not in self.pinned:
            self.pinned[name] = tuple(self.resolve(name))
        found = self.pinned[name]
        if not found:
            self.wrong(path, f"the name '{name}' has no address")
        if len(found) > MAX_ADDRESSES_OF_A_NAME:
            self.wrong(path, f"the name '{name}' has {len(found)} addresses: list those that are meant")
            return
        for text in found:
            try:
                address = single(text)
            except ValueError as error:
                self.wrong(path, f"the name '{name}': {error}")
                continue
            if why := link_local(span(text)):
                self.wrong(path, f"the name '{name}': {why}")
            elif any(address in fence for fence in network.spans):
                yield address
            else:
                self.wrong(path, f"the name '{name}' is {address}, which lies outside network '{network.name}'")

    def _barred_name(self, name: str, bars: Sequence[Bar]) -> str:
        """Return why no address of a name gets anything: one of them is barred, and all are one machine."""
        for text in self.pinned.get(name, ()):
            for bar in bars:
                if single(text) in bar.span:
                    return f"is {name}, as is {text}, which is {bar.reason}"
        return ""

    def _grant(
        self, address: Address, name: str, target: TargetSection, network: Network, probes: Iterable[tuple[Probe, int]]
    ) -> None:
        where, title = str(address), target.ae_title or ""
        told = (network.name, name, target.path, title)
        new = [Grant(where, port, probe.transport, probe.name, *told) for probe, port in probes]
        alike = UNKNOWN_KIND if network.profile.unknown_alike else ""
        known = self.hosts.get(where) or Host(where, network.name, (), alike)
        ports = {target.health_port, *(grant.port for grant in new if grant.transport == "tcp")}
        new += [Grant(where, port, "tcp", HEALTH, network.name, name) for port in ports if port]
        first = _first_tcp(new) if network.profile.listed_hosts_only else None  # elsewhere the first that is found open
        self.hosts[where] = replace(
            known,
            grants=tuple(sorted({*known.grants, *new})),
            kind=target.kind or known.kind,
            health_port=target.health_port or known.health_port or first,
            name=name or known.name,
        )


def _first_tcp(grants: Iterable[Grant]) -> int | None:
    return next((grant.port for grant in grants if grant.transport == "tcp"), None)


def _held(address: Address, network: Network, networks: Iterable[Network], bars: Iterable[Bar]) -> str:
    """Return why a listed address is left alone: a bar always wins, and of overlapping networks the gentlest."""
    for bar in bars:
        if address in bar.span:
            return bar.reason
    rank = GENTLEST.index(network.profile.id)
    for other in networks:
        if GENTLEST.index(other.profile.id) < rank and any(address in part for part in other.spans):
            return f"lies also in network '{other.name}' ({other.profile.id}), which is gentler: list it there"
    edges = {
        edge for one in networks for part in one.spans if part.version == address.version for edge in part.not_a_machine
    }
    return "is the name or the broadcast address of a network" if int(address) in edges else ""


def _is_name(text: str) -> bool:
    """Say whether a host is written as a name: it holds a letter and none of the signs of addresses."""
    return any(letter.isalpha() for letter in text) and not set(text) & {":", "/"}


def _order(address: Address) -> tuple[int, int]:
    return (address.version, int(address))
