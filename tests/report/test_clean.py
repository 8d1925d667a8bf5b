from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.report.clean import MAX_LENGTH, breakable, brief, in_threes, rewrite, scrub, shorten, unclaimed, visible
from sentinel.report.text import Catalogue, load_texts

ANY = st.text(st.characters(codec=None) | st.sampled_from("\u202e\u2066\u0301\x00\x1b\n\ud800\ue000\U000e0041"))


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


@dataclass(frozen=True, slots=True)
class Leaf:
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...]
    none: Leaf | None


def test_what_cannot_be_seen_is_spelt_out() -> None:
    assert visible("a\u202eb\x00c\u200bd\ue000e\ud800") == "a[U+202E]b[U+0000]c[U+200B]d[U+E000]e[U+D800]"
    assert visible("to\nlinjer\tog\u0085tre") == "to linjer og tre"
    assert visible("æøå ŋ – «»") == "æøå ŋ – «»"
    assert visible("e\u0301") == "é"
    assert visible("x" + "\u0316" * 4) == "x\u0316\u0316[U+0316][U+0316]"


@given(ANY)
def test_nothing_unseen_survives_and_doing_it_twice_changes_nothing(text: str) -> None:
    shown = visible(text)

    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in shown)
    assert visible(shown) == shown


@given(ANY, st.integers(1, 400))
def test_shortened_text_is_bounded_and_says_so(text: str, limit: int) -> None:
    nb = load_texts("nb", root()) if not _KEPT else _KEPT[0]
    _KEPT.append(nb)
    short = shorten(text, limit, nb)

    assert len(short) <= limit + 25
    assert short == visible(text).strip() or "…" in short


_KEPT: list[Catalogue] = []


def test_shortening_counts_what_is_left_out_and_cuts_between_words(nb: Catalogue) -> None:
    assert shorten("kort", 50, nb) == "kort"
    assert shorten("x" * 10_000, 100, nb) == "x" * 100 + "… (9\u202f900\u00a0tegn til)"
    assert shorten("ord " * 40, 50, nb).startswith("ord ord ord")
    assert shorten("ord " * 40, 50, nb).endswith("ord… (113\u00a0tegn til)")
    assert len(shorten("W" * 100, 50, nb).split("…")[0]) < 40
    assert len(shorten("中" * 100, 50, nb).split("…")[0]) < 8


def test_brief_ends_where_a_sentence_or_a_word_ends_and_leaves_no_bracket_open() -> None:
    assert brief("Vi har brannmur. Har ikke sett på den siden i fjor", 28) == "Vi har brannmur…"
    assert (
        brief("Serveren får ikke oppdateringer (tok slutt 10. oktober 2023)", 45) == "Serveren får ikke oppdateringer…"
    )
    assert brief("en svært lang etikett", 12) == "en svært…"
    assert brief("kort (nok)", 12) == "kort (nok)"


@given(ANY, st.integers(1, 200))
def test_brief_never_grows(text: str, limit: int) -> None:
    assert len(brief(text, limit)) <= limit + 1


def test_every_text_of_a_noun_is_scrubbed_however_deep(nb: Catalogue) -> None:
    tree = Tree((Leaf("a\x00", 1), Leaf("b" * 9999, 2)), None)

    clean = scrub(tree, nb)

    assert clean.leaves[0] == Leaf("a[U+0000]", 1)
    assert len(clean.leaves[1].text) < MAX_LENGTH + 30
    assert rewrite(tree, str.upper).leaves[0].text == "A\x00"


def test_long_runs_can_be_broken_on_paper_and_words_stay_whole() -> None:
    assert breakable("LV-RESEPSJON svarte 3.–19. oktober") == "LV-\u200bRESEPSJON svarte 3.–19. oktober"
    assert breakable("sikkerhetskopiering") == "sikkerhetskopiering"
    assert breakable("Wwwwwwwwwwwwww") == "Wwwwwww\u200bwwwwwww"
    assert breakable("klienter-sysmon.jsonl.zst") == "klienter-\u200bsysmon.\u200bjsonl.\u200bzst"
    assert max(map(len, breakable("0123456789abcdef" * 8).split("\u200b"))) <= 12
    assert max(map(len, breakable("x" * 300, 13).split("\u200b"))) <= 13


@given(ANY)
def test_breaking_changes_nothing_but_where_lines_may_end(text: str) -> None:
    kept = text.replace("\u200b", "")

    assert breakable(kept).replace("\u200b", "") == kept


@pytest.mark.parametrize(
    "claim",
    [
        "Vi er Normen-godkjent",
        "NORMEN godkjent siden 2020",
        "normengodkjent leverandør",
        "godkjent av Normen",
        "godkjent etter «Normen»",
        "Normen\u00a0–\u00a0sertifisert",
        "approved by Normen",
        "Normen-approved",
        "certified to Normen",
    ],
)
def test_a_claim_of_approval_is_taken_out_and_said_to_be(claim: str) -> None:
    found = scrub((claim,), load_texts("nb", root()))[0]

    assert "[påstand om godkjenning tatt ut: ingen gir en slik]" in found
    assert not re.search(
        r"normen\W*(godkj|approv|sertif|certif)|(godkj\w*|approved) (av|etter|by) «?normen", found, re.IGNORECASE
    )


@pytest.mark.parametrize(
    "text",
    [
        "Dette er en vurdering mot Normen. Den er ikke en godkjenning.",
        "Tiltaket ble godkjent av Åse Lyngvik. Normen krever det.",
        "«Normen» er lest",
    ],
)
def test_what_claims_nothing_stays_as_it_is(text: str) -> None:
    assert unclaimed(text, load_texts("nb", root())) == text


def test_organisation_numbers_are_written_in_threes(nb: Catalogue) -> None:
    assert in_threes("000000001", nb) == "000\u00a0000\u00a0001"
    assert in_threes("000 000 001", nb) == "000\u00a0000\u00a0001"
    assert in_threes("ukjent\u202e", nb) == "ukjent[U+202E]"
    assert in_threes("", nb) == ""
