from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.access import given as known
from sentinel.detect.readers.access import read_access, read_squid, request_fields, timed
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

HEAD = "192.0.2.10 - - [14/Oct/2026:01:45:00 +0200] "


def read(line: str) -> Event | None:
    return next(read_access(iter([line.encode()]), "log", Tally("log")), None)


def test_a_vhost_and_a_user_with_spaces_are_told_apart() -> None:
    event = read('www.example.com:443 192.0.2.10 - - [14/Oct/2026:01:45:00 +0200] "GET / HTTP/1.1" 200 1')
    assert event is not None
    assert (event.fields["cs-host"], event.fields["c-ip"]) == ("www.example.com", "192.0.2.10")
    event = read('192.0.2.10 - aase maria lyngvik [14/Oct/2026:01:45:00 +0200] "GET / HTTP/1.1" 200 1')
    assert event is not None
    assert (event.fields["c-ip"], event.fields["cs-username"]) == ("192.0.2.10", "aase maria lyngvik")
    assert "cs-host" not in event.fields


@pytest.mark.parametrize(
    ("request_line", "method", "target"),
    [
        ("GET /a b c HTTP/1.1", "GET", "/a b c"),
        ("GET /a", "GET", "/a"),
        ("OPTIONS * HTTP/1.0", "OPTIONS", "*"),
        ('GET /\\"x\\" HTTP/1.1', "GET", '/"x"'),
        ("GET /\\x27\\xc3\\xa5 HTTP/1.1", "GET", "/'å"),
    ],
)
def test_request_lines(request_line: str, method: str, target: str) -> None:
    event = read(f'{HEAD}"{request_line}" 200 1')
    assert event is not None
    assert (event.fields["cs-method"], event.fields["c-uri"]) == (method, target)


def test_what_a_client_writes_cannot_move_the_columns() -> None:
    event = read(f'{HEAD}"GET / HTTP/1.1" 200 1 "-" "x\\" 404 9 \\"y"')
    assert event is not None
    assert (event.fields["sc-status"], event.fields["cs-user-agent"]) == ("200", 'x" 404 9 "y')


@given(st.text(st.sampled_from('ab "\\é'), min_size=1), st.text(st.sampled_from('a"\\'), min_size=1))
def test_every_quoted_text_is_read_back_whole(referer: str, agent: str) -> None:
    written = " ".join('"{}"'.format(re.sub(r'(["\\])', r"\\\1", text)) for text in (referer, agent))
    event = read(f'{HEAD}"GET / HTTP/1.1" 200 1 {written}')

    assert event is not None
    assert (event.fields["cs-referer"], event.fields["cs-user-agent"]) == (referer, agent)


PATHS = st.from_regex(r"/[A-Za-z0-9._~%/-]{0,20}", fullmatch=True).filter(lambda path: not path.startswith("//"))
QUERIES = st.from_regex(r"[A-Za-z0-9=&%]{0,20}", fullmatch=True)


@given(PATHS, QUERIES, st.sampled_from(["", "http://www.example.com", "https://a@x.example:8443"]))
def test_the_parts_of_a_target_are_those_of_the_standard_library(path: str, query: str, site: str) -> None:
    target = f"{site}{path}?{query}"
    found, expected = request_fields(target), urlsplit(target)
    assert found["cs-uri-stem"] == expected.path
    assert found["c-uri-query"] == expected.query
    assert found["cs-uri-query"] == [expected.query, target]
    assert found.get("cs-host") == expected.hostname


def test_a_query_that_is_not_there_is_the_target_alone() -> None:
    assert request_fields("/a.php") == {
        "c-uri": "/a.php",
        "cs-uri": "/a.php",
        "cs-uri-stem": "/a.php",
        "cs-uri-query": "/a.php",
        "c-uri-extension": "php",
    }


def test_what_is_not_told_is_absent() -> None:
    assert known({"a": "-", "b": None, "c": "", "d": "x"}) == {"d": "x"}
    assert timed({"a": "x"}, None, "log", "1").fields == {"a": "x"}


def test_a_tunnel_has_a_host_and_no_path() -> None:
    line = b"1791935101.000  6 192.0.2.10 TCP_TUNNEL/200 4 CONNECT api.example.com:443 - HIER_DIRECT/198.51.100.46 -"
    (event,) = read_squid(iter([line]), "log", Tally("log"))
    assert (event.fields["cs-host"], event.fields["c-uri"]) == ("api.example.com", "api.example.com:443")
    assert "cs-uri-stem" not in event.fields


@given(st.text(alphabet='"\\ []-/:aG1', max_size=60))
def test_any_line_is_an_event_or_a_skip(text: str) -> None:
    tally = Tally("log")
    events = list(read_access(iter([f"{HEAD}{text}".encode()]), "log", tally))
    assert len(events) + tally.skipped.total() == 1
