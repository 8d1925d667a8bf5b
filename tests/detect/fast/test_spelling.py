from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.spelling import spelled
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.fast.tokens import RESPELLED
from sentinel.detect.fields import flatten
from tests.detect.fast.mutations import STRANGE, compact, log

LETTERS = st.sampled_from(["a", "K", "z", *(one for one in STRANGE if one >= " ")]) | st.characters(
    exclude_categories=["Cs"], min_codepoint=0x20
)
TEXTS = st.lists(LETTERS, max_size=4).map("".join)
PLAIN = TEXTS | st.integers(-(2**63), 2**64 - 1) | st.sampled_from([None, True, False, 1.5])
NAMES = st.sampled_from(["A", "b c", "æ", 'q"', "x\\", "k/s", ""])
RECORDS = st.dictionaries(
    NAMES, PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(NAMES, PLAIN, max_size=2), max_size=3
)
LOGS = st.builds(log, st.lists(RECORDS, min_size=1, max_size=5), st.randoms(use_true_random=False))


def read(block: bytes) -> Rows:
    return Table(Values(("EventID",), frozenset()), dict, folding=True).read(block)


def lines(text: bytes, ends: list[int]) -> list[bytes]:
    return [text[start:end] for start, end in pairwise([0, *ends])]


def written(value: object, chance: Random) -> str:
    """Write a value in any of the ways that JSON has."""
    if isinstance(value, dict | list):
        gap = chance.choice
        pairs = value.items() if isinstance(value, dict) else (("", one) for one in value)
        each = [
            (f"{text(name, chance)}{gap(_GAPS)}:" if isinstance(value, dict) else "")
            + gap(_GAPS)
            + written(one, chance)
            for name, one in pairs
        ]
        inner = f"{gap(_GAPS)},{gap(_GAPS)}".join(each) + gap(_GAPS)
        return f"{{{inner}}}" if isinstance(value, dict) else f"[{inner}]"
    return text(value, chance) if isinstance(value, str) else orjson.dumps(value).decode()


_GAPS = ("", "", "", " ", "\t", " \r ")


def text(letters: str, chance: Random) -> str:
    return '"' + "".join(chance.choice(_forms(letter)) for letter in letters) + '"'


def _forms(letter: str) -> list[str]:
    units = letter.encode("utf-16-be")
    plain = orjson.dumps(letter).decode()[1:-1]
    each = [
        "".join("\\u" + form.format(int.from_bytes(units[at : at + 2])) for at in range(0, len(units), 2))
        for form in ("{:04x}", "{:04X}")
    ]
    return [plain, plain, *each, *(["\\/"] if letter == "/" else [])]


def in_one_way(record: dict[str, Any]) -> bytes:
    """Return what needles are looked for in: as it is dumped, and the items of a list one by one."""
    return b"{" + b",".join(_members(record)) + b"}"


def _members(record: dict[str, Any]) -> Iterator[bytes]:
    for name, value in record.items():
        before = orjson.dumps(name) + b":"
        if isinstance(value, list):
            yield before + b',"":'.join(map(orjson.dumps, value))
        else:
            yield before + (in_one_way(value) if isinstance(value, dict) else orjson.dumps(value))


@given(st.lists(RECORDS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_lines_are_spelled_as_they_would_be_dumped(records: list[dict[str, Any]], chance: Random) -> None:
    block = b'{"A": 1}\n' + "\n".join(written(record, chance) for record in records).encode()
    block += chance.choice([b"", b"\n", b"\r\n"])
    rows = read(block)
    found = lines(*spelled(block, rows))

    assert (rows.shapes >= 0).all()
    assert found == [b'{"A":1}\n', *(in_one_way(record) + b"\n" for record in records)]


@given(LOGS)
def test_of_any_block_good_lines_are_spelled_and_of_the_others_only_their_ends_are_left(block: bytes) -> None:
    rows = read(block)
    found = lines(*spelled(block, rows))
    each = lines(block, rows.ends.tolist())

    assert len(found) == len(each)
    for one, now, shape, met in zip(each, found, rows.shapes.tolist(), rows.met.tolist(), strict=True):
        if not (rows.met & RESPELLED).any():
            assert now == one
        elif shape < 0:
            assert now == b"\n"
        elif met & RESPELLED:
            assert orjson.loads(now.replace(b":,", b":0,").replace(b":}", b":0}")) is not None
        elif b"\\u" not in one and b"\\/" not in one:  # no needle has a name in it, or a control letter
            assert now == one.rstrip(b" \t\r\n") + b"\n"


def test_a_block_that_is_spelled_so_already_is_not_written_again() -> None:
    block = b"".join(compact({"A": 'æ\t"x\\', "B": number}) + b" \r\n" for number in range(3)) + b"{broken"
    rows = read(block)
    again, ends = spelled(block, rows)

    assert again is block
    assert ends == [*accumulate(len(one) + 1 for one in block.split(b"\n")[:-1]), len(block)]


def test_a_bare_guid_of_a_dumped_event_has_the_braces_that_its_reader_gives_it() -> None:
    """But no name has, and no text that only looks like one."""
    guid = "5770385F-C22A-43E0-BF4C-06F5698FFBD9"
    data = {"Id": guid, guid: "x", "b": guid.lower(), "c": guid[:-1], "d": guid + "0", "e": f"{{{guid}}}"}
    block = compact({"Event": {"System": {"EventID": 1, "Guid": guid}, "EventData": data}}) + b"\n"
    table = Table(Values(("EventID",), frozenset()), flatten)
    rows = table.read(block)

    assert rows.shapes.tolist() == [0]
    assert spelled(block, rows)[0] == block.replace(f':"{guid}"'.encode(), f':"{{{guid}}}"'.encode())


@pytest.mark.parametrize(
    "value", [r'"\u0041"', r'"\u000a"', "[1,2,3]", '["",""]', r'"\u0022\u005c\/"', r'"\ud83d\ude00"', "[]"]
)
def test_there_is_room_for_whatever_gets_longer(value: str) -> None:
    """A comma of a list takes four letters."""
    block = b'{"A":[0]}\n' + f'{{"A":{value}}}\n'.encode() * 500
    text, ends = spelled(block, read(block))
    items = orjson.loads(value) if value.startswith("[") else [orjson.loads(value)]

    assert len(ends) == 501
    assert text == b'{"A":0}\n' + (b'{"A":' + b',"":'.join(map(orjson.dumps, items)) + b"}\n") * 500
