from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.health import WRONG_BY, look
from sentinel.elastic.template import NAME, prepare
from sentinel.errors import StoreError
from tests.elastic.faults import between
from tests.elastic.server import VERSION


def now() -> datetime:
    return datetime.now(UTC)


def test_a_cluster_that_is_well_says_so(elasticsearch_url: str) -> None:
    client = connect(Access(elasticsearch_url))
    prepare(client, keep_days=30)

    found = look(client, now)

    assert found.status in {"green", "yellow"}
    assert found.versions == (VERSION,)
    assert found.ahead is not None
    assert abs(found.ahead) < WRONG_BY
    assert found.template == "ours"


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_clock_that_is_off_is_seen(elasticsearch_url: str, off: timedelta) -> None:
    found = look(connect(Access(elasticsearch_url)), lambda: now() - off)

    assert found.ahead is not None
    assert abs(found.ahead - off) < WRONG_BY


def test_a_template_of_somebody_else_is_not_ours(elasticsearch_url: str) -> None:
    client = connect(Access(elasticsearch_url))
    client.indices.put_index_template(name=NAME, index_patterns=["logs-sentinel.*-*"], priority=501, data_stream={})
    other = look(client, now).template
    prepare(client)

    assert other == "other"
    assert look(client, now).template == "ours"


def test_a_template_that_is_not_there_is_missing(elasticsearch_url: str) -> None:
    with between(elasticsearch_url, lambda path, _body: "404" if "template" in path else "") as proxy:
        assert look(connect(Access(proxy.url)), now).template == "missing"


def test_what_it_does_not_let_us_see_is_not_seen_and_not_missing(elasticsearch_url: str) -> None:
    with between(elasticsearch_url, lambda path, _body: "" if path.startswith("/_cluster") else "413") as proxy:
        found = look(connect(Access(proxy.url)), now)

    assert (found.versions, found.ahead, found.template) == (None, None, "not seen")


def test_who_is_not_there_is_an_error() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        look(connect(Access("http://127.0.0.1:9")), now)
