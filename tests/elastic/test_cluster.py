from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from sentinel.elastic.cluster import Access, ClusterBusyError, access, connect, reason, told
from sentinel.errors import SettingsError, StoreError

URL = "https://elastic.example:9200"


@pytest.mark.parametrize(
    "url", ["", "elastic.example", "ftp://elastic.example", "http://", "http://a:port", "http://[::1", "http://a:99999"]
)
def test_what_is_no_address_is_told_in_a_line(url: str) -> None:
    with pytest.raises(SettingsError, match="is not an address as https://") as caught:
        Access(url)
    assert "\n" not in str(caught.value)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="password") as caught:
        Access("https://kari:hemmelig@elastic.example")
    assert "hemmelig" not in str(caught.value)


def test_the_key_is_never_shown() -> None:
    assert "hemmelig" not in repr(Access(URL, api_key="hemmelig"))
    assert "hemmelig" not in repr(Access(URL, user=("kari", "hemmelig")))


def test_environment_names_cluster_key_and_certificates(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc\n")
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    named = {"SENTINEL_ELASTICSEARCH_URL": URL, "SENTINEL_ELASTICSEARCH_CA": str(ca)}

    assert access(None, named) == Access(URL, None, ca)
    assert access("http://other.example:9200", named).url == "http://other.example:9200"
    assert access(None, {**named, "SENTINEL_ELASTICSEARCH_API_KEY": "x"}).api_key == "x"
    assert access(None, {**named, "SENTINEL_ELASTICSEARCH_API_KEY_FILE": str(tmp_path / "key")}).api_key == "abc"


def test_a_user_with_a_password_may_stand_in_place_of_a_key(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("æøå\n", encoding="utf-8")
    user = {"SENTINEL_ELASTICSEARCH_USER": "kari"}

    assert access(URL, {**user, "SENTINEL_ELASTICSEARCH_PASSWORD": "x"}).user == ("kari", "x")
    assert access(URL, {**user, "SENTINEL_ELASTICSEARCH_PASSWORD_FILE": str(tmp_path / "password")}).user == (
        "kari", "æøå",
    )  # fmt: skip
    assert "basic" in str(connect(Access(URL, user=("kari", "x")))._headers["authorization"]).lower()
    with pytest.raises(SettingsError, match="USER needs"):
        access(URL, user)
    with pytest.raises(SettingsError, match="both set"):
        access(URL, {**user, "SENTINEL_ELASTICSEARCH_API_KEY": "x"})


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SENTINEL_ELASTICSEARCH_URL"):
        access(None, {})
    with pytest.raises(SettingsError, match=r"API_KEY_FILE: .*nokkel cannot be read"):
        access(URL, {"SENTINEL_ELASTICSEARCH_API_KEY_FILE": str(tmp_path / "nokkel")})
    with pytest.raises(SettingsError, match=r"CA: .*ca\.pem is no file"):
        access(URL, {"SENTINEL_ELASTICSEARCH_CA": str(tmp_path / "ca.pem")})


def test_a_cluster_that_is_not_there_may_be_there_later() -> None:
    with pytest.raises(ClusterBusyError, match=r"logs: cannot be reached"), told("logs"):
        connect(Access("http://127.0.0.1:9")).count(index="logs")


def test_what_is_no_elasticsearch_is_told() -> None:
    class Other(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST  # noqa: N815 -- http.server's name

        def log_message(self, *words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        client = connect(Access(f"http://127.0.0.1:{server.server_address[1]}"))
        with pytest.raises(StoreError, match="is not Elasticsearch"), told("logs"):
            client.count(index="logs")
        server.shutdown()


def test_why_a_request_was_refused_quotes_no_record() -> None:
    body = {
        "error": {"type": "outer", "root_cause": [{"type": "parsing", "reason": "field [x] value 'Kari Nordmann'"}]}
    }

    assert reason(400, body) == "refused with 400, parsing"
    assert reason(500, "<html>") == "refused with 500"
    older = reason(400, {"error": {"type": "media_type_header_exception", "reason": "Invalid"}})
    assert "pip install 'elasticsearch<" in older
