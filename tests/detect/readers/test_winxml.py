from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.winxml import MAX_EVENT, read_winxml
from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from tests.detect.logs import NAMESPACE, as_xml, chunks, memory, read_bytes, system

FIRST = as_xml({"System": system(EventRecordID=1), "EventData": {"CommandLine": 'net "Åse" <&>', "Empty": ""}})
SECOND = as_xml(
    {"System": system(1102, EventRecordID=2), "UserData": {"LogFileCleared": {"SubjectUserName": "fjordnett"}}}
)
EXPORTED = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>\r\n{FIRST}\r\n{SECOND}</Events>\r\n'


def records(data: bytes, size: int = 10_000) -> tuple[list[str], dict[str, int]]:
    tally = Tally("log")
    return [event.record for event in read_winxml(chunks(data, size), "log", tally)], dict(tally.skipped)


@pytest.mark.parametrize("text", [EXPORTED, FIRST + SECOND, FIRST + "\n" + SECOND, f"<!-- note -->{FIRST}{SECOND}"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_root_a_mark_and_an_encoding_change_nothing(text: str, encoding: str, tmp_path: Path) -> None:
    events, tally = read_bytes(text.encode(encoding), tmp_path)
    assert [event.record for event in events] == ["1", "2"]
    assert tally.skipped == {}
    assert events[0].fields["CommandLine"] == 'net "Åse" <&>'
    assert events[0].fields["Empty"] == ""
    assert events[0].fields["Execution_ProcessID"] == "4"
    assert events[1].fields["SubjectUserName"] == "fjordnett"
    assert str(events[0].time) == "2026-10-14 01:45:00.123456+00:00"


@given(st.integers(1, 40))
def test_the_file_may_be_cut_anywhere_into_pieces(size: int) -> None:
    assert records(EXPORTED.encode(), size) == (["1", "2"], {})
    assert records(EXPORTED.encode("utf-16"), size + 1) == (["1", "2"], {})


BROKEN = {
    f'<Event xmlns="{NAMESPACE}"><System></Event>': "not-xml",
    f'<Event xmlns="{NAMESPACE}">&nowhere;</Event>': "not-xml",
    "<Event/>": "not-an-event",
    "<Event><EventData/></Event>": "not-an-event",
    f'<Event xmlns="{NAMESPACE}"><System>': "truncated",
    "<Event>" + "<a>" * 50 + "</a>" * 50 + "</Event>": "too-deep",
    f"<Event>{'x' * MAX_EVENT}</Event>": "too-long",
    "<Event><System><EventID>1</EventID></System><UserData>"
    + "".join(f"<a{n}/>" for n in range(5000))
    + "</UserData></Event>": "too-large",
    "<Event><!DOCTYPE a [<!ENTITY b 'c'>]><System><EventID>&b;</EventID></System></Event>": "not-xml",
}


@pytest.mark.parametrize("broken", BROKEN, ids=BROKEN.values())
def test_a_broken_event_costs_only_itself(broken: str) -> None:
    assert records((FIRST + broken + SECOND).encode()) == (["1", "2"], {BROKEN[broken]: 1})


@pytest.mark.parametrize("text", ["Oct 14 01:45:00 host sshd: <b>failed</b>", "x", "\ufffd" * 100_000])
def test_text_outside_of_events_is_counted_once(text: str) -> None:
    for whole in (
        f"<Events>{text}{FIRST}{SECOND}",
        f"{FIRST}{text}{SECOND}",
        f"<Events>{FIRST}{SECOND}{text}</Events>",
    ):
        assert records(whole.encode(), 1000) == (["1", "2"], {"not-an-event": 1})


def test_an_end_inside_an_event_is_told() -> None:
    assert records(EXPORTED.encode()[:-40]) == (["1"], {"truncated": 1})


@pytest.mark.parametrize("tag", ["<E", "<Event", f'<Event xmlns="{NAMESPACE}"'])
def test_an_end_inside_a_start_tag_is_told(tag: str) -> None:
    assert records((FIRST + tag).encode()) == (["1"], {"truncated": 1})
    assert records((FIRST + tag).encode(), 7) == (["1"], {"truncated": 1})


@pytest.mark.parametrize("text", ["<Events></Events>", "<Events", "nothing"])
def test_a_file_without_events_is_told(text: str) -> None:
    assert records(text.encode()) == ([], {"not-an-event": 1})
    assert records(b"") == ([], {})


def test_the_mark_may_come_in_pieces() -> None:
    assert records(EXPORTED.encode("utf-16"), 1) == (["1", "2"], {})


@pytest.mark.parametrize("sign", ["\x0f", "&#15;", "&#x0F;", "&#0;", "\x00"])
def test_characters_that_xml_forbids_do_not_lose_the_event(sign: str, tmp_path: Path) -> None:
    text = as_xml({"System": system(EventRecordID=3), "EventData": {"CommandLine": "aSIGNb"}}).replace("SIGN", sign)
    events, tally = read_bytes(text.encode(), tmp_path, "winxml")
    assert (events[0].fields["CommandLine"], tally.total) == ("a\N{REPLACEMENT CHARACTER}b", 1)


def test_line_ends_and_tabs_are_kept_as_xml_says(tmp_path: Path) -> None:
    events, _ = read_bytes(as_xml({"System": system(), "EventData": {"A": "x\r\n\ty "}}).encode(), tmp_path)
    assert events[0].fields["A"] == "x\r\n\ty "


BOMB = "<!DOCTYPE lolz [" + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9)) + "]>"


@pytest.mark.parametrize(
    "prolog",
    [BOMB, "<?xml version='1.0'?>\n" + BOMB, '<!ENTITY a SYSTEM "file:///etc/passwd">', "<!-- x -->\n<!DOCTYPE a>"],
)
def test_a_bomb_is_one_line(prolog: str, tmp_path: Path) -> None:
    data = (prolog + EXPORTED.partition("?>")[2]).encode()
    for kind in (None, "winxml"):
        with pytest.raises(
            InputError, match=r"^log\.bin(:\d+)?: declares a document type or an entity; such XML is refused$"
        ):
            read_bytes(data, tmp_path, kind)


def test_an_event_may_hold_elements_called_event() -> None:
    own = '<UserData><X><Event a="1">y</Event></X></UserData>'
    inner = f'<Event xmlns="{NAMESPACE}"><System><EventRecordID>9</EventRecordID></System>{own}</Event>'
    assert records((inner + SECOND).encode()) == (["9", "2"], {})


def test_an_endless_event_takes_no_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield b"<Event>"
        for _ in range(1000):
            yield b"<a" + b"x" * 65536
        yield b"</Event>" + FIRST.encode()

    tally = Tally("log")
    with memory() as peak:
        assert [event.record for event in read_winxml(endless(), "log", tally)] == ["1"]
    assert peak() < 6 * MAX_EVENT
    assert tally.skipped == {"too-long": 1}


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=6),
    st.integers(0, 4000),
    st.integers(7, 5000),
)
def test_changed_exports_give_events_skips_or_one_error(changes: list[tuple[int, int]], cut: int, size: int) -> None:
    data = bytearray(EXPORTED.encode() * 2)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        found, skipped = records(bytes(data[: cut or None]), size)
        assert len(found) + sum(skipped.values()) <= 5
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right


@given(st.text(st.sampled_from('<>/Event xmlns="a"&;![]-SystemData'), max_size=200))
def test_anything_like_xml_is_read_or_skipped(text: str) -> None:
    try:
        records(text.encode(), 13)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
