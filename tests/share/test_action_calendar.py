from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.compliance import Action
from sentinel.model.text import Text
from sentinel.share.action_calendar import calendar, escaped, folded

TODAY = date(2026, 11, 21)


def action(title: str = "Ta sikkerhetskopi", **more: Any) -> Action:  # noqa: ANN401 -- passed on as it is
    values: dict[str, Any] = {
        "title": Text(title, title),
        "why": Text("Ellers er alt borte", "Else all is gone"),
        "who": Text("Lederen", "The manager"),
        "effort": Text("1 time", "1 hour"),
        "due": date(2026, 12, 31),
        "requirements": ("DRF-07", "DRF-08"),
        "id": "back-up",
        "money": Text("egen tid", "own time"),
    }
    return Action(**(values | more))


def unfolded(text: str) -> list[str]:
    """Read lines as RFC 5545 says, sharing no code with what wrote them."""
    assert text.endswith("\r\n")
    raw = text.encode().split(b"\r\n")
    assert raw.pop() == b""
    assert all(len(line) <= 75 for line in raw)
    whole: list[bytes] = []
    for line in raw:
        if line.startswith(b" "):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    return [line.decode() for line in whole]


def plain(value: str) -> str:
    """Undo the escapes of a TEXT value, one letter at a time."""
    letters, result = iter(value), ""
    for letter in letters:
        if letter == "\\":
            following = next(letters)
            result += "\n" if following in "nN" else following
        else:
            assert letter not in ",;"
            result += letter
    return result


def events(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("END", "BEGIN"):
            assert name not in found[-1], name
            found[-1][name] = value
    return found


def test_an_action_is_a_whole_day_on_the_day_it_is_due() -> None:
    (event,) = events(calendar([action()], "000000002", TODAY, "nb"))

    assert event["DTSTART;VALUE=DATE"] == "20261231"
    assert event["DTEND;VALUE=DATE"] == "20270101"
    assert event["DTSTAMP"] == "20261121T000000Z"
    assert plain(event["SUMMARY"]) == "Ta sikkerhetskopi"
    assert plain(event["DESCRIPTION"]).split("\n") == [
        "Ellers er alt borte",
        "Lederen",
        "1 time · egen tid",
        "DRF-07, DRF-08",
    ]


def test_the_calendar_is_begun_and_ended_and_says_its_version() -> None:
    lines = unfolded(calendar([action()], "000000002", TODAY, "nb"))

    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sentinel//actions//EN"]
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


def test_an_event_is_the_same_event_in_the_next_run_and_another_elsewhere() -> None:
    first = events(calendar([action()], "000000002", TODAY, "nb"))
    later = events(calendar([action(due=date(2027, 2, 1), state="started")], "000000002", date(2026, 12, 1), "en"))
    others = events(calendar([action(id="try-restore")], "000000002", TODAY, "nb"))
    elsewhere = events(calendar([action()], "000000003", TODAY, "nb"))

    assert first[0]["UID"] == later[0]["UID"]
    assert len({found[0]["UID"] for found in (first, others, elsewhere)}) == 3


def test_what_is_done_dropped_or_closed_is_no_event() -> None:
    gone = [action(state="done"), action(state="dropped"), action(state="started", open=False)]

    assert events(calendar(gone, "000000002", TODAY, "nb")) == []


def test_the_owner_takes_the_place_of_who_usually_does_it() -> None:
    (event,) = events(calendar([action(owner="Åse Lyngvik", state="started")], "000000002", TODAY, "nb"))

    assert plain(event["DESCRIPTION"]).split("\n")[1] == "Åse Lyngvik"


@given(st.text(max_size=400))
def test_any_text_comes_back_and_no_line_is_too_long(text: str) -> None:
    (event,) = events(calendar([action(text)], "000000002", TODAY, "nb"))

    harmless = all(letter.isprintable() for letter in text)
    assert len(event) == 8
    assert not harmless or plain(event["SUMMARY"]) == text


@given(st.text(alphabet="aæ€😀,;\\ \n", max_size=300))
def test_folding_and_escaping_lose_nothing(text: str) -> None:
    parts = list(folded(escaped(text)))

    assert all(len(part.encode()) <= 75 for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert plain(parts[0] + "".join(part[1:] for part in parts[1:])) == "\n".join(text.splitlines())


def test_a_deed_that_stands_under_normen_is_in_the_calendar_once() -> None:
    law = Text("Loven", "The act")
    deed = action()
    reference = action(id="law.normen.back-up", pack="law", of=law, same_as="back-up")
    own = action("Svar på kravene", id="law.answering", pack="law", of=law)

    found = events(calendar([deed, reference, own], "000000001", TODAY, "nb"))

    assert [plain(event["SUMMARY"]) for event in found] == ["Ta sikkerhetskopi", "Svar på kravene (Loven)"]
    assert len({event["UID"] for event in found}) == 2
