from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.stamps import Clock
from sentinel.detect.readers.w3c import Layout, read_w3c
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "Cc", "Cs"]), min_size=1).filter(
    lambda text: not text.startswith(("#", '"', "\ufeff")) and text != "-"
)


def read(text: str, clock: Clock | None = None) -> tuple[list[Event], Tally]:
    tally = Tally("log")
    return list(read_w3c(iter([text.encode()]), "log", tally, clock or Clock())), tally


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_values_go_to_their_columns(values: list[str]) -> None:
    columns = [f"x-{number}" for number in range(len(values))]
    events, _ = read(f"#Fields: {' '.join(columns)}\n{' '.join(values)}\n")
    assert [events[0].fields[column] for column in columns] == values


def test_columns_may_change_on_the_way() -> None:
    events, tally = read("1 2\n#Fields: a b\n1 2\n#Fields: b a c\n1 2 3\n1 2\n")
    assert [dict(event.fields) for event in events] == [
        {"event.dataset": "web.access", "a": "1", "b": "2"},
        {"event.dataset": "web.access", "b": "1", "a": "2", "c": "3"},
    ]
    assert tally.skipped == {"no-fields": 1, "wrong-count": 1}


def test_only_iis_writes_a_plus_for_a_space() -> None:
    line = "#Fields: cs(User-Agent) cs-uri-query\na+b x+y\n"
    assert read(line)[0][0].fields["cs-user-agent"] == "a+b"
    fields = read("#Software: Microsoft Internet Information Services 10.0\n" + line)[0][0].fields
    assert fields["cs-user-agent"] == "a b"
    assert fields["cs-uri-query"] == ["x+y", "?x+y"]


def test_the_kind_of_log_is_known_by_its_columns() -> None:
    layout = Layout(UTC)
    for columns, dataset in (
        ("cs-method cs-uri-stem", "web.access"),
        ("cs-method cs-uri-scheme", "web.proxy"),
        ("action src-ip dst-ip", "firewall.traffic"),
    ):
        layout.note(f"#Fields: {columns}")
        assert layout.dataset == dataset


def test_local_times_need_a_zone() -> None:
    text = "#Time Format: Local\n#Fields: date time\n2026-10-14 01:45:00\n"
    oslo = Clock(ZoneInfo("Europe/Oslo"))
    assert read(text, oslo)[0][0].time == datetime(2026, 10, 13, 23, 45, tzinfo=UTC)
    assert read(text.replace("Local", "UTC"), oslo)[0][0].time == datetime(2026, 10, 14, 1, 45, tzinfo=UTC)
    assert read(text.replace("2026-10-14 01:45", "0001-01-01 00:10"), oslo)[0][0].time is None


def test_a_url_is_put_together_from_its_parts() -> None:
    fields = read("#Fields: cs-uri-scheme cs-host cs-uri-path cs-uri-query\nhttp x.example /a ?b=c\n")[0][0].fields
    assert fields["c-uri"] == "http://x.example/a?b=c"
    assert fields["cs-uri-stem"] == "/a"
