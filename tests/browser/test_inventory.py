"""The inventory in a real browser: legible when narrow, dark, forced and printed, and hostile names stay text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.report.files import write_inventory
from sentinel.report.lettering import breadth
from tests.browser.chromium import Browser, browser
from tests.browser.test_timeline import EVIL, UNWANTED, assert_quiet
from tests.report.inventory.hospital import hospital
from tests.report.inventory.test_page import poisoned

FIGURES = "[...document.querySelectorAll('svg.map')].filter(map => map.checkVisibility())"
OUTSIDE = f"""{FIGURES}.flatMap(map => {{
  const whole = map.viewBox.baseVal;
  return [...map.querySelectorAll('text, rect, path.wire')].filter(part => {{
    const box = part.getBBox();
    return box.x < -1 || box.y < -1 || box.x + box.width > whole.width + 1 || box.y + box.height > whole.height + 1;
  }}).map(part => part.outerHTML);
}})"""
ON_TOP = f"""{FIGURES}.flatMap(map => {{
  const texts = [...map.querySelectorAll('text')].map(text => [text.textContent, text.getBBox()]);
  return texts.flatMap(([one, a], n) => texts.slice(n + 1).filter(([, b]) =>
    a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 3 < b.y + b.height && b.y + 3 < a.y + a.height
  ).map(([other]) => [one, other]));
}})"""
SMALLEST = f"""Math.min(...{FIGURES}.flatMap(map => {{
  const scale = map.getBoundingClientRect().width / map.viewBox.baseVal.width;
  return [...map.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
}}))"""
CONTRASTS = """(() => {
  const light = rgb => {
    const [r, g, b] = rgb.match(/[0-9.]+/g).slice(0, 3).map(one => one / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = getComputedStyle(document.querySelector('svg.map rect.area')).fill;
  const parts = [...document.querySelectorAll('svg.map text, svg.map .wire')];
  return Math.min(...parts.map(part => {
    const style = getComputedStyle(part);
    const [a, b] = [light(part.matches('text') ? style.fill : style.stroke), light(ground)].sort();
    return (b + 0.05) / (a + 0.05);
  }));
})()"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    made = {}
    for devices, networks in ((14, 2), (300, 4), (900, 40)):
        made[devices] = tmp_path_factory.mktemp("pages")
        write_inventory(hospital(devices, networks), made[devices], ("nb",))
    return {devices: folder / "inventory-nb.html" for devices, folder in made.items()}


@pytest.mark.parametrize("width", [320, 700, 1280])
@pytest.mark.parametrize("devices", [14, 300, 900])
def test_the_map_can_be_read_at_any_width(chromium: Browser, pages: dict[int, Path], devices: int, width: int) -> None:
    chromium.open(pages[devices], width)

    assert chromium.see("document.documentElement.scrollWidth") <= width
    assert chromium.see(f"{FIGURES}.length") == 1
    assert chromium.see(OUTSIDE) == []
    assert chromium.see(ON_TOP) == []
    assert chromium.see(SMALLEST) >= 12


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_has_contrast_in_the_light_and_in_the_dark(
    chromium: Browser, pages: dict[int, Path], scheme: str
) -> None:
    chromium.open(pages[900])
    chromium.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    assert chromium.see("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
    assert chromium.see(CONTRASTS) >= 4.5


def test_forced_colours_keep_lines_shapes_and_words(chromium: Browser, pages: dict[int, Path]) -> None:
    chromium.open(pages[900])
    chromium.ask("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    texts = "[...new Set([...document.querySelectorAll('svg.map text')].map(one => getComputedStyle(one).fill))]"
    lines = "[...new Set([...document.querySelectorAll('svg.map .wire')].map(one => getComputedStyle(one).stroke))]"

    assert len(chromium.see(texts)) == 1
    assert chromium.see(texts) == chromium.see(lines)


def test_print_shows_one_map_and_what_everything_stands_on(chromium: Browser, pages: dict[int, Path]) -> None:
    chromium.open(pages[14])
    chromium.ask("Emulation.setEmulatedMedia", media="print")

    assert chromium.see(f"{FIGURES}.length") == 1
    assert chromium.see("[...document.querySelectorAll('details table')].every(table => table.checkVisibility())")


def test_links_lead_to_devices_on_this_page_and_on_others(chromium: Browser, pages: dict[int, Path]) -> None:
    for devices, there in ((14, "inventory-nb.html"), (900, "inventory-nb/10.")):
        chromium.open(pages[devices])
        target = chromium.see("document.querySelector('section[aria-labelledby=devices] a').href")
        page, _, anchor = target.removeprefix("file://").partition("#")

        assert there in page
        chromium.open(Path(page))
        assert chromium.see(f"document.getElementById('{anchor}').matches('article')")
        assert chromium.see('document.querySelector(\'main a[href$=".html"], main a[href="#top"]\') !== null')


@pytest.mark.parametrize("text", EVIL)
def test_hostile_names_make_no_element_and_no_request(chromium: Browser, tmp_path: Path, text: str) -> None:
    (page, *_) = write_inventory(poisoned(text), tmp_path, ("nb",))
    chromium.open(page)

    assert_quiet(chromium, page)
    assert chromium.see(f"document.querySelectorAll('{UNWANTED.replace('svg, ', '')}').length") == 0
    assert chromium.see(OUTSIDE) == []


def test_every_device_can_be_found_without_a_script(chromium: Browser, pages: dict[int, Path]) -> None:
    folder = pages[900].with_suffix("")
    found = 0
    for page in sorted(folder.glob("*.html")):
        chromium.open(page)
        found += chromium.see("document.querySelectorAll('article.device').length")

    assert found == 900


def test_letters_are_never_wider_than_was_reckoned_with(chromium: Browser, pages: dict[int, Path]) -> None:
    chromium.open(pages[14])
    told = f"""{FIGURES}.flatMap(map => [...map.querySelectorAll('text')].map(one => [
      one.textContent, one.getBBox().width, Number(one.getAttribute('font-size')),
      getComputedStyle(one).fontWeight]))"""
    wider = [
        (text, width)
        for text, width, size, weight in chromium.see(told)
        if width > breadth(text, size, bold=weight == "600") * 1.03
    ]

    assert wider == []
