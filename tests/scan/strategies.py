"""Random observations, as far from real ones as their types allow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from hypothesis import strategies as st

from sentinel.model.assets import Observation
from sentinel.scan.fingerprint_rules import Kind

_WORDS = st.sampled_from(
    [
        "", "yes", "no", "open", "closed", "down", "up", "probed", "table", "server", "client", "ssl", "200", "401",
        "Orthanc Explorer", "Orthanc Secure Area", "Microsoft-IIS/8.5", "Jetty(6.1.26)", "nginx/1.22.1", "dicom-ping",
        "ssl-cert", "OpenSSH_9.2p1", "Debian-2+deb12u10", "9.2p1 Debian 2+deb12u10", "6.1.26", "3.X - 4.X", "nginx",
        "Any AET is accepted (Insecure)", "2025-03-01", "9999-99-99", "1.2.276.0.7230010.3.0.3.6.7", "MSFT 5.0",
        "dicom", "http", "rdp", "ms-wbt-server", "\x1b[31mred", "=cmd|' /C calc'!A0", "<script>", "{0}", "{name}", "%s",
    ]
)  # fmt: skip
_FACTS = st.sampled_from(
    [
        "server", "status", "title", "realm", "location", "powered_by", "software", "comment", "role", "state",
        "service", "product", "version", "extra", "method", "tunnel", "id", "config", "dicom", "implementation_uid",
        "called_ae", "calling_ae", "hostname", "vendor_class", "subject", "not_after", "self_signed", "message_type",
        "vendor", "ostype", "netbios", "product_version", "dialects", "output", "sending_application", "x",
    ]
)  # fmt: skip
_TEXT = st.one_of(_WORDS, st.text(max_size=40), st.text(min_size=190, max_size=260))
_TIMES = st.one_of(
    st.none(), st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds without a zone are what hypothesis asks for
)  # fmt: skip
_ADDRESSES = st.one_of(
    st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "fe80::1", "224.0.0.1", "0.0.0.0"]),  # noqa: S104 (a sample)
    st.ip_addresses().map(str),
    st.text(max_size=20),
)
_MACS = st.one_of(
    st.none(), st.sampled_from(["00:10:19:00:00:01", "00:80:a3:00:00:02", "02:00:00:00:00:01"]), st.text(max_size=20)
)

observations = st.builds(
    Observation,
    kind=st.one_of(st.sampled_from(get_args(Kind)), st.text(max_size=10)),
    address=_ADDRESSES,
    facts=st.dictionaries(st.one_of(_FACTS, st.text(max_size=10)), _TEXT, max_size=8),
    time=_TIMES,
    source=st.one_of(st.sampled_from(["a.pcap", "b.xml"]), st.text(max_size=20)),
    method=st.sampled_from(["passive", "import"]),
    transport=st.sampled_from([None, "tcp", "udp"]),
    port=st.one_of(st.none(), st.integers(0, 65535), st.sampled_from([22, 80, 443, 4242, 8042])),
    mac=_MACS,
    count=st.integers(1, 9),
)
