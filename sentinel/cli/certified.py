"""What the store knows of certificates, for every place that shows a rule."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sentinel import __version__
from sentinel.cli.options import Asked
from sentinel.detect.routes import mapping_of
from sentinel.errors import StoreError
from sentinel.model.alerts import RuleRef
from sentinel.model.certificates import Certified, by_rule
from sentinel.model.records import Record, standing_record
from sentinel.model.result import Result
from sentinel.settings import Site, resolve
from sentinel.store.store import Store


def certified(asked: Asked, site: Site | None = None) -> Certified:
    """Return the certificates of the store; to look at rules makes no store, and one that is broken stops nobody."""
    mapping = mapping_of(asked.content_folder(site))
    where = resolve({"store": asked.store}, os.environ, site).store.value
    if "://" not in where and not Path(where).expanduser().is_file():
        return Certified(__version__, mapping)
    try:
        store = Store.open(where)
    except StoreError as error:
        return Certified(__version__, mapping, trouble=str(error))
    try:
        return certified_in(store, asked, site)
    finally:
        store.close()


def certified_in(store: Store, asked: Asked, site: Site | None = None) -> Certified:
    """Return the certificates of a store that is open."""
    mapping = mapping_of(asked.content_folder(site))
    try:
        return Certified(__version__, mapping, by_rule(store.certificates().all()))
    except StoreError as error:
        return Certified(__version__, mapping, trouble=str(error))


def standing_of(known: Certified, rule: RuleRef) -> Record:
    """Return where a rule stands, as a key of a record that shows it."""
    return standing_record(known.standing(rule.id, rule.hash))


def with_certificates(result: Result, known: Certified) -> Result:
    """Put into a result where the rules that alerted stand; nothing where no rule was ever certified."""
    if not known.kept:
        return result
    rules = {alert.rule.id: alert.rule for alert in result.alerts}
    return replace(result, certificates={id_: known.standing(id_, rule.hash) for id_, rule in sorted(rules.items())})
