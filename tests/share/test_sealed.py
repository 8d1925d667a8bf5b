from __future__ import annotations

import io
import stat
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import InputError
from sentinel.members import MANIFEST, SIGNATURE
from sentinel.share import sealed
from sentinel.share.sealed import open_sealed, seal

FILES = {"site.toml": b"a = 1\n", "answers.yml": "æøå\n".encode()}


def made(**files: bytes) -> bytes:
    return seal(FILES | files, {"created": "2026-11-21"}, lambda raw: f"signature over {len(raw)}")


def rewritten(change: Callable[[dict[str, bytes]], object], name: str = "", mode: int = 0) -> bytes:
    with ZipFile(io.BytesIO(made())) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    change(parts)
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for member, data in parts.items():
            entry = ZipInfo(member)
            entry.external_attr = (mode if member == name else 0o100644) << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def test_what_was_sealed_is_had_back() -> None:
    found = open_sealed(made(), "a.sentinel")

    assert found.files == FILES
    assert found.manifest["created"] == "2026-11-21"
    assert found.signature == f"signature over {len(found.raw)}".encode()


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    other = seal(dict(reversed(FILES.items())), {"created": "2026-11-21"}, lambda raw: f"signature over {len(raw)}")

    assert made() == other


@pytest.mark.parametrize(
    "name", ["../answers.yml", "/etc/x.yml", "a/b.yml", ".hidden", "a\\b", "", "c:x", "x\x00y", "a" * 99]
)
def test_a_member_that_is_no_plain_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"^a\.sentinel: "):
        open_sealed(rewritten(lambda parts: parts.update({name: b"x"})), "a.sentinel")


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFDIR | 0o755, stat.S_IFCHR | 0o600])
def test_links_and_other_things_are_refused(mode: int) -> None:
    raw = rewritten(dict, "answers.yml", mode)

    with pytest.raises(InputError, match=r"member 'answers\.yml' is a link, or something else that is no file"):
        open_sealed(raw, "a.sentinel")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda parts: parts.update({"answers.yml": b"other"}), "was changed since it was signed"),
        (lambda parts: parts.update({"more.yml": b"x"}), "was changed since it was signed"),
        (lambda parts: parts.pop("answers.yml"), "was changed since it was signed"),
        (lambda parts: parts.pop(MANIFEST), "has no signed manifest"),
        (lambda parts: parts.pop(SIGNATURE), "has no signed manifest"),
        (lambda parts: parts.update({MANIFEST: b"{"}), "has a manifest that cannot be read"),
        (lambda parts: parts.update({MANIFEST: b"[]"}), "its manifest is of another kind"),
        (lambda parts: parts.update({MANIFEST: b'{"schema": "sentinel.dossier/2"}'}), "of the newer kind"),
        (lambda parts: parts.update({f"m{number}": b"x" for number in range(41)}), "holds more than 40 members"),
        (lambda parts: parts.update({"big.yml": b" " * (sealed.MOST_MEMBER + 1)}), "unpacks to more than"),
    ],
)
def test_what_does_not_hold_is_told_in_one_line(change: Callable[[dict[str, bytes]], object], told: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.sentinel: [^\n]*{told}[^\n]*$"):
        open_sealed(rewritten(change), "a.sentinel")


def test_a_member_that_is_there_twice_is_refused() -> None:
    raw = io.BytesIO(made())
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(raw, "a") as archive:
        archive.writestr("answers.yml", b"other")

    with pytest.raises(InputError, match="is there twice"):
        open_sealed(raw.getvalue(), "a.sentinel")


def test_the_manifest_tells_every_member() -> None:
    found = open_sealed(made(), "a.sentinel")

    assert set(orjson.loads(found.raw)["members"]) == set(FILES)


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_refused_in_one_line(raw: bytes, zipped: bool) -> None:
    with pytest.raises(InputError, match=r"^a\.sentinel: [^\n]+$"):
        open_sealed(b"PK\x03\x04" + raw if zipped else raw, "a.sentinel")


@pytest.mark.fuzz
@given(st.data())
def test_a_byte_that_is_changed_changes_nothing_that_is_believed(data: st.DataObject) -> None:
    raw = bytearray(made())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    try:
        found = open_sealed(bytes(raw), "a.sentinel")
    except InputError:
        return
    assert found.files == FILES or found.raw != open_sealed(made(), "a").raw
