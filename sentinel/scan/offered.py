"""The probes that a scope file can name: those of the protocols, and one that only connects."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sentinel.scan.plan import health_probe
from sentinel.scan.probes import PROBES
from sentinel.scan.probes.exchange import Probe

CONNECT = Probe("connect", "tcp", (), tls=False, messages=0, begin=health_probe().begin, fragile_max=1)
"""A full handshake and an orderly close: says whether a port is open, and sends nothing."""
OFFERED: Mapping[str, Probe] = MappingProxyType({**PROBES, CONNECT.name: CONNECT})
