from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sentinel.scan.guard import guard
from tests.scan.scopes import clinical, compiled, head, network

RULES = "\n".join(guard(clinical("10.0.0.7", "10.0.0.8"))) + "\n"


def test_only_what_is_granted_is_in_the_sets() -> None:
    assert "elements = { 10.0.0.7 . tcp . 4242, 10.0.0.8 . tcp . 4242 }" in RULES
    assert "policy drop;" in RULES
    assert RULES.count("accept") == 4


def test_a_scope_that_grants_nothing_lets_nothing_out() -> None:
    rules = "\n".join(guard(compiled(head() + network("a", "passive", "10.0.0.0/24"))))

    assert "elements" not in rules
    assert "policy drop;" in rules


PROBE = """
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add d0 type veth peer name d1 && ip addr add 10.0.0.1/24 dev d0 && ip link set d0 up && ip link set d1 up
nft -f "$1" || exit 9
nft -f "$1" || exit 9
for where in "10.0.0.7 4242" "10.0.0.7 104" "10.0.0.9 4242"; do
  set -- $where
  python3 -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if len(sys.argv) > 3 else socket.SOCK_STREAM)
s.setblocking(False)
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
except BlockingIOError:
    pass
except OSError as error:
    print('refused', error.errno)
" $where
done
nft -j list table inet sentinel_guard
"""


def test_the_kernel_takes_the_rules_and_drops_all_else(tmp_path: Path) -> None:
    missing = [
        name for name in ("nft", "ip", "unshare") if not shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin")
    ]
    if os.geteuid() != 0 or missing:
        if os.environ.get("CI"):
            pytest.fail(f"CI runs as root and has nft, ip and unshare; missing: {missing}")
        pytest.skip("needs root, for a network namespace of its own, and nft")
    path = tmp_path / "guard.nft"
    path.write_text(RULES)
    command = ["unshare", "--net", "sh", "-c", PROBE, "x", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stderr
    assert '"packets": 2' in done.stdout  # two of the three connections were dropped, and counted
