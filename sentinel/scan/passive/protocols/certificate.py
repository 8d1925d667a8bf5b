"""X.509: what a server's certificate says of itself."""

from __future__ import annotations

import warnings
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256

from sentinel.scan.passive.reading import present, text

_MAX_NAMES = 16
_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


@lru_cache(maxsize=256)
def certificate_facts(der: bytes) -> dict[str, str]:
    """Return the facts of a certificate; none where it cannot be read. A server shows the same one all day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oddities of other people's certificates are not for our log
        try:
            return _facts(x509.load_der_x509_certificate(der))
        except _UNREADABLE:
            return {}


def _facts(certificate: x509.Certificate) -> dict[str, str]:
    return present(
        subject=text(certificate.subject.rfc4514_string().encode()),
        issuer=text(certificate.issuer.rfc4514_string().encode()),
        names=text(", ".join(_names(certificate)).encode("utf-8", "replace")),
        not_before=certificate.not_valid_before_utc.date().isoformat(),
        not_after=certificate.not_valid_after_utc.date().isoformat(),
        self_signed=_self_signed(certificate),
        sha256=certificate.fingerprint(SHA256()).hex(),
    )


def _names(certificate: x509.Certificate) -> list[str]:
    """Return DNS names and addresses; e-mail addresses and other names of people are not asked for."""
    try:
        also = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return []
    names = [*also.get_values_for_type(x509.DNSName), *map(str, also.get_values_for_type(x509.IPAddress))]
    return names[:_MAX_NAMES]


def _self_signed(certificate: x509.Certificate) -> str:
    """Return yes or no; nothing where the signature cannot be checked."""
    if certificate.subject != certificate.issuer:
        return "no"
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return "no"
    except _UNREADABLE:
        return ""
    return "yes"
