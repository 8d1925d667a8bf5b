from __future__ import annotations

from sentinel.content import root
from sentinel.model.assets import Observation
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build, by_attribute
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.support import Candidate, candidates, doubt_of
from tests.scan.clinic import nmap, passive, service

FINGERPRINTS, LIFECYCLE = load_fingerprints(root()), load_lifecycle(root())


def found(*seen: Observation) -> list[Candidate]:
    (asset,) = build(seen, FINGERPRINTS)
    return list(candidates(asset, by_attribute(asset.claims), LIFECYCLE))


def test_a_line_on_several_ports_is_one_candidate() -> None:
    (one,) = found(*(service("10.0.0.1", port, "http", product="nginx", version="1.22.1") for port in (80, 443)))
    assert (one.support.key, one.services, one.version) == ("nginx/1.22", ("tcp/80", "tcp/443"), "1.22.1")


def test_system_and_version_are_paired_as_one_rule_named_them() -> None:
    (one,) = found(
        passive("http.server", "10.0.0.1", {"server": "Microsoft-IIS/8.5"}, 80),
        passive("ssh.banner", "10.0.0.1", {"software": "OpenSSH_9.2p1", "comment": "Debian-2+deb12u1"}, 22),
    )[1:]
    assert (one.product, one.version, one.support.key) == ("Windows Server", "2012 R2", "windows-server/2012-r2")


def test_two_ways_to_see_the_same_windows_are_one_candidate() -> None:
    (one,) = found(
        passive("http.server", "10.0.0.1", {"server": "Microsoft-IIS/8.5"}, 80),
        nmap("nmap.script", "10.0.0.1", {"id": "rdp-ntlm-info", "product_version": "6.3.9600"}, 3389),
    )
    assert one.support.label == "Windows Server 2012 R2 / Windows 8.1"
    assert {claim.rule.partition(" ")[0] for claim in one.claims} == {"web-iis-85", "windows-build"}


def test_a_version_belongs_to_the_product_of_its_own_witness() -> None:
    seen = [
        service("10.0.0.1", 80, "http", product="Apache httpd", version="2.2.15"),
        passive("http.server", "10.0.0.1", {"powered_by": "PHP/7.4.33"}, 80),
    ]
    assert [(one.product, one.version) for one in found(*seen)] == [("Apache httpd", "2.2.15")]


def test_doubts_are_told_apart() -> None:
    (jetty,) = found(passive("http.server", "10.0.0.1", {"server": "Jetty(6.1.26)"}, 80))
    (nginx,) = found(passive("http.server", "10.0.0.1", {"server": "nginx/1.18.0"}, 80))
    (ubuntu,) = found(passive("http.server", "10.0.0.1", {"server": "nginx/1.18.0 (Ubuntu)"}, 80))
    assert [doubt_of(one) for one in (jetty, nginx, ubuntu)] == [None, "mended", "revision"]


def test_a_product_without_version_is_no_candidate() -> None:
    assert found(passive("http.server", "10.0.0.1", {"server": "nginx"}, 80)) == []
    assert found(service("10.0.0.1", 445, "smb", product="Samba smbd", version="3.X - 4.X")) == []
