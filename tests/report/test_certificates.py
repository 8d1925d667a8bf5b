from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.model.certificates import Certified, QueryCheck, Standing, by_rule
from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.tables import Row
from sentinel.report.technical import technical
from tests.model.test_certificates import ONE
from tests.report.sample import rich

QUERY_NB = "regelen skrevet som et søk for Kibana finner ikke det samme"
QUERY_EN = "the rule written as a query for Kibana does not find the same"


def standings(result: Result) -> dict[str, Standing]:
    """Return one standing of each kind for the rules that alerted, over and over."""
    rules = sorted({alert.rule.id: alert.rule for alert in result.alerts})
    agrees = replace(ONE, hits=0, query=QueryCheck("lucene", missing=1))
    kinds = (agrees, replace(ONE, differ=2), replace(ONE, hash="old"), None)
    found = {}
    for rule, kind in zip(rules, kinds * len(rules), strict=False):
        kept = by_rule([replace(kind, rule=rule)]) if kind else {"other": (ONE,)}
        found[rule] = Certified("1.0", "m", kept).standing(rule, "h")
    return found


def rows(language: Language, result: Result) -> list[Row]:
    tables = [table for section in technical(result, language).sections for table in section.tables]
    return [row for table in tables if table.id == "table-certificates" for row in table.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rule_that_alerted_is_told_with_its_state(language: Language) -> None:
    result = replace(rich(), certificates=standings(rich()))

    told = [(row[1].text, row[1].note) for row in rows(language, result)]

    assert len(told) == len({alert.rule.id for alert in result.alerts})
    words = {
        "nb": [
            (
                "likt begge steder",
                f"ingen linje traff regelen, så dette beviser lite; {QUERY_NB}",
            ),
            ("ikke likt", "2\u00a0linjer blir vurdert forskjellig"),
            ("foreldet", ""),
            ("ikke sammenlignet", ""),
        ],
        "en": [
            (
                "the same in both",
                f"no record met the rule, so this proves little; {QUERY_EN}",
            ),
            ("not the same", "2\u00a0records are judged differently"),
            ("out of date", ""),
            ("not compared", ""),
        ],
    }
    assert told[:4] == words[language][: len(told)]


def test_where_nothing_was_ever_compared_there_is_no_table() -> None:
    assert rows("nb", rich()) == []
