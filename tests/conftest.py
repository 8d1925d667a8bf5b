"""Settings for every test."""

from __future__ import annotations

import os

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
