"""What one line, or the next one, must not make of the others; both engines say the same of every log."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sentinel.detect.fast.interned import MOST_BYTES
from sentinel.detect.fast.matcher import TIRED
from sentinel.detect.fast.shapes import MOST_ALIKE, MOST_SHAPES
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.detect.routes import Routes
from tests.detect.fast.mutations import compact
from tests.detect.fast.twins import Twins, inlet_of, said
from tests.detect.rules import rule, rules

EVENT = {"Channel": "Security", "EventID": 4688, "CommandLine": "whoami", "Time": "2026-10-14T01:45:00Z"}
HIT = compact({**EVENT, "NewProcessName": "C:\\whoami.exe"})
BENIGN = compact({**EVENT, "NewProcessName": "C:\\x.exe"})
BLOCK = 4 * 1024 * 1024


def hits(twins: Twins, data: bytes) -> list[tuple[str, str]]:
    """Return what was hit where, after both engines said the same."""
    assert twins.read(data) == []
    assert twins.accounts() == []
    return [(hit.event.record, hit.rule.title[-1]) for hit in said(twins.fast, [data]).hits]


def test_lines_are_numbered_as_the_log_has_them(twins: Twins) -> None:
    assert hits(twins, b"\n".join([b"\xef\xbb\xbf" + HIT, b"", b"{broken", BENIGN, HIT, b" ", HIT])) == [
        ("1", "1"),
        ("5", "1"),
        ("7", "1"),
    ]


@pytest.mark.parametrize(
    "strange",
    [
        HIT + HIT + b"\n",
        b"\n" + HIT + b" " + BENIGN,
        HIT[:10] + b"\n" + HIT[10:-1] + b"}" + HIT,
        HIT[:-1] + b',"a":\n' + b"1}" + BENIGN,
        b"[" + HIT + b"]",
        HIT[:-1] + b',"a":1e999}',
        HIT[:-1] + b',"a":"\xff"}',
        HIT[:-1] + b',"a":{"b":' * 40 + b"1" + b"}" * 41,
        compact({"n" * 1001: 1}),
        compact({str(number): 1 for number in range(4001)}),
        b'{"a":"' + b"x" * MAX_LINE + b'"}',
    ],
)
def test_a_strange_line_changes_nothing_for_those_around_it(twins: Twins, strange: bytes) -> None:
    found = hits(twins, b"\n".join([HIT, BENIGN, strange, BENIGN, HIT]))

    assert ("1", "1") in found
    assert len({record for record, _ in found}) >= 2


def test_a_field_that_a_gate_asks_for_may_hold_what_cannot_be_read(twins: Twins) -> None:
    """The gate of rule 5 is on a field that has a column from the second look on."""
    odd = [
        b'{"Channel":"Security","EventID":4624,"LogonType":' + value + b"}"
        for value in (b"1e999", b"3", b"3.0", b"[3]")
    ]

    assert hits(twins, b"\n".join([*odd, HIT])) == [("2", "5"), ("3", "5"), ("4", "5"), ("5", "1")]


def test_numbers_beyond_64_bits_are_what_the_reader_makes_of_them(twins: Twins) -> None:
    lines = [b'{"Channel":"Security","Keywords":%d}' % number for number in (-(2**63) - 1, -(2**63), -(2**63) + 1)]

    assert hits(twins, b"\n".join(lines)) == [("1", "8")]


@pytest.mark.parametrize(
    ("channel", "process"), [("Security", "KıosK"), ("Security", "\\u212aiosk"), ("Security", "KİOSK")]
)
def test_letters_of_other_forms_are_the_same_letters(twins: Twins, channel: str, process: str) -> None:
    line = f'{{"Channel":"{channel}","EventID":4688,"NewProcessName":"{process}","CommandLine":"whoami"}}'

    assert hits(twins, line.encode()) == [("1", "2")]


def test_the_day_of_the_last_record_is_known_whatever_it_looks_like(twins: Twins) -> None:
    """What is cut off after it is said to be of that day."""
    lines = [b'{"Channel":"System","Time": "2026-10-15T01:45:00Z"}', HIT, b'{"Channel": "System", "Time":"no"}', b"{"]
    for order in ([0, 1], [1, 0], [1, 2], [2, 1, 3], [0, 3]):
        assert twins.read(b"\n".join(lines[number] for number in order)) == []


def test_a_name_that_comes_late_is_seen_in_every_kind_of_event(twins: Twins) -> None:
    """A first block in which one kind has it in many lines, the other in none; then a second in which it has."""

    def line(number: int, **more: str) -> bytes:
        return compact({"Channel": "Security" if number % 2 else "System", "EventID": 1, **more, "pad": "x" * 4000})

    first = [line(number, **({"Details": "x"} if number % 2 else {})) for number in range(2 + BLOCK // 4000)]
    second = [line(number, **({"Details": "x"} if number == 30 else {})) for number in range(40)]
    cut = [b"\n".join(each) + b"\n" for each in (first, second)]

    assert twins.read(b"".join(cut), cut) == []
    assert twins.accounts() == []
    assert {entry.title: entry.state for entry in twins.fast.ledger()}["Rule 10"] == "evaluated"


def test_needles_chosen_anew_between_two_blocks_lose_no_hit(twins: Twins) -> None:
    kiosk = compact({**EVENT, "NewProcessName": r"C:\kiosk.exe", "pad": "x" * 5000})
    noise = compact({**EVENT, "Details": "invoke-mimikatz.ps1 ", "Other": "blåbær", "pad": "x" * 5000})
    benign = compact({**EVENT, "NewProcessName": r"C:\x.exe", "pad": "x" * 5000})
    blocks = [kiosk, *[benign] * 850], [noise] * 850, [kiosk, noise] * 500
    cut = [b"".join(line + b"\n" for line in block) for block in blocks]
    twins.fast.matcher.is_tired({0: TIRED - 100}, 0, bytes)  # the first block is no more than that

    assert twins.read(b"".join(cut), cut) == []
    assert twins.accounts() == []
    assert twins.fast.matcher.generation > 0


@pytest.mark.parametrize(
    "names",
    [
        [f"n{number}" for number in range(MOST_ALIKE + 10)],
        [f'{number % 100}":1,"{number}' for number in range(MOST_SHAPES + 10)],
    ],
    ids=["alike", "all"],
)
def test_more_shapes_than_are_remembered_change_nothing(twins: Twins, names: list[str]) -> None:
    shapes = [b'{"EventID":%d,"%s":"whoami"}' % (number % 7, name.encode()) for number, name in enumerate(names)]
    last = compact({**EVENT, "NewProcessName": "C:\\whoami.exe", "new": 1})

    assert hits(twins, b"\n".join([HIT, *shapes, last, HIT])) == [
        (str(number), "1") for number in (1, len(names) + 2, len(names) + 3)
    ]


def test_values_that_are_forgotten_between_two_blocks_lose_no_hit(twins: Twins) -> None:
    pad = "x" * 5000
    lines = [
        compact({**EVENT, "NewProcessName": f"C:\\{name}.exe", "CommandLine": f"{number} {pad}", "LogonType": 3})
        for number in range(MOST_BYTES // len(pad))
        for name in ["whoami" if number % 100 == 0 else "x"]
    ]

    assert {rule for _, rule in hits(twins, b"\n".join(lines))} == {"1", "4", "5"}
    assert twins.fast.matcher.values.age > 0


def test_an_expression_that_ends_where_a_line_ends_is_looked_for_in_many_values(routes: Routes, tmp_path: Path) -> None:
    """Hyperscan finds it behind the last line, or in the next one."""
    found = rules(tmp_path, rule(1, r"a: {CommandLine|re: ['-e\s+', 's+$', '^$']}" + "\ncondition: a"))
    twins = Twins(found, routes)
    lines = [{**EVENT, "NewProcessName": "x", "CommandLine": f"p{number} -e"} for number in range(2100)]
    ends = ["-e ", "-es", "", "-e", "s"]
    lines += [{**EVENT, "NewProcessName": "x", "CommandLine": one} for one in ends]

    assert [record for record, _ in hits(twins, b"\n".join(map(compact, lines)))] == ["2101", "2102", "2103", "2105"]
    assert twins.read(b"\n".join(map(compact, lines[:2100]))) == []


def test_hits_come_out_while_the_log_is_still_being_read(twins: Twins) -> None:
    taken = count()

    def endless() -> Any:  # noqa: ANN401 -- a generator of bytes
        while next(taken) < 10_000:
            yield HIT + b"\n" + (BENIGN + b"\n") * 4000

    assert next(iter(twins.fast.read("jsonl", endless(), inlet_of(twins.fast)))).rule.title == "Rule 1"
    assert next(taken) < 30


def test_blocks_of_lines_that_are_spelled_in_another_way_lose_nothing(twins: Twins) -> None:
    """An empty chunk ends a block; in some, most lines have spaces, and in others all are plain."""
    spaced, plain = HIT.replace(b'":', b'": '), b"\n".join([BENIGN, HIT, b"{broken"]) + b"\n"
    mixed = b"\n".join([spaced] * 4) + b"\n" + plain
    chunks = [part for number in range(8) for part in (mixed if number < 4 else plain, b"")]
    reference, fast = said(twins.reference, chunks), said(twins.fast, chunks)

    assert reference.differences(fast) == []
    assert len(fast.hits) == 4 * 5 + 4
    assert fast.skipped == {"not-json": 8}
    assert twins.accounts() == []
