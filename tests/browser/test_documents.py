"""Every other report in a real browser: legible narrow, dark, forced and printed, and fit for a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from sentinel.report import documents, html
from sentinel.report.dpia.context import context as dpia
from sentinel.report.extracted import context as extracted
from sentinel.report.group.context import context as grouped
from sentinel.report.ros.context import context as ros
from sentinel.report.sector.context import context as sector
from sentinel.report.selfcheck import selfcheck
from sentinel.report.technical import technical
from tests.browser.chromium import Browser, browser
from tests.report.dpia import sample as assessed
from tests.report.group import sample as units
from tests.report.ros import sample as risks
from tests.report.sample import rich
from tests.report.sector import sample as sectors
from tests.report.test_extracted import made

MAKERS: Mapping[str, Callable[[], str]] = {
    "self-check": lambda: html.render(selfcheck(rich(), "nb")),
    "technical": lambda: documents.page(technical(rich(), "nb")),
    "auditor": lambda: documents.page(extracted(made("auditor"), "en")),
    "datatilsynet": lambda: documents.page(extracted(made("datatilsynet"), "nb")),
    "ros": lambda: documents.page(ros(risks.clinic(), "AMBER", "nb")),
    "dpia": lambda: documents.page(dpia(assessed.clinic(), "AMBER", "nb")),
    "group": lambda: documents.page(grouped(units.solvaer(), "AMBER", "nb")),
    "group-overfull": lambda: documents.page(grouped(units.overfull(), "AMBER", "nb")),
    "sector": lambda: documents.page(sector(sectors.some(), "Utgiveren", "CLEAR", "nb")),
    "sector-overfull": lambda: documents.page(sector(sectors.overfull(), "Utgiveren", "CLEAR", "nb")),
}
CHARTS = "[...document.querySelectorAll('svg.chart')]"
OUTSIDE = f"""{CHARTS}.flatMap(chart => {{
  const whole = chart.viewBox.baseVal;
  return [...chart.querySelectorAll('text')].filter(text => {{
    const box = text.getBBox();
    return box.x < -3 || box.x + box.width > whole.width + 3 || box.y < -3 || box.y + box.height > whole.height + 4;
  }}).map(text => text.textContent);
}})"""
ON_TOP = f"""{CHARTS}.flatMap(chart => {{
  const texts = [...chart.querySelectorAll('text')].map(text => [text.textContent, text.getBBox()]);
  return texts.flatMap(([one, a], n) => texts.slice(n + 1).filter(([, b]) =>
    a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 5 < b.y + b.height && b.y + 5 < a.y + a.height
  ).map(([other]) => [one, other]));
}})"""
"""Texts that lie over one another by more than the room that letters leave above and below them."""
INTO_BARS = f"""{CHARTS}.flatMap(chart => {{
  const boxes = [...chart.querySelectorAll('rect')].map(box => box.getBBox());
  return [...chart.querySelectorAll('text')].filter(text => {{
    const a = text.getBBox();
    return boxes.some(b => a.x < b.x - 1 && a.x + a.width > b.x + 1
      && a.y + 5 < b.y + b.height && b.y + 5 < a.y + a.height);
  }}).map(text => text.textContent);
}})"""
"""Names that begin left of a bar and run into it."""
CONTRAST = """(() => {
  const light = rgb => {
    const [r, g, b] = rgb.match(/[0-9.]+/g).slice(0, 3).map(one => one / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  return Math.min(...[...document.querySelectorAll('h1, h2, h3, p, th, td, li, dt, dd, .note, a, .quiet, footer')]
    .map(part => {
      const [a, b] = [light(getComputedStyle(part).color), ground].sort((one, other) => one - other);
      return (b + 0.05) / (a + 0.05);
    }));
})()"""
SMALLEST = """Math.min(...[...document.querySelectorAll('p, th, td, li, dd, .note')].map(
  part => parseFloat(getComputedStyle(part).fontSize)))"""
SKIPPED = """(() => {
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1]));
  return levels.filter((level, n) => n ? level > levels[n - 1] + 1 : level !== 1).length
    + (levels.filter(level => level === 1).length - 1);
})()"""
"""How many headings skip a level, or are a second one of the first level."""
UNNAMED = """[
  ...[...document.querySelectorAll('table')].filter(one => !one.querySelector('thead th[scope=col]')
    || [...one.querySelectorAll('tbody tr')].some(row => !row.querySelector('th[scope=row]'))),
  ...[...document.querySelectorAll('svg.chart')].filter(one => one.getAttribute('role') !== 'img'
    || one.getAttribute('aria-labelledby').split(' ').some(name => !document.getElementById(name)?.textContent.trim())),
  ...[...document.querySelectorAll('svg.mark')].filter(one => one.getAttribute('aria-hidden') !== 'true'),
  ...[...document.querySelectorAll('[aria-labelledby]')].filter(one => one.getAttribute('aria-labelledby').split(' ')
    .some(name => document.querySelectorAll('#' + CSS.escape(name)).length !== 1)),
  ...[...document.querySelectorAll('.scroll')].filter(one => one.tabIndex || !one.hasAttribute('aria-labelledby')),
  ...[...document.querySelectorAll('a[href^="#"]')].filter(one => !document.getElementById(one.hash.slice(1))),
].map(one => one.outerHTML.slice(0, 120))"""
"""Tables without headers, drawings and regions without a name, signs that would be read aloud, links to nowhere."""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, make in MAKERS.items():
        (folder / f"{name}.html").write_text(make(), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in MAKERS}


@pytest.mark.parametrize("name", MAKERS)
def test_it_can_be_read_at_any_width(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    for width in (320, 768, 1280):
        chromium.open(pages[name], width)

        assert chromium.see("document.documentElement.scrollWidth") <= width
        assert chromium.see(OUTSIDE) == []
        assert chromium.see(ON_TOP) == []
        assert chromium.see(INTO_BARS) == []
        assert chromium.see(SMALLEST) >= 14


@pytest.mark.parametrize("name", MAKERS)
def test_it_has_contrast_in_the_light_and_in_the_dark(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    chromium.open(pages[name])
    for scheme in ("light", "dark"):
        chromium.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

        assert chromium.see("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
        assert chromium.see(CONTRAST) >= 4.5


@pytest.mark.parametrize("name", MAKERS)
def test_forced_colours_leave_two_colours_to_texts_in_drawings(
    chromium: Browser, pages: dict[str, Path], name: str
) -> None:
    chromium.open(pages[name])
    chromium.ask("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])

    outside = chromium.see("getComputedStyle(document.querySelector('h1')).color")
    ground = chromium.see("getComputedStyle(document.body).backgroundColor")
    found = chromium.see(
        "[...new Set([...document.querySelectorAll('svg.chart text')].map(one => getComputedStyle(one).fill))]"
    )
    assert set(found) <= {outside, ground}
    assert outside != ground


@pytest.mark.parametrize("name", MAKERS)
def test_a_screen_reader_finds_its_way(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    chromium.open(pages[name])

    assert chromium.see("document.documentElement.lang") == ("en" if name == "auditor" else "nb")
    assert chromium.see("document.title.length") > 10
    assert chromium.see("document.querySelectorAll('main').length") == 1
    assert chromium.see(SKIPPED) == 0
    assert chromium.see(UNNAMED) == []


@pytest.mark.parametrize("name", MAKERS)
def test_print_cuts_nothing_off(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    chromium.open(pages[name], 700)
    chromium.ask("Emulation.setEmulatedMedia", media="print")

    wide = "[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert chromium.see(wide) == 0
