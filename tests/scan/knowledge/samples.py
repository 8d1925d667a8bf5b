"""Small documents of each feed, written by hand about products and numbers that are not, and a bundle made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sentinel.model.skipped import Tally
from sentinel.scan.knowledge.build import Built, build
from sentinel.scan.knowledge.bundle import Bundle
from sentinel.scan.knowledge.documents import Document
from sentinel.scan.knowledge.formats import Intakes, read_document
from sentinel.scan.knowledge.stream import Stream
from sentinel.scan.knowledge.told import Told
from sentinel.signing import make_keys, sign

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

KEV: dict[str, Any] = {
    "title": "CISA Catalog",
    "catalogVersion": "2026.11.18",
    "dateReleased": "2026-11-18T17:04:19.9796Z",
    "count": 2,
    "vulnerabilities": [
        {
            "cveID": "CVE-2023-43208",
            "vendorProject": "NextGen Healthcare",
            "product": "Mirth Connect",
            "dateAdded": "2024-05-20",
            "shortDescription": "Deserialization of untrusted data.",
            "knownRansomwareCampaignUse": "Known",
        },
        {"cveID": "CVE-2026-1", "dateAdded": "2026-01-01"},
    ],
}


def branch(category: str, name: str, *below: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    """Return a branch of a product tree."""
    return {"category": category, "name": name, **({"branches": list(below)} if below else {}), **more}


def product(identity: str, name: str, **helper: str) -> dict[str, Any]:
    """Return a product of a product tree."""
    helped = {"product_identification_helper": helper} if helper else {}
    return {"product_id": identity, "name": name, **helped}


def csaf(tree: dict[str, Any], *entries: dict[str, Any], **about: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    """Return an advisory over a product tree."""
    head = {
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "title": "Lyngvik Pump",
        "publisher": {"category": "vendor", "name": "Lyngvik"},
        "references": [
            {"category": "self", "url": "https://lyngvik.example/a.json"},
            {"category": "self", "url": "https://lyngvik.example/a"},
        ],
        "tracking": {"id": "LV-26-1", "status": "final", "current_release_date": "2026-11-01T10:00:00Z"},
    }
    return {"document": head | about, "product_tree": tree, "vulnerabilities": list(entries)}


ADVISORY = csaf(
    {
        "branches": [
            branch(
                "vendor",
                "Lyngvik Médical",
                branch(
                    "product_name",
                    "Pump 3",
                    branch("product_version_range", "<= 2.1", product=product("P1", "Pump 3: <= 2.1")),
                    branch("product_version", "3.0", product=product("P2", "Pump 3: 3.0")),
                ),
            )
        ]
    },
    {
        "cve": "CVE-2026-10001",
        "product_status": {"known_affected": ["P1"], "fixed": ["P2"]},
        "scores": [{"cvss_v3": {"baseScore": 6.5, "vectorString": "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}],
        "remediations": [{"category": "vendor_fix", "details": "Update to 3.0.", "product_ids": ["P1"]}],
        "notes": [{"category": "summary", "text": "A packet restarts the pump."}],
    },
)


def read(content: object, label: str = "sample") -> tuple[list[Told], Intakes]:
    """Read one document; what is no text or bytes is written as JSON."""
    raw = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else dumped(content)
    intakes = Intakes(DAY)
    return list(read_document(Document(label, Stream(iter([raw]))), intakes)), intakes


def counts(tally: Tally) -> tuple[int, dict[str, int], dict[str, int]]:
    """Return what was handled, skipped and left out."""
    return tally.handled, dict(tally.skipped), dict(tally.parts)


def dumped(content: object) -> bytes:
    """Return content as JSON."""
    return json.dumps(content).encode()


def made(folder: Path, *feeds: object, as_of: date = DAY, name: str = "knowledge.zip") -> tuple[Path, Built]:
    """Build a bundle of documents, signed with the key of `folder`, whose public part lies in `folder`/keys."""
    keys = folder / "keys"
    if not keys.is_dir():
        keys.mkdir()
        make_keys(folder / "kari.key", keys / "kari.pub")
    paths = []
    for number, content in enumerate(feeds):
        path = content if isinstance(content, Path) else folder / f"feed-{number}"
        if not isinstance(content, Path):
            path.write_bytes(content if isinstance(content, bytes) else dumped(content))
        paths.append((path, path.name))
    return folder / name, build(paths, folder / name, as_of, lambda raw: sealed(raw, folder, as_of))


def sealed(raw: bytes, folder: Path, as_of: date) -> str:
    """Return a signature with the key of `folder`."""
    return sign(raw, folder / "kari.key", datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)).text()


def opened(folder: Path, feeds: Sequence[object]) -> Bundle:
    """Build a bundle and open it."""
    return Bundle(made(folder, *feeds)[0])
