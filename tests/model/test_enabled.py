from __future__ import annotations

from dataclasses import replace

from sentinel.model.enabled import EnabledRule

ONE = EnabledRule("k", "Title", "r", "m", "v")


def test_a_title_is_no_part_of_what_a_rule_means_and_all_that_decides_its_alerts_is() -> None:
    assert replace(ONE, title="Other", key="x").meaning == ONE.meaning
    for changed in (
        replace(ONE, rule="x"),
        replace(ONE, mapping="x"),
        replace(ONE, values="x"),
        replace(ONE, alerts=False),
    ):
        assert changed.meaning != ONE.meaning
