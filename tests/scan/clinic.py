"""The example clinic's machines as the two readers would see them, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sentinel.model.assets import Observation, Transport

WHEN = datetime(2026, 10, 14, 8, 0, tzinfo=UTC)
DC, EPJ, XRAY, PACS, WEB, NAS = (f"10.20.30.{n}" for n in (10, 11, 20, 21, 30, 40))


def passive(
    kind: str, address: str, facts: dict[str, str], port: int | None = None, mac: str | None = None
) -> Observation:
    transport: Transport | None = "tcp" if port else None
    return Observation(kind, address, facts, WHEN, "capture.pcapng", "passive", transport, port, mac)


def nmap(kind: str, address: str, facts: dict[str, str], port: int | None = None) -> Observation:
    transport: Transport | None = "tcp" if port else None
    return Observation(kind, address, facts, WHEN + timedelta(hours=2), "nmap.xml", "import", transport, port)


def service(address: str, port: int, name: str, **facts: str) -> Observation:
    return nmap("nmap.service", address, {"state": "open", "service": name, "method": "probed", **facts}, port)


def observations() -> list[Observation]:
    orthanc = {"implementation_uid": "1.2.276.0.7230010.3.0.3.6.7", "implementation_version": "OFFIS_DCMTK_367"}
    return [
        passive("arp", "10.20.30.1", {}, mac="02:00:00:00:00:01"),
        passive("arp", DC, {}, mac="00:15:5d:00:00:10"),
        passive("tcp.open", DC, {}, 80),
        passive("http.server", DC, {"server": "Microsoft-IIS/8.5", "status": "200"}, 80),
        passive("http.server", EPJ, {"server": "Microsoft-IIS/10.0", "status": "302"}, 80),
        passive("tls.server_name", EPJ, {"server_name": "lv-epj.lyngvik.example"}, 443),
        passive(
            "tls.certificate",
            EPJ,
            {
                "subject": "lv-epj.lyngvik.example",
                "issuer": "lv-epj.lyngvik.example",
                "not_before": "2023-03-01",
                "not_after": "2025-03-01",
                "self_signed": "yes",
            },
            443,
        ),
        passive("tcp.open", EPJ, {}, 3389),
        passive("dhcp", XRAY, {"hostname": "LV-RONTGEN", "message": "request"}, mac="00:10:19:aa:bb:cc"),
        passive("dicom.request", XRAY, {"calling_ae": "LV_RONTGEN", "called_ae": "LV_PACS"}, mac="00:10:19:aa:bb:cc"),
        passive("dicom.accept", PACS, {"calling_ae": "LV_RONTGEN", "called_ae": "LV_PACS", **orthanc}, 4242),
        passive(
            "hl7.header", PACS, {"sending_application": "LV-EPJ", "message_type": "ORM^O01", "role": "server"}, 2575
        ),
        passive("http.server", PACS, {"title": "Orthanc Explorer", "status": "200"}, 8042),
        nmap("nmap.host", PACS, {"state": "up", "hostname": "lv-pacs.lyngvik.example"}),
        service(PACS, 4242, "dicom"),
        nmap("nmap.script", PACS, {"id": "dicom-ping", "config": "Any AET is accepted (Insecure)"}, 4242),
        passive("http.server", WEB, {"server": "Jetty(6.1.26)", "status": "200"}, 8080),
        passive("ssh.banner", WEB, {"software": "OpenSSH_9.2p1", "comment": "Debian-2+deb12u10", "role": "server"}, 22),
        service(WEB, 22, "ssh", product="OpenSSH", version="9.2p1 Debian 2+deb12u10"),
        service(NAS, 80, "http", product="nginx", version="1.22.1"),
        service(NAS, 445, "netbios-ssn", product="Samba smbd", version="4.17.12-Debian"),
        passive("dhcp", "10.20.30.51", {"hostname": "LV-RESEPSJON", "vendor_class": "MSFT 5.0"}),
        passive("dhcp", "10.20.30.60", {"hostname": "SKRIVER", "vendor_class": "Hewlett-Packard JetDirect"}),
        *(nmap("nmap.host", f"10.20.30.{n}", {"state": "down", "reason": "no-response"}) for n in (70, 71, 72)),
    ]
