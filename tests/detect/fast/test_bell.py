"""No gate that a value opens may stay asleep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.condition import And, Node, Not, Or, leaves
from sentinel.detect.evaluate import Look
from sentinel.detect.fast.bell import make_bell
from sentinel.detect.fast.gates import may_hold
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.modifiers import compile_item
from sentinel.detect.values import UnusableError
from tests.detect.fast.strategies import made_for, regexes, values, words

ODD_EXPRESSIONS = [
    *("^$", "(?i)^ki", "(?!a)k", "(?<=i)s", "(?<!i)s+$", "[^a-c]k", r"[\w.]+$", r"\d", "k$|^s", "(?m)^s$", "(?s)a.b"),
    *("(?x) k i ", "a{,2}k", r"\AK", r"s\Z", r"\x41", r"k\s*i", ".*", "(?P<n>k)(?P=n)", r"(k)\1", r"\bK\b"),
    *(r"\Bi", "a{2}", r"[^\s]i", "k*+i", "x++", "(?i:K)i", "(?-i:k)", "é|k", "[a[.b.]k", r"\t", r"[\x00-\x1f]", r"\v"),
    *(r"\W", "(?:)", "k|", r"\.?$", "^.{3,}$", "(?i)[A-Z]{3}", "[^A]$", r"\$", "k(?#x)i", "[]k]", "[k-]i?s"),
    *("(?<![a-z])k", "s+$", "[xs]s+$"),
    *("k_", "[^_]k", "(?!_)k", r"(?<!_)\w", "[A-z]$", "[!-~]k", r"\xe5", r"[\x80-\xff]k", r"[^\x00-\x7f]", r"(?a)\wk"),
    *(r"(?a:\W)", r"(?>_*)\w", r"_*+\w", r"(\w)(?!\1)\w", r"k\b", r"\w{2}$", r"(?i)\wk", "[^k]{3}", r"\S\S", r"\Ws"),
]
TEXTS = st.text('abkKsSiıİſKåÅøčß×"\\/ .1-\n\t\r\x01\x1f\x7f\x85A_', max_size=8)
SEVERAL = st.lists(TEXTS, min_size=1, max_size=3)
ONE_EXPRESSION = regexes | st.sampled_from(ODD_EXPRESSIONS)


def compiled(key: str, value: object) -> Node | None:
    """Return a condition, None where none is made of it."""
    try:
        return compile_item(key, value, {})
    except UnusableError:
        return None


ITEMS: st.SearchStrategy[Node | None] = st.one_of(
    st.builds(
        lambda way, value: compiled(f"A{way}", value),
        st.sampled_from(["", "|contains", "|startswith", "|endswith", "|cased", "|contains|cased"]),
        words | TEXTS | SEVERAL,
    ),
    st.builds(
        lambda way, value: compiled(f"A|re{way}", value),
        st.sampled_from(["", "|i", "|s", "|i|s"]),
        ONE_EXPRESSION | st.lists(ONE_EXPRESSION, min_size=1, max_size=3),
    ),
    st.builds(lambda value: compiled("A", value), st.sampled_from([1, None, "true", True])),
)
CONDITIONS: st.SearchStrategy[Node] = st.recursive(
    ITEMS.flatmap(lambda one: st.nothing() if one is None else st.just(one)),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=4,
)


def rung(nodes: Sequence[Node], lines: Sequence[bytes], *names: str) -> tuple[list[set[int]], list[set[int]]]:
    """Return for each line that a table takes the gates that were woken, and those that its values open."""
    values = Values((), frozenset())
    values.want(names)
    rows = Table(values, dict, folding=True).read(b"\n".join(lines))
    numbers = rows.values[rows.shapes >= 0][:, [values.places[name] for name in names]]
    if not len(numbers):
        return [], []
    woken: list[set[int]] = [set() for _ in numbers]
    for index, gates in make_bell(nodes).woken(values.texts(numbers)):
        woken[index].update(gates)
    looks = [
        Look({name: values.value(number) for name, number in zip(names, row, strict=True) if number})
        for row in numbers.tolist()
    ]
    return woken, [{at for at, node in enumerate(nodes) if may_hold(node, look)} for look in looks]


def said(node: Node, *lines: bytes) -> tuple[list[bool], list[bool]]:
    """Return of each line whether it wakes a gate, and whether it opens it."""
    names = sorted({name for name in ("A", "B") if any(f'"{name}"'.encode() in line for line in lines)})
    woken, opened = rung([node], lines, *names)
    return list(map(bool, woken)), list(map(bool, opened))


@settings(max_examples=250)
@given(
    st.lists(CONDITIONS, min_size=1, max_size=5),
    st.lists(TEXTS | values, min_size=1, max_size=6),
    st.randoms(use_true_random=False),
    st.sampled_from([None, "\\u0009", "\\t"]),
)
def test_gates_that_values_open_are_woken(nodes: list[Node], some: list[Any], chance: Any, tab: str | None) -> None:  # noqa: ANN401 -- JSON is anything
    every = [*some, *(made_for(test, chance) for node in nodes for leaf in leaves(node) for test in leaf.tests)]
    lines = [json.dumps({"A": one}, ensure_ascii=tab is not None).replace("\\t", tab or "\\t") for one in every]
    woken, opened = rung(nodes, [line.encode(errors="replace") for line in lines], "A")

    asleep = [
        (at, missed) for at, (mine, theirs) in enumerate(zip(woken, opened, strict=True)) if (missed := theirs - mine)
    ]
    assert asleep == []


@pytest.mark.parametrize("way", ["", "|i"])
@pytest.mark.parametrize("value", ["foo$", "[xs]s+$", "^ki"])
def test_an_expression_is_found_at_either_end_of_any_value(value: str, way: str) -> None:
    """Right before the last line feed of all as well, where Hyperscan may say nothing."""
    nodes = [compile_item(f"A|re{way}", one, {}) for one in (value, "s+$", "^q")]
    for last in ("zzzzzzzxss", "a" * 25 + "s", "kiss", "s", "afoo"):
        for before in (0, 1, 30):
            lines = [b'{"A":"x%d"}' % number for number in range(before)] + [b'{"A":"%s"}' % last.encode()]
            woken, opened = rung(nodes, lines, "A")

            assert opened[-1] <= woken[-1]
            assert not any(woken[:-1])
            assert bool(opened[-1]) == (last[-1] == "s" or value == "foo$")


def test_a_gate_over_several_fields_is_woken_by_the_end_of_the_first() -> None:
    both = And((compile_item("A|re", "foo$", {}), compile_item("B|contains", "x", {})))
    either = And((compile_item("A|contains", "x", {}), compile_item("B|re", "^foo", {})))
    lines = b'{"A":"afoo","B":"xy"}', b'{"A":"x","B":"foo"}', b'{"A":"afoo"}', b'{"B":"x"}'

    for node, wanted in ((both, [True, False, False, False]), (either, [False, True, False, False])):
        woken, opened = said(node, *lines)
        assert opened == wanted
        assert all(mine for mine, theirs in zip(woken, opened, strict=True) if theirs)


@pytest.mark.parametrize("tab", [b"\\t", b"\\u0009"])
@pytest.mark.parametrize(
    ("way", "value"), [("|contains", "ab\tcd"), ("|re", r"b\tc"), ("|re", r"b\sc"), ("", "xab\tcd")]
)
def test_a_tab_is_found_however_it_is_written(tab: bytes, way: str, value: str) -> None:
    woken, opened = said(compile_item(f"A{way}", value, {}), b'{"A":"xab' + tab + b'cd"}')

    assert woken == opened == [True]


@pytest.mark.parametrize("value", ["KIO\u017fK", "\u212aiosk", "KıOSK", "KİOSK", "x\nkiosk", "kiosk\rx"])
def test_letters_that_fold_and_values_of_several_lines_wake_expressions(value: str) -> None:
    woken, opened = said(compile_item("A|re|i", "kiosk", {}), json.dumps({"A": value}, ensure_ascii=False).encode())

    assert woken == opened == [True]


def test_only_what_is_asked_for_is_woken() -> None:
    nodes = [
        compile_item("A|contains", "mimikatz", {}),
        compile_item("A|re", "kio+sk$", {}),
        Or((compile_item("A|re", "^abc", {}), compile_item("A|re", "^xyz", {}))),
    ]
    lines = [b'{"A":"%s"}' % one for one in (b"x MimiKatz", b"kiooosk", b"kiosks", b"xyz", b"\\\\", b"")]
    woken, opened = rung(nodes, lines, "A")

    assert woken == opened == [{0}, {1}, set(), {2}, set(), set()]


def test_what_is_no_text_wakes_all_and_a_gate_that_asks_for_nothing_is_always_woken() -> None:
    nodes = [compile_item("A|contains", "mimikatz", {}), Not(compile_item("A|contains", "kiwi", {}))]
    lines = [b'{"A":1.5}', b'{"A":null}', b'{"B":1}', b'{"A":"x"}', b'{"A":"kiwi"}', b'{"A":7}', b'{"A":-7}']
    woken, opened = rung(nodes, lines, "A")

    assert woken == [{0, 1}, {0, 1}, {1}, {1}, {1}, {1}, {0, 1}]
    assert all(theirs <= mine for mine, theirs in zip(woken, opened, strict=True))


@pytest.mark.parametrize(
    "value", [b"4634", b'"4634"', b"4634.0", b"46340", b"1234", b"463", b'"4634.0"', b"-4634", b"4.634e3"]
)
@pytest.mark.parametrize("asked", [4634, "4634", "46*", 4634.0])
def test_a_number_wakes_what_it_meets_however_it_is_written(asked: object, value: bytes) -> None:
    woken, opened = said(compile_item("A", asked, {}), b'{"A":' + value + b"}")

    assert opened <= woken
    if value == b"1234":
        assert woken == [isinstance(asked, float)]


@pytest.mark.parametrize(
    "network", ["127.0.0.0/8", "10.0.0.0/9", "10.1.2.3/32", "0.0.0.0/0", "::1/128", "fe80::/10", "::ffff:10.0.0.0/104"]
)
def test_addresses_wake_networks_in_all_their_spellings(network: str) -> None:
    node = compile_item("A|cidr", network, {})
    some = [
        "127.0.0.1",
        "10.1.2.3",
        "::1",
        "::ffff:127.0.0.1",
        "::FFFF:a01:203",
        "FE80::1%eth0",
        "0:0:0:0:0:0:0:1",
        "8.8.8.8",
        "x",
    ]
    woken, opened = rung([node], [b'{"A":"%s"}' % one.encode() for one in some], "A")

    assert all(theirs <= mine for mine, theirs in zip(woken, opened, strict=True))
    if network.startswith("127"):
        assert [some[at] for at, gates in enumerate(woken) if not gates] == ["10.1.2.3", "8.8.8.8", "x"]


def test_needles_that_are_in_most_values_are_not_chosen() -> None:
    both = And((compile_item("A|contains", "seldom.it", {}), compile_item("A|contains", "ever.so.frequent", {})))
    lines = [b'{"A":"ever.so.frequent %d"}' % at for at in range(200)] + [b'{"A":"ever.so.frequent seldom.it"}']
    values = Values((), frozenset())
    values.want(["A"])
    texts = values.texts(Table(values, dict).read(b"\n".join(lines)).values[:, [values.places["A"]]])

    assert [index for index, _ in make_bell([both]).woken(texts)] == list(range(201))
    assert [index for index, _ in make_bell([both], texts.lines).woken(texts)] == [200]


def test_values_beyond_ascii_wake_expressions_by_what_must_be_in_them() -> None:
    nodes = [compile_item("A|re", one, {}) for one in (r"mimikatz\d+", r"\d{3}")]
    woken, opened = rung(nodes, ['{"A":"черника"}'.encode(), '{"A":"черника mimikatz7"}'.encode()], "A")

    assert woken == [{1}, {0, 1}]
    assert opened == [set(), {0}]


def test_an_expression_that_cannot_be_looked_for_takes_no_other_one_with_it() -> None:
    """Hyperscan compiles all or none."""
    nodes = [compile_item("A|re", one, {}) for one in ("k{1,40000}i", "kio+sk$", "é|ss+$")]
    woken, opened = rung(nodes, [b'{"A":"%s"}' % one for one in (b"kki", b"kiosk", b"ass", b"zz")], "A")

    assert opened == [{0}, {0, 1}, {2}, set()]
    assert all(theirs <= mine for mine, theirs in zip(woken, opened, strict=True))
    assert 1 not in woken[-1]


def test_expressions_are_looked_for_in_norwegian_names_as_in_others() -> None:
    nodes = [compile_item("A|re", one, {}) for one in (r"\s[a-f0-9]{8}\s", r"[^_]k\.exe", r"v\wk", ".{30,}")]
    names = ("Overvåking", "Čáhppes", "bråten møte", "naïve café", "Łódź")
    woken, opened = rung(nodes, [b'{"A":"C:\\\\%s\\\\x.exe"}' % name.encode() for name in names], "A")

    assert woken == [{1, 2}, {1}, {1}, {1}, {1}]  # the second names the underscore that stands for a letter
    assert opened == [{2}, set(), set(), set(), set()]
