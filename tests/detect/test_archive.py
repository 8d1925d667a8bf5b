"""Archives are read whole or refused whole, whatever they claim."""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.archive import Bounds, read_archive
from sentinel.errors import InputError
from tests.rights import closed

FILES = {
    "sigma-master/LICENSE": b"DRL",
    "sigma-master/README.md": b"#",
    "sigma-master/rules/a.yml": b"title: \xc3\x85",
    "sigma-master/rules-x/b/c.yaml": b"title: c",
    "sigma-master/deprecated/d.yml": b"title: d",
    "sigma-master/top.yml": b"title: top",
}
TAKEN = {"LICENSE": b"DRL", "rules/a.yml": b"title: \xc3\x85", "rules-x/b/c.yaml": b"title: c"}


def as_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def as_tar(path: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as packed:  # type: ignore[call-overload]  # a mode by variable
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return path


def as_folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


@pytest.mark.parametrize(
    "make",
    [
        as_zip,
        as_folder,
        as_tar,
        lambda path, files: as_tar(path, files, "w"),
        lambda path, files: as_tar(path, files, "w:xz"),
        lambda path, files: as_tar(path, files, "w:bz2"),
    ],
    ids=["zip", "folder", "gz", "tar", "xz", "bz2"],
)
def test_every_kind_of_source_gives_the_same(tmp_path: Path, make: Callable[[Path, dict[str, bytes]], Path]) -> None:
    found = read_archive(make(tmp_path / "x", FILES))

    assert found.files == TAKEN
    assert len(found.files) + found.skipped.total() == len(FILES)
    assert found.seen == len(FILES)
    assert len(found.sha256) == 64


def test_without_folders_of_rules_everything_that_is_not_set_aside_is_a_rule(tmp_path: Path) -> None:
    found = read_archive(as_zip(tmp_path / "x.zip", {"a.yml": b"1", "mine/b.yml": b"2", "deprecated/c.yml": b"3"}))

    assert sorted(found.files) == ["a.yml", "mine/b.yml"]


HOSTILE_NAMES = [
    "../a.yml",
    "/etc/a.yml",
    "rules/../../a.yml",
    "rules\\..\\a.yml",
    "C:/a.yml",
    "rules/\x1b[2J.yml",
    "x" * 500,
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("make", [as_zip, as_tar])
def test_a_path_that_leads_elsewhere_refuses_the_whole(
    tmp_path: Path, name: str, make: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    with pytest.raises(InputError, match="is refused") as raised:
        read_archive(make(tmp_path / "x", {"rules/good.yml": b"a: b", name: b"a: b"}))
    assert "\x1b" not in str(raised.value)


def test_links_and_devices_refuse_the_whole(tmp_path: Path) -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        with tarfile.open(tmp_path / "x.tar", "w") as packed:
            entry = tarfile.TarInfo("rules/a.yml")
            entry.type, entry.linkname = kind, "/etc/passwd"
            packed.addfile(entry)
        with pytest.raises(InputError, match="a link or no plain file"):
            read_archive(tmp_path / "x.tar")
    link = zipfile.ZipInfo("rules/a.yml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed_zip:
        packed_zip.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="a link or no plain file"):
        read_archive(tmp_path / "x.zip")
    as_folder(tmp_path / "f", {"rules/a.yml": b""})
    for target in ("/etc/passwd", "/etc"):
        (tmp_path / "f" / "rules" / "b.yml").symlink_to(target)
        with pytest.raises(InputError, match="a link or no plain file"):
            read_archive(tmp_path / "f")
        (tmp_path / "f" / "rules" / "b.yml").unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_a_folder_that_may_not_be_looked_into_refuses_the_whole() -> None:
    with closed("f/rules") as top, pytest.raises(InputError, match=r"cannot be read: .*Permission denied"):
        read_archive(top / "f")


@pytest.mark.parametrize("make", [as_zip, as_tar])
def test_too_much_refuses_the_whole(tmp_path: Path, make: Callable[[Path, dict[str, bytes]], Path]) -> None:
    with pytest.raises(InputError, match="larger than 8,000,000"):
        read_archive(make(tmp_path / "big", {"rules/a.yml": b"0" * 8_000_001}))
    bomb = make(tmp_path / "bomb", {f"rules/{n}.yml": b"0" * 30_000 for n in range(9)})
    with pytest.raises(InputError, match="more than 100,000 bytes"):
        read_archive(bomb, Bounds(bytes=100_000))
    many = make(tmp_path / "many", {f"rules/{n}.yml": b"0" for n in range(9)})
    with pytest.raises(InputError, match="more than 5 entries"):
        read_archive(many, Bounds(entries=5))


def test_what_a_tar_says_of_itself_counts_too(tmp_path: Path) -> None:
    few = Bounds(bytes=100_000)
    with tarfile.open(
        tmp_path / "x.tgz", "w:gz", format=tarfile.PAX_FORMAT, pax_headers={"comment": "0" * 500_000}
    ) as t:
        t.addfile(tarfile.TarInfo("rules/a.yml"))
    with pytest.raises(InputError, match="unpacks to more"):
        read_archive(tmp_path / "x.tgz", few)
    passed_over = as_tar(tmp_path / "y.tgz", {"film.mp4": b"0" * 500_000, "rules/a.yml": b""})
    with pytest.raises(InputError, match="unpacks to more"):
        read_archive(passed_over, few)


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as packed:
        for _ in range(2):
            packed.addfile(tarfile.TarInfo("rules/a.yml"))
    with pytest.raises(InputError, match="twice"):
        read_archive(tmp_path / "x.tar")


@pytest.mark.parametrize("make", [as_zip, as_tar])
def test_a_file_that_is_a_folder_too_is_refused(tmp_path: Path, make: Callable[[Path, dict[str, bytes]], Path]) -> None:
    source = make(tmp_path / "x", {"rules/a.yml": b"title: a", "rules/a.yml/c/b.yml": b"title: b"})

    with pytest.raises(InputError, match=r"rules/a.yml is a file and a folder at once"):
        read_archive(source)


def test_folders_of_a_tar_are_no_files_that_were_not_taken(tmp_path: Path) -> None:
    as_folder(tmp_path / "checkout", FILES)
    with tarfile.open(tmp_path / "x.tar", "w") as packed:
        packed.add(tmp_path / "checkout" / "sigma-master", "sigma-master")

    found = read_archive(tmp_path / "x.tar")
    assert found.files == TAKEN
    assert found.skipped == read_archive(as_zip(tmp_path / "x.zip", FILES)).skipped


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = as_zip(tmp_path / "x.zip", {"rules/a.yml": b"a"})
    raw = bytearray(path.read_bytes())
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(magic) + at] |= 1
    path.write_bytes(raw)
    with pytest.raises(InputError, match="cannot be unpacked"):
        read_archive(path)


def read_or_refuse(path: Path) -> dict[str, bytes] | None:
    """Return the files, or None for one line of refusal; anything else is raised and fails the test."""
    try:
        return read_archive(path).files
    except InputError:
        return None


@given(
    st.one_of(
        st.binary(max_size=300), st.binary(max_size=40).map(lambda tail: b"PK\x03\x04" + tail + b"PK\x05\x06" + tail)
    )
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_bytes(content)
    assert read_or_refuse(path) in ({}, None)


@given(st.integers(0, 2000), st.integers(1, 255), st.booleans())
def test_a_broken_byte_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, change: int, zipped: bool
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    path = (as_zip if zipped else as_tar)(folder / "x", FILES)
    raw = bytearray(path.read_bytes())
    raw[at % len(raw)] ^= change
    path.write_bytes(raw)
    found = read_or_refuse(path)
    assert found is None or len(found) <= len(FILES)
