"""The knowledge bundle as one journey: built on a connected machine, carried over as a file, taken in on a closed one.

Nothing here opens a socket: feeds are files that somebody fetched.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from sentinel.content import relative
from sentinel.errors import InputError, Location
from sentinel.model.knowledge import Line, Statement, product_key
from sentinel.model.known import KnownFeed, KnownWeakness
from sentinel.scan.knowledge.build import Built, build
from sentinel.scan.knowledge.bundle import Bundle
from sentinel.scan.knowledge.feeds import age, is_old
from sentinel.signing import read_trusted, sign

KEYS = "knowledge-keys"
"""The folder of a site's policy with the public keys of those whose bundles are taken in."""
MOST_PRODUCTS = 200


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A bundle that is now in its place: its day, who signed it, and the day of the one it took the place of."""

    created: date
    signed_by: str
    before: date | None
    feeds: tuple[KnownFeed, ...]


def make(feeds: Sequence[Path], out: Path, as_of: date, key: Path) -> Built:
    """Build a bundle of feeds and sign it with a private key; the same feeds, day and key give the same bytes."""
    moment = datetime.combine(as_of, time(), UTC)
    sign(b"", key, moment)  # a key that cannot sign is told before anything is read
    named = [(path, relative(path, Path.cwd())) for path in feeds]
    return build(named, out, as_of, lambda raw: sign(raw, key, moment).text())


def take_in(path: Path, place: Path, policy: Path, now: datetime, *, older: bool = False) -> TakenIn:
    """Check a bundle and put it in its place, whole or not at all; `older`: also where a newer one is there.

    InputError: not signed, not by somebody trusted, changed, from the future, or older than what is there.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return _take_in(path, place, policy, now, older=older)
    except OSError as error:
        raise InputError(Location(str(place)), f"cannot be written: {error.strerror}") from error


def _take_in(path: Path, place: Path, policy: Path, now: datetime, *, older: bool) -> TakenIn:
    name = relative(path, Path.cwd())
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".knowledge-") as folder:
        copy = Path(folder) / "bundle"
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            raise InputError(Location(name), f"cannot be copied: {error.strerror}") from error
        with Bundle(copy, name) as bundle:  # what is checked is what is put in place, whatever happens to the file
            signer = bundle.signed_by(read_trusted(policy / KEYS))
            bundle.check(now)
            before = _day_of(place)
            if before and before > bundle.created and not older:
                what = f"is of {bundle.created}, older than the one in place ({before}); --older takes it all the same"
                raise InputError(Location(name), what)
            found = TakenIn(bundle.created, signer, before, tuple(known_feeds(bundle, now.date())))
        copy.chmod(0o644)
        copy.replace(place)
    return found


def placed(place: Path, policy: Path) -> Bundle:
    """Open the bundle that is in its place; InputError where there is none, or nobody trusted signed it."""
    if not place.exists():
        raise InputError(Location(str(place)), "no knowledge bundle is there; `sentinel knowledge import` puts one")
    bundle = Bundle(place)
    bundle.signed_by(read_trusted(policy / KEYS))
    return bundle


def known_feeds(bundle: Bundle, today: date) -> Iterator[KnownFeed]:
    """Yield the feeds of a bundle with their age."""
    for feed in bundle.feeds:
        told = asdict(feed)
        yield KnownFeed(**told, age_days=age(feed, today), old=is_old(feed, today))


def known_weakness(bundle: Bundle, cve: str) -> KnownWeakness | None:
    """Return what is known of a CVE; None where neither its words nor a product are."""
    weakness, products = bundle.weaknesses([cve]).get(cve), bundle.concerned(cve)
    if weakness is None:
        return KnownWeakness(cve, products=products) if products else None
    return KnownWeakness(**asdict(weakness), products=products)


def found_products(bundle: Bundle, words: str) -> list[str]:
    """Return the keys that words mean: a key as it is, else products of that name, else those that hold all words."""
    maker, _, name = words.partition(":")
    whole = product_key(maker, name) if name else ""
    plain = product_key("", words).removeprefix(":")
    keys = sorted(bundle.keys())
    if whole in keys:
        return [whole]
    named = [key for key in keys if key.partition(":")[2] == plain]
    parts = plain.split("-")
    return named or [key for key in keys if parts != [""] and all(part in key for part in parts)][:MOST_PRODUCTS]


def statements(bundle: Bundle, keys: Iterable[str]) -> Iterator[Statement]:
    """Yield what is stated about products."""
    for key in keys:
        yield from bundle.about(key)


def release_lines(bundle: Bundle, product: str) -> tuple[Line, ...]:
    """Return the release lines of a product by its name at endoflife.date."""
    return bundle.lines(product_key("", product).removeprefix(":"))


def _day_of(place: Path) -> date | None:
    """Return the day of the bundle in place; None where there is none that can be read, which is no loss."""
    if not place.exists():
        return None
    try:
        with Bundle(place) as bundle:
            return bundle.created
    except InputError:
        return None
