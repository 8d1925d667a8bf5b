"""Settings for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

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
