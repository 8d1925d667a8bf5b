from __future__ import annotations

from datetime import date

from sentinel.crosswalking import coverage_through
from sentinel.settings import read_site
from tests.shared import ROOT


def test_what_the_example_clinic_says_of_nsms_principles_is_known_by_hand() -> None:
    """2.9 (restoring): the copy and its trial are parts of it, in place or in part; nothing of ours is all of it."""
    site = read_site(ROOT / "examples" / "clinic" / "site.toml")

    found = coverage_through(site, ROOT, "normen", "nsm-2.1", date(2026, 11, 12))

    assert (found.answered, found.met, len(found.places)) == ("normen", 0, 21)
    restoring = next(place for place in found.places if place.place == "2.9")
    assert restoring.state == "partly"
    assert {ground.route.steps[0] for ground in restoring.grounds} == {"DRF-07", "DRF-08", "DRF-09"}
