"""The example clinic's dossier, with risks, three measurements, and an answer to something it is not asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from sentinel import exchanging
from sentinel.model.compliance import Answer
from sentinel.model.interchange import Dossier
from sentinel.settings import read_site
from tests.comply import small
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
DAY = date(2026, 11, 21)
UNUSED = Answer("DSL-02", "met", "Kåre Nygård", date(2026, 11, 10), note="Første linje\nandre linje\n\n  tredje")


@cache
def dossier() -> Dossier:
    seen = (
        small.evidence("DRF-05", "contradicts"),
        small.evidence("DRF-10", "caps", "partly", small.signal("epj", kind="log")),
        small.evidence("DRF-07", "supports", None, small.signal("hosts", kind="inventory")),
    )
    found = exchanging.judged(read_site(CLINIC), ROOT, DAY, seen, "result.json")
    return replace(found, answers=(*found.answers, UNUSED))
