"""Where things are kept for later runs, without knowing who keeps them: what was made once, and what scans found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from sentinel.model.assets import Asset, Finding
from sentinel.model.history import Looked


class Kept(Protocol):
    """Bytes by a key that says all that they were made of. They may be lost at any time."""

    def load(self, key: str) -> bytes | None:
        """Return what was saved under a key."""
        ...

    def save(self, key: str, data: bytes) -> None:
        """Save under a key."""
        ...


class KeepScans(Protocol):
    """Where scans are kept, with what was known before."""

    def known_assets(self, site: str, keys: Iterable[str]) -> dict[str, Asset]:
        """Return what is known of some assets, by id."""
        ...

    def open_findings(self, site: str) -> list[Finding]:
        """Return the findings of a site that no scan has seen mended."""
        ...

    def save_scan(
        self, site: str, as_of: date, assets_found: Iterable[Asset], wrong: Iterable[Finding], looked: Looked
    ) -> None:
        """Keep assets and findings of one day."""
        ...
