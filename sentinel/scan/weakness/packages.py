"""Reads distributors' revisions out of versions, and compares them with what the distributors state.

A banner names a package without its epoch (`9.2p1 Debian 2+deb12u10` is `1:9.2p1-2+deb12u10`). Within one release of a
distribution a package keeps its epoch, so both are compared without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sentinel.model.knowledge import Span, Statement
from sentinel.scan.weakness.covers import Covered, covers

_NAMED = re.compile(r"(debian|ubuntu|raspbian)\b[-\s]*", re.IGNORECASE)
_REVISION = re.compile(r"[-\s]*(\d[0-9A-Za-z.+~]{0,60})")
_DEBIAN = re.compile(r"deb(\d{1,2})u\d")
_UBUNTU = re.compile(r"ubuntu\d*\.(\d{2}\.\d{2})(?:\.|$)")
_BACKPORT = re.compile(r"~bpo(\d{1,2})\+\d+$")
_EPOCH = re.compile(r"^\d+:")
_OURS = {"debian": "Debian", "ubuntu": "Ubuntu", "raspbian": "Raspbian"}


@dataclass(frozen=True, slots=True)
class Package:
    """A distributor's build of a program. What does not show is empty: its version, the release that it was made for.

    What was put back to an older release (`~bpo11+1`) is the package of the next release, and stands here as that.
    """

    distributor: str
    release: str
    version: str


def package_of(version: str, revision: str, system: tuple[str, str] = ("", "")) -> Package | None:
    """Return which package a version is, by its distributor's revision; None where no distributor shows.

    `system` is the distribution and release that the machine itself is known to run.
    """
    named = _NAMED.search(revision)
    rest = revision[named.end() :] if named else revision
    told = _REVISION.match(rest)
    number = told[1] if told else ""
    distributor = _OURS[named[1].casefold()] if named else _by_number(number)
    if not distributor:
        return None
    back = _BACKPORT.search(number)
    if back:
        return Package(distributor, str(int(back[1]) + 1), f"{version}-{number[: back.start()]}")
    found = _DEBIAN.search(number) or _UBUNTU.search(number)
    release = found[1] if found else system[1] if system[0].casefold() == distributor.casefold() else ""
    return Package(distributor, release, f"{version}-{number}" if number and version else "")


def _by_number(number: str) -> str:
    if "ubuntu" in number:
        return "Ubuntu"
    return "Debian" if _DEBIAN.search(number) or _BACKPORT.search(number) else ""


def is_packaged(statement: Statement) -> bool:
    """Say whether a statement is about a distributor's packages, and not about what its makers give out."""
    known = statement.distribution.partition(":")[0] in _OURS.values()
    return known or (statement.source == "osv" and bool(statement.distribution))


def about(package: Package, statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements about a package's release.

    Where its release does not show, it is that of the packages mended with the same version of the makers, if only one
    release has it.
    """
    mine = [one for one in statements if one.distribution.partition(":")[0] == package.distributor]
    if not package.release and package.version:
        upstream = _upstream(package.version)
        named = {_release(one) for one in mine for span in one.spans if _upstream(span.before) == upstream}
        package = replace(package, release=next(iter(named))) if len(named) == 1 else package
    return [one for one in mine if package.release and _release(one) == package.release]


def covers_package(statement: Statement, package: Package) -> Covered:
    """Say whether a distributor's statement is about this build, as Debian's policy orders versions (5.6.12)."""
    spans = tuple(_without_epochs(span) for span in statement.spans)
    return covers(replace(statement, spans=spans), _EPOCH.sub("", package.version))


def _without_epochs(span: Span) -> Span:
    first, last, before, after = (_EPOCH.sub("", text) for text in (span.first, span.last, span.before, span.after))
    return Span("" if first == "0" else first, last, before, "deb", after)


def _release(statement: Statement) -> str:
    return statement.distribution.partition(":")[2].partition(":")[0]


def _upstream(version: str) -> str:
    return _EPOCH.sub("", version).rpartition("-")[0]
