"""Correlations and filters of any shape are loaded or refused, once each, and never raise."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.sigma import load_rules
from tests.detect.documents import rule

WORDS = st.sampled_from(["", "a", "b", "any", "5m", "not a"])
KEYS = st.sampled_from(["a", "gte", "field", "lt"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
TYPES = st.sampled_from(["event_count", "value_count", "temporal", "temporal_ordered", "value_percentile"])
CONDITIONS = st.sampled_from([{"gte": 2}, {"gte": 2, "field": "x"}, "a and b", "a and not b", "not s", "1 of s*"])
GOOD = {
    "correlation": {"type": "event_count", "rules": ["a", "b"], "timespan": "5m", "condition": {"gte": 2}},
    "filter": {"rules": "any", "s": {"U": "x"}, "condition": "not s"},
}
CHANGES = st.dictionaries(
    st.sampled_from(["type", "rules", "timespan", "group-by", "aliases", "generate", "condition", "s"]),
    TYPES | CONDITIONS | VALUES,
    max_size=2,
)
HEADS = st.dictionaries(st.sampled_from(["id", "name", "timezone", "generate", "level"]), VALUES, max_size=1)


def documents(section: str) -> st.SearchStrategy[dict[str, Any]]:
    """Make documents of which a part is good, and most have one or two places that are not."""
    head: dict[str, Any] = {"title": "T"} | ({"logsource": {"product": "windows"}} if section == "filter" else {})
    changed = CHANGES.map(lambda changes: {**GOOD[section], **changes})
    return st.builds(lambda more, inner: {**head, **more, section: inner}, HEADS, changed | VALUES)


@settings(deadline=None)
@given(st.lists(documents("correlation") | documents("filter"), min_size=1, max_size=4))
def test_documents_of_any_shape(given_: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "base.yml").write_text("---\n".join([rule("a", 1), rule("b", 2)]))
        (folder / "given.yml").write_text("\n---\n".join(json.dumps(one) for one in given_))
        loaded = load_rules([folder], folder)

    assert len(loaded.correlations) + len(loaded.filters) + len(loaded.refused) == len(given_)
    assert len(loaded.rules) == 2
    assert all(refused.fault.location.path == "given.yml" for refused in loaded.refused)
    assert all(refused.fault.location.line > 0 for refused in loaded.refused)
