from __future__ import annotations

import pytest

from sentinel.detect.condition import FieldTest, Keyword
from sentinel.detect.dashed import describe_met
from sentinel.detect.evaluate import matches
from sentinel.detect.modifiers import compile_item

SHOWN = [
    ("A|windash|contains", " -enc ", "x -ENC y", "like '* -enc *' (any dash)"),
    ("A|windash|contains", " -enc ", "x /enc y", "like '* -enc *' (any dash, here '/')"),
    ("A|windash|contains", " -enc ", "x –enc y", "like '* -enc *' (any dash, here '–' (U+2013))"),
    ("A|contains|windash", " /enc ", "x ―enc y", "like '* /enc *' (any dash, here '―' (U+2015))"),
    ("A|windash|endswith", "/c * -k", "/c x –k", "like '*/c * -k' (any dash, here '–' (U+2013))"),
    ("A|windash|contains", "-a*/b", "/A -b", "like '*-a*/b*' (any dash, here '/' and '-')"),
    ("A|windash", "-straße", "/STRASSE", "like '-straße' (any dash, here '/')"),
    ("A|windash", "-k?", "/Kß", "like '-k?' (any dash, here '/')"),
    ("A|windash|cased", "-K", "—K", "like '-K' (exact case) (any dash, here '—' (U+2014))"),
    ("A|windash", "any dash) [-/–—―] -x", "any dash) [-/–—―] /x", "like 'any dash) [-/–—―] -x' (any dash, here '/')"),
    ("A|windash|contains", "a-b", "a-b", "contains 'a-b'"),
    ("A|contains", " -enc ", "x -enc y", "contains ' -enc '"),
    ("A|expand|windash|contains", "%switch%", "x /enc", "like '*-enc*' (any dash, here '/')"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written", "value", "shown"), SHOWN)
def test_what_the_rule_writes_is_shown_and_the_dash_that_is_there(
    key: str, written: str, value: str, shown: str
) -> None:
    node = compile_item(key, written, {"switch": ["-enc"]})
    assert isinstance(node, FieldTest)
    found = matches(node, {"A": ["none", value]})

    assert [match.by for match in found or ()] == [shown]


def test_a_keyword_says_it_too() -> None:
    node = compile_item("|windash", "-enc", {})
    assert isinstance(node, Keyword)

    assert [match.by for match in matches(node, {"A": "powershell /enc"}) or ()] == [
        "like '*-enc*' (any dash, here '/')"
    ]


def test_a_value_that_is_not_the_one_that_met_it_names_no_dash() -> None:
    node = compile_item("A|windash", "-enc", {})
    assert isinstance(node, FieldTest)

    assert describe_met(node.tests[0], "another") == "like '-enc' (any dash)"
