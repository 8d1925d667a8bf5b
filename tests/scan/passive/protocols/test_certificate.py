from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.protocols.certificate import certificate_facts


def make(subject: str = "lv-epj.lyngvik.example", issuer: str = "", *, names: int = 1, size: int = 0) -> bytes:
    """Return a certificate, signed by its own key whoever it names as issuer."""
    key = rsa.generate_private_key(65_537, size) if size else ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(common_name(subject))
        .issuer_name(common_name(issuer or subject))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2019, 3, 1, tzinfo=UTC))
        .not_valid_after(datetime(2024, 2, 29, 23, 59, tzinfo=UTC))
    )
    if names:
        also: list[x509.GeneralName] = [x509.DNSName(f"epj{number}.lyngvik.example") for number in range(names)]
        also += [x509.IPAddress(ip_address("10.20.30.11")), x509.RFC822Name("person@example.org")]
        builder = builder.add_extension(x509.SubjectAlternativeName(also), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def make_with_key() -> tuple[bytes, str]:
    """Return a self-signed certificate and its key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = common_name("lv-epj.lyngvik.example")
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    )
    builder = builder.not_valid_before(datetime(2019, 3, 1, tzinfo=UTC)).not_valid_after(
        datetime(2024, 2, 29, tzinfo=UTC)
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER), pem


def common_name(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lyngvik"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


@lru_cache
def sample() -> bytes:
    return make()


def test_what_a_certificate_says() -> None:
    der = sample()

    assert certificate_facts(der) == {
        "subject": "CN=lv-epj.lyngvik.example,O=Lyngvik",
        "issuer": "CN=lv-epj.lyngvik.example,O=Lyngvik",
        "names": "epj0.lyngvik.example, 10.20.30.11",
        "not_before": "2019-03-01",
        "not_after": "2024-02-29",
        "self_signed": "yes",
        "sha256": hashlib.sha256(der).hexdigest(),
    }


def test_a_certificate_of_another_issuer_is_not_self_signed() -> None:
    facts = certificate_facts(make(issuer="Lyngvik CA", names=0))

    assert facts["self_signed"] == "no"
    assert "names" not in facts


def test_the_same_name_with_another_signature_is_not_self_signed() -> None:
    der = sample()
    changed = der[:-1] + bytes((der[-1] ^ 1,))

    assert certificate_facts(changed)["self_signed"] == "no"


def test_many_names_are_bounded() -> None:
    assert len(certificate_facts(make(names=90))["names"]) <= 200


def test_other_kinds_of_keys() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = common_name("ed.example")
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    )
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2030, 1, 1, tzinfo=UTC)
    )

    assert certificate_facts(builder.sign(key, None).public_bytes(serialization.Encoding.DER))["self_signed"] == "yes"


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6), st.integers(0, 800))
def test_any_damage_gives_facts_or_nothing(changes: list[tuple[int, int]], cut: int) -> None:
    der = bytearray(sample())
    for at, value in changes:
        der[at % len(der)] = value
    for content in (bytes(der), bytes(der[:cut])):
        facts = certificate_facts(content)
        assert all(value.isprintable() for value in facts.values())


def test_numbers_like_identities_in_a_name_are_masked() -> None:
    assert "01017012345" not in str(certificate_facts(make("Test 01017012345")))
