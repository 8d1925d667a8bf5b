from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.errors import ContentError, RenderError
from sentinel.model.text import Language
from sentinel.report.text import Catalogue, day, days, load_texts, local, moment, number, percent, span, whole


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


@pytest.fixture(scope="module")
def en() -> Catalogue:
    return load_texts("en", root())


def test_dates_and_times_are_written_as_norwegians_write_them(nb: Catalogue, en: Catalogue) -> None:
    time = datetime(2026, 10, 13, 23, 41, tzinfo=UTC)

    assert day(date(2026, 3, 1), "nb") == "1.\u00a0mars 2026"
    assert moment(time, "nb") == "14.\u00a0oktober 2026 kl.\u00a001:41"
    assert moment(time, "en") == "14\u00a0October 2026 at 01:41"
    assert span(time, time + timedelta(minutes=9), nb) == "14.\u00a0oktober 2026 kl.\u00a001:41–01:50"
    assert span(time, None, en) == "14\u00a0October 2026 at 01:41"
    assert span(None, None, nb) == "tid ukjent"


def test_spans_of_days_say_nothing_twice() -> None:
    assert days(date(2026, 10, 3), date(2026, 10, 19), "nb") == "3.–19.\u00a0oktober 2026"
    assert days(date(2026, 10, 3), date(2026, 10, 19), "en") == "3–19\u00a0October 2026"
    assert days(date(2026, 9, 30), date(2026, 10, 1), "nb") == "30.\u00a0september – 1.\u00a0oktober 2026"
    assert days(date(2025, 12, 31), date(2026, 1, 1), "en") == "31\u00a0December 2025 – 1\u00a0January 2026"
    assert days(date(2026, 1, 1), date(2026, 1, 1), "nb") == "1.\u00a0januar 2026"


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30"),  # the same hour again, an hour later
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "03:30"),
        (datetime(2026, 3, 29, 0, 59), "01:59"),  # noqa: DTZ001 - a time without zone is UTC
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00"),
    ],
)
def test_clocks_change_as_they_do_in_oslo(utc: datetime, shown: str) -> None:
    assert moment(utc, "nb").endswith(shown)


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_time_can_be_written(time: datetime) -> None:
    assert str(local(time).year) in moment(time, "nb")


def test_numbers_follow_the_language() -> None:
    assert number(412690, "nb") == "412\u202f690"
    assert number(412690, "en") == "412,690"
    assert number(1234.56, "nb", 1) == "1\u202f234,6"
    assert number(0.5, "nb") == "1"
    assert percent(68.85, "nb") == "69\u202f%"
    assert percent(68.85, "en") == "69%"


@given(st.floats(0, 100))
def test_only_all_is_a_hundred_and_only_nothing_is_nought(value: float) -> None:
    shown = whole(value)

    assert (shown == 100) == (value == 100)
    assert (shown == 0) == (value == 0)
    assert abs(shown - value) <= 1


def test_plurals_words_and_filled_places(nb: Catalogue, en: Catalogue) -> None:
    assert nb.count("grounds.assets", 1) == "1\u00a0maskin sett på nettet"
    assert nb.count("grounds.assets", 0) == "0\u00a0maskiner sett på nettet"
    assert en.count("grounds.assets", 17) == "17\u00a0machines seen on the network"
    assert nb.count("unseen.silent", 3, addresses="a") == "tre adresser svarte ikke da nettet ble kartlagt: a"
    assert (nb.spell(12), nb.spell(13)) == ("tolv", "13")
    assert nb.listed(["a", "b", "c"]) == "a, b og c"
    assert en.listed(["a"]) == "a"


def test_what_is_filled_in_is_never_read_as_a_pattern(nb: Catalogue) -> None:
    assert nb.say("quote", text="{text} {0} {n!r:{n}}") == "«{text} {0} {n!r:{n}}»"


def test_a_text_that_is_missing_or_of_the_wrong_kind_is_our_error(nb: Catalogue) -> None:
    for key in ("nope", "requirements"):
        with pytest.raises(RenderError, match=r"nb\.yml has no text"):
            nb.say(key)
    with pytest.raises(RenderError, match="one and other"):
        nb.count("none", 1)
    assert nb.find("device.nope") is None


def test_faults_of_a_catalogue_name_their_line(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "text"
    folder.mkdir(parents=True)
    (folder / "nb.yml").write_text("language: nb\nwords: [null, én]\ntexts:\n  a: {one: b}\n  c: d\n  c: e\n")

    with pytest.raises(ContentError) as caught:
        load_texts("nb", tmp_path)

    assert [str(fault) for fault in caught.value.faults] == ["reports/text/nb.yml:6: key 'c' is repeated"]


def test_both_languages_are_there() -> None:
    assert {load_texts(language, root()).language for language in get_args(Language)} == {"nb", "en"}
