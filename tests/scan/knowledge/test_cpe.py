from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge.cpe import Cpe, Package, parse_cpe, parse_purl


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*", Cpe("a", "f5", "nginx", "1.22.1", "*")),
        (r"cpe:2.3:o:cisco:ios:12.2\(55\)se:*:*:*:*:*:*:*", Cpe("o", "cisco", "ios", "12.2(55)se", "*")),
        (r"cpe:2.3:a:x\:y:z\\:1:*:*:*:*:*:*:*", Cpe("a", "x:y", "z\\", "1", "*")),
        ("cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*", Cpe("a", "openbsd", "openssh", "9.2", "p1")),
        ("cpe:/a:igor_sysoev:nginx", Cpe("a", "igor_sysoev", "nginx", "*", "*")),
        ("cpe:/o:microsoft:windows_server_2012:r2", Cpe("o", "microsoft", "windows_server_2012", "r2", "*")),
        ("cpe:/a:x%21:y:1.0", Cpe("a", "x!", "y", "1.0", "*")),
    ],
)
def test_names_of_both_bindings(text: str, named: Cpe) -> None:
    assert parse_cpe(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cpe:2.3:a:f5:nginx",
        "cpe:2.3:a:*:nginx:1:*:*:*:*:*:*:*",
        "cpe:2.3:x:f5:nginx:1:*:*:*:*:*:*:*",
        "cpe:2.3:a:f5:-:1:*:*:*:*:*:*:*",
        "cpe:2.3:a:f5:nginx:1:*:*:*:*:*:*:*:*",
        "cpe:/a",
        "cpe:2.3:a:f5:" + "x" * 3000 + ":1:*:*:*:*:*:*:*",
    ],
)
def test_what_is_none(text: str) -> None:
    assert parse_cpe(text) is None


def test_a_release_is_version_and_update_as_products_write_it() -> None:
    releases = [
        found.release
        for text in ("9.2:p1", "1.0:*", "-:*", "*:sp1", "2008:r2")
        if (found := parse_cpe(f"cpe:2.3:a:v:p:{text}:*:*:*:*:*:*"))
    ]

    assert releases == ["9.2p1", "1.0", "", "", "2008r2"]


def test_package_urls() -> None:
    assert parse_purl("pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=bookworm") == Package(
        "deb", "debian", "openssl", "3.0.11-1~deb12u2", "bookworm"
    )
    assert parse_purl("pkg:rpm/redhat/telnet@0.17-76.el8?arch=x86_64&epoch=1") == Package(
        "rpm", "redhat", "telnet", "1:0.17-76.el8", ""
    )
    assert parse_purl("pkg:npm/%40scope/name@1.0#src") == Package("npm", "@scope", "name", "1.0", "")
    assert parse_purl("pkg:generic/nginx") == Package("generic", "", "nginx", "", "")
    assert [parse_purl(text) for text in ("", "pkg:", "pkg:deb", "pkg:deb/", "http://x/y")] == [None] * 5


@pytest.mark.fuzz
@given(st.text(max_size=60), st.sampled_from(["", "cpe:2.3:", "cpe:/a:", "pkg:", "pkg:deb/", "cpe:2.3:a:x:y:"]))
def test_any_text_is_a_name_or_none(text: str, begin: str) -> None:
    named, package = parse_cpe(begin + text), parse_purl(begin + text)

    assert named is None or (named.vendor and named.product)
    assert package is None or (package.kind and package.name)
