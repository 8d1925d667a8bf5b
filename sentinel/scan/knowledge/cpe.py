"""Reads names of products: CPE 2.3 (NISTIR 7695, both bindings) and package URLs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

_PARTS_URI, _PARTS = 7, 11
_ANY, _NONE = "*", "-"
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Cpe:
    """A name of a product. `version` is `*` for any, `-` for none; `update` likewise. Escapes are taken away."""

    part: str
    vendor: str
    product: str
    version: str
    update: str

    @property
    def release(self) -> str:
        """The version with its update, as products write it: 9.2 and p1 are 9.2p1. Empty for any or none."""
        if self.version in {_ANY, _NONE, ""}:
            return ""
        return self.version + ("" if self.update in {_ANY, _NONE, ""} else self.update)


@dataclass(frozen=True, slots=True)
class Package:
    """What a package URL names; an epoch stands before the version, and `distribution` is the qualifier `distro`."""

    kind: str
    namespace: str
    name: str
    version: str
    distribution: str


@lru_cache(maxsize=65_536)
def parse_cpe(text: str) -> Cpe | None:
    """Return what a CPE name says, in either binding; None where it is none."""
    if len(text) > LONGEST:
        return None
    if text.startswith("cpe:2.3:"):
        parts = _split(text[8:])
        if len(parts) != _PARTS:
            return None
        part, vendor, product, version, update = map(_unescaped, parts[:5])
    elif text.startswith("cpe:/"):
        parts = (text[5:].split(":") + [""] * _PARTS_URI)[:_PARTS_URI]
        part, vendor, product, version, update = (unquote(one) or _ANY for one in parts[:5])
    else:
        return None
    if part not in {"a", "o", "h"} or vendor in {_ANY, _NONE, ""} or product in {_ANY, _NONE, ""}:
        return None
    return Cpe(part, vendor, product, version, update)


@lru_cache(maxsize=8192)
def parse_purl(text: str) -> Package | None:
    """Return what a package URL names; None where it is none."""
    if len(text) > LONGEST or not text.startswith("pkg:"):
        return None
    rest, _, qualifiers = text[4:].partition("#")[0].partition("?")
    path, _, version = rest.rpartition("@") if "@" in rest.rpartition("/")[2] else (rest, "", "")
    kind, _, named = path.strip("/").partition("/")
    namespace, _, name = named.rpartition("/")
    if not kind or not name:
        return None
    told = dict(one.partition("=")[::2] for one in qualifiers.split("&"))
    epoch = f"{told['epoch']}:" if version and told.get("epoch", "0") != "0" else ""
    return Package(
        kind.casefold(), unquote(namespace), unquote(name), epoch + unquote(version), unquote(told.get("distro", ""))
    )


def _split(text: str) -> list[str]:
    r"""Split at colons that are not escaped: `\:` is part of a name, and the colon after `\\` is not."""
    if "\\" not in text:
        return text.split(":")
    parts = [""]
    for piece in re.findall(r"\\.|[^\\:]+|:|\\", text, re.DOTALL):
        if piece == ":":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _unescaped(part: str) -> str:
    return part if "\\" not in part else re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL)
