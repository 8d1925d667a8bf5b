from __future__ import annotations

import socket
import struct
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.audit_values import read_record

PORTS = st.integers(0, 65535)


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: "\0" not in text))
def test_what_is_encoded_is_decoded(text: str) -> None:
    encoded = text.encode().hex().upper()
    assert read_record("PATH", f"name={encoded}").fields["name"] == text
    assert read_record("EXECVE", f"a0={encoded}").fields["a0"] == text


def test_what_is_quoted_or_is_a_number_is_left_alone() -> None:
    fields = read_record("SYSCALL", 'a0=4142 exe="4142" pid=4142').fields
    assert (fields["a0"], fields["exe"], fields["pid"]) == ("4142", "4142", "4142")


def test_bytes_that_are_not_utf8_are_kept_as_letters() -> None:
    assert read_record("PATH", "name=E5").fields["name"] == "å"


def test_nothing_is_absent() -> None:
    fields = read_record("USER_CMD", "key=(null) x= msg='cwd=\"/\" cmd=6C73202D6C hostname=? res=failed'").fields
    assert fields == {"type": "USER_CMD", "cwd": "/", "cmd": "ls -l", "res": "failed"}


def test_arguments_of_a_title_are_parted_by_spaces() -> None:
    assert read_record("PROCTITLE", "proctitle=6C73002D6C00").fields["proctitle"] == "ls -l"
    assert read_record("PROCTITLE", 'proctitle="ls"').fields["proctitle"] == "ls"


@pytest.mark.parametrize(
    ("arch", "number", "name"),
    [
        ("c000003e", 59, "execve"),
        ("40000003", 11, "execve"),
        ("c00000b7", 221, "execve"),
        ("c000003e", 319, "memfd_create"),
        ("c000003e", 103, "syslog"),
        ("c000003e", 9999, None),
        ("c0000099", 59, None),
    ],
)
def test_calls_are_named_by_architecture(arch: str, number: int, name: str | None) -> None:
    assert read_record("SYSCALL", f"arch={arch} syscall={number}").fields.get("SYSCALL") == name


def test_names_that_the_log_gives_are_kept() -> None:
    fields = read_record("SYSCALL", 'arch=c000003e syscall=59 uid=0\x1dSYSCALL=execve UID="toor"').fields
    assert (fields["SYSCALL"], fields["UID"]) == ("execve", "toor")
    assert read_record("SYSCALL", "uid=0").fields["UID"] == "root"


@given(st.ip_addresses(v=4), PORTS)
def test_ipv4_addresses_are_those_of_the_socket_library(address: IPv4Address, port: int) -> None:
    packed = struct.pack("<H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton(str(address)) + bytes(8)
    fields = read_record("SOCKADDR", f"saddr={packed.hex().upper()}").fields
    assert (fields["saddr_fam"], fields["laddr"], fields["lport"]) == ("inet", str(address), str(port))


@given(st.ip_addresses(v=6), PORTS)
def test_ipv6_addresses_too(address: IPv6Address, port: int) -> None:
    packed = struct.pack("<H", 10) + struct.pack(">HI", port, 0) + address.packed + bytes(4)
    fields = read_record("SOCKADDR", f"saddr={packed.hex()}").fields
    assert (fields["saddr_fam"], fields["laddr"], fields["lport"]) == ("inet6", str(address), str(port))


@given(st.text(alphabet="0123456789ABCDEFx", max_size=40))
def test_any_address_is_survived(text: str) -> None:
    assert read_record("SOCKADDR", f"saddr={text}").type == "SOCKADDR"


@given(st.sampled_from(["SYSCALL", "EXECVE", "USER_LOGIN"]), st.text(max_size=99))
def test_any_text_is_survived(kind: str, text: str) -> None:
    assert read_record(kind, text).fields["type"] == kind
