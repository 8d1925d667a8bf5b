from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.actions import actions, propose
from sentinel.comply.followup import FollowUp, followed, read_followups
from sentinel.errors import ContentError
from sentinel.model.compliance import Action
from tests.comply.small import TODAY
from tests.comply.test_actions import content, judged, met

HEAD = "schema: sentinel.actions/1\norganisation: Fjæra legekontor\nactions:\n"


@cache
def proposed() -> tuple[Action, ...]:
    """Three gaps: back-up, look-after (two requirements) and keep-list."""
    judgements = judged(met(DRF_07="not_met", DRF_21="partly", UTS_07="not_met", LED_14="partly"))
    return actions(propose(judgements, (), (), content()[1], {}), TODAY, content()[1])


def read(folder: Path, text: str | bytes) -> dict[str, FollowUp]:
    path = folder / "actions.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return dict(read_followups(path, content()[1].titles(), TODAY))


def told(text: str) -> list[Action]:
    with TemporaryDirectory() as folder:
        return list(followed(proposed(), read(Path(folder), HEAD + text), content()[1], TODAY))


def test_what_became_of_an_action_is_told_and_the_others_are_proposed() -> None:
    found = {
        one.id: one for one in told("  back-up: {state: started, date: 2026-11-01, owner: Åse, due: 2026-11-30}\n")
    }

    assert list(found) == ["back-up", "look-after", "keep-list"]
    assert (found["back-up"].state, found["back-up"].owner, found["back-up"].due) == (
        "started",
        "Åse",
        date(2026, 11, 30),
    )
    assert not found["back-up"].overdue
    assert {found[name].state for name in ("look-after", "keep-list")} == {"proposed"}


@pytest.mark.parametrize(("due", "overdue"), [("2026-11-20", True), ("2026-11-21", False)])
def test_what_was_started_and_has_passed_its_day_is_overdue(due: str, overdue: bool) -> None:
    (first, *_) = told(f"  back-up: {{state: started, date: 2026-11-01, owner: Åse, due: {due}}}\n")

    assert first.overdue is overdue


def test_what_is_said_to_be_done_and_is_not_in_place_stays_where_it_was() -> None:
    found = told("  back-up: {state: done, date: 2026-11-01}\n")

    assert (found[0].id, found[0].state, found[0].open) == ("back-up", "done", True)


def test_what_is_dropped_comes_after_what_is_open_and_keeps_its_reason() -> None:
    found = told("  back-up: {state: dropped, date: 2026-11-01, note: Vi har ikke råd}\n")

    assert [one.id for one in found] == ["look-after", "keep-list", "back-up"]
    assert (found[-1].state, found[-1].open, found[-1].note) == ("dropped", True, "Vi har ikke råd")


def test_what_is_proposed_no_longer_is_told_last_and_never_lost() -> None:
    text = (
        "  replace: {state: done, date: 2026-11-01, owner: Åse}\n"
        "  finding-out: {state: started, date: 2026-11-01, owner: Åse, due: 2026-11-02}\n"
    )
    found = told(text)[3:]

    assert [(one.id, one.title.nb, one.state, one.open) for one in found] == [
        ("replace", "Bytt ut …", "done", False),
        ("finding-out", "Finn svaret på det ene kravet", "started", False),
    ]
    assert not any(one.overdue for one in found)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("  back-upp: {state: done, date: 2026-11-01}\n", "4: unknown action 'back-upp', did you mean back-up?"),
        ("  back-up: {state: done, date: 2026-11-22}\n", "4: 2026-11-22 is after 2026-11-21"),
        ("  back-up: {state: started, date: 2026-11-01, due: 2026-12-01}\n", "4: 'started' needs 'owner'"),
        ("  back-up: {state: started, date: 2026-11-01, owner: Å}\n", "4: 'started' needs 'due'"),
        ("  back-up: {state: dropped, date: 2026-11-01}\n", "4: 'dropped' needs 'note': why"),
        ("  back-up: {state: started, date: 2026-11-09, owner: Å, due: 2026-11-01}\n", "4: 2026-11-01 is before"),
        ("  back-up: {state: started, date: 2026-11-09, owner: Å, due: 9999-12-31}\n", "4: 9999-12-31 is after"),
        ("  back-up: {state: done, date: 2026-11-01, stat: x}\n", "4: unknown key 'stat'"),
        ("  back-up: {state: forgotten, date: 2026-11-01}\n", "actions.back-up.state"),
        ("  back-up: {state: done, date: 2026-11-01, note: om 01010112345 her}\n", "4: holds eleven digits"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, line: str, what: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, HEAD + line)
    lines = [str(fault).rpartition("actions.yml")[2].lstrip(":") for fault in caught.value.faults]

    assert any(what in one for one in lines), lines
    assert "01010112345" not in "".join(lines)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, HEAD + "  a: {state: done, date: 2026-11-01}\n  back-up: {state: dropped, date: 2026-11-30}\n")
    assert len(caught.value.faults) == 3
    with pytest.raises(ContentError) as caught:
        read(tmp_path, HEAD + "  a: {state: done, date: 2026-11-01}\n  back-up: 5\n")
    assert len(caught.value.faults) == 2


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_what_became_of_actions_or_our_error(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        for text in (raw, HEAD.encode() + b"  back-up: " + raw):
            try:
                found = read(Path(folder), text)
            except ContentError:
                continue
            assert set(found) <= {"back-up"}
