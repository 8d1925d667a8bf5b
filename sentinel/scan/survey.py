"""Reads captures and imported scans one after the other, and counts what each held while its observations pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal

from sentinel.errors import InputError
from sentinel.model.assets import Observation
from sentinel.model.kept import Kept
from sentinel.model.result import ScanSource
from sentinel.model.skipped import Skipped, Tally
from sentinel.model.track import Track
from sentinel.scan.addresses import by_number, known_as
from sentinel.scan.imports.formats import How, read_import
from sentinel.scan.passive import observe
from sentinel.scan.passive.capture import STDIN
from sentinel.scan.passive.live import BUFFER, listen, open_wire

_AS_IT_SAYS = How()
Method = Literal["passive", "import"]
_LINK = ("fe8", "fe9", "fea", "feb")


@dataclass(slots=True)
class Survey:
    """Running summary of one source, of the addresses in `networks` (all, where none is given).

    `silent` are addresses that were asked and did not answer at all, `asked` networks that a whole scan was made of.
    Who was sent datagrams alone and was not heard is neither silent nor there.
    """

    name: str
    method: Method
    networks: Sequence[str] = ()
    answered: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None

    def watch(self, observations: Iterable[Observation]) -> Iterator[Observation]:
        """Pass observations on and remember who was seen, and when."""
        own = [ip_network(network) for network in self.networks]
        for seen in observations:
            if seen.kind == "scan.asked":
                self.asked.update(seen.facts["networks"].split())
                self._note_time(seen)
                continue
            if not own or _inside(seen.address, own):
                self._answered_or_not(seen)
            self._note_time(seen)
            yield seen

    def _note_time(self, seen: Observation) -> None:
        if seen.time is not None:
            self.first = min(self.first or seen.time, seen.time)
            last = seen.last or seen.time
            self.last = max(self.last or last, last)

    def _answered_or_not(self, seen: Observation) -> None:
        if seen.kind != "nmap.host" or seen.facts.get("state") != "down":
            self.answered.add(seen.address)
        elif seen.facts.get("asked") != "udp":
            self.silent.add(seen.address)

    def summary(self, tally: Tally) -> ScanSource:
        """Return the finished summary; an address that answered anything is not silent."""
        return ScanSource(
            source=self.name,
            method=self.method,
            handled=tally.handled,
            skipped=dict(tally.skipped),
            parts=dict(tally.parts),
            asked=tuple(sorted(self.asked)),
            hosts=len(self.answered),
            silent=tuple(sorted(self.silent - self.answered, key=by_number)),
            first=_day(self.first),
            last=_day(self.last),
            began=self.first,
        )


@dataclass(slots=True)
class Reading:
    """The reading of captures and imported scans under way; `sources` is complete once all was taken.

    `kept` is where machine code is kept that large captures are read with.
    """

    networks: Sequence[str] = ()
    kept: Kept | None = None
    sources: list[ScanSource] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def read(self, path: Path, method: Method, track: Track, how: How = _AS_IT_SAYS) -> Iterator[Observation]:
        """Yield what one file holds; a file that is none is counted as skipped and named, and the others go on."""
        name = "stdin" if path == STDIN else path.name
        tally, survey = Tally(name), Survey(name, method, self.networks)
        try:
            passive = method == "passive"
            read = observe(path, name, tally, kept=self.kept) if passive else read_import(path, name, tally, how)
            yield from survey.watch(track(f"Reading {name}", read))
        except InputError as error:
            self.unreadable.append(str(error))
            tally.skip(Skipped(name, "file", "unreadable", error.fault.what))
        self.sources.append(survey.summary(tally))

    def listen(
        self, interface: str, over: Callable[[], bool], track: Track, buffer: int = BUFFER
    ) -> Iterator[Observation]:
        """Yield what is heard on an interface until it is over; raise InputError where nobody may listen there."""
        name = f"interface {interface}"
        tally, survey = Tally(name), Survey(name, "passive", self.networks)
        heard = (on_link(one, interface) for one in listen(open_wire(interface, buffer), name, tally, over, self.kept))
        yield from survey.watch(track(f"Listening on {interface}", heard))
        self.sources.append(survey.summary(tally))


def on_link(seen: Observation, interface: str) -> Observation:
    """Return an observation whose link-local addresses (IPv6) say on which interface they were heard.

    On all of them at once (`any`) that is not known.
    """
    server = seen.facts.get("server", "")
    if interface == "any" or not (seen.address.startswith(_LINK) or server.startswith(_LINK)):
        return seen
    facts = {**seen.facts, "server": _zoned(server, interface)} if server else seen.facts
    return replace(seen, address=_zoned(seen.address, interface), facts=facts)


def _zoned(text: str, interface: str) -> str:
    return str(known_as(f"{text}%{interface}") or text) if text.startswith(_LINK) else text


def _inside(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None
