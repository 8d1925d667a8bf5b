from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from sentinel.detect.fast.desks import READ_WHOLE, Desk, Desks
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet

SECURITY = {"Channel": "Security", "EventID": 4688}


@pytest.fixture
def desks(few: RuleSet, routes: Routes) -> Desks:
    return Desks(Matcher(few, routes), "log")


def seats(desks: Desks, records: Sequence[dict[str, Any]]) -> list[tuple[Desk, list[int]]]:
    heads = desks.heads.decode(b"\n".join(map(orjson.dumps, records))) or []
    return desks.seat(heads, range(len(records)), records.__getitem__)


def test_lines_whose_deciding_fields_are_equal_share_a_desk(desks: Desks) -> None:
    first = seats(desks, [SECURITY, {"Channel": "System"}, {**SECURITY, "Image": "x"}, {**SECURITY, "EventID": "4688"}])
    again = seats(desks, [{"Channel": "System", "x": 1}, SECURITY])

    assert [sorted(members) for _, members in first] == [[0, 2], [1], [3]]
    assert [desk for desk, _ in again] == [first[1][0], first[0][0]]
    assert first[0][0].routes == first[2][0].routes != first[1][0].routes


def test_the_first_lines_of_a_desk_are_noted_and_one_each_time_their_number_has_doubled(desks: Desks) -> None:
    ((desk, _),) = seats(desks, [SECURITY])
    noted = [index for start in range(0, 100, 5) for index in desk.to_note(range(start, start + 5))]

    assert noted[:READ_WHOLE] == list(range(READ_WHOLE))
    assert noted[READ_WHOLE:] == [19, 34, 64]
    assert desk.count == 100


def test_heads_come_to_hold_what_gates_ask_for(desks: Desks) -> None:
    assert desks.fits()
    seats(desks, [{"Channel": "Security", "EventID": 4624, "LogonType": 3}])
    assert not desks.fits()
    assert desks.fits()
    assert desks.heads.has(["LogonType"]) or desks.heads.has(["TargetUserName"])


def test_names_that_rules_read_are_looked_for_until_a_line_has_them(desks: Desks) -> None:
    ((desk, _),) = seats(desks, [SECURITY])
    assert {"Details", "Image", "NewProcessName"} <= desks.unseen()
    desk.account.note_fields({"Details": 1, "NewProcessName": 1})
    assert desks.unseen().isdisjoint({"Details", "Image", "NewProcessName"})
