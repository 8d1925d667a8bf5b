from __future__ import annotations

from sentinel.model.remarks import Remark


def test_a_remark_is_a_line_that_editors_understand() -> None:
    fault = Remark("rules/x.yml", 6, "error", "refused", "unknown key 'levl'")
    doubt = Remark("rules/x.yml", 0, "warning", "no-level", "no level: it counts as medium")

    assert str(fault) == "rules/x.yml:6: unknown key 'levl'"
    assert str(doubt) == "rules/x.yml: warning: no level: it counts as medium [no-level]"
    assert sorted([fault, doubt]) == [doubt, fault]
