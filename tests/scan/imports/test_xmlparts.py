from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from sentinel.scan.imports.xmlparts import MAX_CHILDREN, Element, read_elements

BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><r><i>&b;</i></r>'
EXTERNAL = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><i>&x;</i></r>'


def elements(folder: Path, content: str | bytes) -> tuple[list[Element], Tally]:
    path = folder / "x.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    tally = Tally("x.xml")
    return list(read_elements(path, "x.xml", tally, frozenset({"r"}), frozenset({"i"}))), tally


def test_wanted_elements_come_whole_with_their_parents_attributes(tmp_path: Path) -> None:
    ((one, two), _) = elements(tmp_path, '<n:r xmlns:n="u"><h name="a"><n:i k="1">x<b>y</b></n:i></h><i><i/></i></n:r>')

    assert (one.attributes, one.above, one.text, one.value("b")) == ({"k": "1"}, {"name": "a"}, "x", "y")
    assert [child.tag for child in two.children] == ["i"]


@pytest.mark.parametrize("content", [BOMB, EXTERNAL, "<!DOCTYPE r [<!ELEMENT r ANY>]><r/>"])
def test_declarations_are_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"declare|declarations"):
        elements(tmp_path, content)


def test_what_was_whole_before_a_cut_is_given_and_the_cut_is_told(tmp_path: Path) -> None:
    (found, tally) = elements(tmp_path, "<r><i>1</i><i>2</i><i>3")

    assert [one.text for one in found] == ["1", "2"]
    assert dict(tally.skipped) == {"truncated": 1}


def test_broken_xml_in_the_middle_and_text_after_the_end_are_told(tmp_path: Path) -> None:
    assert dict(elements(tmp_path, "<r><i>1</i></x></r>")[1].skipped) == {"broken-xml": 1}
    assert dict(elements(tmp_path, "<r><i>1</i></r>more")[1].skipped) == {"after-the-end": 1}


def test_depth_parts_and_the_length_of_a_text_are_bounded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="levels deep"):
        elements(tmp_path, "<r>" + "<a>" * 100)
    (((one,), tally)) = elements(tmp_path, "<r><i>" + "<b/>" * (MAX_CHILDREN + 50) + "x" * 10_000 + "</i></r>")
    assert (len(one.children), len(one.text), dict(tally.skipped)) == (MAX_CHILDREN - 1, 4_000, {"too-many-parts": 1})
    with pytest.raises(InputError, match="longer than"):
        elements(tmp_path, b'<r><i k="' + b"x" * (6 * 1024**2))


def test_another_root_or_no_xml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="begins with <q>"):
        elements(tmp_path, "<q/>")
    with pytest.raises(InputError, match="no XML"):
        elements(tmp_path, "hello")
