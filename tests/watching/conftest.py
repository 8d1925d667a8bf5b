"""The same fixtures as the tests of `sentinel/watching.py` have."""

from tests.test_watching import compiled, index, rules, store

__all__ = ["compiled", "index", "rules", "store"]
