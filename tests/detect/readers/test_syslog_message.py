from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.stamps import UNKNOWN, Clock
from sentinel.detect.readers.syslog_message import FACILITIES, SEVERITIES, looks_headed, read_message

NAME = st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True).filter(lambda name: name != "-")
VALUE = st.text(st.characters(codec="utf-8"), max_size=20)


TEXT = st.text(st.characters(exclude_characters="[\ufeff", codec="utf-8"), max_size=30)


@given(st.integers(0, 191), st.lists(NAME, min_size=4, max_size=4), st.dictionaries(NAME, VALUE, max_size=4), TEXT)
def test_what_rfc_5424_writes_is_read(priority: int, names: list[str], data: dict[str, str], text: str) -> None:
    escaped = {k: v.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]") for k, v in data.items()}
    pairs = " ".join(f'{key}="{value}"' for key, value in escaped.items())
    element = f"[x@1 {pairs}]" if data else "-"
    head = f"<{priority}>1 2026-10-14T01:45:00.5+02:00 {' '.join(names)}"
    message = read_message(f"{head} {element} {text}", UNKNOWN)
    assert message.text == text
    assert message.time == datetime(2026, 10, 13, 23, 45, 0, 500_000, tzinfo=UTC)
    assert {key: message.fields[f"x@1.{key}"] for key in data} == data
    told = ("host.name", "process.name", "process.pid", "log.syslog.msgid")
    assert [message.fields[name] for name in told] == names
    assert message.fields["log.syslog.facility.name"] == FACILITIES[priority // 8]
    assert message.fields["log.syslog.severity.name"] == SEVERITIES[priority % 8]


@pytest.mark.parametrize(
    ("line", "host", "program", "text"),
    [
        ("Oct 14 01:45:00 lv sshd[1]: hei", "lv", "sshd", "hei"),
        ("Oct  4 01:45:00 lv /usr/sbin/cron[1]: hei", "lv", "cron", "hei"),
        ("<13>Oct 14 01:45:00 su: hei", None, "su", "hei"),
        ("<13>Oct 14 01:45:00 lv hei på deg", "lv", None, "hei på deg"),
        ("<13>hei: du", None, "hei", "du"),
        ("<13>12: %SYS-5-X: hei", None, None, "%SYS-5-X: hei"),
        ("2026-10-14T01:45:00Z lv a: b: c", "lv", "a", "b: c"),
        ("<192>hei", None, None, "<192>hei"),
        ("hei på deg", None, None, "hei på deg"),
        ("<34>1 - - - - - -", None, None, ""),
    ],
)
def test_old_heads_in_many_forms(line: str, host: str | None, program: str | None, text: str) -> None:
    message = read_message(line, UNKNOWN)
    assert (message.fields.get("host.name"), message.fields.get("process.name")) == (host, program)
    assert message.text == text


def test_a_time_without_a_year_needs_a_clock() -> None:
    line = "Oct 14 01:45:00 lv a: b"
    assert read_message(line, UNKNOWN).time is None
    clock = Clock(UTC, datetime(2026, 11, 1, tzinfo=UTC))
    assert read_message(line, clock).time == datetime(2026, 10, 14, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "is_headed"),
    [
        ("<13>x", True),
        ("<999>x", False),
        ("Oct 14 01:45:00 lv x", True),
        ("Oct 14 01:45:00", False),
        ("date=2026-10-14 time=01:45:00 devname=x", True),
        ("Dear reader", False),
        ("<Events>", False),
    ],
)
def test_what_looks_like_a_head(line: str, is_headed: bool) -> None:
    assert looks_headed(line) is is_headed


@given(st.text(max_size=120))
def test_no_text_is_lost(text: str) -> None:
    assert text.endswith(read_message(text, UNKNOWN).text)
