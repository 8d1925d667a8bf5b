from __future__ import annotations

from pathlib import Path

from sentinel.authoring import Desk, check, explain_rules, try_samples
from tests.detect.logs import event
from tests.detect.rules import rule
from tests.shared import ROOT


def test_a_desk_is_checked_tested_and_explained(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(rule(1, "sel: {a|expand: '%x%'}\ncondition: sel", "category: webserver"))
    desk = Desk([tmp_path], tmp_path, ROOT, {"x": ["1"]})

    ruleset, remarks = check(desk)
    tested = try_samples(desk)
    [told] = explain_rules(desk, ruleset.rules, event({"event.dataset": "web.access", "a": "1"}))

    assert [one.code for one in remarks] == ["no-samples"]
    assert (tested.tested, len(tested.untested), tested.remarks) == (0, 1, ())
    assert (told.verdict, told.views[0].condition.name) == ("hit", "sel")
