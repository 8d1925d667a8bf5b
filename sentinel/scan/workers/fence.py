"""A fence around a worker, held by the kernel: firewall rules that let out one order's (address, port) pairs alone.

The worker runs with a group id that nothing else on the machine has, without any capability, and in a process
namespace that dies with us. The rules (nftables) hold for that group id and for nobody else, in a table that belongs to
the program that made it: when that ends, however it ends, the kernel takes the table away. So nothing of the machine's
own rules is touched, and nothing is left behind.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sentinel.errors import ScopeError
from sentinel.scan.workers.order import NmapOrder

NEEDED = {"CAP_SETGID": 6, "CAP_SETPCAP": 8, "CAP_NET_ADMIN": 12, "CAP_SYS_ADMIN": 21}
"""What it takes to make one, and which bit of CapEff that is (capabilities(7))."""
PROGRAMS = ("nft", "setpriv", "unshare", "sh")
FIRST_GROUP = 2_000_000_000
"""Above what accounts, services and containers are given; the number of our process is added."""
OUTLIVES_US = 2
"""Seconds for which the rules stay when we are killed outright: the worker is killed at once, and they go after it."""
LOAD_SECONDS = 10.0
_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"
_MEMBERS = 256


@dataclass(slots=True)
class Fence:
    """Rules in force. `words` go before the worker's own command; `dropped` is told once the fence is taken down."""

    table: str
    group: int
    dropped: int = 0

    @property
    def words(self) -> list[str]:
        """Return the command that starts a program inside the fence; nothing where there is none."""
        if not self.group:
            return []
        outer = [_found("setpriv"), "--pdeathsig", "KILL", _found("unshare"), "--pid", "--fork", "--kill-child"]
        inner = [_found("setpriv"), "--regid", str(self.group), "--clear-groups", "--no-new-privs"]
        mortal = ["--pdeathsig", "KILL"]  # once more: the kernel forgets it when a process changes its group
        return [*outer, *inner, "--bounding-set=-all", "--inh-caps=-all", *mortal]


FenceOf = Callable[[NmapOrder], AbstractContextManager[Fence]]
"""Puts up the fence of an order for as long as a block runs."""


def why_not(status: Path = Path("/proc/self/status"), kernel: str = "") -> str:
    """Return why no fence can be made here, or nothing. `status` is what the kernel says of our process."""
    kernel = kernel or platform.release()
    missing = [name for name in PROGRAMS if not _found(name)]
    if missing:
        return f"{', '.join(missing)} is not installed"
    try:
        told = dict(line.partition(":")[::2] for line in status.read_text(encoding="utf-8").splitlines())
        effective = int(told["CapEff"], 16)
    except (OSError, ValueError, KeyError):
        return "only Linux has what it is made of"
    if lacking := [name for name, bit in NEEDED.items() if not effective >> bit & 1]:
        return f"it takes root's rights {', '.join(lacking)}"
    return "" if _knows_owners(kernel) else f"Linux {kernel} has no tables that go with their owner: 5.12 brought them"


def _knows_owners(kernel: str) -> bool:
    numbers = re.match(r"(\d+)\.(\d+)", kernel)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (5, 12)


@contextmanager
def no_fence(_order: NmapOrder) -> Iterator[Fence]:
    """Stand for a fence where none can be made."""
    yield Fence("", 0)


@contextmanager
def fenced(order: NmapOrder) -> Iterator[Fence]:
    """Hold the fence of an order while the block runs; ScopeError where it cannot be put up whole."""
    fence = Fence(f"sentinel_{os.getpid()}", FIRST_GROUP + os.getpid())
    feed, holder = _hold()
    try:
        _load(feed, rules(fence, order))
        _wait_until_whole(fence, order)
        try:
            yield fence
        finally:
            fence.dropped = dropped(fence)
    finally:
        for process in (feed, holder):
            process.kill()
            process.wait()


def rules(fence: Fence, order: NmapOrder) -> Iterator[str]:
    """Yield the commands that put a fence up, one a line; the last of them puts it in force."""
    six = ":" in order.hosts[0]
    ip, kind = ("ip6", "ipv6_addr") if six else ("ip", "ipv4_addr")
    where = f"inet {fence.table}"
    yield f"add table {where} {{ flags owner; }}"
    yield f"add set {where} hosts {{ type {kind}; }}"
    yield f"add set {where} ports {{ type inet_service; }}"
    yield from _members(f"add element {where} hosts", order.hosts)
    yield from _members(f"add element {where} ports", order.ports)
    yield f"add counter {where} dropped"
    yield f"add chain {where} within"
    source = f"{ip} saddr {order.source} " if order.source else ""
    yield f"add rule {where} within {source}{ip} daddr @hosts tcp dport @ports accept"
    yield f"add rule {where} within counter name dropped drop"
    yield f"add chain {where} out {{ type filter hook output priority -300; policy accept; }}"
    yield f"add rule {where} out meta skgid {fence.group} jump within"


def dropped(fence: Fence) -> int:
    """Return how many packets the fence has dropped."""
    listed = json.loads(_nft("-j", "list", "counter", "inet", fence.table, "dropped") or "{}").get("nftables", [])
    return sum(int(one["counter"]["packets"]) for one in listed if "counter" in one)


def _members(command: str, members: Sequence[object]) -> Iterator[str]:
    for start in range(0, len(members), _MEMBERS):
        yield f"{command} {{ {', '.join(map(str, members[start : start + _MEMBERS]))} }}"


def _hold() -> tuple[subprocess.Popen[str], subprocess.Popen[str]]:
    """Start the program that owns the table, and one that feeds it: its end comes a little after ours."""
    feed = subprocess.Popen(  # noqa: S603 -- the machine's own shell, with words of ours
        [_found("sh"), "-c", f"cat; exec sleep {OUTLIVES_US}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    quiet = subprocess.DEVNULL
    holder = subprocess.Popen(  # noqa: S603 -- the machine's own nft
        [_found("nft"), "-i"], stdin=feed.stdout, stdout=quiet, stderr=quiet, text=True, start_new_session=True
    )
    if feed.stdout:
        feed.stdout.close()
    return feed, holder


def _load(feed: subprocess.Popen[str], lines: Iterator[str]) -> None:
    if feed.stdin is None:
        raise ScopeError("the fence cannot be fed")
    try:
        feed.stdin.writelines(f"{line}\n" for line in lines)
        feed.stdin.flush()
    except BrokenPipeError as error:
        raise ScopeError("the fence cannot be put up: nft ended") from error


def _wait_until_whole(fence: Fence, order: NmapOrder) -> None:
    """Wait until every rule and every member is in force, as the kernel itself lists them."""
    until = time.monotonic() + LOAD_SECONDS
    while time.monotonic() < until:
        if _is_whole(fence, order):
            return
        time.sleep(0.05)
    raise ScopeError("the fence around nmap cannot be put up: nftables did not take all of its rules")


def _is_whole(fence: Fence, order: NmapOrder) -> bool:
    """Say whether the kernel lists the rules, and every member.

    No table is listed as JSON: nft 1.0.6 garbles its flags.
    """
    where = ("inet", fence.table)
    within, out = (_nft("list", "chain", *where, name) for name in ("within", "out"))
    rules_hold = "@hosts" in within and 'counter name "dropped" drop' in within
    in_force = f"skgid {fence.group} jump within" in out
    return (
        rules_hold
        and in_force
        and (_size(fence, "hosts"), _size(fence, "ports")) == (len(order.hosts), len(order.ports))
    )


def _size(fence: Fence, name: str) -> int:
    listed = json.loads(_nft("-j", "list", "set", "inet", fence.table, name) or "{}").get("nftables", [])
    return sum(len(one["set"].get("elem", [])) for one in listed if "set" in one)


def _nft(*words: str) -> str:
    """Return what nft lists, nothing where it fails."""
    command = [_found("nft"), "-n", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- the machine's own nft
    return "" if ran.returncode else ran.stdout


def _found(name: str) -> str:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_PATH}") or ""
