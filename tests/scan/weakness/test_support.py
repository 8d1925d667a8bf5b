from __future__ import annotations

from datetime import date

from sentinel.content import root
from sentinel.model.knowledge import Line
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.weakness.aliases import load_aliases
from sentinel.scan.weakness.support import completed, dated, differences
from tests.scan.weakness.bundle import Small, feed

LIFECYCLE, ALIASES = load_lifecycle(root()), load_aliases(root())
DAY = date(2026, 11, 1)


def nginx() -> list[Line]:
    """Return the lines of nginx as our own table has them."""
    product = next(one for one in LIFECYCLE.products if one.id == "nginx")
    days = ((one.endoflife or one.cycle, one.ends) for one in product.cycles)
    return [Line("nginx", name, day if isinstance(day, date) else None, over=day == "ended") for name, day in days]


def bundle(*lines: Line) -> Small:
    return Small(lines=lines, feeds=[feed("endoflife", DAY), feed("kev", date(2020, 1, 1))])


def test_a_line_that_only_the_bundle_has_is_added_with_its_source() -> None:
    new = Line("nginx", "1.99", date(2030, 1, 1), over=False, source="https://endoflife.date/nginx")
    found = completed(LIFECYCLE, ALIASES, bundle(*nginx(), new)).lookup("nginx", "1.99.3")
    assert found is not None
    assert (found.ends, found.source) == (date(2030, 1, 1), "https://endoflife.date/nginx")
    assert found.product.as_of == DAY


def test_own_rows_win_and_what_differs_is_shown() -> None:
    wrong = [Line("nginx", "1.22", date(2001, 1, 1), over=True), *(one for one in nginx() if one.cycle != "1.22")]
    full = completed(LIFECYCLE, ALIASES, bundle(*wrong))
    found = full.lookup("nginx", "1.22.1")
    assert found is not None
    assert found.ends == date(2023, 4, 11)
    assert found.product.as_of == date(2026, 8, 1)
    (one,) = differences(LIFECYCLE, bundle(*wrong))
    assert (one.product, one.cycle, one.ours, one.theirs) == ("nginx", "1.22", "2023-04-11", "2001-01-01")


def test_names_are_not_matched_by_their_numbers() -> None:
    strange = Line("windows-server", "2099-weird", date(2020, 1, 1), over=True)
    full = completed(LIFECYCLE, ALIASES, bundle(strange))
    assert full.lookup("Windows Server", "2099-weird") is None


def test_a_product_that_we_have_no_row_for_comes_with_its_lines() -> None:
    lines = [Line("openssl", "1.0.2", date(2019, 12, 31), over=True), Line("openssl", "3.5", None, over=False)]
    full = completed(LIFECYCLE, ALIASES, bundle(*lines))
    ended, open_ = full.lookup("OpenSSL", "1.0.2k"), full.lookup("OpenSSL", "3.5.1")
    assert ended is not None
    assert open_ is not None
    assert (ended.state(DAY, 180), open_.state(DAY, 180), ended.product.mended) == ("ended", "supported", True)
    assert LIFECYCLE.lookup("OpenSSL", "1.0.2k") is None


def test_without_lines_nothing_changes() -> None:
    assert completed(LIFECYCLE, ALIASES, bundle()).products == LIFECYCLE.products
    assert list(differences(LIFECYCLE, bundle())) == []


def test_the_day_is_that_of_the_feed() -> None:
    assert dated(bundle()) == DAY
    assert dated(Small(feeds=[feed("kev", date(2020, 1, 1))])) == date(2020, 1, 1)
