from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.dpia.cnil_html import html_of, html_of_parts, parts_of, text_of, tidy

TEXTS = st.text(max_size=200)


@given(TEXTS)
def test_plain_text_comes_back_as_it_was(text: str) -> None:
    assert text_of(html_of(text)) == tidy(text)


@given(st.lists(st.tuples(st.sampled_from(["Omfang", "Formål"]), TEXTS), max_size=4))
def test_headings_come_back_each_with_its_text(parts: list[tuple[str, str]]) -> None:
    assert parts_of(html_of_parts(parts)) == [("", ""), *((title, tidy(text)) for title, text in parts)]


@given(TEXTS)
def test_a_text_is_never_markup(text: str) -> None:
    inside = html_of(text).replace("<div>", "").replace("</div>", "").replace("<br>", "")

    assert "<" not in inside
    assert ">" not in inside


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul>\n<li>en</li>\n<li>to</li>\n</ul>", "- en\n- to"),
        ("en<br />to", "en\nto"),
        ("<p>a &amp; b&nbsp;c</p><p>d</p>", "a & b c\nd"),
        ("<strong>fet</strong> og mager", "fet og mager"),
        ("før<script>alert(1)</script>etter", "føretter"),
        ("<style>p{}</style>x", "x"),
        ('<span style="x">a</span>', "a"),
        ("<p>uten slutt", "uten slutt"),
        ("", ""),
    ],
)
def test_of_foreign_html_the_text_is_kept(html: str, text: str) -> None:
    assert text_of(html) == text


@given(st.text(alphabet="<>/!-&;ab \n\x02\x03'\"=", max_size=300))
def test_any_markup_is_read(html: str) -> None:
    assert not set(text_of(html)) & {"\x02", "\x03"}
    assert tidy(text_of(html)) == text_of(html)
