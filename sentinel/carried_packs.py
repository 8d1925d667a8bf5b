"""The numbers of packs in a signed file: written into its manifest, and worked out again where it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sentinel.errors import InputError, Location
from sentinel.model.packs import PackScored
from sentinel.model.records import Record, score_record
from sentinel.packs import score_packs
from sentinel.settings import Site


def pack_numbers(site: Site, content: Path, as_of: date) -> list[Record]:
    """Return the numbers of every pack that a site names answers for, by the answers alone."""
    named = site.file.assessment.packs if site.file.assessment else {}
    return [_numbers(one) for one in score_packs(site, content, as_of, None)] if named else []


def packs_why_not(ours: Sequence[Record], manifest: Mapping[str, Any], name: str) -> str:
    """Say why the numbers of packs could not be held against the manifest; InputError where they do not follow."""
    told = manifest.get("packs")
    if told is None and ours:
        return "says nothing of the numbers of its packs"
    listed = told if isinstance(told, list) else []
    theirs = {str(one.get("id")): one for one in listed if isinstance(one, dict)}
    if set(theirs) != {one["id"] for one in ours}:
        raise InputError(Location(name), "its manifest names other packs than it holds answers to")
    for one in ours:
        if theirs[one["id"]].get("hash") != one["hash"]:
            version = str(theirs[one["id"]].get("version"))[:20]
            return (
                f"made with another version of {one['id']} ({version}; here is {one['version']}): not worked out again"
            )
        if theirs[one["id"]] != one:
            raise InputError(Location(name), f"the numbers of {one['id']} do not follow from its answers")
    return ""


def _numbers(scored: PackScored) -> Record:
    pack = scored.pack
    score = score_record(scored.score) if scored.score else None
    return {"id": pack.id, "version": pack.version, "hash": pack.hash, "applies": pack.applies, "score": score}
