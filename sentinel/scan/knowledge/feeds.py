"""The feeds that a bundle is made of: where each comes from, under which licence, and when it is old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sentinel.model.knowledge import Feed
from sentinel.scan.knowledge.told import Intake


@dataclass(frozen=True, slots=True)
class About:
    """One kind of feed. It is old after so many `days`.

    `dated`: several files of it are parts of one, as old as the oldest (`oldest`), or the newest says all (`newest`).
    """

    title: str
    licence: str
    origin: str
    days: int
    dated: Literal["oldest", "newest"] = "newest"


FEEDS: Mapping[str, About] = {
    "csaf": About("security advisories (CSAF 2.0)", "as each publisher says", "https://github.com/cisagov/CSAF", 60),
    "cve": About("CVE records", "CVE terms of use", "https://github.com/CVEProject/cvelistV5", 30),
    "endoflife": About("ends of support", "MIT", "https://endoflife.date", 120),
    "epss": About("probability of exploitation (EPSS)", "free with attribution", "https://www.first.org/epss", 14),
    "kev": About(
        "known exploited vulnerabilities (KEV)",
        "CC0 1.0",
        "https://www.cisa.gov/known-exploited-vulnerabilities-catalog",
        30,
    ),
    "nvd": About("National Vulnerability Database", "public domain", "https://nvd.nist.gov", 30, "oldest"),
    "osv": About("open-source vulnerabilities (OSV)", "as each source says", "https://osv.dev", 30),
    "vex": About("statements on exploitability (VEX)", "as each owner says", "", 365),
}


def feed_from(intake: Intake, dated: date) -> Feed:
    """Return the facts of a feed that was read."""
    about = FEEDS[intake.feed]
    skipped = dict(sorted(intake.tally.skipped.items()))
    return Feed(intake.feed, dated, intake.tally.handled, skipped, about.licence, about.origin)


def age(feed: Feed, today: date) -> int:
    """Return how many days ago a feed was current."""
    return (today - feed.dated).days


def is_old(feed: Feed, today: date) -> bool:
    """Say whether so much time has passed that what is newer is missed."""
    about = FEEDS.get(feed.name)
    return about is not None and age(feed, today) > about.days
