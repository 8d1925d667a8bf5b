from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import SignatureError
from sentinel.signing import (
    Signature,
    make_keys,
    read_believed,
    read_private,
    read_signature,
    read_trusted,
    sign,
    verify,
)

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
RAW = b'owner = "Lyngvik"\n'


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return a policy folder's `keys`, with Kari's public key; her private key lies beside it as kari.key."""
    folder = tmp_path / "keys"
    folder.mkdir()
    make_keys(tmp_path / "kari.key", folder / "kari.pub")
    return folder


def test_a_signature_over_these_bytes_by_a_trusted_key_holds(keys: Path) -> None:
    signature = sign(RAW, keys.parent / "kari.key", NOW)
    path = keys.parent / "scope.toml.sig"
    path.write_text(signature.text())

    assert read_signature(path) == signature
    assert verify(RAW, read_signature(path), read_trusted(keys)).startswith("kari (")


@given(st.binary(max_size=60), st.integers(0, 10_000))
def test_any_other_bytes_are_refused(more: bytes, place: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_keys(folder / "a.key", folder / "a.pub")
        signature, trusted = sign(RAW, folder / "a.key", NOW), read_trusted(folder)
        changed = RAW[: place % len(RAW)] + more + RAW[place % len(RAW) :]
        if changed != RAW:
            with pytest.raises(SignatureError, match="over other bytes: the scope file was changed since"):
                verify(changed, signature, trusted)


def test_the_time_and_the_key_are_signed_too(keys: Path) -> None:
    signature = sign(RAW, keys.parent / "kari.key", NOW)
    later = Signature(signature.key, NOW.replace(year=2027), signature.value)

    with pytest.raises(SignatureError, match="over other bytes"):
        verify(RAW, later, read_trusted(keys))


def test_a_key_that_nobody_trusts_is_refused(keys: Path, tmp_path: Path) -> None:
    make_keys(tmp_path / "per.key", tmp_path / "per.pub")

    with pytest.raises(SignatureError, match="which is not trusted here"):
        verify(RAW, sign(RAW, tmp_path / "per.key", NOW), read_trusted(keys))
    assert read_trusted(tmp_path / "none") == {}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_private_key_that_others_can_read_is_not_used(keys: Path, mode: int) -> None:
    path = keys.parent / "kari.key"
    path.chmod(mode)

    with pytest.raises(SignatureError, match="others can read this private key: chmod 600"):
        sign(RAW, path, NOW)


def test_keys_are_made_for_their_owner_alone_and_never_over_others(keys: Path) -> None:
    private = keys.parent / "kari.key"
    before = private.read_bytes()

    assert private.stat().st_mode & 0o077 == 0
    with pytest.raises(SignatureError, match="cannot be made: File exists"):
        make_keys(private, keys / "new.pub")
    assert private.read_bytes() == before


def test_other_keys_are_told_for_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "key"
    curve = generate_private_key(SECP256R1())
    for content, told in (
        (b"hello", "is no private key"),
        (curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "is no Ed25519 key"),
        (curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")), "is encrypted"),
    ):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(SignatureError, match=told):
            sign(RAW, path, NOW)
    with pytest.raises(SignatureError, match="there is no private key"):
        sign(RAW, tmp_path / "none", NOW)


KEYS = st.sampled_from(["schema", "algorithm", "key", "signed", "signature"])
VALUES = st.one_of(st.text(max_size=20), st.none(), st.sampled_from(["ed25519", "sentinel.signature/1"]))
BODIES = st.dictionaries(KEYS, VALUES, max_size=5).map(lambda body: json.dumps(body).encode())


@given(st.one_of(st.binary(max_size=200), BODIES))
def test_any_bytes_are_a_signature_or_a_sentence(raw: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        with pytest.raises(SignatureError, match="signature"):
            read_signature(Path(file.name))


def test_no_signature_is_told(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="there is no signature"):
        read_signature(tmp_path / "none.sig")


def test_a_public_key_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.pub").write_text("hello")

    with pytest.raises(SignatureError, match="is no public key"):
        read_trusted(tmp_path)


def test_one_key_or_a_folder_of_keys_is_believed(keys: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    kari = read_private(keys.parent / "kari.key")

    assert kari.name == "kari"
    assert read_believed(keys).keys() == read_believed(keys / "kari.pub").keys() == {kari.id}
    with pytest.raises(SignatureError, match=r"holds no public key \(\.pub\), so nobody would be believed"):
        read_believed(tmp_path / "none")
    with pytest.raises(SignatureError, match="is no public key"):
        read_believed(keys.parent / "kari.key")


@pytest.mark.parametrize(
    ("name", "whose"), [("kari.key", "kari"), ("kari", "kari"), (".key", ".key"), ("a.b.key", "a.b")]
)
def test_a_key_is_named_as_its_file_whichever_half_it_is(tmp_path: Path, name: str, whose: str) -> None:
    make_keys(tmp_path / name, tmp_path / f"{name}.pub")

    assert read_private(tmp_path / name).name == whose
    assert [found.name for found in read_believed(tmp_path / f"{name}.pub").values()] == [whose]
