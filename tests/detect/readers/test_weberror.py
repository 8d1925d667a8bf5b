from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sentinel.detect.readers.stamps import Clock
from sentinel.detect.readers.weberror import read_weberror
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

APACHE = "[Wed Oct 14 01:45:00.5 2026] [core:error] [pid 7:tid 8] [client 2001:db8::1:5511] AH1: no"
NGINX = "2026/10/14 01:45:00 [error] 7#8: *9 no, client: 2001:db8::1, server: _"


def read(text: str, clock: Clock | None = None) -> tuple[list[Event], Tally]:
    tally = Tally("log")
    return list(read_weberror(iter([text.encode()]), "log", tally, clock or Clock())), tally


@pytest.mark.parametrize(("line", "dataset"), [(APACHE, "apache.error"), (NGINX, "nginx.error")])
def test_both_tell_who_and_when(line: str, dataset: str) -> None:
    (event,) = read(line)[0]
    assert event.fields["event.dataset"] == dataset
    assert event.fields["source.ip"] == "2001:db8::1"
    assert event.fields["log.level"] == "error"
    assert event.time is not None
    assert event.time.replace(microsecond=0) == datetime(2026, 10, 14, 1, 45, tzinfo=UTC)


def test_the_zone_is_the_clocks() -> None:
    (event,) = read(NGINX, Clock(ZoneInfo("Europe/Oslo")))[0]
    assert event.time == datetime(2026, 10, 13, 23, 45, tzinfo=UTC)


def test_a_line_that_goes_on_belongs_to_the_log_before_it() -> None:
    events, tally = read(f"first\n{NGINX}\nmore\n{APACHE}\nand more\n")
    assert [event.fields["event.dataset"] for event in events] == ["nginx.error"] * 2 + ["apache.error"] * 2
    assert [event.fields["message"] for event in events][1::2] == ["more", "and more"]
    assert tally.skipped == {"not-a-record": 1}


def test_a_day_that_is_none_is_no_time() -> None:
    assert read(NGINX.replace("10/14", "02/31"))[0][0].time is None
    assert read(APACHE.replace("Oct", "Okt"))[0][0].time is None
