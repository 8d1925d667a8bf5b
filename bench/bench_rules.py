"""Times `sentinel rules check` on one file, as an editor calls it on every save, against starting Python at all."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "rules" / "windows" / "windows_whoami_all.yml"
ROUNDS = 7


def best(*command: str) -> float:
    """Return the best of some rounds in milliseconds: the machine's other work only ever adds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, cwd=ROOT, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    """Print the figures."""
    bare = best("-c", "pass")
    print("rules check, one file, a new process each time")
    for name, figure in (
        ("python -c pass", bare),
        ("rules check FILE", best("-m", "sentinel", "rules", "check", str(FILE))),
        ("rules test FILE", best("-m", "sentinel", "rules", "test", str(FILE))),
        ("rules check, all of ours", best("-m", "sentinel", "rules", "check")),
    ):
        print(f"  {name:26} {figure:7.0f} ms  {figure / bare:6.1f} × starting Python")


if __name__ == "__main__":
    main()
