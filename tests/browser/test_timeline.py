"""The timeline in a real browser: what a hostile log says stays text, and people can read, filter and open it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.model.severity import Severity
from sentinel.share.page import write_page
from tests.browser.chromium import Browser, browser
from tests.cli.conftest import runner
from tests.share.sample import ABOUT, HOSTILE, alert, poisoned

EVIL = (
    *HOSTILE,
    '<img src=https://evil.example/a.png onerror="window.pwned=1">',
    "<svg onload=window.pwned=1><animate onbegin=window.pwned=1 attributeName=x dur=1s>",
    "</code></dd></dl></details></td></tr></table><form action=//evil.example><input autofocus onfocus=window.pwned=1>",
    "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "javascript:window.pwned=1//\"'`--><!--",
    "&lt;script&gt;window.pwned=1&lt;/script&gt; &#60;b&#62;",
    '<a href="javascript:window.pwned=1" ping=//evil.example>Ærlig talt</a>',
    "]]><?xml ?><![CDATA[<details open ontoggle=window.pwned=1>",
)
SHAPE = """[...new Set([...document.querySelectorAll('*')].flatMap(
  element => [element.tagName, ...[...element.attributes].map(one => element.tagName + ' ' + one.name)]))].sort()"""
"""Which elements there are, and with which attributes."""
UNWANTED = "script, img, svg, iframe, form, input, link, base, a[ping]"
SMALLEST = """Math.min(...[...document.querySelectorAll('td, dd')].map(
  element => parseFloat(getComputedStyle(element).fontSize)))"""
SEEN = "[...document.querySelectorAll('tbody tr')].filter(row => row.checkVisibility()).map(row => row.className)"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


def written(folder: Path, *alerts: object) -> Path:
    page = folder / "timeline.html"
    page.write_text("".join(write_page(alerts, ABOUT)), encoding="utf-8")  # type: ignore[arg-type]  # each an alert
    return page


def assert_quiet(page: Browser, path: Path) -> None:
    """Check that nothing but the page was fetched, nothing ran, and nothing even tried to."""
    assert {event["request"]["url"] for event in page.told("Network.requestWillBeSent")} == {path.as_uri()}
    assert page.see("typeof window.pwned") == "undefined"
    assert page.see("location.href") == path.as_uri()
    for method in ("Page.javascriptDialogOpening", "Runtime.exceptionThrown", "Log.entryAdded"):
        assert page.told(method) == []


def test_a_hostile_log_makes_no_element_no_script_and_no_request(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(written(tmp_path, alert(0, Severity.CRITICAL)))
    plain = chromium.see(SHAPE)
    path = written(tmp_path, *map(poisoned, EVIL))
    chromium.open(path)

    assert_quiet(chromium, path)
    assert set(chromium.see(SHAPE)) <= set(plain)
    assert len(chromium.see(SEEN)) == len(EVIL)
    shown = chromium.see("document.body.textContent")
    assert all(text in shown for text in EVIL if text.isprintable())
    assert "⟨U+202E⟩etucexe" in shown


def test_a_hostile_log_on_its_whole_way_to_the_page(chromium: Browser, tmp_path: Path) -> None:
    """Texts as values, as names of fields, as names of computers; read, judged and written by the command."""
    log, page = tmp_path / "<img src=x onerror=pwned=1>.jsonl", tmp_path / "out.html"
    frame = {"Channel": "Security", "EventID": 4625, "TimeCreated": "2026-10-14T12:00:00Z"}
    events = [{**frame, "n": number, "Computer": text, text: text} for number, text in enumerate(EVIL)]
    log.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    rule = {
        "title": EVIL[7],
        "author": EVIL[8],
        "logsource": {"product": "windows"},
        "detection": {"a": {"n|gte": 0}, "condition": "a"},
        "level": "high",
    }
    (tmp_path / "rule.yml").write_text(json.dumps(rule), encoding="utf-8")
    done = runner(tmp_path / "store" / "x.db")(
        "detect", log, "--rules", tmp_path / "rule.yml", "--write", f"html={page}", "-q"
    )
    assert done.exit_code == 0, done.stderr
    chromium.open(page)

    assert_quiet(chromium, page)
    assert len(chromium.see(SEEN)) == len(EVIL)
    assert chromium.see(f"document.querySelectorAll('{UNWANTED}').length") == 0
    assert EVIL[9] in chromium.see("document.querySelector('tbody').textContent")


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_level_is_chosen_and_let_go_again(chromium: Browser, tmp_path: Path, by: str) -> None:
    levels = [Severity.HIGH, Severity.LOW, Severity.HIGH, Severity.INFORMATIONAL, Severity.CRITICAL]
    path = written(tmp_path, *(alert(number, level) for number, level in enumerate(levels)))
    chromium.open(path)
    assert chromium.see(SEEN) == levels

    def choose(name: str) -> None:
        if by == "mouse":
            return chromium.click(f"a.to-{name}")
        chromium.see("document.activeElement.blur()")
        for _ in range(20):
            chromium.press("Tab")
            if chromium.see("document.activeElement.className") == f"to-{name}":
                return chromium.press("Enter")
        pytest.fail(f"the tab key does not come to {name}")

    for level in (Severity.HIGH, Severity.LOW):
        choose(level)
        assert chromium.see(SEEN) == [one for one in levels if one == level]
        assert chromium.see(f"getComputedStyle(document.querySelector('a.to-{level}')).fontWeight") == "600"
    choose("all")
    assert chromium.see(SEEN) == levels
    assert {event["request"]["url"].partition("#")[0] for event in chromium.told("Network.requestWillBeSent")} <= {
        path.as_uri()
    }


@pytest.mark.parametrize("by", ["mouse", "Enter", "Space"])
def test_details_open_without_a_script(chromium: Browser, tmp_path: Path, by: str) -> None:
    chromium.open(written(tmp_path, alert(0, fields={"User": "Kåre Ærø"}), alert(1)))
    inside = "[...document.querySelectorAll('details dl')].map(part => part.checkVisibility())"
    assert not any(chromium.see(inside))

    if by == "mouse":
        chromium.click("summary")
    else:
        chromium.see("document.querySelector('summary').focus()")
        chromium.press(by)
    assert chromium.see(inside) == [True] * 3 + [False] * 3
    assert "Kåre Ærø" in chromium.see("document.querySelector('details').innerText")


def test_alerts_stand_by_time_whatever_order_they_were_found_in(chromium: Browser, tmp_path: Path) -> None:
    log, page = tmp_path / "log.jsonl", tmp_path / "out.html"
    minutes = [5, 1, 4, 2, 3]
    log.write_text(
        "".join(
            json.dumps({"Channel": "Security", "n": minute, "TimeCreated": f"2026-10-14T12:0{minute}:00Z"}) + "\n"
            for minute in minutes
        )
    )
    (tmp_path / "rule.yml").write_text(
        "title: Ålesund\nlogsource: {product: windows}\ndetection: {a: {n|gte: 0}, condition: a}\nlevel: high\n",
        encoding="utf-8",
    )
    runner(tmp_path / "store" / "x.db")(
        "detect", log, "--rules", tmp_path / "rule.yml", "--write", f"html={page}", "-q"
    )
    chromium.open(page)

    assert chromium.see("[...document.querySelectorAll('td.time b')].map(cell => cell.textContent)") == [
        f"12:0{minute}:00" for minute in sorted(minutes)
    ]


@pytest.mark.parametrize("width", [1280, 380])
def test_it_can_be_read_on_a_wide_and_on_a_narrow_screen(chromium: Browser, tmp_path: Path, width: int) -> None:
    long = "x" * 1_500
    alerts = [
        alert(0, fields={"User": "Blåbærsyltetøy på Sørøya", "CommandLine": long}),
        poisoned(long),
        poisoned("ÆØÅ æøå"),
    ]
    chromium.open(written(tmp_path, *alerts), width)
    chromium.see("document.querySelectorAll('details').forEach(one => one.open = true)")

    assert chromium.see("document.characterSet") == "UTF-8"
    assert chromium.see("document.documentElement.scrollWidth") <= width
    assert "Blåbærsyltetøy på Sørøya" in chromium.see("document.body.innerText")
    assert chromium.see(SMALLEST) >= 12
    assert chromium.see("[...document.querySelectorAll('td')].every(cell => cell.scrollWidth <= cell.clientWidth + 1)")
