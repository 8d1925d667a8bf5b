from __future__ import annotations

from dataclasses import replace

from sentinel.model.assets import Observation
from sentinel.scan.implied import claim, implied_claims, is_open, service_key
from tests.scan.clinic import nmap, passive, service


def said(observation: Observation) -> dict[str, tuple[str, int]]:
    return {one.attribute: (one.value, one.strength) for one in implied_claims(observation)}


def test_a_port_alone_is_a_hint_and_an_unknown_port_is_nothing() -> None:
    assert said(passive("tcp.open", "10.0.0.1", {}, 3389)) == {"tcp/3389.protocol": ("rdp", 1)}
    assert said(passive("tcp.open", "10.0.0.1", {}, 12345)) == {}


def test_a_protocol_that_was_heard_is_sure_and_in_clear() -> None:
    accept = passive("dicom.accept", "10.0.0.1", {"called_ae": "A"}, 8080)
    assert said(accept) == {"tcp/8080.protocol": ("dicom", 5), "tcp/8080.cleartext": ("dicom", 5)}


def test_what_a_client_says_offers_no_service() -> None:
    assert said(passive("ssh.banner", "10.0.0.1", {"software": "PuTTY", "role": "client"}, 50000)) == {}
    assert not is_open(passive("ssh.banner", "10.0.0.1", {"role": "client"}, 50000))
    assert not is_open(passive("dicom.request", "10.0.0.1", {}, 50000))


def test_a_port_from_nmaps_table_is_a_hint_and_a_probed_one_is_named() -> None:
    table = replace(service("10.0.0.1", 2575, "hl7"), facts={"state": "open", "service": "hl7", "method": "table"})
    assert said(table) == {"tcp/2575.protocol": ("hl7", 1)}
    probed = service("10.0.0.1", 22, "ssh", product="OpenSSH", version="9.2p1 Debian 2+deb12u10", ostype="Linux")
    assert said(probed) == {
        "tcp/22.protocol": ("ssh", 4),
        "tcp/22.product": ("OpenSSH", 4),
        "tcp/22.version": ("9.2p1", 4),
        "tcp/22.revision": ("Debian 2+deb12u10", 4),
        "os": ("Linux", 1),
    }


def test_closed_and_filtered_ports_say_nothing() -> None:
    for state in ("closed", "filtered", "open|filtered", ""):
        closed = nmap("nmap.service", "10.0.0.1", {"state": state, "service": "ftp", "method": "probed"}, 21)
        assert said(closed) == {}
        assert not is_open(closed)


def test_a_tunnel_is_encrypted_and_dicom_without_one_is_not() -> None:
    assert said(service("10.0.0.1", 443, "http", tunnel="ssl"))["tcp/443.tls"] == ("yes", 4)
    assert "tcp/2762.cleartext" not in said(service("10.0.0.1", 2762, "dicom", tunnel="ssl"))
    assert said(service("10.0.0.1", 4242, "dicom"))["tcp/4242.cleartext"] == ("dicom", 4)


def test_mariadb_is_not_taken_for_the_mysql_it_greets_as() -> None:
    told = said(service("10.0.0.1", 3306, "mysql", product="MySQL", version="5.5.5-10.11.6-MariaDB-0+deb12u1"))
    assert told["tcp/3306.product"] == ("MariaDB", 4)
    assert told["tcp/3306.version"] == ("10.11.6", 4)
    assert "deb12u1" in told["tcp/3306.revision"][0]


def test_nmaps_standing_version_of_samba_is_not_believed() -> None:
    told = said(service("10.0.0.1", 445, "netbios-ssn", product="Samba smbd", version="4.6.2"))
    assert told == {"tcp/445.protocol": ("smb", 4), "tcp/445.product": ("Samba smbd", 4)}
    assert said(service("10.0.0.1", 445, "smb", product="Samba smbd", version="4.6.3"))["tcp/445.version"][0] == "4.6.3"


def test_evidence_names_kind_port_and_file_but_never_what_was_read() -> None:
    one = claim(passive("http.server", "10.0.0.1", {"title": "secret"}, 80), "tcp/80.product", "x", "rule", 3)
    assert one.evidence == "http.server tcp/80 (capture.pcapng)"
    assert service_key(passive("http.server", "10.0.0.1", {}, 80)) == "tcp/80"


def test_a_host_that_did_not_answer_is_remembered() -> None:
    assert said(nmap("nmap.host", "10.0.0.1", {"state": "down"})) == {"answered_scan": ("no", 4)}
    assert said(nmap("nmap.host", "10.0.0.1", {"state": "down", "asked": "udp"})) == {}
