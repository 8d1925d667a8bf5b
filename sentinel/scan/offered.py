"""The probes that a scope file can name: those of the protocols, and one that only connects."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sentinel.scan.plan import health_probe
from sentinel.scan.probes import dicom, ssh, tls
from sentinel.scan.probes.exchange import Probe

CONNECT = Probe("connect", "tcp", (), tls=False, messages=0, begin=health_probe().begin, fragile_max=1)
"""A full handshake and an orderly close: says whether a port is open, and sends nothing."""
OFFERED: Mapping[str, Probe] = MappingProxyType({
    "connect": CONNECT,
    "dicom": Probe("dicom", "tcp", (104, 11112), tls=False, messages=2, begin=dicom.begin, fragile_max=1),
    "ssh": Probe("ssh", "tcp", (22,), tls=False, messages=1, begin=ssh.begin, fragile_max=1),
    "tls": Probe("tls", "tcp", (443,), tls=True, messages=0, begin=tls.begin, fragile_max=1),
})  # fmt: skip
