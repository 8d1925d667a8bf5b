"""Settings for every test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_MULTIPLIER = int(os.environ.get("SENTINEL_FUZZ", "0"))

settings.register_profile(
    "sentinel",
    deadline=None,  # two busy cores: a slow example is not a wrong one
    max_examples=100 * max(1, _MULTIPLIER),
    derandomize=not _MULTIPLIER,  # `make test` is the same every time; `make fuzz` looks for what is new
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("sentinel")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep compiled rules in the tests' own folder, and not in that of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTINEL_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Return the address of a real server: the one that SENTINEL_ELASTICSEARCH_URL names, or one that is started."""
    from tests.elastic.server import need_java, running  # the client is slow to import, and few tests need it

    if own := os.environ.get("SENTINEL_ELASTICSEARCH_URL"):
        yield own
        return
    need_java()
    # pytest's own folders may be entered by their owner only, and the server is another user.
    with tempfile.TemporaryDirectory(prefix="sentinel-elastic-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder)) as url:
            yield url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many inputs the fuzzed parsers were given, each and together."""
    reports = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    tried = {report.nodeid.rpartition("/")[2]: dict(report.user_properties).get("inputs") for report in reports}
    counts = {name: int(str(number)) for name, number in tried.items() if number}
    if counts:
        terminalreporter.section("inputs tried by fuzzing")
        for name, number in counts.items():
            terminalreporter.write_line(f"{number:>10,}  {name}")
        terminalreporter.write_line(f"{sum(counts.values()):>10,}  together")
