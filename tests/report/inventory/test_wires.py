from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.report.inventory.ties import KINDS, Tie
from sentinel.report.inventory.wires import lines

PLACES = {f"p{n}": n for n in range(9)}
MADE = st.lists(
    st.builds(Tie, st.sampled_from([*PLACES, "elsewhere"]), st.sampled_from([*PLACES, "x"]), st.sampled_from(KINDS)),
    max_size=30,
)


@given(MADE, st.integers(1, 6))
def test_lines_of_one_column_never_meet_and_all_are_drawn_or_counted(ties: list[Tie], columns: int) -> None:
    drawn, left_out = lines(ties, PLACES, columns)
    wanted = {
        (t.kind, t.client, t.server) for t in ties if t.client != t.server and {t.client, t.server} <= set(PLACES)
    }

    for one, other in combinations(drawn, 2):
        if one.column == other.column:
            spans = [[PLACES[key] for key in (line.server, *line.clients)] for line in (one, other)]
            assert max(spans[0]) < min(spans[1]) or max(spans[1]) < min(spans[0])
    assert all(0 <= line.column < columns for line in drawn)
    assert {(line.kind, client, line.server) for line in drawn for client in line.clients} <= wanted
    assert sum(len(line.clients) for line in drawn) + left_out == len(wanted)
    assert lines(list(reversed(ties)), PLACES, columns) == (drawn, left_out)


def test_what_leaves_care_lies_nearest_and_is_never_the_one_left_out() -> None:
    ties = [Tie("p0", "p8", kind) for kind in reversed(KINDS)]
    drawn, left_out = lines(ties, PLACES, 2)

    assert [(line.kind, line.column) for line in drawn] == [("crossing", 0), ("outside", 1)]
    assert left_out == 3
    assert Counter(line.server for line in drawn) == {"p8": 2}
