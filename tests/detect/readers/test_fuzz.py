"""Every reader over broken logs: it tells what it skips, never fails, and does not care where its chunks end.

`make test` tries 1,000 inputs a format, `make fuzz` 71,300: with the two large formats a million together.
"""

from __future__ import annotations

import os
import random
import struct
from collections import Counter
from collections.abc import Callable
from io import BytesIO

import pytest

from bench.corpora.others import OTHERS
from bench.corpora.shapes import SHAPES
from bench.corpora.write import events
from sentinel.detect.readers.evtx import CHUNK_BYTES, CHUNK_MAGIC, FILE_HEADER_BYTES, FILE_MAGIC
from sentinel.detect.readers.recognise import FORMATS
from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from tests.detect.logs import as_xml, chunks, system

INPUTS = max(1_000, 3_100 * int(os.environ.get("SENTINEL_FUZZ", "0")))
LARGE = {"evtx": 20, "parquet": 20}  # of formats whose smallest input is large, fewer
TOKENS = (
    b"\0", b"\n", b"\r\n", b'"', b"\\", b"{", b"}", b"[", b"]", b"<", b">", b"&#x0;", b",", b"\t", b"|", b"=", b":",
    b" ",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xf0\x9f\x98\x80", b"\\ud800", b"\\u0000", b"NaN", b"-0", b"1e999",
    b"9" * 400,
    b"null", b"]]>", b"<![CDATA[", b"%s", b"\x1b[31m", b"\xe2\x80\xa8",
)  # fmt: skip
BLOCK = struct.pack("<8sQQQQIIII", CHUNK_MAGIC, 1, 3, 1, 3, 128, 512, 512, 0).ljust(512, b"\0")


def parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as pq

    out = BytesIO()
    pq.write_table(pa.table({"EventID": [1, 4624], "CommandLine": ["whoami", "blå"], "T": [[1], None]}), out)
    return out.getvalue()


def json_lines() -> bytes:
    return b"\n".join(shape(event) for shape in SHAPES.values() for event in events("all", 2))


# A small good log of each format.
SEEDS: dict[str, Callable[[], bytes]] = {
    "evtx": lambda: FILE_MAGIC.ljust(FILE_HEADER_BYTES, b"\0") + (BLOCK + b"**\0\0" * 40).ljust(CHUNK_BYTES, b"\0"),
    "parquet": parquet,
    "winxml": lambda: f"<Events>{as_xml({'System': system(), 'EventData': {'A': 'blå'}})}</Events>".encode() * 2,
    "json": lambda: b'{"Records": [' + b",".join(OTHERS["cloudtrail"](2, 1, 0.5)) + b"]}",
    "jsonl": json_lines,
    "zeek": lambda: (
        b"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
        b"#fields\tts\tuid\tid.orig_h\tservice\ttunnels\n#types\ttime\tstring\taddr\tstring\tset[string]\n"
        b"1791000000.1\tC1\t10.0.0.1\tdns\t(empty)\n1791000001.2\tC2\tfe80::1\t-\ta,b\n#close\t2026-10-14-02-00-00\n"
    ),
    "csv": lambda: bytes('EventID,"Command Line",Bruker\r\n1,"cmd /c ""dir"", blå",åse\r\n4,,"a\r\nb"\r\n', "utf-8"),
    "journal": lambda: (
        b'{"__REALTIME_TIMESTAMP":"1791000000000000","_COMM":"sshd","MESSAGE":"Failed password for root"}\n'
        b'{"__REALTIME_TIMESTAMP":"1791000000000001","_COMM":"sudo","MESSAGE":[104,101,106]}\n'
    ),
    "eslogger": lambda: (
        b'{"schema_version":1,"event_type":9,"time":"2026-10-14T01:45:00.1Z","process":{"executable":{"path":"/bin/sh"}}'
        b',"event":{"exec":{"args":["sh","-c","id"],"target":{"executable":{"path":"/usr/bin/id"}}}}}\n'
    ),
    "auditd": lambda: b"\n".join(OTHERS["auditd"](15, 1, 0.5)),
    "w3c": lambda: (
        b"#Software: Microsoft Internet Information Services 10.0\n"
        b"#Fields: date time c-ip cs-method cs-uri-stem sc-status\n"
        b"2026-10-14 01:45:00 10.0.0.1 GET /time 200\n2026-10-14 01:45:01 10.0.0.2 POST /shell.jsp 404\n"
    ),
    "access": lambda: b"\n".join(OTHERS["web"](4, 1, 0.5)),
    "squid": lambda: (
        b"1791000000.123    45 10.0.0.1 TCP_MISS/200 1532 GET http://a.example/ - HIER_DIRECT/192.0.2.1 text/html\n"
    ),
    "weberror": lambda: (
        b"2026/10/14 01:45:00 [error] 12#12: *7 open() failed (2: No such file), client: 10.0.0.1, server: x\n"
    ),
    "cef": lambda: b"CEF:0|Lyngvik|Brannmur|1.0|100|Stengt|5|src=10.0.0.1 dst=192.0.2.1 msg=a\\=b \\| cs1Label=x\n",
    "syslog": lambda: (
        b'<34>1 2026-10-14T01:45:00.003Z lv-web sshd 99 ID47 [a@1 b="c"] Failed password\n'
        b'<13>Oct 14 01:45:00 lv-fw kernel: SRC=10.0.0.1 DST=192.0.2.1\n<13>Oct 14 01:45:01 lv-app x[7]: {"a": "b"}\n'
    ),
}  # fmt: skip


def broken(seed: bytes, chance: random.Random) -> bytes:
    """Return a log with a few faults, each of another kind."""
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                data[at:at] = chance.choice(TOKENS)
            case 2:
                del data[at : at + chance.choice((1, 2, 10, 100))]
            case 3:
                data[at:at] = data[at : at + chance.choice((1, 10, 100))]
            case 4:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + 60]
            case _:
                del data[at + chance.randrange(1, 40) * 8 :]
    return bytes(data)


def outcome(kind: str, data: bytes, size: int) -> tuple[list[object], Counter[str], str]:
    """Read in chunks of a size, and return all that a reader says; only InputError may leave it."""
    tally = Tally("log")
    seen: list[object] = []
    pieces = (piece for chunk in chunks(data, size) for piece in (chunk, b""))  # nothing: a pipe is quiet for a while
    try:
        for event in FORMATS[kind].read(pieces, "log", tally):
            assert all(isinstance(name, str) for name in event.fields)
            seen.append((event.record, event.time, dict(event.fields)))
    except InputError as error:
        return seen, Counter(tally.skipped), str(error)
    return seen, Counter(tally.skipped), ""


def test_every_format_has_a_good_log_to_begin_with() -> None:
    read = {kind: outcome(kind, SEEDS[kind](), 70_000)[0] for kind in FORMATS}

    assert [kind for kind, seen in read.items() if not seen and kind != "evtx"] == []


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", FORMATS)
def test_broken_logs(kind: str, record_property: Callable[[str, object], None]) -> None:
    seed, chance = SEEDS[kind](), random.Random(f"{kind} {INPUTS}")
    number = INPUTS // LARGE.get(kind, 1)
    for _ in range(number):
        data = broken(seed, chance)
        whole, pieces = (
            outcome(kind, data, len(data) + 1),
            outcome(kind, data, chance.randrange(1, 200_000 if kind in LARGE else 80)),
        )
        assert str(whole) == str(pieces), data  # as text: not a number is not equal to itself
    record_property("inputs", number)
