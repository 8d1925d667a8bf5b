from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.report.lettering import breadth, fit, wrap

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]) | st.sampled_from("Wil Øæ·中"), max_size=80)


@given(TEXT, st.floats(30, 400), st.sampled_from([12, 14]))
def test_what_is_fitted_fits_and_says_where_it_is_cut(text: str, width: float, size: int) -> None:
    shown = fit(text, width, size)

    assert breadth(shown, size) <= width
    assert shown == text or shown.endswith("…")


@given(TEXT, st.floats(30, 400), st.integers(1, 4))
def test_lines_fit_and_nothing_goes_missing_in_silence(text: str, width: float, most: int) -> None:
    found = wrap(text, width, 12, most)

    assert len(found) <= most
    assert all(breadth(line, 12) <= width for line in found)
    assert " ".join(found) == " ".join(text.split()) or any(line.endswith("…") for line in found)


def test_bold_and_wide_letters_take_more_room() -> None:
    assert breadth("WWW", 12) > breadth("iii", 12) * 2
    assert breadth("abc", 12, bold=True) > breadth("abc", 12)
    assert breadth("中", 12) > breadth("a", 12)
