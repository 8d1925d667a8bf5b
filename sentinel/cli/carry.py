"""`sentinel assess pack|verify|unpack`: a whole assessment as one signed file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from sentinel import carrying
from sentinel.carrying import Checked
from sentinel.cli.exchange import RESULT, save_new
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.summary import say, say_all, say_people
from sentinel.model.compliance import Inherited
from sentinel.model.text import counted
from sentinel.settings import read_site, resolve
from sentinel.signing import Trusted, read_believed, read_trusted

_TRUST = click.option("--trust", type=FILES, help="The public key (.pub) of whoever should have signed it.")
_POLICY = click.option("--policy", metavar="DIR", help="The folder with assessment-keys/*.pub: who is believed.")


def trusting(command: Callable[..., int]) -> Callable[..., Any]:
    """Give a command the options that say whose signature is believed."""
    return _TRUST(_POLICY(command))


@click.command("pack", epilog="Example: sentinel assess pack site.toml --key kari.key --out clinic.sentinel")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to make.")
@click.option("--key", required=True, type=FILES, help="Your private key; `sentinel knowledge keygen` makes a pair.")
@RESULT
@AS_OF
@asks("content")
def pack(asked: Asked, site_file: Path, out: Path, key: Path, **said: Any) -> int:  # noqa: ANN401 -- click passes every option by name
    """Put an assessment in one signed file: who is assessed, answers, risks, results. No logs and no captures.

    The same input and key give the same bytes.
    """
    site = read_site(site_file)
    say_people(site)
    day, folder = day_of(said["as_of"], site), asked.content_folder(site)
    packed, left_out = carrying.pack(site, folder, day, key, said["result"])
    save_new(out, packed)
    if left_out:
        say(f"left out: {', '.join(left_out)}")
    return asked.exit_code(())


@click.command("verify", epilog="Example: sentinel assess verify clinic.sentinel --trust kari.key.pub")
@click.argument("file", type=FILES)
@trusting
@asks("content")
def verify(asked: Asked, file: Path, trust: Path | None, policy: str | None) -> int:
    """Check who signed a file, that nothing was changed, and that its numbers follow from its answers.

    Exit code 3: it is whole and signed, and the numbers could not be worked out again here.
    """
    checked = carrying.check(file, asked.content_folder(), _believed(trust, policy))
    _tell(checked)
    return asked.exit_code((), partial=bool(checked.why_not))


@click.command("unpack", epilog="Example: sentinel assess unpack clinic.sentinel --out clinic --trust kari.key.pub")
@click.argument("file", type=FILES)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="A folder that is new.")
@trusting
@asks("content")
def unpack(asked: Asked, file: Path, out: Path, trust: Path | None, policy: str | None) -> int:
    """Verify a file, and write what it holds to a new folder."""
    checked = carrying.check(file, asked.content_folder(), _believed(trust, policy))
    for path in carrying.unpack(checked, out):
        say(f"wrote {path}")
    _tell(checked)
    return asked.exit_code((), partial=bool(checked.why_not))


def _believed(trust: Path | None, policy: str | None) -> Mapping[str, Trusted]:
    if trust:
        return read_believed(trust)
    return read_trusted(Path(resolve({"policy": policy}, os.environ).policy.value) / carrying.KEYS)


def _tell(checked: Checked) -> None:
    about, score = checked.sealed.manifest, checked.carried.score
    whose = about.get("organisation")
    name = whose.get("name") if isinstance(whose, dict) else "?"
    say(f"signed by {checked.signed_by}")
    say(f"{name}, {checked.carried.as_of}: {_numbers(score)}")
    say_all(packs_told(about.get("packs")))
    say_all(_others(checked.carried.inherited.values()))
    say(checked.why_not or "the numbers follow from the answers")


def packs_told(told: object) -> Iterator[str]:
    """Say the numbers of packs as the manifest names them, which may not have been worked out again."""
    for pack in told if isinstance(told, list) else []:
        if isinstance(pack, dict):
            score = pack.get("score")
            numbers = _numbers(score) if isinstance(score, dict) else "no numbers"
            yield f"{str(pack.get('id'))[:60]} {str(pack.get('version'))[:20]}: {numbers}"


def _others(inherited: Iterable[Sequence[Inherited]]) -> Iterator[str]:
    """Say whose answers it stands on beside its own, and to how many requirements."""
    given = [one for many in inherited for one in many]
    stand = Counter((one.giver, one.name, one.number) for one in given if one.state == "stands")
    for (giver, name, number), count in sorted(Counter((one.giver, one.name, one.number) for one in given).items()):
        parts, answers = counted(count, "requirement"), counted(stand[giver, name, number], "answer")
        yield f"{giver} {name} ({number}) has a part in {parts}; {answers} of theirs held there"


def _numbers(score: Mapping[str, Any]) -> str:
    names = {"score": "score", "coverage": "coverage", "worst_case": "worst case"}
    told = [f"{name} {_shown(score.get(key))}" for key, name in names.items()]
    return f"{', '.join(told)}; level {score.get('level')}"


def _shown(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, int | float) else "none"
