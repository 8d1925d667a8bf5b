from __future__ import annotations

import pytest

from tests.scan.passive.craft import CLIENT, SERVER, Connection, Turn, association, heard, said

ASK = b"GET / HTTP/1.1\r\nHost: web.lyngvik.example:8080\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0)\r\n\r\n"
PAGE = (
    b"HTTP/1.1 200 OK\r\nServer: Jetty(6.1.26)\r\nX-Powered-By: Servlet/2.5\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
)


def talk(*turns: Turn, kind: str = "http.server") -> list[dict[str, str]]:
    return said(heard(Connection(server_port=8080).talk(turns)), kind)


def test_the_first_request_and_answer_of_a_connection() -> None:
    turns: list[Turn] = [("client", ASK), ("server", PAGE + "<html><title>Timebestilling å</title>".encode())]
    observations = heard(Connection(server_port=8080).talk(turns))

    assert [(o.kind, o.address, o.port, o.facts) for o in observations if o.kind != "tcp.open"] == [
        (
            "http.client",
            CLIENT,
            None,
            {"user_agent": "Mozilla/5.0 (Windows NT 10.0)", "host": "web.lyngvik.example:8080"},
        ),
        (
            "http.server",
            SERVER,
            8080,
            {"server": "Jetty(6.1.26)", "status": "200", "title": "Timebestilling å", "powered_by": "Servlet/2.5"},
        ),
    ]


def test_a_title_is_unescaped_and_cleaned() -> None:
    title = b"<TITLE lang=nb>\r\n R&oslash;ntgen &#27;[31m&amp; mer \r\n</title>"

    assert talk(("client", ASK), ("server", PAGE + title))[0]["title"] == "Røntgen [31m& mer"


@pytest.mark.parametrize(
    "ask",
    [
        ASK.replace(b"GET /", b"GET /pasient?id=1"),
        ASK.replace(b"Host", b"Cookie: s=1\r\nHost"),
        ASK.replace(b"Host", b"authorization: Basic eDp5\r\nHost"),
        ASK.replace(b"\r\n\r\n", b"\r\nX-Long: "),  # the head is not seen to its end
        b"",
    ],
)
def test_no_title_is_kept_of_a_page_that_may_need_a_login(ask: bytes) -> None:
    page: Turn = ("server", PAGE + b"<title>Pasient Ola</title>")

    assert "title" not in (talk(("client", ask), page) if ask else talk(page))[0]


def test_no_title_is_read_from_what_is_not_a_page_or_is_packed() -> None:
    for head in (PAGE.replace(b"text/html", b"image/svg+xml"), PAGE.replace(b"X-Powered-By", b"Content-Encoding")):
        assert "title" not in talk(("client", ASK), ("server", head + b"<title>x</title>"))[0]


def test_realm_and_place_of_a_redirect() -> None:
    refusal = (
        b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="Orthanc Secure Area"\r\nContent-Length: 0\r\n\r\n'
    )
    assert talk(("client", ASK), ("server", refusal))[0] == {"status": "401", "realm": "Orthanc Secure Area"}

    moved = b"HTTP/1.1 302 Found\r\nLocation: app/explorer.html\r\nContent-Length: 0\r\n\r\n"
    assert talk(("client", ASK), ("server", moved))[0] == {"status": "302", "location": "app/explorer.html"}


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("https://user:secret@epj.example/login?next=/pasient/1#top", "https://epj.example/login"),
        ("/pasient/01017012345/journal", "/pasient/[11 digits]/journal"),
        ("/pasient/123456/journal", "/pasient/…/journal"),
        ("/app;jsessionid=ABCDEF0123/start", "/app/start"),
        ("/reset/3f9c1a77d0e84b6f9a4b6f9a4b6f9a4b6f9a4b6f9a", "/reset/…"),
        ("/verify/ola@example.org", "/verify/…"),
        ("https://[broken/", ""),
    ],
)
def test_a_redirect_keeps_no_query_session_or_person(location: str, kept: str) -> None:
    moved = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()

    assert talk(("client", ASK), ("server", moved))[0].get("location", "") == kept


def test_an_interim_answer_is_passed_over() -> None:
    both = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"

    assert talk(("client", ASK), ("server", both)) == [{"server": "x", "status": "204"}]
    assert talk(("client", ASK), ("server", both[:25])) == []


def test_an_answer_without_a_title_waits_no_longer_than_its_body() -> None:
    link = Connection(server_port=80)
    answer = PAGE.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n") + b"hello"
    packets = link.handshake() + link.say([("client", ASK), ("server", answer)])

    assert said(heard(packets), "http.server")[0]["server"] == "Jetty(6.1.26)"


def test_headers_that_were_cut_are_not_used() -> None:
    assert talk(("client", ASK), ("server", b"HTTP/1.1 200 OK\r\nServer: ngi")) == [{"status": "200"}]
    assert talk(("client", b"GET / HTTP/1.1\r\nHost: a.example\r\nUser-Agent: Moz"), kind="http.client") == [
        {"host": "a.example"}
    ]


def test_what_only_looks_like_http_is_not() -> None:
    assert talk(("client", b"GET me out of here\r\n\r\n"), ("server", b"HTTP/1.1 OK\r\n\r\n")) == []
    assert talk(("client", b"HELO mail.example\r\n"), ("server", b"HTTP/2 200\r\n\r\n")) == []


def test_only_a_server_that_answers_is_a_server() -> None:
    observations = heard(Connection(server_port=80).talk([("client", ASK), ("server", association(2))]))

    assert {o.kind for o in observations if o.address == SERVER} == {"tcp.open", "dicom.accept"}


def page(title: str) -> bytes:
    body = f"<title>{title}</title>".encode()
    return PAGE.replace(b"\r\n\r\n", b"\r\nContent-Length: %d\r\n\r\n" % len(body)) + body


def test_a_connection_that_goes_on_is_followed() -> None:
    turns: list[Turn] = []
    for number in range(30):
        turns += [("client", ASK), ("server", page(f"Side {number}"))]
    titles = [facts["title"] for facts in talk(*turns)]

    assert titles == [f"Side {number}" for number in range(16)]


def test_a_download_ends_the_following_and_a_body_of_another_message_is_never_a_message() -> None:
    inside = b"HTTP/1.1 200 OK\r\nServer: forged\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nServer: real\r\nContent-Length: %d\r\n\r\n"
    for size in (1_000, 100_000):
        body = b"x" * (1400 - len(head % size)) + inside.ljust(size, b"x")
        found = talk(
            ("client", ASK), ("server", head % len(body) + body), ("server", inside.replace(b"forged", b"next"))
        )
        assert [facts["server"] for facts in found] == (["real", "next"] if size == 1_000 else ["real"])


def test_a_login_on_a_connection_hides_all_later_titles() -> None:
    login = ASK.replace(b"Host", b"Authorization: Negotiate YII\r\nHost")
    found = talk(
        ("client", ASK),
        ("server", page("Apen")),
        ("client", login),
        ("server", page("A")),
        ("client", ASK),
        ("server", page("B")),
    )

    assert [facts.get("title") for facts in found] == ["Apen", None]  # the two later ones are the same fact


def test_no_title_of_a_connection_whose_start_was_not_seen() -> None:
    link = Connection(server_port=80)

    assert (
        "title" not in said(heard(link.say([("client", ASK), ("server", page("Etter innlogging"))])), "http.server")[0]
    )


@pytest.mark.parametrize("change", [b"Transfer-Encoding: chunked", b"Content-Length: many", b"Upgrade: websocket"])
def test_a_body_of_unknown_length_ends_the_following(change: bytes) -> None:
    first = PAGE.replace(b"X-Powered-By: Servlet/2.5", change)

    assert len(talk(("client", ASK), ("server", first), ("server", PAGE))) == 1


def test_a_body_that_ends_with_the_connection_is_never_a_message() -> None:
    inside = b"HTTP/1.1 200 OK\r\nServer: forged\r\n\r\n"

    assert [
        f["server"] for f in talk(("client", ASK), ("server", b"HTTP/1.0 200 OK\r\nServer: a\r\n\r\n" + inside))
    ] == ["a"]
    nothing = b"HTTP/1.1 304 Not Modified\r\nServer: a\r\n\r\n"
    assert [f["server"] for f in talk(("client", ASK), ("server", nothing + inside))] == ["a", "forged"]


NAMED = page("Pasient Ola")
COOKIE = ASK.replace(b"Host", b"Cookie: s=1\r\nHost")


@pytest.mark.parametrize(
    "ask",
    [
        ASK.replace(b"GET", b"POST"),
        ASK.replace(b"Host", b"Content-Length: 3\r\nHost") + b"a=b",
        ASK.replace(b"Host", b"Content-Length: 20000\r\nHost") + b"x" * 20_000,
        ASK.replace(b"Host", b"Transfer-Encoding: chunked\r\nHost") + b"0\r\n\r\n",
    ],
)
def test_no_title_where_something_was_sent_or_what_follows_is_not_read(ask: bytes) -> None:
    assert "title" not in talk(("client", ask), ("server", NAMED))[0]
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    found = talk(("client", ask), ("server", empty), ("client", COOKIE), ("server", NAMED))
    assert [facts.get("title") for facts in found] == [None, None]


def test_no_title_behind_the_last_request_that_is_read() -> None:
    asked: list[Turn] = [("client", ASK)] * 16
    answered: list[Turn] = [("server", page("Apen"))] * 16
    found = talk(*asked, *answered, ("client", COOKIE), ("server", NAMED))

    assert {facts.get("title") for facts in found} == {"Apen"}
    link = Connection(server_port=8080)
    late = [link.handshake()[0], *link.say([*asked, ("client", COOKIE), ("server", NAMED)])]
    assert [facts.get("title") for facts in said(heard(late), "http.server")] == [None]


def test_no_title_of_an_answer_whose_request_is_missing() -> None:
    link = Connection(server_port=8080)
    turns: list[Turn] = [("client", ASK), ("server", page("Apen")), ("client", COOKIE), ("server", NAMED)]
    packets = link.talk(turns)
    del packets[5]

    assert [facts.get("title") for facts in said(heard(packets), "http.server")] == ["Apen", None]
