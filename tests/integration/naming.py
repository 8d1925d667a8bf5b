"""A name server in a namespace, as a program: `naming.py ADDRESS`. One domain is sound, one is weak, one is broken."""

from __future__ import annotations

import base64
import sys
import time

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.scan.probes.name_server import name_server

DS = "12345 13 2 " + "ab" * 32
KEY = "257 3 13 " + base64.b64encode(bytes(64)).decode()


def key(bits: int) -> str:
    """Return a DKIM record with a key of so many bits, in pieces as TXT has them."""
    public = rsa.generate_private_key(65537, bits).public_key()
    told = base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    text = f"v=DKIM1; k=rsa; p={told}"
    return " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))


def zone() -> dict[tuple[str, str], list[str]]:
    return {
        ("god.example", "TXT"): ['"v=spf1 mx -all"'],
        ("god.example", "MX"): ["10 mx.god.example."],
        ("god.example", "DS"): [DS],
        ("god.example", "DNSKEY"): [KEY],
        ("_dmarc.god.example", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:d@god.example"'],
        ("_mta-sts.god.example", "TXT"): ['"v=STSv1; id=20261122"'],
        ("_smtp._tls.god.example", "TXT"): ['"v=TLSRPTv1; rua=mailto:t@god.example"'],
        ("s1._domainkey.god.example", "TXT"): [key(2048)],
        ("www.god.example", "A"): ["192.0.2.1"],
        ("svak.example", "TXT"): ['"v=spf1 ?all"'],
        ("svak.example", "MX"): ["10 mx.svak.example."],
        ("_dmarc.svak.example", "TXT"): ['"v=DMARC1; p=none"'],
        ("gammel.svak.example", "CNAME"): ["borte.sky.example."],
        ("s1._domainkey.svak.example", "TXT"): [key(1024)],
    }


def main() -> None:
    with name_server(zone(), sys.argv[1], 53):
        time.sleep(3600)


if __name__ == "__main__":
    main()
