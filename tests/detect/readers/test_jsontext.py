from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.jsontext import as_text, loads
from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.rule import RuleSet
from tests.detect.fast.twins import Twins, said
from tests.detect.rules import rule, rules
from tests.shared import ROOT

WRONG = {
    b'{"a": "bl\xe5b\xc3\xa6r"}': "blåbær",
    b'{"a": "\x81"}': "\N{REPLACEMENT CHARACTER}",
    b'{"a": "x\\ud800"}': "x\N{REPLACEMENT CHARACTER}",
    b'{"a": "\\udc00\\ud83d\\ude00\\\\ud800"}': "\N{REPLACEMENT CHARACTER}\N{GRINNING FACE}\\ud800",
    b'{"a": "\\ud800\\u0041"}': "\N{REPLACEMENT CHARACTER}A",
    b'{"a": "\x1b[31m\tx\x00"}': "\x1b[31m\tx\x00",
    b'{"a": "GET /\\xC3\\xA6\\xe5\\x22\\x5c \\"x\\""}': 'GET /æå"\\ "x"',
    b'{"a": NaN}': "NaN",
    b'{"a": -Infinity, "NaN": 1}': "-Infinity",
    b'{"a": "NaN, \xe5 Infinity"}': "NaN, å Infinity",
    b'{"a": 1e999, "b": "1e999", "c": 0.5e1, "d": -0}': "1e999",
    b'{"a": -1.5E+0400}': "-1.5E+0400",
    b'{"a": 1e99999, "b": "\xe5"}': "1e99999",
    b'{"a": %s}' % (b"9" * 400): "9" * 400,
}


@pytest.mark.parametrize(("text", "value"), WRONG.items(), ids=map(repr, WRONG.values()))
def test_one_wrong_byte_does_not_hide_what_stands_around_it(text: bytes, value: str) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(text)

    assert loads(text)["a"] == value


@pytest.mark.parametrize(
    "text",
    [
        *(b'{"a": "\xe5}', b'{"a": NaNs}', b'{"a": "\\y"}', b'{"a": "\n"}', b"{\x01}", b"\xe5"),
        *(b'{"a": 01e999}', b'{"a": 1e999x}', b'{"a": +1e999}', b'{"a": 1.e999}', b'{"a": 1e}', b'{"a": 1e999 1}'),
    ],
)
def test_what_is_no_json_stays_none(text: bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError) as original:
        orjson.loads(text)
    with pytest.raises(orjson.JSONDecodeError) as raised:
        loads(text)

    assert (raised.value.msg, raised.value.pos) == (original.value.msg, original.value.pos)


def test_a_number_beyond_a_double_leaves_the_others_as_they_are() -> None:
    assert loads(b'{"a": [1e999, 1.50, -7, 18446744073709551616], "b": {"c": 1e308}}') == {
        "a": ["1e999", 1.5, -7, 18446744073709551616.0],
        "b": {"c": 1e308},
    }


@given(st.dictionaries(st.text(), st.text() | st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010))))
def test_what_another_writer_escapes_is_read_but_for_halves_of_pairs(record: dict[str, str]) -> None:
    expected = {_whole(name): _whole(value) for name, value in record.items()}

    assert loads(json.dumps(record)) == expected


@given(st.lists(st.tuples(st.sampled_from(["å", "Ø", "€", "–"]), st.sampled_from(["utf-8", "cp1252"]))))
def test_letters_of_two_encodings_are_read_side_by_side(letters: list[tuple[str, str]]) -> None:
    data = b"x".join(letter.encode(codec) for letter, codec in letters)

    assert as_text(data) == "x".join(letter for letter, _ in letters)


@given(st.binary())
def test_any_bytes_become_text_that_can_be_written(data: bytes) -> None:
    assert as_text(data).encode().decode() == as_text(data)


@given(st.lists(st.sampled_from(sorted(WRONG)), min_size=1, max_size=8), st.integers(1, 60))
def test_the_fast_path_finds_in_mended_lines_what_the_reference_finds(
    several: RuleSet, routes: Routes, lines: list[bytes], size: int
) -> None:
    twins = Twins(several, routes)
    data = b"".join(_sysmon(line, number) + b"\n" for number, line in enumerate(lines))

    assert twins.read(data, [data[at : at + size] for at in range(0, len(data), size)]) == []
    assert twins.accounts() == []
    assert sum(entry.hits for entry in twins.fast.ledger()) >= len(lines)


HUGE = {b"1e999": ["6"], b"9" * 400: ["6"], b"-1e9999": ["7"], b'"1e9999"': ["6"], b"[77, 1e999]": ["6"], b"1e6": []}


@pytest.mark.parametrize(("number", "rules_met"), HUGE.items(), ids=[number[:9].decode() for number in HUGE])
def test_a_number_beyond_a_double_is_beyond_every_number_of_a_rule(
    several: RuleSet, routes: Routes, number: bytes, rules_met: list[str]
) -> None:
    """Whoever can send such a number would otherwise be seen by no rule at all."""
    twins, line = Twins(several, routes), _sysmon(b'{"a": %s}' % number, 1)

    assert twins.read(line) == []
    assert [hit.rule.title[-1] for hit in said(twins.fast, [line]).hits] == [*rules_met, "9"]


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """Rules of which each wrong line is a hit of one, and all of the last one's keyword."""
    tests = (
        "a|contains: blåbær",
        "a|re: '\\x1b|^.$'",
        "a|contains: '\ufffd'",
        "a|endswith: '\"x\"'",
        "a|endswith: Infinity",
        "a: nan",
        "a|gt: 1000000",
        "a|lt: -1000000",
    )
    documents = [rule(number, f"s: {{{test}}}\ncondition: s") for number, test in enumerate(tests)]
    found = rules(tmp_path_factory.mktemp("rules"), *documents, rule(9, "s: [whoami]\ncondition: s"))
    assert not found.refused
    return found


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(ROOT)


def _sysmon(line: bytes, number: int) -> bytes:
    """Write a wrong line as an event, every second one as Elasticsearch gives it out."""
    event = _event(line, number)
    return event if number % 2 else b'{"_index": "x", "_source": %s, "sort": [1]}' % event


def _event(line: bytes, number: int) -> bytes:
    head = b'{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Image": "C:\\\\whoami.exe", "n": %d, '
    return head % number + line.removeprefix(b"{")


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
