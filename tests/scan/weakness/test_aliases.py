from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.content import root, yaml_files
from sentinel.errors import ContentError
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.fingerprint_rules import placeholders
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.weakness.aliases import load_aliases, near_misses, plain_name
from tests.scan.weakness.bundle import Small, advisory

ALIASES = load_aliases(root())
START = "about: x\nas_of: 2026-11-22\n"


def written(folder: Path, text: str) -> Path:
    (folder / "scanners" / "aliases").mkdir(parents=True)
    (folder / "scanners" / "aliases" / "a.yml").write_text(START + text, encoding="utf-8")
    return folder


def claimable() -> tuple[set[str], set[str]]:
    """Return all products and makers that our rules can claim, templates as their own examples fill them."""
    products, makers = set[str](), set[str]()
    for rule in load_fingerprints(root()).rules:
        for part in (rule.asset, rule.service):
            told = {str(name): value for name, value in part.items()}
            for attribute, found in (("product", products), ("vendor", makers), ("os", products)):
                value = told.get(attribute, "")
                if value and not placeholders(value):
                    found.add(value)
                elif value:
                    found |= {one.gives[attribute] for one in rule.positive if attribute in one.gives}
    return products, makers


def test_every_product_that_we_can_claim_has_an_alias_or_is_listed_as_having_none() -> None:
    products, _ = claimable()
    names = products | {name for product in load_lifecycle(root()).products for name in product.names}
    plain = {name: plain_name(name) for name in names}
    known = {name for _, name in ALIASES.products} | set(ALIASES.without)
    assert sorted(name for name, own in plain.items() if own not in known) == []


def test_every_maker_that_we_can_claim_is_known_or_listed_as_not_looked_up() -> None:
    _, makers = claimable()
    known = set(ALIASES.makers) | set(ALIASES.makers_without)
    assert sorted(name for name in makers if plain_name(name) not in known) == []


def test_nothing_is_listed_both_ways() -> None:
    assert {name for _, name in ALIASES.products} & set(ALIASES.without) == set()
    assert set(ALIASES.makers) & set(ALIASES.makers_without) == set()


def test_spellings_of_sources_mean_the_same() -> None:
    nginx = ALIASES.named("", "nginx")
    assert nginx is not None
    assert {"f5:nginx", "igor-sysoev:nginx"} <= set(nginx.keys)
    delta = ALIASES.named("Draeger", "Infinity Delta")
    assert delta is not None
    assert (delta.id, delta.keys, delta.medical) == ("draeger-infinity-delta", ("dräger:infinity-delta",), True)


def test_a_product_of_a_known_maker_is_found_by_its_own_name_under_each_spelling() -> None:
    found = ALIASES.named("BD", "Alaris CC")
    assert found is not None
    assert found.alias is None
    assert "becton-dickinson-and-company-bd:alaris-cc" in found.keys


def test_nothing_is_guessed() -> None:
    assert ALIASES.named("", "Infinity Delta") is None
    assert ALIASES.named("Somebody", "Some thing") is None
    assert ALIASES.named("Dräger", "") is None
    assert ALIASES.named("", "nginxx") is None


def test_two_names_of_one_maker_are_one_maker() -> None:
    assert ALIASES.same_maker("Draeger", "DRÄGER")
    assert ALIASES.same_maker("Unheard Of", "unheard of")
    assert not ALIASES.same_maker("Dräger", "Philips")


def test_near_misses_are_shown_and_never_used() -> None:
    knowledge = Small([advisory("Dräger", "Infinity Deltas", "CVE-1"), advisory("Dräger", "Infinity Delta", "CVE-2")])
    (near,) = near_misses(ALIASES, knowledge)
    assert near.key == "dräger:infinity-deltas"
    assert "infinity delta" in near.like
    assert "dräger:infinity-deltas" not in {key for one in ALIASES.of() for key in one.keys}


def test_every_file_says_where_it_is_from() -> None:
    assert len(yaml_files(root() / "scanners" / "aliases")) >= 4
    assert all(one.source for one in ALIASES.of())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("products:\n  - {id: a, names: [A], source: s, confidence: known}\n", "says nothing"),
        (
            "products:\n  - {id: a, names: [A], endoflife: a, scheme: x, source: s, confidence: known}\n",
            "no scheme 'x'",
        ),
        (
            "products:\n  - {id: a, names: [A], maker: m, endoflife: a, source: s, confidence: known}\n",
            "no maker 'm'",
        ),
        (
            (
                "products:\n  - {id: a, names: [A], endoflife: a, source: s, confidence: known}\n"
                "  - {id: a, names: [a], endoflife: a, source: s, confidence: known}\n"
            ),
            "already means 'a'",
        ),
        (
            (
                "makers:\n  - {id: a, names: [A], source: s, confidence: known}\n"
                "  - {id: b, names: [a], source: s, confidence: known}\n"
            ),
            "already means 'a'",
        ),
        ("makers:\n  - {id: a, names: [A], sauce: s, confidence: known}\n", "unknown key 'sauce'"),
    ],
)
def test_faults_are_told_with_their_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ContentError, match=words) as error:
        load_aliases(written(tmp_path, text))
    assert "scanners/aliases/a.yml:" in str(error.value)
