"""Our exchanges with real servers of remote screens and of images on the web, on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.scan.probes import dicomweb, rdp, vnc
from sentinel.scan.probes.exchange import Target
from tests.scan.probes.drive import CALLER, over_tcp
from tests.scan.probes.peers import free_port, installed, served, written

DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
XRDP = """[Globals]
ini_version=1
fork=true
port=tcp://127.0.0.1:{port}
security_layer={layer}
certificate={folder}/cert.pem
key_file={folder}/key.pem
[Logging]
LogFile={folder}/xrdp.log
LogLevel=INFO
"""


@pytest.mark.parametrize(
    ("layer", "facts"),
    [("tls", {"security": "tls", "nla": "no"}), ("rdp", {"security": "rdp", "nla": "no"})],
)
def test_xrdp_says_how_it_is_protected(tmp_path: Path, layer: str, facts: dict[str, str]) -> None:
    port = free_port()
    _certificate(tmp_path)
    (tmp_path / "xrdp.ini").write_text(XRDP.format(port=port, layer=layer, folder=tmp_path))
    with served([installed("xrdp"), "--nodaemon", "--config", tmp_path / "xrdp.ini"], port, folder=tmp_path) as target:
        (fact,) = over_tcp(rdp.begin(target, CALLER), target).facts

    assert (fact.kind, fact.facts) == ("rdp.server", facts)


@pytest.mark.parametrize(("types", "security"), [("None", "none"), ("VncAuth", "vnc")])
def test_tigervnc_says_whether_it_asks_for_a_password(tmp_path: Path, types: str, security: str) -> None:
    port = free_port()
    (tmp_path / "passwd").write_bytes(bytes(8))
    command = [
        installed("Xtigervnc"), f":{port % 1000 + 100}", "-rfbport", str(port), "-localhost", "-nolisten", "unix",
        "-SecurityTypes", types, "-rfbauth", str(tmp_path / "passwd"),
    ]  # fmt: skip
    with served(command, port, folder=tmp_path) as target:
        (fact,) = over_tcp(vnc.begin(target, CALLER), target).facts

    assert (fact.kind, fact.facts["security"]) == ("vnc.banner", security)


@pytest.mark.parametrize(("login", "access"), [(False, "open"), (True, "closed")])
def test_orthancs_search_over_the_web_is_open_or_closed(tmp_path: Path, access: str, *, login: bool) -> None:
    if not DICOMWEB.exists():
        installed("orthanc-dicomweb")  # skips, or fails in CI
    port = free_port()
    settings = {
        "DicomPort": free_port(), "HttpPort": port, "AuthenticationEnabled": login, "RegisteredUsers": {"a": "b"},
        "StorageDirectory": str(tmp_path), "IndexDirectory": str(tmp_path), "Plugins": [str(DICOMWEB)],
    }  # fmt: skip
    (tmp_path / "orthanc.json").write_text(json.dumps(settings))
    with served([installed("Orthanc"), "orthanc.json"], port, folder=tmp_path) as target:
        asked = Target(target.address, port, path="/dicom-web")
        facts = over_tcp(dicomweb.begin(asked, CALLER), asked).facts
        written(tmp_path / "peer.log", "Orthanc has started")

    assert ("dicomweb.search", access) in {(fact.kind, fact.facts.get("access", "")) for fact in facts}


def _certificate(folder: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key, now = rsa.generate_private_key(65537, 2048), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lyngvik.example")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
