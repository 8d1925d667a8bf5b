"""Times the management report of the synthetic clinic: context, HTML, and PDF in a new and in a warm process."""

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
from sentinel.report.management import context  # noqa: E402 -- after the path is set
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
    print(f"  peak memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.1f} MiB")


if __name__ == "__main__":
    main()
