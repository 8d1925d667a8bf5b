"""Detached Ed25519 signatures (RFC 8032) and the keys for them: who stands for these very bytes, and no others."""

from __future__ import annotations

import hashlib
import os
import stat
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from sentinel.errors import SignatureError

SCHEMA = "sentinel.signature/1"
_MAX_BYTES = 10_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, when they said so, and the signature over both and the bytes."""

    key: str
    signed: datetime
    value: bytes

    def text(self) -> str:
        """Return the signature as the file beside the scope file has it."""
        body = {
            "schema": SCHEMA,
            "algorithm": "ed25519",
            "key": self.key,
            "signed": _stamp(self.signed),
            "signature": b64encode(self.value).decode(),
        }
        return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


@dataclass(frozen=True, slots=True)
class Private:
    """A private key, its id, and what its file is called: the name of whoever signs with it."""

    name: str
    id: str
    key: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Trusted:
    """A public key that a site trusts, and what its file is called."""

    name: str
    key: Ed25519PublicKey


def make_keys(private: Path, public: Path) -> str:
    """Make a pair of keys and return the id; the private one can be read by its owner alone, and neither overwrites."""
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    open_ = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for path, content, mode in ((private, secret, 0o600), (public, open_, 0o644)):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except OSError as error:
            raise SignatureError(f"{path}: cannot be made: {error.strerror}") from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    return key_id(key.public_key())


def key_id(key: Ed25519PublicKey) -> str:
    """Return how a key is told from others: the first 32 digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def sign(raw: bytes, private: Path, now: datetime) -> Signature:
    """Sign bytes with the private key of a file that nobody else can read."""
    key = read_private(private)
    signed = now.astimezone(UTC).replace(microsecond=0)
    return Signature(key.id, signed, key.key.sign(_message(raw, key.id, signed)))


def read_signature(path: Path) -> Signature:
    """Read a signature file; SignatureError where there is none, or it is none."""
    return parse_signature(_read(path, "there is no signature"), str(path))


def parse_signature(raw: bytes, path: str) -> Signature:
    """Return the signature that the bytes of such a file hold."""
    try:
        body = orjson.loads(raw)
        if body["schema"] != SCHEMA or body["algorithm"] != "ed25519":
            raise SignatureError(f"{path}: is a signature of a kind that is not known here")
        signed = datetime.fromisoformat(body["signed"]).astimezone(UTC)
        return Signature(str(body["key"]), signed, b64decode(body["signature"], validate=True))
    except (ValueError, KeyError, TypeError, NotBase64, OverflowError) as error:
        raise SignatureError(f"{path}: is no signature") from error


def read_trusted(folder: Path) -> dict[str, Trusted]:
    """Read every `.pub` of a folder, by the key's id; a folder that is not there trusts nobody."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".pub")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SignatureError(f"{folder}: cannot be looked into: {error.strerror}") from error
    return {key_id(found.key): found for found in map(read_public, paths)}


def read_believed(path: Path) -> dict[str, Trusted]:
    """Read one public key, or every `.pub` of a folder, by the key's id; SignatureError where there is none."""
    if not path.is_dir():
        found = read_public(path)
        return {key_id(found.key): found}
    if trusted := read_trusted(path):
        return trusted
    raise SignatureError(f"{path}: holds no public key (.pub), so nobody would be believed")


def verify(raw: bytes, signature: Signature, trusted: Mapping[str, Trusted], what: str = "the scope file") -> str:
    """Return who signed these bytes; SignatureError, in words of its own, for each way in which nobody did."""
    found = trusted.get(signature.key)
    if found is None:
        raise SignatureError(f"{what} is signed with key {signature.key}, which is not trusted here")
    try:
        found.key.verify(signature.value, _message(raw, signature.key, signature.signed))
    except InvalidSignature as error:
        raise SignatureError(f"the signature by {found.name} is over other bytes: {what} was changed since") from error
    return f"{found.name} ({signature.key})"


def _message(raw: bytes, key: str, signed: datetime) -> bytes:
    """Return what is signed: never bytes that another kind of file could also be."""
    return b"\0".join((SCHEMA.encode(), key.encode(), _stamp(signed).encode(), raw))


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def read_private(path: Path) -> Private:
    """Read a private key that nobody else can read; SignatureError where others can, or it is none."""
    raw = _read(path, "there is no private key")
    mode = path.stat().st_mode
    if mode & _OTHERS:
        raise SignatureError(f"{path}: others can read this private key: chmod 600 {path}")
    try:
        key = load_pem_private_key(raw, None)
    except TypeError as error:
        raise SignatureError(f"{path}: the private key is encrypted; that is not supported") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureError(f"{path}: is no private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureError(f"{path}: is no Ed25519 key")
    return Private(_name(path), key_id(key.public_key()), key)


def read_public(path: Path) -> Trusted:
    """Read one public key, named as its file; SignatureError where it is none."""
    try:
        key = load_pem_public_key(_read(path, "there is no public key"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureError(f"{path}: is no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SignatureError(f"{path}: is no Ed25519 key")
    return Trusted(_name(path), key)


def _name(path: Path) -> str:
    """Return whose key a file holds, by its name: of kari.key and kari.key.pub, as keygen makes them, kari's."""
    pair = path.name.removesuffix(".pub") or path.name
    return pair.removesuffix(".key") or pair


def _read(path: Path, absent: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except FileNotFoundError as error:
        raise SignatureError(f"{path}: {absent}") from error
    except OSError as error:
        raise SignatureError(f"{path}: cannot be read: {error.strerror}") from error
