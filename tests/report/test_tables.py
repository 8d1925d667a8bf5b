from __future__ import annotations

import pytest

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.report.tables import MAX_ROWS, Layout, cell, joined, table
from sentinel.report.text import Catalogue, load_texts

LAYOUT: Layout = (("kind", 1, "prose"), ("what", 3, "number"))


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def test_columns_come_from_the_catalogue(nb: Catalogue) -> None:
    made = table("unseen", LAYOUT, [(cell("a"), cell("b"))], nb)

    assert [(c.title, c.kind, c.width) for c in made.columns] == [
        ("Hva slags", "prose", 1),
        ("Hva som mangler", "number", 3),
    ]
    assert made.more == ""


def test_rows_that_do_not_fit_are_counted(nb: Catalogue) -> None:
    made = table("unseen", LAYOUT, [(cell("a"), cell("b"))] * (MAX_ROWS + 12), nb)

    assert len(made.rows) == MAX_ROWS
    assert made.more == "… og 12\u00a0rader til, som står i result.json"


def test_more_than_seven_columns_are_refused(nb: Catalogue) -> None:
    with pytest.raises(RenderError, match="8 columns"):
        table("unseen", [*LAYOUT, *LAYOUT, *LAYOUT, *LAYOUT], [], nb)


def test_joined_counts_the_rest_and_bounds_each(nb: Catalogue) -> None:
    assert joined(["a", "b"], 2, nb) == "a, b"
    assert joined(["a", "b", "c", "d"], 2, nb) == "a, b … og 2\u00a0til"
    assert joined([], 2, nb) == ""
    assert joined(["a", "a", "b"], 2, nb, between="; ") == "a; b"
    assert "tegn til" in joined(["x" * 200], 2, nb)
