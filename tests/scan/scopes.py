"""Scope files for tests, as text, and what compiles them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sentinel.content import root
from sentinel.scan.offered import OFFERED
from sentinel.scan.profiles import load_profiles
from sentinel.scan.scope import Bar, Scope
from sentinel.scan.scope_compile import Rules, compile_scope

HEAD = """schema = "sentinel.scope/1"
id = "lyngvik"
revision = 1
type = "{type}"
owner = "Lyngvik sykehus"
reason = "Årlig oversikt"
zone = "Europe/Oslo"
expires = 2026-12-31
[caller]
ae_title = "HELSE-INVENTAR"
contact = "medtek@lyngvik.example"
"""
APPROVALS = "".join(
    f'[[approvals]]\nrole = "{role}"\nname = "Kari Nordmann"\ndate = 2026-11-20\n'
    for role in ("it", "medical_technical", "system_owner")
)
WINDOW = """[[windows]]
start = 2026-11-21T20:00:00
end = 2026-11-22T06:00:00
"""
OPEN = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
"""A moment when that window is open."""
PROFILES = load_profiles(root())


def head(kind: str = "inventory") -> str:
    return HEAD.format(type=kind) + APPROVALS + WINDOW


def network(name: str, profile: str, *addresses: str, more: str = "") -> str:
    listed = ", ".join(f'"{one}"' for one in addresses)
    return f'[[networks]]\nname = "{name}"\naddresses = [{listed}]\nprofile = "{profile}"\n{more}'


def target(network_name: str, hosts: Sequence[str], probes: str = "{connect = [4242]}", more: str = "") -> str:
    listed = ", ".join(f'"{one}"' for one in hosts)
    return f'[[targets]]\nnetwork = "{network_name}"\nhosts = [{listed}]\nprobes = {probes}\n{more}'


def barred(table: str, *addresses: str) -> str:
    listed = ", ".join(f'"{one}"' for one in addresses)
    return f'[[{table}]]\naddresses = [{listed}]\nreason = "intensiv"\n'


def compiled(text: str, bars: tuple[Bar, ...] = (), names: dict[str, list[str]] | None = None) -> Scope:
    rules = Rules(PROFILES, OFFERED, bars)
    return compile_scope(text.encode(), "scope.toml", rules, lambda name: (names or {}).get(name, []))


def clinical(*hosts: str, probes: str = "{dicom = [4242]}") -> Scope:
    """Return a signed clinical scope over 10.0.0.0/24."""
    from dataclasses import replace

    scope = compiled(
        head() + network("radiologi", "clinical-gentle", "10.0.0.0/24") + target("radiologi", hosts, probes)
    )
    return replace(scope, signed_by="kari")
