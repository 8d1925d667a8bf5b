from __future__ import annotations

from tests.scan.passive.craft import CLIENT, SERVER, Connection, Turn, frame, heard, look, pcap, said

SERVER_LINE = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"


def talk(*turns: Turn, port: int = 22) -> list[dict[str, str]]:
    return said(heard(Connection(server_port=port).talk(turns)), "ssh.banner")


def test_both_sides_say_their_software_and_the_handshake_says_who_serves() -> None:
    observations = heard(
        Connection(server_port=22).talk([("server", SERVER_LINE), ("client", b"SSH-2.0-PuTTY_0.81\r\n")])
    )
    banners = [(o.address, o.port, o.facts) for o in observations if o.kind == "ssh.banner"]

    assert banners == [
        (SERVER, 22, {"software": "OpenSSH_9.2p1", "comment": "Debian-2+deb12u10", "role": "server"}),
        (CLIENT, None, {"software": "PuTTY_0.81", "role": "client"}),
    ]


def test_it_is_recognised_on_any_port() -> None:
    assert talk(("server", SERVER_LINE), port=8443)[0]["software"] == "OpenSSH_9.2p1"


def test_without_a_handshake_the_role_is_not_guessed() -> None:
    observations = heard(Connection(server_port=22).say([("server", SERVER_LINE)]))

    assert [(o.port, o.facts.get("role")) for o in observations] == [(None, None)]


def test_old_versions_and_bare_line_ends() -> None:
    assert talk(("server", b"SSH-1.99-Cisco-1.25\n"))[0]["software"] == "Cisco-1.25"


def test_a_line_that_the_capture_cut_says_nothing() -> None:
    frames = [
        frame(p) for p in Connection(server_port=22).talk([("server", b"SSH-2.0-OpenSSH_9.2p1 " + b"D" * 40 + b"\r\n")])
    ]

    assert said(look(pcap(frames, snaplen=96))[0], "ssh.banner") == []
    assert said(look(pcap(frames, snaplen=160))[0], "ssh.banner") != []


def test_terminal_escapes_are_taken_out_and_long_lines_bounded() -> None:
    found = talk(("server", b"SSH-2.0-\x1b[31mevil\x1b[0m \x1b]0;t\x07" + b"x" * 900 + b"\r\n"))[0]

    assert found["software"] == "evil"
    assert found["comment"].isprintable()
    assert len(found["comment"]) == 200


def test_a_line_that_never_ends_or_names_nothing_is_no_banner() -> None:
    assert talk(("server", b"SSH-2.0-" + b"A" * 9000)) == []
    assert talk(("server", b"SSH-2.0- \r\n")) == []
    assert talk(("server", b"SSH-agent\r\n")) == []


def test_a_banner_inside_other_content_is_not_one() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + b"x" * 1360
    link = Connection(server_port=80)
    packets = link.talk([("client", b"GET / HTTP/1.0\r\n\r\n"), ("server", page + SERVER_LINE)], size=len(page))

    assert said(heard(packets), "ssh.banner") == []
