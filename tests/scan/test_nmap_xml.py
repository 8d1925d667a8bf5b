from __future__ import annotations

import gzip
import io
import json
import os
import random
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from sentinel.scan.nmap_xml import MAX_PORTS, MAX_TOKEN, read_nmap
from tests.scan.nmap_files import DOWN, HEAD, PACS, WHOLE, read, tail

FUZZ = int(os.environ.get("SENTINEL_FUZZ", "1"))


def test_a_whole_scan_is_read(tmp_path: Path) -> None:
    seen, tally = read(WHOLE, tmp_path)

    assert [(o.kind, o.address, o.port) for o in seen] == [
        ("nmap.host", "10.20.30.70", None),
        ("nmap.host", "10.20.30.21", None),
        ("nmap.service", "10.20.30.21", 4242),
        ("nmap.service", "10.20.30.21", 443),
        ("nmap.service", "10.20.30.21", 161),
        ("nmap.script", "10.20.30.21", 4242),
        ("nmap.script", "10.20.30.21", 443),
        ("nmap.script", "10.20.30.21", None),
        ("nmap.script", "10.20.30.21", None),
    ]
    assert (tally.handled, dict(tally.skipped)) == (2, {})
    host, dicom, web = seen[1], seen[2], seen[3]
    assert host.facts == {
        "state": "up",
        "reason": "arp-response",
        "vendor": "Philips Patient Monitoring",
        "hostname": "lv-pacs.lyngvik.example",
        "closed": "tcp/22",
    }
    assert (host.mac, host.time, host.source, host.method) == (
        "00:09:fb:01:02:03",
        datetime.fromtimestamp(1791964802, UTC),
        "scan.xml",
        "import",
    )
    assert dicom.facts == {"state": "open", "service": "dicom", "method": "probed", "conf": "10"}
    assert web.facts["cpe"] == "cpe:/a:igor_sysoev:nginx:1.22.1, cpe:/o:linux:linux_kernel"
    assert web.facts["tunnel"] == "ssl"
    assert seen[4].transport == "udp"
    assert seen[5].facts["config"] == "Any AET is accepted (Insecure)"
    assert seen[7].facts["dialects"] == "NT LM 0.12 (SMBv1), 2:0:2"


def test_of_a_script_that_is_not_on_the_list_only_the_name_is_kept(tmp_path: Path) -> None:
    seen, _ = read(WHOLE, tmp_path)
    assert seen[8].facts == {"id": "http-enum"}
    assert "Pasient" not in repr(seen)


def test_hosts_that_are_only_counted_are_skipped_by_number(tmp_path: Path) -> None:
    _, tally = read(HEAD + PACS + tail(1, 254), tmp_path)
    assert (tally.handled, dict(tally.skipped), tally.total) == (1, {"not-listed": 254}, 255)


def test_a_summary_that_does_not_fit_is_told(tmp_path: Path) -> None:
    _, tally = read(HEAD + PACS + DOWN + tail(2, 0), tmp_path)
    assert "summary-differs" in tally.examples
    _, tally = read(HEAD + PACS + "</nmaprun>", tmp_path)
    assert dict(tally.skipped) == {"no-summary": 1}


def test_a_cut_file_gives_what_was_complete_and_one_skip(tmp_path: Path) -> None:
    whole = (HEAD + PACS + DOWN + PACS.replace("30.21", "30.22") + tail(2, 1)).encode()
    ends = [whole.index(b"</host>", at) + 7 for at in _all(whole, b"<host ") + _all(whole, b"<host>")]
    for cut in range(len(HEAD.encode()) + 1, len(whole) - 20, 7):
        seen, tally = read(whole[:cut], tmp_path)
        complete = sum(end <= cut for end in ends)
        assert tally.handled == complete
        assert len({o.address for o in seen}) == complete
        assert dict(tally.skipped) == {"truncated": 1}


def _all(text: bytes, part: bytes) -> list[int]:
    found, at = [], text.find(part)
    while at >= 0:
        found.append(at)
        at = text.find(part, at + 1)
    return found


def test_a_tag_broken_in_the_middle_keeps_what_came_before(tmp_path: Path) -> None:
    seen, tally = read(HEAD + DOWN + "<host <" + PACS, tmp_path)
    assert [o.address for o in seen] == ["10.20.30.70"]
    assert dict(tally.skipped) == {"broken-xml": 1}


def test_a_second_run_behind_the_first_is_told(tmp_path: Path) -> None:
    seen, tally = read(WHOLE + WHOLE, tmp_path)
    assert len({o.address for o in seen}) == 2
    assert dict(tally.skipped) == {"after-the-end": 1}


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + ']><nmaprun start="1"><host><address addr="&a11;" addrtype="ipv4"/></host></nmaprun>'
)


def test_an_xml_bomb_is_refused_and_costs_nothing(tmp_path: Path) -> None:
    tracemalloc.start()
    with pytest.raises(InputError, match=r"^scan\.xml:1: carries a document type"):
        read(BOMB, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE nmaprun [<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;]>',
        "<!DOCTYPE nmaprun [<!ELEMENT nmaprun ANY>]>",
        '<!DOCTYPE nmaprun [<!ATTLIST host x CDATA "y">]>',
    ],
)
def test_a_document_type_with_content_is_refused(doctype: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="document type"):
        read(WHOLE.replace("<!DOCTYPE nmaprun>", doctype), tmp_path)


def test_an_external_document_type_is_never_fetched(tmp_path: Path) -> None:
    named = WHOLE.replace("<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun SYSTEM "file:///nonexistent.dtd">')
    _, tally = read(named, tmp_path)
    assert tally.handled == 2


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("scan.xml", WHOLE)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (_zip(), "is a zip archive"),
        (b"\x0a\x0d\x0d\x0a\x1c\0\0\0", "is a packet capture"),
        (b"<!DOCTYPE html><html><body>", "is an HTML page"),
        (b"<html><body>x</body></html>", "is an HTML page"),
        (b"<Events><Event/></Events>", "begins with <Events>"),
        (b"# Nmap 7.93 scan initiated", "run nmap with -oX"),
        (json.dumps({"hosts": []}).encode(), "is JSON"),
        (b"hello", "is no XML"),
        (b"<?xml version='1.0' encoding='shift_jis'?>", "broken XML"),
        (b"\x00" * 600, "is no XML"),
    ],
)
def test_what_is_no_nmap_scan_is_named(content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read(content, tmp_path)
    assert str(caught.value).startswith("scan.xml")


def test_another_encoding_of_the_same_text_reads_the_same(tmp_path: Path) -> None:
    assert read(WHOLE.encode("utf-16"), tmp_path)[0] == read(WHOLE, tmp_path)[0]


def test_a_missing_file_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_nmap(tmp_path / "none.xml", "none.xml", Tally("none.xml")))


def test_numbers_out_of_range_and_bad_addresses(tmp_path: Path) -> None:
    def port(text: str) -> str:
        return f'<port protocol="tcp" portid="{text}"><state state="open"/></port>'

    host = (
        '<host starttime="99999999999999" endtime="-4"><status state="up"/><address addr="10.0.0.9" addrtype="ipv4"/>'
        '<address addr="zz" addrtype="mac"/><ports>'
        + "".join(map(port, ["0", "65535", "65536", "-1", "1e3", "٣", "9" * 400, ""]))
        + '<port protocol="sctp" portid="7"/></ports></host>'
    )
    seen, tally = read(HEAD.replace('start="1791964800"', 'start="x"') + host + tail(1, 0), tmp_path)
    assert [o.port for o in seen] == [None, 65535]
    assert (seen[0].time, seen[0].mac, tally.handled) == (None, None, 1)
    assert "bad-port" in tally.examples
    bad = '<host><status state="up"/><address addr="10.0.0.999" addrtype="ipv4"/></host>'
    seen, tally = read(HEAD + bad + tail(1, 0), tmp_path)
    assert (seen, tally.handled, dict(tally.skipped)) == ([], 0, {"no-address": 1})


def test_addresses_are_written_in_one_way(tmp_path: Path) -> None:
    six = '<host><status state="up"/><address addr="2001:DB8::0:1%eth0" addrtype="ipv6"/></host>'
    both = (
        '<host><status state="up"/><address addr="fe80::1" addrtype="ipv6"/>'
        '<address addr="10.0.0.8" addrtype="ipv4"/></host>'
    )
    seen, _ = read(HEAD + six + both + tail(2, 0), tmp_path)
    assert [o.address for o in seen] == ["2001:db8::1", "10.0.0.8"]


def test_hostile_text_is_cleaned_and_bounded(tmp_path: Path) -> None:
    title = "&#x9b;31m&#x202e;" + "x" * 100_000
    host = (
        '<host><status state="up"/><address addr="10.0.0.9" addrtype="ipv4"/><hostnames>'
        f'<hostname name="{title}"/></hostnames><ports><port protocol="tcp" portid="80"><state state="open"/>'
        f'<service name="http" product="{title}" method="probed"><cpe>{title}</cpe></service>'
        f'<script id="http-title" output="{title}"><elem key="title">{title}</elem></script></port></ports></host>'
    )
    seen, _ = read(HEAD + host + tail(1, 0), tmp_path)
    texts = [value for one in seen for value in one.facts.values()]
    assert len(seen) == 3
    assert all(len(text) <= 200 and text.isprintable() for text in texts)


def test_a_host_with_every_port_open_is_bounded_and_told(tmp_path: Path) -> None:
    ports = "".join(f'<port protocol="tcp" portid="{n}"><state state="open"/></port>' for n in range(1, 9000))
    host = f'<host><status state="up"/><address addr="10.0.0.9" addrtype="ipv4"/><ports>{ports}</ports></host>'
    seen, tally = read(HEAD + host + tail(1, 0), tmp_path)
    assert len(seen) == MAX_PORTS + 1
    assert "too-many-ports" in tally.examples


def test_depth_and_length_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nested"):
        read(HEAD + "<a>" * 100_000, tmp_path)
    with pytest.raises(InputError, match="longer than"):
        read(HEAD + '<host x="' + "y" * (MAX_TOKEN + 200_000), tmp_path)


def test_a_host_inside_a_host_loses_only_the_outer(tmp_path: Path) -> None:
    seen, tally = read(HEAD + "<host>" + DOWN + "</host>" + tail(0, 1), tmp_path)
    assert [o.address for o in seen] == ["10.20.30.70"]
    assert tally.skipped["host-inside-host"] == 1


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(hosts: int) -> int:
        path = tmp_path / f"{hosts}.xml"
        with path.open("w") as file:
            file.write(HEAD)
            file.writelines(PACS.replace("30.21", f"{n // 250}.{n % 250}") for n in range(hosts))
            file.write(tail(hosts, 0))
        tracemalloc.start()
        count = sum(1 for _ in read_nmap(path, "big.xml", Tally("big.xml")))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == hosts * 8
        return found

    peak(50)
    small, large = peak(200), peak(1500)
    assert large < small + 300_000


def _mutations(count: int) -> Iterator[bytes]:
    rng = random.Random(20261121)
    whole = WHOLE.encode()
    pieces = [
        b"<host>",
        b"</host>",
        b"&a;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"\x00",
        b"\xff\xfe",
        b"<!ENTITY x 'y'>",
        b'"',
    ]
    for _ in range(count):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            at, size = rng.randrange(len(data)), rng.randint(0, 40)
            data[at : at + size] = rng.choice(
                [b"", rng.randbytes(size), rng.choice(pieces), bytes(data[at : at + size]) * 2]
            )
        yield bytes(data)


def _outcome(path: Path) -> str:
    """Read a file and check what must hold of everything that comes out of it; say how it went."""
    tally = Tally("mutated.xml")
    try:
        seen = list(read_nmap(path, "mutated.xml", tally))
    except InputError as error:
        return f"refused: {error.fault.what}"
    assert len({o.address for o in seen}) <= tally.handled
    assert all(value and value.isprintable() and len(value) <= 200 for o in seen for value in o.facts.values())
    return "read"


@pytest.mark.fuzz
def test_ten_thousand_mutated_files_give_values_or_our_error(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("inputs", 10_000 * FUZZ)
    path = tmp_path / "mutated.xml"
    outcomes: Counter[str] = Counter()
    for data in _mutations(10_000 * FUZZ):
        path.write_bytes(data)
        outcomes[_outcome(path)] += 1
    assert outcomes["read"] > 1000
    assert outcomes.total() - outcomes["read"] > 100
    assert not any("\n" in outcome for outcome in outcomes)


def test_a_packed_scan_is_unpacked_and_one_that_breaks_off_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(WHOLE.encode(), mtime=0)

    assert read(packed, tmp_path)[0] == read(WHOLE, tmp_path)[0]
    assert read(packed[:-300], tmp_path)[1].skipped["truncated"] == 1


def test_parts_of_a_host_that_are_left_out_are_counted(tmp_path: Path) -> None:
    many = "<cpe>cpe:/a:x:y</cpe>" * 70
    odd = '<port protocol="tcp" portid="0"/>'
    host = '<host><address addr="10.0.0.1" addrtype="ipv4"/><ports><port protocol="tcp" portid="1">'
    _, tally = read(f"{HEAD}{host}{many}</port>{odd}</ports></host></nmaprun>", tmp_path)

    assert dict(tally.parts) == {"too-many-cpes": 6, "bad-port": 1}
    assert (tally.handled, dict(tally.skipped)) == (1, {"no-summary": 1})


def test_who_was_only_sent_datagrams_is_told_apart(tmp_path: Path) -> None:
    down = '<host><status state="down" reason="no-response"/><address addr="10.20.30.9" addrtype="ipv4"/></host>'
    text = WHOLE.replace("<runstats>", f"{down}<runstats>")
    sounded = text.replace('args="nmap -sV"', 'args="nmap -sV -PU161 10.20.30.0/24"')
    facts = [one.facts for one in read(sounded, tmp_path)[0] if one.address == "10.20.30.9"]

    assert facts == [{"state": "down", "reason": "no-response", "asked": "udp"}]
    assert "asked" not in read(text, tmp_path)[0][-1].facts
    assert "scan.asked" not in {one.kind for one in read(sounded, tmp_path)[0]}


def test_a_finished_scan_says_which_networks_it_asked(tmp_path: Path) -> None:
    text = WHOLE.replace('args="nmap -sV"', 'args="nmap -sV -oX out.xml -p 22 10.20.30.0/24 10.20.31.1-2 lv-pacs"')
    asked = [one for one in read(text, tmp_path)[0] if one.kind == "scan.asked"]

    assert [one.facts["networks"] for one in asked] == ["10.20.30.0/24 10.20.31.1/32 10.20.31.2/32"]
    assert "scan.asked" not in {one.kind for one in read(text[: len(text) - 60], tmp_path)[0]}
