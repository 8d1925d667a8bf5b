"""Times the reports of the synthetic clinic, a thousand self-checks, and the inventory of a made-up hospital.

Beside them WeasyPrint makes PDFs of the same HTML, where `make peers` has installed it; its PDFs are neither PDF/A nor
tagged, which costs less. Both run in processes of their own that are warm when the clock starts.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the sample result lives beside the tests that read it

from sentinel.model.result import Result  # noqa: E402 -- after the path is set
from sentinel.report import documents, html, pdf  # noqa: E402 - after the path is set
from sentinel.report.inventory import page, paper  # noqa: E402 -- after the path is set
from sentinel.report.management import context  # noqa: E402 -- after the path is set
from sentinel.report.selfcheck import selfcheck  # noqa: E402 -- after the path is set
from sentinel.report.technical import technical  # noqa: E402 -- after the path is set
from tests.report.inventory.hospital import hospital  # noqa: E402 -- the same
from tests.report.sample import AS_OF, rich  # noqa: E402 -- the same

ROUNDS = 10
WEASYPRINT = ROOT / ".cache" / "peers" / "weasyprint" / "bin" / "python"
PEER = """
import sys, time, weasyprint
html = weasyprint.HTML(filename=sys.argv[1])
html.write_pdf()
times = []
for _ in range(3):
    start = time.perf_counter()
    made = weasyprint.HTML(filename=sys.argv[1]).render()
    made.write_pdf()
    times.append(time.perf_counter() - start)
print(min(times) * 1000, len(made.pages))
"""
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


def long() -> Result:
    """Return the clinic with so many alerts that its technical report has some twenty pages."""
    clinic = rich()
    return replace(clinic, alerts=tuple(replace(a, id=f"{n}{a.id}") for n in range(6) for a in clinic.alerts))


def pages(made: bytes) -> int:
    """Count the pages of a PDF."""
    return len(PdfReader(io.BytesIO(made)).pages)


def twenty_pages() -> None:
    """Print what the technical report costs from result to PDF, warm, beside WeasyPrint on its page."""
    result = long()

    def made() -> bytes:
        return documents.paper(technical(result, "nb"), AS_OF, b"{}")

    spent = best(made)
    print(f"technical: {pages(made())} pages, {len(result.alerts)} alerts")
    print(f"  result to PDF {spent:7.1f} ms (the aim is 1,000)")
    beside("technical", documents.page(technical(result, "nb")), spent)


def beside(name: str, page_text: str, ours: float) -> None:
    """Print how long WeasyPrint takes for the same HTML, and the ratio in this run."""
    if not WEASYPRINT.is_file():
        print("  WeasyPrint    not installed: make peers")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.html"
        file.write_text(page_text, encoding="utf-8")
        done = subprocess.run([WEASYPRINT, "-c", PEER, file], check=True, capture_output=True, text=True)
    theirs, count = done.stdout.split()[-2:]
    print(f"  WeasyPrint    {float(theirs):7.1f} ms, {count} pages: {float(theirs) / ours:.1f} times as long")


def one_practice(number: int) -> float:
    """Make the self-check of one practice, HTML and PDF; return the processor time in seconds."""
    start, clinic = time.process_time(), rich()
    name = replace(clinic.organisation, name=f"Fotterapeut nummer {number}", number=f"{number:09}")
    report = selfcheck(replace(clinic, organisation=name), "nb")
    html.render(report)
    pdf.render(report, AS_OF, b"{}")
    return time.process_time() - start


def thousand(practices: int) -> None:
    """Print what self-checks cost in two processes, by the clock and by the processor."""
    # Typst has threads of its own by now, which a forked child would wait for without end.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(one_practice, range(8)))
        start = time.perf_counter()
        times = list(pool.map(one_practice, range(practices), chunksize=10))
        spent = time.perf_counter() - start
    work = sum(times) / 2
    print(
        f"self-checks: {practices} in {spent:.1f} s, {work:.1f} s of two cores ({60 * practices / 1000:.0f} is the aim)"
    )
    beside("self-check", html.render(selfcheck(rich(), "nb")), best(lambda: one_practice(1)))


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
    twenty_pages()
    thousand(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    inventory()
    print(f"  peak memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.1f} MiB")


if __name__ == "__main__":
    main()
