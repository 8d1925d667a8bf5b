"""How gentle a scan is: profiles are content, and a ceiling in code that no content can raise stands above each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from sentinel.content import Document, Said, Schema, load
from sentinel.errors import ContentError, Fault

ProfileId = Literal["passive", "listen", "clinical-gentle", "it-gentle", "lab"]
Role = Literal["it", "medical_technical", "system_owner"]
GENTLEST: tuple[ProfileId, ...] = get_args(ProfileId)
"""From the gentlest to the roughest: where networks overlap, the gentlest decides."""
_GAP = "host_gap_seconds"


class Limits(Schema):
    """How much is sent at most. Packets are those that we begin, with the handshake's and the close's own.

    `host_packets` and `run_packets` are for one run. `addresses` is how many a network may hold, and `udp_messages` how
    many datagrams one host gets in a run. One host never has more than one connection at a time.
    """

    host_packets: Annotated[int, Field(ge=0)]
    run_packets: Annotated[int, Field(ge=0)]
    host_per_second: Annotated[float, Field(ge=0)]
    total_per_second: Annotated[float, Field(ge=0)]
    host_gap_seconds: Annotated[float, Field(ge=0)]
    hosts_at_once: Annotated[int, Field(ge=0)]
    udp_messages: Annotated[int, Field(ge=0)]
    addresses: Annotated[int, Field(ge=1)]

    def raised(self, above: Limits) -> Iterator[tuple[str, str]]:
        """Yield each limit that is laxer than in `above`, and the sentence that says so."""
        for name in type(self).model_fields:
            mine, theirs = getattr(self, name), getattr(above, name)
            if (mine < theirs) if name == _GAP else (mine > theirs):
                yield name, f"{name} may be {'no less' if name == _GAP else 'no more'} than {theirs:g}, not {mine:g}"


class Profile(Schema):
    """One profile. `fragile_max`: devices known to be more fragile than that are left out (0 sturdy – 3 do not touch).

    `unknown_alike`: devices of which nothing is known are taken to be of one make, and never touched side by side.
    """

    id: ProfileId
    title: Said
    about: Said
    sends: bool
    approvals: tuple[Role, ...]
    listed_hosts_only: bool
    only_in_lab: bool
    nmap: bool
    multicast: bool
    unknown_alike: bool
    fragile_max: Annotated[int, Field(ge=0, le=3)]
    limits: Limits
    source: Annotated[str, StringConstraints(min_length=1, max_length=300)]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a profile may allow at the very most (domain rules of the field: see docs/scanning.md)."""

    limits: Limits
    approvals: frozenset[Role] = frozenset()
    sends: bool = True
    listed_hosts_only: bool = False
    only_in_lab: bool = False
    nmap: bool = False
    multicast: bool = False
    unknown_alike: bool = False
    fragile_max: int = 1


def _limits(*values: float) -> Limits:
    return Limits.model_validate(dict(zip(Limits.model_fields, values, strict=True)))


_EVERYONE: frozenset[Role] = frozenset(get_args(Role))
CEILINGS: Mapping[ProfileId, Ceiling] = {
    "passive": Ceiling(_limits(0, 0, 0, 0, 0, 0, 0, 2**64), sends=False, fragile_max=3),
    "listen": Ceiling(
        _limits(1, 16, 1, 1, 1, 1, 1, 2**64),
        approvals=frozenset({"it", "medical_technical"}),
        multicast=True,
    ),
    "clinical-gentle": Ceiling(
        _limits(40, 40_960, 2, 20, 0.5, 10, 1, 1024),
        approvals=_EVERYONE,
        listed_hosts_only=True,
        unknown_alike=True,
    ),
    "it-gentle": Ceiling(
        _limits(2_000, 2_000_000, 10, 100, 0, 64, 32, 4096),
        approvals=frozenset({"it", "system_owner"}),
        nmap=True,
    ),
    "lab": Ceiling(
        _limits(200_000, 10_000_000, 1_000, 2_000, 0, 64, 256, 4096),
        approvals=_EVERYONE,
        only_in_lab=True,
        nmap=True,
        fragile_max=3,
    ),
}


def load_profiles(base: Path) -> dict[ProfileId, Profile]:
    """Load scanners/profiles below `base`; what goes above its ceiling is a fault like any other."""
    items = load(base / "scanners" / "profiles", Profile, base)
    places: dict[str, Document] = {}
    faults: list[Fault] = []
    for item in items:
        document, name = item.document, item.value.id
        if name in places:
            faults.append(document.fault(["id"], f"profile '{name}' is also in {places[name].location.path}"))
        places.setdefault(name, document)
        faults += [document.fault(path, what) for path, what in above_ceiling(item.value)]
    if faults:
        raise ContentError(faults)
    return {item.value.id: item.value for item in items}


def above_ceiling(profile: Profile) -> list[tuple[list[str], str]]:
    """Return where a profile allows more than the code does, and in which words to say so."""
    ceiling = CEILINGS[profile.id]
    faults = [(["limits", name], what) for name, what in profile.limits.raised(ceiling.limits)]
    more = [name for name in ("sends", "nmap", "multicast") if getattr(profile, name) > getattr(ceiling, name)]
    faults += [([name], f"{profile.id} may not have {name}") for name in more]
    needed = ("listed_hosts_only", "only_in_lab", "unknown_alike")
    less = [name for name in needed if getattr(profile, name) < getattr(ceiling, name)]
    faults += [([name], f"{profile.id} may not do without {name}") for name in less]
    if missing := sorted(ceiling.approvals - set(profile.approvals)):
        faults.append((["approvals"], f"{profile.id} may not do without the approval of {', '.join(missing)}"))
    if profile.fragile_max > ceiling.fragile_max:
        faults.append((["fragile_max"], f"{profile.id} may touch nothing above {ceiling.fragile_max}"))
    return faults
