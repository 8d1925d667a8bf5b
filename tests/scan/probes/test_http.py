from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import LIMIT, Target
from sentinel.scan.probes.http import begin, get, read
from sentinel.scan.probes.tls import session_facts
from tests.scan.passive.protocols.test_certificate import make_with_key
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.peers import free_port, installed, served, written

NAMED = Target("2001:db8::7", 8443, "epj.lyngvik.example", "/login")
PAGE = (
    b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\nSet-Cookie: MARKER=1\r\n"
    b"X-Other: MARKER\r\nContent-Length: 65\r\n\r\n<html><head><title>Orthanc Explorer</title></head>MARKER</html>  "
)
FACTS = {"server": "nginx/1.22.1", "status": "200", "title": "Orthanc Explorer"}


def ask(*answers: bytes, target: Target = HERE) -> Talk:
    return play(begin(target, CALLER), answers)


def test_the_request_byte_for_byte() -> None:
    """RFC 9112, 3 and 3.2; RFC 9110, 7.2, 9.3.1 and 10.1.5."""
    (sent,) = ask().sent
    assert sent == (
        b"GET / HTTP/1.1\r\nHost: 192.0.2.7:4242\r\n"
        b"User-Agent: Sentinel (inventory; sikkerhet@lyngvik.example)\r\n"
        b"Accept: text/html\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    assert ask(target=NAMED).sent[0].startswith(b"GET / HTTP/1.1\r\nHost: epj.lyngvik.example:8443\r\n")
    assert b"Host: [2001:db8::7]:80\r\n" in ask(target=Target("2001:db8::7", 80)).sent[0]
    assert b"Host: [fe80::7]:80\r\n" in ask(target=Target("fe80::7%eth0", 80)).sent[0]


def test_names_and_title_are_kept_and_nothing_else() -> None:
    talk = ask(PAGE)

    assert (talk.kinds, talk.ended) == ([("http.server", FACTS)], ["answered"])
    assert "MARKER" not in str(talk.facts)


def test_no_redirect_is_followed() -> None:
    talk = ask(b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.9/app?user=kari&x=1\r\nContent-Length: 0\r\n\r\n")

    assert len(talk.sent) == 1
    assert talk.kinds == [("http.server", {"status": "302", "location": "http://10.0.0.9/app"})]


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (b"", "silent"),
        (b"HTTP/1.1 2", "cut"),
        (b"HTTP/1.1 200 OK\r\nServer: x", "cut"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "other"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9, "cut"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "other"),
    ],
)
def test_what_is_no_answer_is_told_apart(answer: bytes, ended: str) -> None:
    assert ask(answer).ended == [ended]


def test_an_interim_answer_is_passed_over() -> None:
    assert ask(b"HTTP/1.1 103 Early Hints\r\nServer: other\r\n\r\n" + PAGE).kinds == [("http.server", FACTS)]


def test_reading_ends_with_the_title_and_at_the_limit() -> None:
    more = [PAGE.replace(b"Content-Length: 65\r\n", b"")] + [b"MARKER" * 1000] * 99
    exchange = begin(HERE, CALLER)
    next(exchange)
    with pytest.raises(StopIteration):
        exchange.send(more[0])  # the title has been seen: nothing more is asked for

    endless = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * LIMIT
    assert ask(endless).kinds == [("http.server", {"status": "200"})]


@given(st.lists(st.integers(0, 999), max_size=9))
def test_an_answer_may_come_in_any_parts(places: list[int]) -> None:
    assert ask(*split(PAGE, places)).kinds == [("http.server", FACTS)]


@given(st.binary(max_size=300), st.lists(st.integers(0, 999), max_size=6))
def test_any_answer_is_survived(noise: bytes, places: list[int]) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for start in (b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", chunked, PAGE):
        talk = ask(*split(start + noise, places))
        assert (len(talk.sent), len(talk.facts)) == (1, 1)
        read(start + noise)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.binary(max_size=9))
def test_chunks_are_put_together(parts: list[bytes], extra: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts)
    whole, cut = read(head + chunks + b"0\r\n\r\n" + extra), read(head + chunks)

    assert whole is not None
    assert cut is not None
    assert (whole.body, whole.whole) == (b"".join(parts), True)
    assert (cut.body, cut.whole) == (b"".join(parts), False)


def test_a_length_decides_what_belongs_to_an_answer() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
    bodies = [(answer.body, answer.whole) for tail in (b"ab", b"abc", b"abcd") if (answer := read(head + tail))]

    assert bodies == [(b"ab", False), (b"abc", True), (b"abc", True)]
    assert (none := read(b"HTTP/1.1 204 No Content\r\n\r\nx")) is not None
    assert (none.body, none.whole) == (b"", True)


def test_only_get_is_ever_written() -> None:
    assert get(NAMED, CALLER, "/system", "application/json").startswith(b"GET /system HTTP/1.1\r\n")
    assert get(NAMED, CALLER, "/system", "application/json").count(b"\r\n\r\n") == 1


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, Target]]:
    folder, plain, sealed = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    der, key = make_with_key()
    (folder / "cert.pem").write_text(ssl.DER_cert_to_PEM_cert(der) + key)
    (folder / "index.html").write_text("<html><title>Tannklinikken på Lyngvik</title>MARKER</html>", "utf-8")
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; user root; events {{}}\n"
        f"http {{ access_log {folder}/access.log; types {{ text/html html; }} root {folder};\n"
        f" server {{ listen 127.0.0.1:{plain}; }}\n"
        f" server {{ listen 127.0.0.1:{sealed} ssl; ssl_certificate cert.pem; ssl_certificate_key cert.pem; }} }}\n"
    )
    command: list[str | Path] = [installed("nginx"), "-c", folder / "nginx.conf", "-p", folder]
    with served(command, plain, folder=folder) as target:
        yield target, Target(target.address, sealed, "epj.lyngvik.example")
    assert "Sentinel (inventory; sikkerhet@lyngvik.example)" in written(folder / "access.log", "Sentinel (inventory")


def test_nginx_is_read(nginx: tuple[Target, Target]) -> None:
    (fact,) = over_tcp(begin(nginx[0], CALLER), nginx[0]).facts

    assert fact.facts["server"].startswith("nginx/")
    assert (fact.facts["status"], fact.facts["title"]) == ("200", "Tannklinikken på Lyngvik")
    assert "MARKER" not in str(fact)


def test_nginx_is_read_inside_tls_as_the_wire_does(nginx: tuple[Target, Target]) -> None:
    """The wire's part is played by openssl: it wraps the very bytes of the exchange and shows the certificate."""
    target = nginx[1]
    exchange = begin(target, CALLER)
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{target.port}", "-quiet", "-ign_eof"]
    said = subprocess.run(command, input=next(exchange), capture_output=True, timeout=20, check=False).stdout
    talk = play(begin(target, CALLER), [said])

    der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((target.address, target.port)))
    shown, agreed = session_facts(der, "TLSv1.3", "TLS_AES_256_GCM_SHA384")
    assert talk.facts[0].facts["title"] == "Tannklinikken på Lyngvik"
    assert (shown.facts["subject"], shown.facts["not_after"]) == ("CN=lv-epj.lyngvik.example,O=Lyngvik", "2024-02-29")
    assert agreed.facts == {"version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384"}


def test_pythons_own_server_is_read() -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.requestline, dict(self.headers)))
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="Orthanc Secure Area"')
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    asked: list[tuple[str, dict[str, str]]] = []
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.handle_request, daemon=True).start()
        target = Target("127.0.0.1", server.server_address[1])
        (fact,) = over_tcp(begin(target, CALLER), target).facts

    assert (fact.facts["status"], fact.facts["realm"]) == ("401", "Orthanc Secure Area")
    assert asked[0][0] == "GET / HTTP/1.1"
    assert "Cookie" not in asked[0][1]
    assert "Authorization" not in asked[0][1]
