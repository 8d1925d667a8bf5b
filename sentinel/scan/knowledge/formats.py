"""All formats of feeds that we read: how a document of each is recognised by its content, and what reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.knowledge import csaf, cve, endoflife, epss, kev, nvd, osv, vex
from sentinel.scan.knowledge.documents import Document
from sentinel.scan.knowledge.jsonstream import NotJsonError
from sentinel.scan.knowledge.stream import Stream
from sentinel.scan.knowledge.told import Intake, Told

HEAD_BYTES = 8 * 1024
MOST_WHOLE = 32 * 1024 * 1024
"""Bytes of a JSON document that is read whole; longer ones are read item by item."""
_JSON = re.compile(r"\s*[{\[]")


@dataclass(frozen=True, slots=True)
class Whole:
    """A format whose documents are JSON objects of bounded size."""

    feed: str
    title: str
    looks: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Mapping[str, Any], str, Intake], Iterator[Told]]


@dataclass(frozen=True, slots=True)
class Long:
    """A format that is read as a stream, recognised by its first text."""

    feed: str
    title: str
    looks: Callable[[str], bool]
    read: Callable[[Stream, str, Intake], Iterator[Told]]


@dataclass(slots=True)
class Intakes:
    """The counts of all feeds of a bundle. Not frozen: it grows. `other` counts what is of no feed that we know.

    `known` counts the documents that are of one, whatever they hold.
    """

    as_of: date
    feeds: dict[str, Intake] = field(default_factory=dict)
    other: Tally = field(default_factory=lambda: Tally("other"))
    known: int = 0

    def of(self, feed: str) -> Intake:
        """Return the count of a feed."""
        return self.feeds.setdefault(feed, Intake(feed, self.as_of, Tally(feed)))


def read_document(document: Document, intakes: Intakes) -> Iterator[Told]:
    """Yield what a document says; one that is of no feed is counted.

    Skipped: `no-feed`, `not-json`, `too-large`, `truncated`.
    """
    head = document.stream.peek(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    long = next((one for one in LONG if one.looks(head)), None)
    if long:
        yield from _read_long(long, document, intakes)
    elif _JSON.match(head):
        yield from _read_whole(document, intakes)
    else:
        intakes.other.skip(Skipped(document.label, "", "no-feed"))


def _read_long(form: Long, document: Document, intakes: Intakes) -> Iterator[Told]:
    intakes.known += 1
    intake = intakes.of(form.feed)
    try:
        yield from form.read(document.stream, document.label, intake)
    except NotJsonError as error:
        intake.skip(document.label, "", "truncated" if document.stream.broken else "not-json", str(error))
        return
    if document.stream.broken:
        intake.skip(document.label, "", "truncated", document.stream.broken)


def _read_whole(document: Document, intakes: Intakes) -> Iterator[Told]:
    raw = document.stream.read(MOST_WHOLE + 1)
    reason = "truncated" if document.stream.broken else "too-large" if len(raw) > MOST_WHOLE else ""
    if reason:
        intakes.other.skip(Skipped(document.label, "", reason, document.stream.broken))
        return
    try:
        found = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        intakes.other.skip(Skipped(document.label, "", "not-json", str(error)))
        return
    keys = found if isinstance(found, dict) else {"": found}
    form = next((one for one in WHOLE if one.looks(keys)), None)
    if form is None:
        intakes.other.skip(Skipped(document.label, "", "no-feed"))
        return
    intakes.known += 1
    yield from form.read(keys, document.label, intakes.of(form.feed))


WHOLE: tuple[Whole, ...] = (
    Whole("kev", "CISA's KEV (JSON)", kev.looks_like, kev.read_kev),
    Whole("cve", "CVE records (JSON 5)", cve.looks_like, cve.read_cve),
    Whole("nvd", "NVD's JSON 2.0", nvd.looks_like_record, nvd.read_record),
    Whole("csaf", "CSAF 2.0 advisories", csaf.looks_like, csaf.read_csaf),
    Whole("endoflife", "endoflife.date's API", endoflife.looks_like_answer, endoflife.read_answer),
    Whole("endoflife", "endoflife.date's API", endoflife.looks_like_cycles, endoflife.read_cycles),
    Whole("vex", "OpenVEX", vex.looks_like_open, vex.read_open),
    Whole("vex", "CycloneDX VEX", vex.looks_like_cyclone, vex.read_cyclone),
    Whole("osv", "OSV records", osv.looks_like, osv.read_osv),
)
LONG: tuple[Long, ...] = (
    Long("nvd", "NVD's JSON 2.0", nvd.looks_like, nvd.read_nvd),
    Long("epss", "EPSS", epss.looks_like, epss.read_epss),
    Long("kev", "CISA's KEV (CSV)", kev.looks_like_csv, kev.read_kev_csv),
    Long("endoflife", "endoflife.date's repository", endoflife.looks_like_page, endoflife.read_page),
)
TITLES = tuple(dict.fromkeys([*(one.title for one in WHOLE), *(one.title for one in LONG)]))
