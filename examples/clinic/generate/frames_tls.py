"""TLS as bytes: a ClientHello with a server name, a TLS 1.2 answer with the EPJ's certificate, sealed records."""

from __future__ import annotations

import hashlib
import random
import struct
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from examples.clinic.generate.story import EPJ, SEED

_HANDSHAKE, _DATA, _CHANGE = 22, 23, 20
_SUITES_12 = (0xC02C, 0xC02B, 0xC030, 0xC02F, 0x009F, 0x009E)
_SUITES_13 = (0x1302, 0x1301, 0x1303)


def certificate() -> bytes:
    """Return the EPJ server's own certificate, which ran out on 30 June 2025; the same bytes every time."""
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{SEED}/certificate".encode()).digest())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lyngvik tannklinikk"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Pasientjournal på Lyngvik"),
            x509.NameAttribute(NameOID.COMMON_NAME, EPJ.fqdn.lower()),
        ]
    )
    names = x509.SubjectAlternativeName([x509.DNSName(EPJ.fqdn.lower()), x509.DNSName(EPJ.name.lower())])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(2022_06_30_01).not_valid_before(datetime(2022, 6, 30, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2025, 6, 30, 23, 59, 59, tzinfo=UTC))
    return builder.add_extension(names, critical=False).sign(key, None).public_bytes(Encoding.DER)


def client_hello(name: str, dice: random.Random, *, modern: bool) -> bytes:
    """Return the first record of a client that asks for a server by name."""
    host = name.encode("idna")
    extensions = _extension(0, struct.pack("!HBH", len(host) + 3, 0, len(host)) + host)
    extensions += _extension(10, struct.pack("!HHH", 4, 0x001D, 0x0017))
    extensions += _extension(11, b"\x01\x00")
    extensions += _extension(13, struct.pack("!HHHH", 6, 0x0807, 0x0804, 0x0403))
    extensions += _extension(16, b"\x00\x0c\x02h2\x08http/1.1")
    if modern:
        extensions += _extension(43, b"\x04\x03\x04\x03\x03")
        extensions += _extension(51, struct.pack("!HHH", 36, 0x001D, 32) + dice.randbytes(32))
    suites = struct.pack(f"!{len(_SUITES_13 + _SUITES_12)}H", *(_SUITES_13 + _SUITES_12))
    body = b"\x03\x03" + dice.randbytes(32) + b"\x20" + dice.randbytes(32)
    body += struct.pack("!H", len(suites)) + suites + b"\x01\x00" + struct.pack("!H", len(extensions)) + extensions
    return _record(_HANDSHAKE, _message(1, body))


def server_hello_with_certificate(dice: random.Random) -> bytes:
    """Return a TLS 1.2 server's flight: hello, certificate, key exchange, done. Four messages in two records."""
    hello = b"\x03\x03" + dice.randbytes(32) + b"\x20" + dice.randbytes(32) + struct.pack("!HB", 0xC02C, 0)
    chain = _length(certificate())
    exchange = b"\x03\x00\x1d\x20" + dice.randbytes(32) + struct.pack("!HH", 0x0807, 64) + dice.randbytes(64)
    first = _record(_HANDSHAKE, _message(2, hello) + _message(11, _length(chain)))
    return first + _record(_HANDSHAKE, _message(12, exchange) + _message(14, b""))


def server_hello_modern(dice: random.Random) -> bytes:
    """Return a TLS 1.3 server's flight: what follows the hello is sealed."""
    share = _extension(43, b"\x03\x04") + _extension(51, struct.pack("!HH", 0x001D, 32) + dice.randbytes(32))
    body = b"\x03\x03" + dice.randbytes(32) + b"\x20" + dice.randbytes(32) + struct.pack("!HB", 0x1302, 0)
    hello = _record(_HANDSHAKE, _message(2, body + struct.pack("!H", len(share)) + share))
    return hello + _record(_CHANGE, b"\x01") + sealed(dice, 2800)


def client_finish(dice: random.Random) -> bytes:
    """Return what the client sends before its first data."""
    key = _record(_HANDSHAKE, _message(16, b"\x20" + dice.randbytes(32)))
    return key + _record(_CHANGE, b"\x01") + _record(_HANDSHAKE, dice.randbytes(40))


def sealed(dice: random.Random, size: int) -> bytes:
    """Return encrypted records of that many bytes in all."""
    return b"".join(_record(_DATA, dice.randbytes(min(16000, size - start))) for start in range(0, size, 16000))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("!BHH", kind, 0x0303, len(body)) + body


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _length(body)


def _length(body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + body


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body
