"""Times the management report of the synthetic clinic, and the inventory of a made-up hospital."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the sample result lives beside the tests that read it

from sentinel.report import html, pdf  # noqa: E402 - after the path is set
from sentinel.report.inventory import page, paper  # noqa: E402 -- after the path is set
from sentinel.report.management import context  # noqa: E402 -- after the path is set
from tests.report.inventory.hospital import hospital  # noqa: E402 -- the same
from tests.report.sample import AS_OF, rich  # noqa: E402 -- the same

ROUNDS = 10
COLD = "from bench.bench_report import once; once()"


def once() -> bytes:
    """Render the PDF of the sample in bokmål."""
    return pdf.render(context(rich(), "nb"), AS_OF, b"{}")


def best(work: Callable[[], object]) -> float:
    """Return the best of some rounds in milliseconds: the machine's other work only ever adds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def cold() -> float:
    """Return how long a process of its own takes from start to finished PDF, in milliseconds."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD], check=True, cwd=ROOT)
    return (time.perf_counter() - start) * 1000


def inventory() -> None:
    """Print what the pages and the paper of a hospital of 3,000 devices in 40 networks cost."""
    made = hospital(3000, 40)
    start = time.process_time()
    sizes = [len(text.encode()) for _, text in page.render(made, "nb")]
    spent = time.process_time() - start
    print(
        f"inventory: {len(made.assets)} devices, {len(sizes)} pages, {sum(sizes) / 1e6:.1f} MB, largest {max(sizes)} B"
    )
    print(f"  HTML          {spent * 1000:7.0f} ms of processor time")
    start = time.process_time()
    made_paper = paper.render(made, "nb")
    print(f"  PDF           {(time.process_time() - start) * 1000:7.0f} ms, {len(made_paper) // 1024} KiB")


def main() -> None:
    """Print the figures."""
    result = rich()
    report = context(result, "nb")
    tables = [table for section in report.sections for table in section.tables]
    made = once()
    print(f"report: {len(tables)} tables, {sum(len(table.rows) for table in tables)} rows, PDF {len(made) // 1024} KiB")
    print(f"  context       {best(lambda: context(result, 'nb')):7.1f} ms")
    print(f"  HTML          {best(lambda: html.render(report)):7.1f} ms")
    print(f"  PDF, warm     {best(lambda: pdf.render(report, AS_OF, b'{}')):7.1f} ms")
    print(f"  PDF, cold     {min(cold() for _ in range(3)):7.1f} ms (a new process, imports included)")
    inventory()
    print(f"  peak memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.1f} MiB")


if __name__ == "__main__":
    main()
