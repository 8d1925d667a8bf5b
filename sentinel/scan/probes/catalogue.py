"""All probes by name: what may be asked, where it is usually offered, and how careful to be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sentinel.scan.probes import (
    bacnet,
    dicom,
    dicomweb,
    fhir,
    greeting,
    http,
    modbus,
    mssql,
    orthanc,
    rdp,
    sip,
    smb,
    snmp,
    ssh,
    tls,
    vnc,
    wsdiscovery,
)
from sentinel.scan.probes.exchange import Probe

_OPEN, _SEALED = False, True  # whether the wire wraps the connection in TLS
_ALL = (
    Probe("dicom", "tcp", (104, 4242, 11112), _OPEN, 2, dicom.begin, 2),
    Probe("dicom-tls", "tcp", (2762,), _SEALED, 2, dicom.begin, 2),
    Probe("http", "tcp", (80, 8042, 8080), _OPEN, 1, http.begin, 1),
    Probe("https", "tcp", (443, 8443), _SEALED, 1, http.begin, 1),
    Probe("tls", "tcp", (636, 993), _SEALED, 0, tls.begin, 1),
    Probe("fhir", "tcp", (), _OPEN, 1, fhir.begin, 1),
    Probe("fhir-tls", "tcp", (), _SEALED, 1, fhir.begin, 1),
    Probe("dicomweb", "tcp", (), _OPEN, 1, dicomweb.begin, 1),
    Probe("dicomweb-tls", "tcp", (), _SEALED, 1, dicomweb.begin, 1),
    Probe("orthanc", "tcp", (8042,), _OPEN, 1, orthanc.begin, 1),
    Probe("orthanc-tls", "tcp", (), _SEALED, 1, orthanc.begin, 1),
    Probe("ssh", "tcp", (22,), _OPEN, 1, ssh.begin, 1),
    Probe("ftp", "tcp", (21,), _OPEN, 0, greeting.begin_ftp, 1),
    Probe("telnet", "tcp", (23,), _OPEN, 0, greeting.begin_telnet, 1),
    Probe("vnc", "tcp", (5900,), _OPEN, 1, vnc.begin, 1),
    Probe("smb", "tcp", (445,), _OPEN, 2, smb.begin, 1),
    Probe("rdp", "tcp", (3389,), _OPEN, 1, rdp.begin, 1),
    Probe("mssql", "tcp", (1433,), _OPEN, 1, mssql.begin, 1),
    Probe("snmp", "udp", (161,), _OPEN, 1, snmp.begin, 1),
    Probe("wsdiscovery", "udp", (3702,), _OPEN, 1, wsdiscovery.begin, 1),
    Probe("bacnet", "udp", (47808,), _OPEN, 3, bacnet.begin, 0, opt_in=True),
    Probe("modbus", "tcp", (502,), _OPEN, 1, modbus.begin, 0, opt_in=True),
    Probe("sip", "udp", (5060,), _OPEN, 1, sip.begin, 0, opt_in=True),
)
SENSITIVE = frozenset({("wsd.device", "location"), ("orthanc.system", "ae_title")})
"""Facts, by kind and name, that may tell a ward, a room or a bed: for those who need them, not to be shared."""
PROBES: Mapping[str, Probe] = MappingProxyType({probe.name: probe for probe in _ALL})
