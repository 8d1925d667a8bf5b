"""Every value modifier of Sigma 2.1 with every trap known of it: values that meet an item, and values that do not."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sentinel.detect.evaluate import matches
from sentinel.detect.modifiers import ALLOWED, KNOWN, compile_item
from sentinel.detect.values import UnusableError

ABSENT = object()


def meets(key: str, value: object, given: object, other: object = ABSENT) -> bool:
    event: dict[str, Any] = {} if given is ABSENT else {"F": given}
    if other is not ABSENT:
        event["G"] = other
    return matches(compile_item(key, value, {"servers": ["lv-dc01", "lv-*"], "none": []}), event) is not None


def wide(text: str, codec: str = "utf-16-le") -> bytes:
    return text.encode(codec)


def inside(text: bytes) -> list[object]:
    return [base64.b64encode(b"x" * shift + text + b"yz").decode() for shift in range(3)]


CASES: list[tuple[str, object, list[object], list[object], str]] = [
    ("F", "abc", ["abc", "ABC"], ["abcd", "xabc", "", None, ABSENT], "equals, without case"),
    ("F", "ÆØÅ", ["æøå", "ÆøÅ"], ["aoa"], "case is folded for every script, not ASCII only"),
    ("F", "straße", ["STRASSE"], ["strase"], "full folding"),
    ("F", "a ", ["a ", "A "], ["a"], "a trailing blank counts, as in NtLmSsp"),
    ("F", ["a", "b"], ["a", "B"], ["c", "ab"], "a list is OR"),
    ("F", "", [""], [" ", None, ABSENT, []], "the empty string is a value"),
    ("F", None, [None, ABSENT, [], [None, "a"]], ["", "a", 0, False], "null is no value: null, absent, empty list"),
    ("F", "*", ["", "a", 0, False, ["", None]], [None, ABSENT, []], "a star alone asks for any value"),
    ("F", "a*c", ["ac", "abc", "a\nc"], ["ab", "xac"], "a star is any run, line breaks too"),
    ("F", "a?c", ["abc", "aÅc", "aßc", "a\nc"], ["ac", "abbc", "assc"], "a question mark is one character, ß too"),
    ("F", r"a\*c", ["a*c"], ["abc"], "an escaped star is a star"),
    ("F", "4625", [4625, "4625"], [4626, 4625.5], "a number in the event compares by its text"),
    ("F", 4625, [4625, "4625", 4625.0], ["04625", "0x1211", True], "a number in the rule compares with text too"),
    ("F", 1, [1, "1"], [True, "true"], "a truth value is no number"),
    ("F", True, [True, "true", "True"], [1, "1", False], "JSON's true and the text true are the same"),
    ("F", "true", [True, "TRUE"], [1], "the same, written in quotes as SigmaHQ does 53 times"),
    ("F", 1.5, [1.5, "1.5"], ["1.50", 2], "a decimal"),
    ("F", "abc", [["x", "ABC"], [["abc"]]], [["x"], [], ["ab", "c"]], "any element of a list"),
    ("F|contains", "bc", ["abcd", "BC"], ["b c", None, ABSENT], "contains"),
    ("F|contains", "*bc*", ["abcd"], ["b"], "stars that stand there already are not doubled"),
    ("F|contains", "a*c", ["xabcx", "ac"], ["ca"], "a wildcard inside contains (rsigma ignores it)"),
    ("F|contains", "a?c", ["xabcx"], ["ac"], "the same for one character"),
    ("F|contains", "", ["", "x"], [None, ABSENT], "the empty text is in every text"),
    ("F|contains", 46, ["x46y", 1463], [4], "a number as text"),
    ("F|startswith", "ab", ["abc", "AB"], ["xab"], "startswith"),
    ("F|startswith", "a?c", ["abcd"], ["xabc"], "a wildcard inside it"),
    ("F|endswith", "\\cmd.exe", ["C:\\CMD.EXE"], ["cmd.exe", "\\cmd.exe "], "endswith"),
    ("F|endswith", "\\*.exe", ["C:\\*.exe"], ["C:\\a.exe"], "an escaped star inside it"),
    ("F|endswith", "\\\\*.exe", ["C:\\a.exe"], ["a.exe"], "a backslash and a star that is one"),
    ("F|contains|all", ["a", "b"], ["ba", ["xa", "yb"]], ["a", ["a"]], "all: each by some element"),
    ("F|all", ["a*", "*b"], ["ab"], ["a"], "all without another modifier"),
    ("F|all", ["a", "b"], [["b", "a"]], ["a", "ab"], "all with a list of exact values"),
    ("F|cased", "Abc", ["Abc"], ["abc"], "cased"),
    ("F|contains|cased", "Å", ["xÅx"], ["xåx"], "cased contains"),
    ("F|cased|startswith", "A?c", ["Abcd"], ["abcd"], "in either order, with wildcards"),
    ("F|re", r"\d{2}", ["a12b", 4625], ["a1", None, ABSENT], "unanchored, on the text form"),
    ("F|re", "abc", ["xabcx"], ["ABC"], "case-sensitive"),
    ("F|re", "^a$", ["a"], ["ba"], "anchors are anchors"),
    ("F|re", r"C:\\T.+\*", ["C:\\Temp*"], ["C:\\Temp"], "backslashes are those of the expression, not of Sigma"),
    ("F|re|i", "ÅBC", ["åbc"], ["abc"], "flag i"),
    ("F|re|ignorecase", "abc", ["ABC"], [], "its long name"),
    ("F|re", "(?i)abc", ["ABC"], [], "written inside, as SigmaHQ does 16 times"),
    ("F|re|m", "^b$", ["a\nb\nc"], ["ab"], "flag m"),
    ("F|re|multiline", "^b$", ["a\nb"], [], "its long name"),
    ("F|re|s", "a.b", ["a\nb"], [], "flag s"),
    ("F|re|dotall", "a.b", ["a\nb"], [], "its long name"),
    ("F|re|i|m|s", "^B.c$", ["a\nb\nC"], [], "all three"),
    ("F|re|startswith", "b|a", ["ax", "bx"], ["xa"], "tied to the start, alternatives too"),
    ("F|re|endswith", "(?i)b|a", ["xA", "xb"], ["ax", "xa\n"], "tied to the end, inline flags too"),
    ("F|re|contains", "a.c", ["xabcx"], ["ac"], "contains is what a search does anyway"),
    ("F|re|all", ["a", "b"], ["ba"], ["a"], "all of several"),
    ("F|exists", True, ["a", "", None, []], [ABSENT], "present, even if null or empty"),
    ("F|exists", False, [ABSENT], [None, ""], "not present"),
    ("F|neq", "a", ["b", "", None, ABSENT], ["A", ["x", "a"]], "neq negates the item: absent is not equal"),
    ("F|contains|neq", ["a", "b"], ["c"], ["xa", "xb"], "with a list: none of them"),
    ("F|contains|all|neq", ["a", "b"], ["a", "b"], ["ab"], "with all: not all of them"),
    ("F|neq", None, ["a", ""], [None, ABSENT], "there is a value"),
    ("F|contains|windash", " -c ", [f"cmd {dash}c x" for dash in "-/–—―"], ["cmd ‐c x", "cmd c"], "all five dashes"),
    ("F|windash|contains", " /c ", [f"cmd {dash}c x" for dash in "-/–—―"], [], "also where the rule writes a slash"),
    ("F|contains|windash", "-a -b", ["/a —b", "-a /b"], ["ab"], "each by itself"),
    ("F|windash", "start/b", ["start/b"], ["start-b"], "a slash inside a word stays"),
    ("F|base64", "foo", ["Zm9v"], ["Zm9vYg=="], "base64, padded"),
    ("F|base64|contains", "fo", ["xxZm8=xx"], ["Zm9v"], "with its padding, wherever it stands"),
    ("F|base64offset|contains", "whoami", inside(b"whoami"), ["whoami"], "all three offsets"),
    (
        "F|base64offset|contains",
        "ås",
        inside("ås".encode()),
        ["", "x", "YXM="],
        "non-ASCII (pySigma 1.5.1: matches all)",
    ),
    ("F|wide|base64offset|contains", "på", inside(wide("på")), ["", "cMOl"], "UTF-16 of non-ASCII (pySigma: refused)"),
    ("F|utf16le|base64offset|contains", "ping", inside(wide("ping")), [], "utf16le (pySigma: unknown) is wide"),
    ("F|utf16be|base64offset|contains", "ping", inside(wide("ping", "utf-16-be")), inside(wide("ping")), "high byte"),
    (
        "F|utf16|base64offset|contains",
        "ping",
        inside(b"\xff\xfe" + wide("ping")),
        inside(wide("ping")),
        "with its mark",
    ),
    ("F|wide", "ab", ["a\0b\0"], ["ab"], "without Base64: one character a byte"),
    ("F|wide|contains", "a?b", ["xa\0\xe5\0b\0"], ["a\0b\0"], "a question mark is two bytes then"),
    (
        "F|windash|base64offset|contains",
        "-enc",
        inside("–enc".encode()),
        ["x"],
        "dashes are written out before encoding",
    ),
    ("F|lt", 5, [4, "4", 4.9, "-1", "0x4"], [5, "5", "x", "", None, ABSENT, True], "lt, on numbers and their texts"),
    ("F|lte", "5", [5, "5.0"], [6], "lte; the rule may quote its number"),
    ("F|gt", 5.5, [6, "5.6", "6e0"], [5.5, 5], "gt with decimals"),
    ("F|gte", 0x1410, ["0x1410", "0X1411", 5136], ["0x140f", "1410h"], "hexadecimal text, as in Windows events"),
    ("F|gt", 5, [[1, 6]], [[1, 2]], "any element"),
    ("F|lt", 9**30, [10**20, "1" * 20], [9**31], "long numbers are exact"),
    ("F|minute", 12, ["2026-10-14T01:12:00Z"], ["2026-10-14T01:13:00Z", "x", "", None, ABSENT], "minute"),
    ("F|hour", [1, 2], ["2026-10-14 01:12:00.123"], ["2026-10-14T03:12:00Z"], "hour; no zone means UTC, as in Sysmon"),
    ("F|hour|gte", 22, ["2026-10-14T23:12:00Z"], ["2026-10-14T21:12:00Z"], "with gte (converters compare the time)"),
    ("F|hour|lt", 6, ["2026-10-14T01:12:00.1234567Z"], ["2026-10-14T06:00:00Z"], "seven decimals, as Windows writes"),
    ("F|hour", 23, ["2026-10-15T01:12:00+02:00"], [], "other zones are turned into UTC"),
    ("F|day", 14, ["2026-10-14", "20261014"], ["2026-10-15"], "a date alone"),
    ("F|week", 53, ["2027-01-01T00:00:00Z"], ["2026-12-27"], "weeks of ISO 8601: 1 January 2027 is in week 53"),
    ("F|month", 10, [1791940320, "1791940320", 1791940320000], ["1767225600"], "seconds or milliseconds since 1970"),
    (
        "F|year|lt",
        2026,
        ["2025-12-31T23:59:59Z"],
        ["2026-01-01T00:00:00Z", 0],
        "year; a small number is a counter, not a time",
    ),
    ("F|hour|neq", 1, ["2026-10-14T02:00:00Z", "no time"], ["2026-10-14T01:00:00Z"], "negated"),
    ("F|cidr", "10.0.0.0/8", ["10.1.2.3", "::ffff:10.1.2.3"], ["11.0.0.1", "10.1.2.3:80", "x", "", None], "IPv4"),
    ("F|cidr", ["192.0.2.0/24", "198.51.100.1"], ["192.0.2.9", "198.51.100.1"], ["198.51.100.2"], "lists, one address"),
    (
        "F|cidr",
        "2001:db8::/32",
        ["2001:DB8:0::1", "2001:0db8::"],
        ["2001:db9::", "10.0.0.1"],
        "IPv6, however shortened",
    ),
    ("F|cidr", "fe80::/10", ["fe80::1%eth0"], ["::1"], "an interface behind the address"),
    ("F|expand", "%servers%", ["LV-DC01", "lv-epj"], ["x", "%servers%"], "placeholders, wildcards in their values"),
    ("F|contains|expand", "\\%servers%", ["C:\\%servers%x"], ["\\lv-dc01"], "an escaped per cent sign"),
    ("F|expand", "x-%servers%-%servers%", ["x-lv-dc01-lv-a"], ["x-lv-dc01"], "two in one value"),
    ("F", "%servers%", ["%servers%"], ["lv-dc01"], "without expand it is plain text"),
]


@pytest.mark.parametrize(("key", "value", "met", "not_met", "why"), CASES, ids=[f"{c[0]}: {c[4]}" for c in CASES])
def test_cases(key: str, value: object, met: list[object], not_met: list[object], why: str) -> None:
    assert [given for given in met if not meets(key, value, given)] == [], why
    assert [given for given in not_met if meets(key, value, given)] == [], why


REFERRED: list[tuple[str, object, object, bool, str]] = [
    ("F|fieldref", "Å", "å", True, "equal without case"),
    ("F|fieldref", 5, "5", True, "by their text"),
    ("F|fieldref", "a", "b", False, "not equal"),
    ("F|fieldref", "*", "abc", False, "wildcards in events are plain text"),
    ("F|fieldref", ABSENT, ABSENT, False, "nothing is not equal to nothing"),
    ("F|fieldref", None, None, False, "nor is null"),
    ("F|fieldref", "", None, False, "the empty text is not null"),
    ("F|fieldref|contains", "a", None, False, "null is in no text"),
    ("F|fieldref", ["a", "b"], ["b", "c"], True, "any pair of elements"),
    ("F|fieldref|cased", "A", "a", False, "exact case"),
    ("F|fieldref|startswith", "abc", "AB", True, "starts with the other"),
    ("F|fieldref|endswith", "abc", "ab", False, "ends with the other"),
    ("F|contains|fieldref", "abc", "B", True, "contains, in either order"),
    ("F|fieldref|neq", "a", "b", True, "negated"),
    ("F|fieldref|neq", "a", "A", False, "negated"),
    ("F|fieldref|neq", ABSENT, "a", True, "negated: absent is not equal"),
]


@pytest.mark.parametrize(("key", "given", "other", "met", "why"), REFERRED, ids=[f"{c[0]}: {c[4]}" for c in REFERRED])
def test_references_to_another_field(key: str, given: object, other: object, why: str, *, met: bool) -> None:
    assert meets(key, "G", given, other) is met, why


REFUSED: list[tuple[str, object, str]] = [
    ("F|containz", "a", "unknown modifier 'containz'"),
    ("F|", "a", "unknown modifier ''"),
    ("F|Contains", "a", "unknown modifier 'Contains'"),
    ("F|all|all", ["a"], "modifier 'all' stands twice"),
    ("F|i|re|ignorecase", "a", "modifier 'i' stands twice"),
    ("F|startswith|endswith", "a", "'startswith' and 'endswith' contradict each other"),
    ("F|lt|gt", 1, "'lt' and 'gt' contradict each other"),
    ("F|hour|day", 1, "'hour' and 'day' contradict each other"),
    ("F|wide|utf16be", "a", "'wide' and 'utf16be' contradict each other"),
    ("F|re|cased", "a", "modifier 'cased' means nothing beside 're'"),
    ("F|re|windash", "a", "modifier 'windash' means nothing beside 're'"),
    ("F|i", "a", "modifier 'i' means nothing beside 'a text value'"),
    ("F|cidr|contains", "10.0.0.0/8", "modifier 'contains' means nothing beside 'cidr'"),
    ("F|hour|contains", 1, "modifier 'contains' means nothing beside 'hour'"),
    ("F|exists|all", True, "modifier 'all' means nothing beside 'exists'"),
    ("F", [], "an empty list asks for nothing"),
    ("F", ["a", None], "null cannot stand in a list"),
    ("F", [["a"]], "a list or map cannot stand where a value is expected"),
    ("F", {"a": "b"}, "a list or map cannot stand where a value is expected"),
    ("F|contains", None, "null has no text"),
    ("F|re", None, "null is not a regular expression"),
    ("F|re", "a(", "is not a regular expression: missing ), unterminated subpattern"),
    ("F|re", "(?<=a*)b", "is not a regular expression: look-behind requires fixed-width pattern"),
    ("F|re", r"((a*)*b)*(?=c)", "could take for ever on hostile text"),
    ("F|cidr", "10.0.0.1/8", "is not a network: 10.0.0.1/8 has host bits set"),
    ("F|cidr", "10.*", "wildcards cannot go through 'cidr'"),
    ("F|cidr", "clinic", "is not a network"),
    ("F|exists", "yes", "'exists' takes true or false"),
    ("F|fieldref", 5, "'fieldref' takes the name of a field"),
    ("F|lt", "five", "a comparison takes a number"),
    ("F|lt", True, "a comparison takes a number"),
    ("F|hour", "one", "a comparison takes a number"),
    ("F|hour", 24, "is true of no time: 'hour' is 0 to 23"),
    ("F|hour|gt", 23, "is true of no time"),
    ("F|week", [1, 54], "is true of no time: 'week' is 1 to 53"),
    ("F|month|lt", 1, "is true of no time"),
    ("F|day", 1.5, "is true of no time: 'day' is 1 to 31"),
    ("F|base64", "a*", "wildcards cannot go through 'base64'"),
    ("F|contains|base64", "a", "wildcards cannot go through 'base64'"),
    ("F|base64|wide", "a", "UTF-16 must stand before Base64"),
    ("F|base64|windash", "-a", "modifier 'windash' must stand before the encoding"),
    ("F|base64offset|contains", "x", "is too short for 'base64offset'"),
    ("F|expand", "%unknown%", "placeholder %unknown% is not filled in"),
    ("F|expand", "%none%", "placeholder %none% has no values"),
    ("|exists", True, "'exists' needs a field name"),
    ("|fieldref", "G", "'fieldref' needs a field name"),
    ("|gt", 5, "a comparison needs a field name"),
    ("", None, "null cannot be a keyword"),
    ("F", float("nan"), "is no number; put it in quotes"),
]


@pytest.mark.parametrize(("key", "value", "what"), REFUSED, ids=[what for _, _, what in REFUSED])
def test_refusals(key: str, value: object, what: str) -> None:
    with pytest.raises(UnusableError) as caught:
        compile_item(key, value, {"none": []})

    assert what in str(caught.value)


def test_only_a_missing_placeholder_is_refused_as_one() -> None:
    with pytest.raises(UnusableError) as caught:
        compile_item("F|expand", ["a", "%x%"], {})

    assert (caught.value.kind, caught.value.path) == ("placeholder", (1,))


def test_every_modifier_that_is_known_is_tried_here() -> None:
    tried = {name for case in (*CASES, *REFERRED) for name in str(case[0]).split("|")[1:]}

    assert KNOWN - tried == set()
    assert set().union(*ALLOWED.values()) <= KNOWN


KEYWORDS: list[tuple[str, object, dict[str, Any], bool, str]] = [
    ("", "foo", {"A": 1, "B": ["x", "aFOOb"]}, True, "contained in any value, any element"),
    ("", "foo", {"foo": "x"}, False, "names of fields are no values"),
    ("", "*foo", {"A": "foox"}, True, "stars at the ends change nothing"),
    ("", "f?o*ba", {"A": "xfoo bar"}, True, "wildcards inside"),
    ("", ["a", "b"], {"A": "b"}, True, "a list is OR"),
    ("", 4625, {"A": 4625}, True, "a number by its text"),
    ("|all", ["a", "b"], {"A": "a", "B": "b"}, True, "all: each in some value"),
    ("|all", ["a", "b"], {"A": "a"}, False, "all"),
    ("|re", "^a+$", {"A": "b", "B": "aa"}, True, "an expression"),
    ("|startswith", "a", {"A": "xa", "B": "ax"}, True, "startswith"),
    ("|startswith", "a", {"A": "xa"}, False, "startswith"),
    ("|cased", "Foo", {"A": "xfoox"}, False, "cased"),
    ("|cased", "Foo", {"A": "xFoox"}, True, "cased is contained too"),
    ("|cidr", "10.0.0.0/8", {"A": "x", "B": "10.1.1.1"}, True, "cidr over all values"),
    ("|neq", "foo", {"A": "bar"}, True, "negated: in no value"),
]


@pytest.mark.parametrize(("key", "value", "event", "met", "why"), KEYWORDS, ids=[c[4] + c[0] for c in KEYWORDS])
def test_keywords(key: str, value: object, event: dict[str, Any], why: str, *, met: bool) -> None:
    assert (matches(compile_item(key, value, {}), event) is not None) is met, why
