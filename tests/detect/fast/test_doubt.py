from __future__ import annotations

from itertools import accumulate
from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.doubt import FOLDING, Doubt
from sentinel.detect.readers.jsonl import parse_line
from sentinel.model.events import Event
from tests.detect.fast.mutations import Record, compact, line

DOUBT = Doubt()
RECORDS = st.dictionaries(st.sampled_from(["A", "Image", "b.c"]), st.text('aK/æ\\" ', max_size=5), min_size=1)


def is_doubtful(one: bytes) -> bool:
    return DOUBT.lines(one, [len(one)]) == {0}


@given(RECORDS, st.randoms(use_true_random=False))
def test_a_trusted_line_holds_the_texts_and_the_names_of_its_fields_as_they_are(
    record: dict[str, str], chance: Random
) -> None:
    for written in line(record, chance).split(b"\n"):
        event = parse_line(written, "x", "1") if written.strip() else None
        if not isinstance(event, Event) or is_doubtful(written):
            continue
        for name, value in event.fields.items():
            assert orjson.dumps(name) + b":" in written
            assert not isinstance(value, list | dict)
            if isinstance(value, str):
                assert orjson.dumps(value).decode().casefold() in written.decode().casefold()


@given(st.binary(max_size=12))
def test_what_is_no_utf8_is_doubted(data: bytes) -> None:
    text = data.replace(b"\n", b"")
    try:
        text.decode()
    except UnicodeDecodeError:
        assert is_doubtful(b'{"a":"' + text + b'"}')


@pytest.mark.parametrize(
    "written",
    [
        *(
            '{"a": 1}',
            '{"a" :1}',
            '{ "a":1}',
            '{"a":1,\t"b":2}',
            '{"a":[1]}',
            '{"a":{"b":1}}',
            '{"a b":1}',
            '{"n":1," a":2}',
        ),
        *(r'{"a":"\u00e6"}', r'{"a":"\u0041"}', r'{"a":"\u212A"}', r'{"a":"\/"}', r'{"\u0061":1}', r'{"a\" b":1}'),
        *('{"winlog.channel":"x"}', '{"computer_name":"x"}', '{"SourceModuleName":"x"}', '{"MachineName":"x"}'),
        *('{"a":1e5}', '{"a":-1.5E5}', '{"a":1e999}', '{"a":18446744073709551616}', '{"a":-9223372036854775809}'),
        *(
            *(f'{{"a":{"9" * 400}}}', f'{{"a":{"9" * 400}.5}}', f'{{"a":-{"9" * 400}.5,"b":1}}'),
            f'{{"{"n" * 1001}":1}}',
            f'{{"a":1,"{"æ" * 1001}":1}}',
            '{"a":"KioſK"}',
            '{"a":"ß"}',
            '{"a":"ı"}',
            '{"a":"ΐ"}',
        ),
    ],
)
def test_other_ways_to_write_a_record_are_doubted(written: str) -> None:
    assert is_doubtful(written.encode())


def test_plain_lines_are_trusted() -> None:
    """Else the search would be exact, and for nothing."""
    records: list[Record] = [
        {"EventID": 1, "Image": "C:\\Windows\\x.exe", "Message": 'a\tb\nc "d" [e, {f}] / 日本 ÆØÅ æøå é 😀'},
        {"Keywords": -9223372036854775808, "Other": 9232379236109516800, "x": 1.5, "y": None, "z": True, "": ""},
        {"long": "x" * 5000, "b": "n" * 1001 + "="},
    ]
    assert [record for record in records if is_doubtful(compact(record))] == []


@given(
    st.lists(st.sampled_from([b'{"a":1}', b'{"a": 1}', '{"a":"ſ"}'.encode(), b"", b'{"a":"\xff"}', b"{\r"]), max_size=9)
)
def test_each_line_is_judged_by_itself(lines: list[bytes]) -> None:
    whole = [one + b"\n" for one in lines]
    doubtful = {number for number, one in enumerate(lines) if one not in {b'{"a":1}', b"", b"{\r"}}

    assert DOUBT.lines(b"".join(whole), [*accumulate(map(len, whole))]) == doubtful


def test_every_letter_that_folds_into_ascii_or_into_several_is_doubted() -> None:
    letters = [chr(code) for code in (*range(0x80, 0xD800), *range(0xE000, 0x30000))]
    odd = {one for one in letters if any(c.isascii() for c in one.casefold()) or len(one.casefold()) > 1}

    assert odd <= set(FOLDING)
    assert [one for one in FOLDING if not is_doubtful(one.encode())] == []
