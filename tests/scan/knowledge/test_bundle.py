from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import InputError
from sentinel.members import MANIFEST, SIGNATURE, write_member
from sentinel.model.knowledge import Knowledge, Span, Statement, Weakness
from sentinel.scan.knowledge import bundle as module
from sentinel.scan.knowledge.bundle import Bundle
from sentinel.signing import make_keys, read_trusted
from tests.scan.knowledge.samples import ADVISORY, KEV, NOW, made, opened, sealed

PUMP = "lyngvik-médical:pump-3"


def rewritten(path: Path, changes: Mapping[str, bytes | None]) -> Path:
    """Write a bundle anew with other members; None leaves one out."""
    with ZipFile(path) as archive:
        members: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    members.update(changes)
    with ZipFile(path, "w") as archive:
        for name, data in members.items():
            if data is not None:
                write_member(archive, name, data)
    return path


def refusal(path: Path, trusted: Path | None = None, now: datetime = NOW) -> str:
    """Return why a bundle is not taken in."""
    with pytest.raises(InputError) as refused:
        believed(path, trusted or path.parent / "keys", now)
    return str(refused.value)


def believed(path: Path, trusted: Path, now: datetime) -> None:
    """Take a bundle in as an import does."""
    with Bundle(path, "b.zip") as bundle:
        bundle.signed_by(read_trusted(trusted))
        bundle.check(now)


def test_what_was_put_in_is_found_again(tmp_path: Path) -> None:
    bundle: Knowledge = opened(tmp_path, [KEV, ADVISORY])

    assert bundle.products("LYNGVIK médical") == (PUMP,)
    assert [(one.status, one.spans) for one in bundle.about(PUMP)] == [
        ("affected", (Span(last="2.1"),)),
        ("fixed", (Span("3.0", "3.0"),)),
    ]
    assert bundle.weaknesses(["CVE-2023-43208", "CVE-1999-0001"]) == {
        "CVE-2023-43208": Weakness(
            "CVE-2023-43208",
            exploited=date(2024, 5, 20),
            ransomware=True,
            summary="Deserialization of untrusted data.",
        )
    }
    assert isinstance(next(iter(bundle.about(PUMP))), Statement)
    assert [(feed.name, feed.dated, feed.kept, feed.skipped) for feed in bundle.feeds] == [
        ("csaf", date(2026, 11, 1), 1, {}),
        ("kev", date(2026, 11, 18), 1, {"no-cve": 1}),
    ]


@pytest.mark.fuzz
@given(st.text(max_size=20))
def test_what_is_not_there_is_nothing(tmp_path: Path, word: str) -> None:
    path = tmp_path / "knowledge.zip"
    bundle = Bundle(path) if path.exists() else opened(tmp_path, [KEV, ADVISORY])

    assert list(bundle.about(word)) == []
    assert bundle.products(word) == ()
    assert bundle.lines(word) == ()
    assert bundle.weaknesses([word]) == {}
    assert bundle.concerned(word) == ()


def test_a_key_that_only_begins_alike_is_another(tmp_path: Path) -> None:
    bundle = opened(tmp_path, [ADVISORY])

    assert list(bundle.about(PUMP[:-1])) == []
    assert list(bundle.about(PUMP + "0")) == []
    assert bundle.products("lyngvik") == ()


def test_a_bundle_is_signed_by_who_is_trusted(tmp_path: Path) -> None:
    with opened(tmp_path, [KEV]) as bundle:
        bundle.check(NOW)
        assert bundle.signed_by(read_trusted(tmp_path / "keys")).startswith("kari (")
        assert bundle.created == date(2026, 11, 20)


def test_one_that_nobody_trusted_signed(tmp_path: Path) -> None:
    path, _ = made(tmp_path, KEV)
    (tmp_path / "others").mkdir()
    make_keys(tmp_path / "ola.key", tmp_path / "others" / "ola.pub")

    assert "which is not trusted here" in refusal(path, tmp_path / "others")
    assert "which is not trusted here" in refusal(path, tmp_path / "nobody")


def test_one_that_is_not_signed(tmp_path: Path) -> None:
    path, _ = made(tmp_path, KEV)

    assert refusal(rewritten(path, {SIGNATURE: b"{}"})) == "b.zip: is not signed: its signature is none"
    assert refusal(rewritten(path, {SIGNATURE: None})) == "b.zip: is not signed"


def test_one_whose_manifest_or_members_were_changed(tmp_path: Path) -> None:
    path, _ = made(tmp_path, KEV)
    with ZipFile(path) as archive:
        manifest, shard = archive.read(MANIFEST), archive.read("weaknesses/000.jsonl")
    changed: tuple[tuple[Mapping[str, bytes | None], str], ...] = (
        ({MANIFEST: manifest.replace(b"2026-11-20", b"2026-11-21")}, "the bundle was changed since"),
        (
            {"weaknesses/000.jsonl": shard.replace(b"2024-05-20", b"2020-05-20")},
            "weaknesses/000.jsonl is not what was signed",
        ),
        ({"weaknesses/000.jsonl": shard + b"more"}, "weaknesses/000.jsonl is larger than it may be"),
        ({"weaknesses/000.jsonl": None}, "weaknesses/000.jsonl was put in or taken out"),
        ({"evil.exe": b"x"}, "evil.exe was put in or taken out"),
    )
    for changes, why in changed:
        copy = shutil.copyfile(path, tmp_path / "copy.zip")
        assert why in refusal(rewritten(copy, changes))


def test_a_changed_shard_is_not_believed_when_it_is_asked_either(tmp_path: Path) -> None:
    path, _ = made(tmp_path, KEV)
    with ZipFile(path) as archive:
        shard = archive.read("weaknesses/000.jsonl")
    bundle = Bundle(rewritten(path, {"weaknesses/000.jsonl": shard.replace(b"2024-05-20", b"2020-05-20")}))

    with pytest.raises(InputError, match="is not what was signed"):
        bundle.weaknesses(["CVE-2023-43208"])


def test_one_of_the_future_or_of_a_newer_kind(tmp_path: Path) -> None:
    path, _ = made(tmp_path, KEV)
    with ZipFile(path) as archive:
        newer = archive.read(MANIFEST).replace(b"sentinel.knowledge/1", b"sentinel.knowledge/2")
        other = archive.read(MANIFEST).replace(b"sentinel.knowledge/1", b"sentinel.something/1")

    assert "b.zip: is dated 2026-11-20, which is in the future" in refusal(path, now=datetime(2026, 11, 18, tzinfo=UTC))
    for manifest, why in (
        (newer, "is of the newer kind sentinel.knowledge/2: this version of Sentinel reads sentinel.knowledge/1"),
        (other, "is no knowledge bundle: its manifest is of another kind"),
        (b"[]", "is no knowledge bundle: its manifest is of another kind"),
        (b"{", "has a manifest that cannot be read"),
        (b'{"schema": "sentinel.knowledge/1"}', "has a manifest that cannot be read"),
    ):
        copy = shutil.copyfile(path, tmp_path / "copy.zip")
        signed = {MANIFEST: manifest, SIGNATURE: sealed(manifest, tmp_path, date(2026, 11, 20)).encode()}
        assert refusal(rewritten(copy, signed)) == f"b.zip: {why}"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"a letter", "is no knowledge bundle"),
        (b"PK\x03\x04 and nothing", "is cut off, or no knowledge bundle"),
    ],
)
def test_what_is_no_bundle(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "b.zip").write_bytes(content)

    assert refusal(tmp_path / "b.zip") == f"b.zip: {why}"
    assert "cannot be read" in refusal(tmp_path / "nothing.zip")


@pytest.mark.fuzz
@given(st.integers(0, 100_000), st.binary(min_size=1, max_size=30), st.booleans())
def test_no_other_byte_is_ever_taken_for_the_same_bundle(tmp_path: Path, place: int, noise: bytes, cut: bool) -> None:
    path = tmp_path / "knowledge.zip"
    raw = (path if path.exists() else made(tmp_path, KEV, ADVISORY)[0]).read_bytes()
    at = place % len(raw)
    changed = raw[:at] if cut else raw[:at] + noise + raw[at + len(noise) :]
    copy = tmp_path / "copy.zip"
    copy.write_bytes(changed)
    with suppress(InputError):
        believed(copy, tmp_path / "keys", NOW)
        # What is no part of any member, as a date in the table of contents, may differ.
        assert content(Bundle(copy)) == content(Bundle(path))


def content(bundle: Bundle) -> list[object]:
    return [bundle.feeds, list(bundle.about(PUMP)), bundle.weaknesses(["CVE-2023-43208", "CVE-2026-10001"])]


def test_shards_at_hand_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = opened(tmp_path, [KEV, ADVISORY])
    monkeypatch.setattr(module, "REMEMBERED", 10)
    for _ in range(2):
        assert len(list(bundle.about(PUMP))) == 2
        assert bundle.weaknesses(["CVE-2026-10001"])
        assert len(bundle._at_hand) == 1


def test_the_manifest_can_be_read_by_a_person(tmp_path: Path) -> None:
    path, _ = made(tmp_path, KEV)
    with ZipFile(path) as archive:
        told = orjson.loads(archive.read(MANIFEST))

    assert list(told) == ["schema", "created", "feeds", "counts", "bits", "members"]
    assert told["feeds"][0]["parts"] == {}
    assert told["members"]["weaknesses/000.jsonl"]["bytes"] > 50
