"""Reads values as other tools write them: addresses, hardware addresses, moments and names, in many spellings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from sentinel.scan.addresses import known_as
from sentinel.scan.clean import masked

MACS = 6
_SECONDS = re.compile(r"\d{9,10}(\.\d{1,9})?", re.ASCII)
_DIGITS = re.compile(r"[0-9a-f]{12}")
_PARTS = re.compile(r"[:\-. ]")
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_CVE = re.compile(r"\bCVE-\d{4}-\d{4,7}\b", re.IGNORECASE)
_STAMPS = ("%Y/%m/%d %H:%M:%S", "%a %b %d %H:%M:%S %Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")
MAX_STAMP = 40
MAX_CVES = 200


@lru_cache(maxsize=65_536)  # logs name the same machines again and again
def address(text: str) -> str:
    """Return one machine's address in its usual writing, empty where the text is none.

    Unspecified, loopback, multicast and broadcast addresses are no machine's. A link-local one keeps its zone.
    """
    found = known_as(text)
    if found is None:
        return ""
    nobody = found.is_unspecified or found.is_loopback or found.is_multicast or str(found) == "255.255.255.255"
    return "" if nobody else str(found)


@lru_cache(maxsize=65_536)
def mac(text: str) -> str | None:
    """Return a hardware address in small letters with colons, from any of the usual writings.

    `00:09:fb:…`, `00-09-FB-…`, `0009.fb01.0203`, `0:9:fb:1:2:3`, `00 09 FB …` and twelve digits. Broadcast, multicast
    and all zeros are none.
    """
    parts = _PARTS.split(text.strip().lower())
    if len(parts) == MACS:
        parts = [part.zfill(2) for part in parts]
    digits = "".join(parts)
    if len(digits) != MACS * 2 or not _DIGITS.fullmatch(digits) or not digits.strip("0"):
        return None
    if int(digits[:2], 16) & 1:
        return None
    return ":".join(digits[at : at + 2] for at in range(0, MACS * 2, 2))


@lru_cache(maxsize=1024)
def moment(text: str) -> datetime | None:
    """Return a moment written as seconds since 1970 or as a date that can only be read one way; None for others.

    A date without a zone is taken as UTC. What lies before 1990 or after 2099 is a mistake.
    """
    text = text.strip()[:MAX_STAMP]
    if not text:
        return None
    found = _seconds(text) or _stamp(text)
    return found if found and _FIRST <= found < _LAST else None


def _seconds(text: str) -> datetime | None:
    if not _SECONDS.fullmatch(text):
        return None
    return datetime.fromtimestamp(float(text), UTC)


def _stamp(text: str) -> datetime | None:
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    for form in _STAMPS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _in_utc(found: datetime) -> datetime:
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def cves(text: str) -> str:
    """Return the CVE numbers in a text, each once and sorted, with commas between; empty where there is none."""
    return ", ".join(sorted({found.upper() for found in _CVE.findall(text)})[:MAX_CVES])


def by_score(text: str) -> str | None:
    """Return the word that CVSS 3.1 (section 5) gives a score; None where there is no score."""
    try:
        score = float(text.replace(",", "."))
    except ValueError:
        return None
    words = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"), (0.0, "informational"))
    return next((word for least, word in words if least <= score <= 10), None)  # noqa: PLR2004 -- the highest score


def is_remark(facts: dict[str, str]) -> bool:
    """Say whether a scanner's result is only a remark: it has neither a severity nor a CVE."""
    return "title" in facts and facts.get("severity") == "informational" and "cves" not in facts


@lru_cache(maxsize=65_536)
def port(text: str) -> int | None:
    """Return a port number from 1 to 65535; None for anything else."""
    text = text.strip()
    value = int(text) if re.fullmatch(r"\d{1,5}", text, re.ASCII) else 0
    return value if 1 <= value <= 65_535 else None  # noqa: PLR2004 -- 16 bits


def present(**facts: str) -> dict[str, str]:
    """Return the facts that are there, made safe to keep: printable, short, identity numbers masked."""
    kept = {name: masked(value) for name, value in facts.items() if value}
    return {name: value for name, value in kept.items() if value}
