"""Members of a group for tests: what they bring is drawn, whose they are too."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from sentinel.comply.sector.figures import brought
from sentinel.model.benchmark import Brought, Counted, Earlier, Figures, Spread
from sentinel.model.compliance import Level

DAY = date(2026, 11, 22)
NOBODY = Figures(DAY, "1", 5, None, None, None, {}, Spread(0, 0, 0, 0, 0, 0), ())


def member(number: int, brings: int = 0, owner: str = "", **more: object) -> Counted:
    """Return a member whose figures all follow from what it brings."""
    key = f"{number:09}"
    level: Level = "green" if brings > 80 else "yellow" if brings > 40 else "red"
    states = "m-" if brings > 50 else "n-"  # LED-01 and LED-02
    values = {"score": float(brings), "coverage": float(brings), "worst_case": float(brings)} | more
    return Counted(number=key, owner=owner or key, level=level, states=states, print=str(brings), **values)  # type: ignore[arg-type]


def earlier(release: int, members: list[Counted], group: str = "municipalities") -> Earlier:
    return Earlier(release, group, NOBODY, tuple(map(brought, members)))


def some(*numbers: int, owner: str = "") -> list[Brought]:
    return [brought(member(number, owner=owner)) for number in numbers]


populations = st.dictionaries(
    st.integers(0, 11), st.tuples(st.integers(0, 3), st.sampled_from(["", "", "", "a", "b"])), max_size=12
).map(lambda drawn: [member(number, brings, owner) for number, (brings, owner) in drawn.items()])
