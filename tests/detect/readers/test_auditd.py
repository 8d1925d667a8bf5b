from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.auditd import MOST_LETTERS, MOST_OPEN, MOST_RECORDS, read_alone, read_auditd
from sentinel.model.events import Event, Value
from sentinel.model.skipped import Tally
from tests.detect.logs import memory


def read(text: str | bytes) -> tuple[list[Event], Tally]:
    data = text.encode() if isinstance(text, str) else text
    tally = Tally("log")
    return list(read_auditd(iter([data]), "log", tally)), tally


def line(kind: str, rest: str, serial: int = 1, second: float = 1791935100.0) -> str:
    return f"type={kind} msg=audit({second:.3f}:{serial}): {rest}\n"


def texts(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list) else [value]


def test_records_of_one_serial_are_one_event() -> None:
    events, _ = read(line("SYSCALL", "exe=/bin/x") + line("CWD", 'cwd="/"', 2) + line("PATH", 'name="a"'))
    assert [event.fields["type"] for event in events] == [["SYSCALL", "PATH"], "CWD"]
    assert events[0].fields["exe"] == "/bin/x"


def test_an_event_goes_out_with_its_last_record() -> None:
    def log() -> Iterator[bytes]:
        yield line("SYSCALL", "a0=1").encode() + line("PROCTITLE", "proctitle=6C73").encode()
        raise AssertionError("the event was complete")

    event = next(read_auditd(log(), "log", Tally("log")))
    assert event.fields["proctitle"] == "ls"


def test_the_times_of_the_log_end_the_waiting() -> None:
    def log() -> Iterator[bytes]:
        yield line("SYSCALL", "a0=1").encode()
        yield line("SYSCALL", "a0=2", 2, 1791935102.5).encode()
        raise AssertionError("two seconds have gone")

    assert next(read_auditd(log(), "log", Tally("log"))).fields["a0"] == "1"


def test_a_record_that_comes_too_late_is_an_event() -> None:
    events, _ = read(line("SYSCALL", "a0=1") + line("EOE", "") + line("PATH", 'name="late"'))
    assert [event.fields.get("name") for event in events] == [None, "late"]


def test_arguments_of_the_command_come_before_those_of_the_call() -> None:
    fields = read(line("SYSCALL", "a0=7ffe a1=0") + line("EXECVE", 'argc=2 a0="chmod" a1=753D73'))[0][0].fields
    assert (fields["a0"], fields["a1"], fields["CommandLine"]) == ("chmod", "u=s", "chmod u=s")
    assert (fields["syscall.a0"], fields["syscall.a1"]) == ("7ffe", "0")


def test_arguments_in_pieces_are_put_together_in_order() -> None:
    pieces = [f'a1[{number}]="{number}"' for number in (10, 2, 0, 1, 9, 3, 4, 5, 6, 7, 8)]
    text = line("EXECVE", f'argc=2 a0="echo" {" ".join(pieces[:5])}') + line("EXECVE", " ".join(pieces[5:]))
    fields = read(text)[0][0].fields
    assert fields["a1"] == "012345678910"
    assert fields["CommandLine"] == "echo 012345678910"


def test_created_files_are_whole_paths() -> None:
    text = (
        line("SYSCALL", "a0=1")
        + line("CWD", 'cwd="/home/aase/"')
        + line("PATH", 'name="x" nametype=CREATE')
        + line("PATH", 'name="/etc/y" nametype=CREATE')
        + line("PATH", 'name="/etc/z" nametype=NORMAL')
    )
    fields = read(text)[0][0].fields
    assert fields["TargetFilename"] == ["/home/aase/x", "/etc/y"]
    assert fields["event.category"] == ["file"]


def test_a_connection_to_a_socket_file_is_none_to_the_net() -> None:
    call = line("SYSCALL", "arch=c000003e syscall=42")
    unix = call + line("SOCKADDR", "saddr=01002F72756E2F78")
    assert "Initiated" not in read(unix)[0][0].fields
    inet = read(call + line("SOCKADDR", "saddr=02000050C0000214"))[0][0].fields
    assert (inet["Initiated"], inet["laddr"], inet["lport"]) == ("true", "192.0.2.20", "80")


def test_memory_is_bounded_by_number_and_by_letters() -> None:
    def log(rest: str, count: int) -> Iterator[bytes]:
        for serial in range(count):
            yield line("SYSCALL", rest, serial).encode()

    with memory() as peak:
        assert sum(1 for _ in read_auditd(log("a0=1", 20 * MOST_OPEN), "log", Tally("log"))) == 20 * MOST_OPEN
    assert peak() < 8_000_000
    with memory() as peak:
        assert sum(1 for _ in read_auditd(log(f'a="{"x" * 1_000_000}"', 60), "log", Tally("log"))) == 60
    assert peak() < 4 * MOST_LETTERS


def test_one_serial_for_ever_is_cut_into_events() -> None:
    events, _ = read("".join(line("PATH", f'name="{number}"') for number in range(MOST_RECORDS + 5)))
    assert len(events) == 2
    assert len(texts(events[1].fields["name"])) == 5


KINDS = st.sampled_from(["SYSCALL", "PATH", "EXECVE", "USER_LOGIN", "PROCTITLE"])
RECORDS = st.lists(st.tuples(KINDS, st.integers(1, 4), st.integers(0, 5)), max_size=30)


@given(RECORDS)
def test_no_record_is_lost_or_doubled(records: list[tuple[str, int, int]]) -> None:
    text = "".join(
        line(kind, f"mark=m{n}", serial, 1791935100.0 + second) for n, (kind, serial, second) in enumerate(records)
    )
    events, tally = read(text)
    assert not tally.skipped
    marks = [mark for event in events for mark in texts(event.fields["mark"])]
    assert sorted(marks, key=str) == sorted((f"m{n}" for n in range(len(records))), key=str)
    for event in events:
        assert len({(records[int(str(mark)[1:])][1:]) for mark in texts(event.fields["mark"])}) == 1


@given(st.lists(st.sampled_from(["SYSCALL", "PATH", "CWD"]), min_size=1, max_size=6), st.permutations(range(3)))
def test_events_that_are_mixed_are_told_apart(kinds: list[str], order: list[int]) -> None:
    text = "".join(line(kind, f"mark=e{serial}", serial) for kind in kinds for serial in order)
    found = [texts(event.fields["mark"]) for event in read(text)[0]]
    assert sorted(found, key=str) == [[f"e{serial}"] for serial in range(3)]
    assert [key for key, _ in groupby(kinds)] != []


def test_a_record_by_syslog_stands_alone() -> None:
    assert (read_alone(line("EXECVE", 'a0="id"').strip()) or {})["CommandLine"] == "id"
    assert read_alone("type=EXECVE without the rest") is None


def test_lines_that_are_no_records_are_counted() -> None:
    events, tally = read("----\n\nhello\n" + line("LOGIN", "uid=0"))
    assert len(events) == 1
    assert tally.skipped == {"not-a-record": 1}
