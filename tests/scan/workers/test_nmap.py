from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.workers.nmap import ALONE, WITH_VALUE, refused, run
from tests.shared import ROOT


@pytest.mark.parametrize(
    "arguments",
    [
        ["-sV"], ["-O"], ["-A"], ["-sS"], ["-sU"], ["-sC"], ["--script", "vuln"], ["--script=dicom-brute"],
        ["-f"], ["-D", "10.0.0.1"],
        ["-sI", "10.0.0.1"], ["--scanflags", "URG"], ["--ip-options", "R"], ["-oN", "/etc/passwd"],
        ["--datadir", "/x"], ["10.0.0.1"],
        ["-iL", "/a b"], ["-iL", "/a;reboot"], ["-iL", "-"], ["-iL"], ["--max-rate", "$(id)"], [""],
        ["-sT", "--resume", "x"], ["no arguments"],
    ],
)  # fmt: skip
def test_every_other_argument_is_refused(arguments: list[str]) -> None:
    assert refused(arguments, "80")


@pytest.mark.parametrize("ports", ["", "-", "1-65535", "80;id", "T:80", "80,", "$x"])
def test_ports_are_a_list_of_numbers(ports: str) -> None:
    assert refused(["-sT"], ports)


@given(st.lists(st.one_of(st.sampled_from(sorted(ALONE | WITH_VALUE)), st.text(max_size=12)), max_size=8))
def test_what_passes_is_made_of_our_words(words: list[str]) -> None:
    if not refused(words, "80"):
        left = [word for place, word in enumerate(words) if place == 0 or words[place - 1] not in WITH_VALUE]
        assert set(left) <= ALONE | WITH_VALUE
        assert not any(sign in word for word in words for sign in " ;|&$`'\"\\\n")


def test_a_refused_order_starts_nothing() -> None:
    assert run({"arguments": ["--script", "vuln"], "ports": "80", "timeout": 1}) == {"error": "refused: --script"}
    assert run({}) == {"error": "refused: no arguments"}


def test_the_worker_is_a_program_that_answers_in_json() -> None:
    order = json.dumps({"arguments": ["-sV"], "ports": "80", "timeout": 5})
    done = subprocess.run(
        [sys.executable, "-m", "sentinel.scan.workers.nmap"],
        input=order,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert json.loads(done.stdout) == {"error": "refused: -sV"}
