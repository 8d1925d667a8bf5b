"""The same records written in the many ways that logs have, and in ways that no log should have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

ALIKE = {"k": "K", "s": "ſ", "i": "ıİ", "å": "ÅÅ", "ss": "ßẞ", "æ": "Æ", "ø": "Ø", "fi": "ﬁ", "n": "ŉ"}
"""Letters that mean another one to somebody who disregards case."""
STRANGE = ("æøå", "ÆØÅ", "ΐ", "ͅ", "և", "日本", "😀", "\u2028", "\x7f", "ﬃ", "\u0000", "\t", "\n", '"', "\\", "/", "µ")
ODD: tuple[Any, ...] = (
    *("", None, True, False, 0, -0.0, 1, 1.0, -1, 1e16, 1.5e300, 2**63, 2**64, -(2**63) - 1, 10**30, "true", "1", "*"),
    *([], ["x", 1, None], {}, {"a": {"b": "x"}}, [[["y"]], {"z": "w"}], "-inf", "nan"),
)
TIMES: tuple[Any, ...] = (
    *("2026-10-14T01:45:00Z", "2026-10-14 01:45:00", "2026-10-14 12", "2026-10-14 1245", "20261014T014500Z"),
    *("2026-10-14T01:45:00.123456789+02:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "", None, True),
    *(
        1760406300,
        1760406300.25,
        "1760406300",
        1760406300123,
        " 2026-10-14T01:45:00Z ",
        "2026-W42-3T01:45",
        "yesterday",
    ),
)


def log(records: Sequence[Record], chance: Random, wildness: float = 0.6) -> bytes:
    """Write records as lines, most of them changed; `wildness` is the share of those that are."""
    lines = [line(dict(record), chance) if chance.random() < wildness else compact(record) for record in records]
    end = chance.choice([b"\n", b"\n", b"\r\n"])
    mark = chance.choice([b"", b"", b"\xef\xbb\xbf"])
    return (
        mark + b"".join(line + end for line in lines[:-1]) + (lines[-1] if lines else b"") + chance.choice([b"", end])
    )


def split(data: bytes, chance: Random) -> Iterator[bytes]:
    """Cut bytes anywhere."""
    at = 0
    while at < len(data):
        size = chance.choice([1, 7, 100, 4_000, 60_000, 10_000_000])
        yield data[at : at + size]
        at += size


def changed(record: Record, chance: Random) -> Record:
    """Return a record with some of its names and values changed."""
    for _ in range(chance.choice([1, 1, 2, 4])):
        record = chance.choice(_OF_RECORDS)(record, chance)
    return record


def line(record: Record, chance: Random) -> bytes:
    """Return a record as a line: most probably changed, in one of the ways to write it, or broken."""
    if chance.random() < 0.8:
        record = changed(record, chance)
    return chance.choice(_WRITERS)(record, chance)


def _one_value(record: Record, chance: Random, change: Callable[[Any, Random], Any]) -> Record:
    name = chance.choice([*record, ""])
    return {**record, name: change(record[name], chance)} if name in record else record


def _texts(record: Record, chance: Random) -> Record:
    change = chance.choice([str.upper, str.lower, str.swapcase, str.title])
    return {name: change(value) if isinstance(value, str) else value for name, value in record.items()}


def alike(value: object, chance: Random) -> object:
    """Put letters that fold to others in the place of these."""
    if not isinstance(value, str):
        return value
    for letter in chance.sample(sorted(ALIKE), 3):
        for form in (letter, letter.upper()):
            value = value.replace(form, chance.choice([form, *ALIKE[letter]]))
    return value


def _alike_all(record: Record, chance: Random) -> Record:
    return {name: alike(value, chance) for name, value in record.items()}


def _strange(value: object, chance: Random) -> object:
    if not isinstance(value, str):
        return value
    at = chance.randrange(len(value) + 1)
    return value[:at] + chance.choice(STRANGE) + value[at:]


def _as_other(value: object, chance: Random) -> object:
    """Write numbers as texts and texts as numbers, or put a value into a list or a map."""
    if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < 30:
        return chance.choice([int(value), float(value), value + " ", "0" + value])
    if isinstance(value, int | float):
        return chance.choice([str(value), float(value) if abs(value) < 10**300 else value, f"{value}.0"])
    return chance.choice([[value], [value, "other"], {"a": value}, [{"b": [value]}]])


def _nested(record: Record, _chance: Random) -> Record:
    """Take the dots of names for levels, as ECS writes them."""
    made: Record = {}
    for name, value in record.items():
        place = made
        *path, last = name.split(".")
        for step in path:
            below = place.setdefault(step, {})
            place = below if isinstance(below, dict) else place
        place[last] = value
    return made


def _winlogbeat(record: Record, chance: Random) -> Record:
    frame = {"Channel": "channel", "EventID": "event_id", "Provider_Name": "provider_name", "Computer": "computer_name"}
    data = {name: value for name, value in record.items() if name not in frame}
    winlog = {new: record[old] for old, new in frame.items() if old in record}
    if chance.random() < 0.5:
        return {"winlog": {**winlog, "event_data": data}}
    flat = {f"winlog.{name}": value for name, value in winlog.items()}
    return {**flat, **{f"winlog.event_data.{name}": value for name, value in data.items()}}


def _shipped(record: Record, chance: Random) -> Record:
    nxlog = {"Provider_Name": "SourceName", "Computer": "Hostname", "Execution_ProcessID": "ProcessID"}
    shell = {"Channel": "LogName", "EventID": "Id", "Provider_Name": "ProviderName", "Computer": "MachineName"}
    beat = {"Channel": "log_name", "EventID": "event_id", "Provider_Name": "source_name", "Computer": "computer_name"}
    names, more = chance.choice([(nxlog, {"SourceName": "x", "SourceModuleName": "in"}), (shell, {}), (beat, {})])
    return {**more, **{names.get(name, name): value for name, value in record.items()}}


def _dumped(record: Record, _chance: Random) -> Record:
    frame = ("Channel", "EventID", "Computer", "EventRecordID")
    system = {name: record[name] for name in frame if name in record}
    data = {name: value for name, value in record.items() if name not in frame}
    return {"Event": {"System": system, "EventData": data}}


def _exported(record: Record, chance: Random) -> Record:
    """Put a record into a document as Elasticsearch gives it out, or into what only looks like one."""
    inner = chance.choice([record, _dumped(record, chance), _nested(record, chance)])
    ways = [{"_index": "logs"}, {"_index": "logs"}, {"_index": "logs", "_id": "a1"}, {"_id": "a1"}]
    return {**chance.choice(ways), "_source": chance.choice([inner, inner, inner, "x"])}


def _renamed(record: Record, chance: Random) -> Record:
    old = chance.choice([*record, ""])
    ways = [old.lower(), old.upper(), old + " ", " " + old, old[:3] + " " + old[3:], old + '"', "n" * 1001, old + "x"]
    new = chance.choice(ways)
    return {new if name == old else name: value for name, value in record.items()}


def _without(record: Record, chance: Random) -> Record:
    gone = chance.choice([*record, ""])
    return {name: value for name, value in record.items() if name != gone}


def _timed(record: Record, chance: Random) -> Record:
    name = chance.choice(["TimeCreated", "@timestamp", "UtcTime", "ts", "Time"])
    return {**record, name: chance.choice(TIMES)}


def _late_name(record: Record, chance: Random) -> Record:
    """Give a record a field that few others have."""
    return {
        **record,
        chance.choice(["Hashes", "Details", "Signed", "sha1", "c-uri", "æ"]): chance.choice(["x", "", None]),
    }


_OF_RECORDS: tuple[Callable[[Record, Random], Record], ...] = (
    *(_texts, _alike_all, _nested, _winlogbeat, _shipped, _dumped, _exported, _renamed, _without, _without, _timed),
    _late_name,
    lambda record, chance: _one_value(record, chance, alike),
    lambda record, chance: _one_value(record, chance, _strange),
    lambda record, chance: _one_value(record, chance, _as_other),
    lambda record, chance: _one_value(record, chance, _as_other),
    lambda record, chance: _one_value(record, chance, lambda _value, inner: inner.choice(ODD)),
)


def compact(record: Record, _chance: Random | None = None) -> bytes:
    """Return a record as most programs write it."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _spaced(record: Record, chance: Random) -> bytes:
    comma, colon = chance.choice([", ", " ,", ",", ",\t"]), chance.choice([": ", " :", ":\t", " : "])
    return json.dumps(record, ensure_ascii=chance.random() < 0.5, separators=(comma, colon)).encode()


def _slashes(record: Record, _chance: Random) -> bytes:
    return compact(record).replace(b"/", rb"\/")


def _escaped(record: Record, chance: Random) -> bytes:
    """Write some characters of the texts as numbers, in small or large letters."""
    made = []
    for character in compact(record).decode("utf-8", "surrogatepass"):
        plain = character.isascii() and not character.isalnum()
        if plain or ord(character) > 0xFFFF or chance.random() < 0.9:
            made.append(character)
        else:
            made.append(chance.choice(["\\u{:04x}", "\\u{:04X}"]).format(ord(character)))
    return "".join(made).encode("utf-8", "surrogatepass")


def _repeated(record: Record, chance: Random) -> bytes:
    """Let a name stand twice, of which the last counts."""
    name = chance.choice([*record, "a"])
    again = compact({name: chance.choice([*ODD, record.get(name)])})
    first, last = chance.sample([compact(record)[1:-1], again[1:-1]], 2)
    return b"{" + first + (b"," if first and last else b"") + last + b"}"


def _broken(record: Record, chance: Random) -> bytes:
    line = bytearray(compact(record))
    for _ in range(chance.choice([1, 1, 3])):
        at = chance.randrange(len(line) + 1)
        line[at : at + chance.choice([0, 1, 1, 2])] = chance.choice(_RUBBISH)
    return bytes(line)


def _odd_line(record: Record, chance: Random) -> bytes:
    whole = compact(record)
    middle = whole.index(b":") + 1 if b":" in whole else 1
    ways = [b"", b"  ", b"\t\r", b"[]", b"1", b"null", b"[" + whole + b"]", whole + whole, whole + b" " + whole, b"{}"]
    ways += [
        whole[:middle] + b"\n" + whole[middle:],
        whole + b"\n\n" + whole,
        b"  " + whole + b" ",
        b"\xef\xbb\xbf" + whole,
    ]
    ways += [whole[:-1], whole + b"}", whole.replace(b"}", b',"a":1e999}'), whole.replace(b"}", b',"a":-0}')]
    ways += [whole + whole + b"\n", b"\n" + whole + whole, whole[:middle] + b"\n" + whole[middle:-1] + b"}" + whole]
    return chance.choice(ways)


def _padded(record: Record, chance: Random) -> bytes:
    """Make a line long, and now and then longer than any may be."""
    size = chance.choice([1_100, 17_000, 17_000, 40_000])
    many = {f"f{number}": number for number in range(4_100)}
    return compact(
        {"pad": chance.choice(["x", "å", '"', "\\"]) * size, **record} | (many if chance.random() < 0.1 else {})
    )


_RUBBISH = (
    *(b"", b"\xff", b"\xc3", b"\x80", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xf0\x9f"),
    *(b"\x00", b"\x1f", b"\x0b", b"{", b"}", b"[", b'"', b"\\", b",", b":", b" ", b"\r", b"\n", b"\\u12", b"\\ud800"),
    *(b"1e400", b"9" * 25, b"9" * 400, b"01", b"\\/", b"\\u0041", b"\xef\xbb\xbf", b"NaN", b"-", b"\\x"),
)
_WRITERS = (
    *(compact, compact, compact, compact, _spaced, _slashes, _escaped, _repeated, _broken, _broken, _odd_line),
    *(compact, compact, compact, compact, _spaced, _slashes, _escaped, _repeated, _odd_line, _padded),
)
