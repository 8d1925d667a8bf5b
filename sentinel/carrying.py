"""A whole assessment in one signed file, and back: pack → carried by hand → verified → unpacked.

Site file, answers, risks and results go in, and what others answered for it. Logs, captures, scans and what the site
says of its network do not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import orjson

from sentinel import __version__
from sentinel.carried_packs import pack_numbers, packs_why_not
from sentinel.comply.checklist import load_checklist
from sentinel.comply.earlier import Carried, read_carried
from sentinel.content import content_hash, relative
from sentinel.errors import InputError, Location, SentinelError, SettingsError, SignatureError
from sentinel.exchanging import dossier, judged
from sentinel.handing import Handed, check_handed, differing, handed, named_anew, sections
from sentinel.model.interchange import Dossier
from sentinel.model.records import Record, assessment_record, score_record
from sentinel.model.text import counted
from sentinel.risks import ground, read_file
from sentinel.settings import AssessmentSection, Site, read_site
from sentinel.share.sealed import MOST_BYTES, MOST_MEMBERS, Sealed, open_sealed, seal
from sentinel.signing import Trusted, parse_signature, sign, verify

KEYS = "assessment-keys"
"""The folder of a site's policy with the public keys of those whose assessments are believed."""
SITE, ANSWERS, ROS, ACTIONS, RESULTS = "site.toml", "answers.yml", "ros.yml", "actions.yml", "results.json"
MOST_FILES = MOST_MEMBERS - 2
"""How many files are carried, beside the manifest and its signature."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was verified: who signed it, and its numbers as they were and as they are worked out here.

    `why_not` says why they could not be worked out again, empty where they were and are the same.
    """

    signed_by: str
    sealed: Sealed
    carried: Carried
    why_not: str


def pack(site: Site, content: Path, as_of: date, key: Path, result: Path | None = None) -> tuple[bytes, list[str]]:
    """Return the signed file, and what was left out; the same input and key give the same bytes."""
    moment = datetime.combine(as_of, time(), UTC)
    sign(b"", key, moment)  # a key that cannot sign is told before anything is read
    others, of = handed(site, content, as_of), dossier(site, content, as_of, result)
    of = replace(of, judgements=named_anew(of.judgements, others))
    files, about = _files(site, content, of, others), _about(of, site, others, content)
    if len(files) > MOST_FILES:
        raise SettingsError(f"{site.name}: would be packed as {len(files)} files, and at most {MOST_FILES} are carried")
    return seal(files, about, lambda raw: sign(raw, key, moment).text()), _left_out(site)


def check(path: Path, content: Path, trusted: Mapping[str, Trusted]) -> Checked:
    """Verify a file: signature, hashes, and that its numbers follow from its answers; InputError where not."""
    name = relative(path, Path())
    sealed = open_sealed(_read(path, name), name)
    try:
        signer = verify(sealed.raw, parse_signature(sealed.signature, name), trusted, "the file")
    except SignatureError as error:
        raise InputError(Location(name), str(error)) from error
    if missing := {SITE, RESULTS} - set(sealed.files):
        raise InputError(Location(name), f"holds no {min(missing)}")
    carried = read_carried(sealed.files[RESULTS], name)
    return Checked(signer, sealed, carried, _why_not(sealed, carried, content, name))


def unpack(checked: Checked, folder: Path) -> list[Path]:
    """Write what a verified file holds to a new folder; InputError where something is there already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(Location(str(folder)), "is not empty; an assessment is unpacked to a new folder")
        return [_write(folder / name, data) for name, data in sorted(checked.sealed.files.items())]
    except OSError as error:
        raise InputError(Location(str(folder)), f"cannot be written: {error.strerror}") from error


def _write(path: Path, data: bytes) -> Path:
    with path.open("xb") as file:
        file.write(data)
    return path


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error


def _files(site: Site, content: Path, of: Dossier, others: Sequence[Handed]) -> dict[str, bytes]:
    named = site.file.assessment
    results = orjson.dumps(assessment_record(of), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    files = {SITE: _site_text(site, of, others).encode(), RESULTS: results}
    for other in others:
        files |= other.files
    if named:
        files |= {new: _read(site.path(old), old) for new, old in _named(named).items()}
    if named and named.ros:
        files |= _matrix(site, content, named.ros, of.as_of)
    return files


def _named(section: AssessmentSection) -> dict[str, str]:
    """Return the files that a site names for its assessment, by what they are called in the packed one."""
    packs = {_pack_name(pack): name for pack, name in section.packs.items()}
    one = {ANSWERS: section.answers, ROS: section.ros, ACTIONS: section.actions, **packs}
    return {new: old for new, old in one.items() if old is not None}


def _pack_name(pack: str) -> str:
    return f"answers-{pack}.yml"


def _matrix(site: Site, content: Path, ros: str, as_of: date) -> dict[str, bytes]:
    """Return the matrix of the organisation's own that its file of risks names, if it does."""
    known = ground(site, content)
    name = read_file(site, known, as_of)[0].matrix
    if name in known.against.matrices:
        return {}
    return {name: (site.path(ros).parent / name).read_bytes()}


def _site_text(site: Site, of: Dossier, others: Sequence[Handed]) -> str:
    """Return a site file that says who is assessed and nothing of networks, logs and machines."""
    who, report, named = site.file.organisation, site.file.report, site.file.assessment
    lines = ['schema = "sentinel.site/1"', "", "[organisation]"]
    lines += [f"{key} = {_toml(getattr(who, key))}" for key in ("name", "number", "kind")]
    lines += [f"part_of = {_toml(who.part_of)}"] if who.part_of else []
    if who.facts:
        lines += ["", "[organisation.facts]"]
        lines += [f"{name} = {str(true).lower()}" for name, true in sorted(who.facts.items())]
    languages = ", ".join(map(_toml, report.languages))
    lines += ["", "[report]", f"as_of = {of.as_of}", f"tlp = {_toml(report.tlp)}", f"languages = [{languages}]"]
    if named:
        lines += ["", "[assessment]"]
        lines += [f"answers = {_toml(ANSWERS)}"] if named.answers is not None else []
        lines += [f"ros = {_toml(ROS)}"] if named.ros else []
        lines += [f"actions = {_toml(ACTIONS)}"] if named.actions else []
        lines += ["", "[assessment.packs]"] if named.packs else []
        lines += [f"{_toml(pack)} = {_toml(_pack_name(pack))}" for pack in sorted(named.packs)]
    for member, section in sections(site, others):
        listed = ", ".join(map(_toml, section.requirements))
        lines += ["", "[[inherits]]", f"from = {_toml(member)}", f"requirements = [{listed}]"]
        lines += [f"accepted_by = {_toml(section.accepted_by)}"]
        lines += [f"date = {section.date}", f"expires = {section.expires}"]
    return "\n".join([*lines, ""])


def _toml(text: str) -> str:
    """Return text as TOML's basic string; of all signs that cannot be seen, the number is written."""
    signs = (f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in text)
    return f'"{"".join(signs)}"'


def _ground(content: Path) -> str:
    """Return the hash of what numbers stand on beside the checklist: classes, types, grades, maturity, inheritance."""
    return content_hash((content / "checklists").glob("*.yml"), content)


def _about(of: Dossier, site: Site, others: Sequence[Handed], content: Path) -> dict[str, Any]:
    score = of.score
    return {
        "created": of.as_of.isoformat(),
        "engine": of.engine,
        "tlp": site.file.report.tlp,
        "organisation": {"name": of.organisation.name, "number": of.organisation.number},
        "checklist": {"id": score.checklist_id, "version": score.checklist_version, "hash": score.checklist_hash},
        "ground": _ground(content),
        "numbers": {
            "score": score.score,
            "coverage": score.coverage,
            "worst_case": score.worst_case,
            "level": score.level,
        },
        "measured": of.measured,
        "packs": pack_numbers(site, content, of.as_of),
        "inherits": [dict(other.about) for other in others],
        "left_out": _left_out(site),
    }


def _left_out(site: Site) -> list[str]:
    file = site.file
    counts = ((len(file.logs), "log"), (len(file.captures), "capture"), (len(file.scans), "scan"))
    network = len(file.network.networks) + len(file.network.exclude) + len(file.network.names)
    told = [counted(number, what) for number, what in counts if number]
    told += [counted(network, "word about the network", "words about the network")] if network else []
    told += ["the previous result"] if file.report.previous else []
    told += [counted(len(file.organisation.succeeds), "predecessor")] if file.organisation.succeeds else []
    return told + ([counted(len(file.placeholders), "placeholder")] if file.placeholders else [])


def _why_not(sealed: Sealed, carried: Carried, content: Path, name: str) -> str:
    """Work the numbers out again; InputError where they do not follow from what the file holds."""
    told, here = sealed.manifest.get("checklist"), load_checklist(content)
    theirs = told if isinstance(told, dict) else {}
    if theirs.get("hash") != here.hash:
        version = str(theirs.get("version"))[:20]
        return f"made with another checklist (version {version}; here is {here.version}): nothing was worked out again"
    of, packs = _again(sealed, carried, content, name)
    others = differing(of.judgements, carried.inherited)
    if score_record(of.score) == carried.score and not others:
        return packs_why_not(packs, sealed.manifest, name)
    if sealed.manifest.get("ground", _ground(content)) != _ground(content):
        return "made with other classes, grades or rules for inheriting than those here, which count otherwise"
    if carried.engine != __version__:
        return f"made with Sentinel {carried.engine[:20]}, and this is {__version__}, which counts otherwise"
    if others:
        raise InputError(Location(name), f"what others answered to {others} is not what its results say")
    raise InputError(Location(name), "its numbers do not follow from its answers")


def _own(site: Site, sealed: Sealed, name: str) -> Site:
    """Return the site file of a packed assessment, if it names nothing but what lies beside it."""
    named = site.file.assessment
    if site.file.logs or site.file.captures or site.file.scans or site.file.report.previous:
        raise InputError(Location(name), "holds a site file that names more than answers and risks")
    if named and any(new != old for new, old in _named(named).items()):
        raise InputError(Location(name), "holds a site file that names other files than those beside it")
    check_handed(site, sealed.files, sealed.manifest, name)
    return site


def _again(sealed: Sealed, carried: Carried, content: Path, name: str) -> tuple[Dossier, list[Record]]:
    """Return the assessment and the numbers of packs as they follow from the files."""
    with tempfile.TemporaryDirectory() as folder:
        for member, data in sealed.files.items():
            _write(Path(folder) / member, data)
        try:
            site = _own(read_site(Path(folder) / SITE), sealed, name)
            packs = pack_numbers(site, content, carried.as_of)
            return judged(site, content, carried.as_of, carried.evidence, carried.measured), packs
        except InputError:
            raise
        except SentinelError as error:
            first = str(error).splitlines()[0].replace(folder, "").lstrip("/")
            raise InputError(Location(name), f"holds what cannot be read here: {first}") from error
