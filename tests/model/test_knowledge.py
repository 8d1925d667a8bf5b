"""Tests for sentinel.model.knowledge: spellings of one product have one key."""

from __future__ import annotations

import pytest

from sentinel.model.knowledge import product_key


@pytest.mark.parametrize(
    ("vendor", "product", "key"),
    [
        ("F5", "nginx", "f5:nginx"),
        ("Becton, Dickinson and Company (BD)", "Alaris™ 8015", "becton-dickinson-and-company-bd:alaris-8015"),
        ("Dräger", "Infinity® Delta", "dräger:infinity-delta"),
        ("", "  ", ":"),
    ],
)
def test_spellings_become_keys(vendor: str, product: str, key: str) -> None:
    assert product_key(vendor, product) == key
    assert product_key(vendor.upper(), product.lower()) == key
