from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from sentinel.model.alerts import Alert, Match, RuleRef
from sentinel.model.events import Value
from sentinel.model.plain_hits import plain_hit
from sentinel.model.record_shapes import HitEvent, HitRecord, HitRule
from sentinel.model.severity import Severity

NOW = datetime(2026, 10, 14, 1, 41, tzinfo=UTC)
RULE = RuleRef("r", "t", Severity.HIGH, "h", "a", ("attack.t1078",))


@pytest.mark.parametrize("explanation", [None, (), ("a", "b")])
@pytest.mark.parametrize("time", [None, NOW, NOW.replace(microsecond=120)])
def test_a_hit_is_written_as_its_model_says(time: datetime | None, explanation: tuple[str, ...] | None) -> None:
    fields: dict[str, Value] = {"n": 1, "f": 0.5, "l": [True, None, "x", [2]], "z": None, "t": "blåbær"}
    matched = (Match("t", "blåbær", "contains blå"), Match("n", "1", "= 1"))
    alert = Alert("a", RULE, "e", time, "s", "1", matched, fields, engine="1.0", revision=2, status="withdrawn")
    model = HitRecord(
        alert.id, HitRule(**{name: getattr(RULE, name) for name in ("id", "title", "level", "hash", "author", "tags")}),
        HitEvent("e", time, "s", "1"), matched, fields, "1.0", None, 2, None, "withdrawn", "", explanation,
    )  # fmt: skip
    wanted = {"schema": "sentinel.hit/1", **TypeAdapter(HitRecord).dump_python(model, mode="json")}

    assert plain_hit(alert, explanation) == wanted
    assert list(plain_hit(alert, explanation)) == list(wanted)
