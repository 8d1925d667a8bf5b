"""A real browser for tests: Chromium without a window, steered through a pair of pipes.

Its DevTools protocol is JSON objects with a zero byte behind each; of it only what the tests need.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",  # it does not start as root with it, and tests run as root in containers
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--remote-debugging-pipe",
)
PATIENCE = 60
KEYS = {"Tab": 9, "Enter": 13, "Space": 32}


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start Chromium with a profile of its own, and end it. Skips where there is none, but not in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI has Chromium")
        pytest.skip("needs Chromium")
    (hears, says), (listens, tells) = _pipe(), _pipe()
    command = f'exec "$0" "$@" 3<&{hears} 4>&{tells}'  # these two numbers are where it looks
    running = subprocess.Popen(
        ["/bin/bash", "-c", command, program, *FLAGS, f"--user-data-dir={profile}"],
        pass_fds=(hears, tells),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(hears)
    os.close(tells)
    with os.fdopen(says, "wb", buffering=0) as to, os.fdopen(listens, "rb") as back:
        try:
            yield Browser(to, back)
        finally:
            running.terminate()
            with suppress(subprocess.TimeoutExpired):
                running.wait(10)
            running.kill()
            running.wait()


def _pipe() -> tuple[int, int]:
    """Return a pipe whose ends are none of the numbers that the browser's own are to have."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


class Browser:
    """A browser with one page open. `events` is all it told without being asked."""

    def __init__(self, to: IO[bytes], back: IO[bytes]) -> None:
        self._to, self._back = to, back
        self._number = 0
        self._session = ""
        self._rest = b""
        self.events: list[dict[str, Any]] = []

    def open(self, page: Path, width: int = 1280) -> None:
        """Open a file in a page of its own, and wait until it is loaded."""
        self._session = ""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "Security"):
            self.ask(f"{domain}.enable")
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **metrics)
        self.events.clear()
        self.ask("Page.navigate", url=page.as_uri())
        while not self.told("Page.loadEventFired"):
            self._hear()
        self.ask("Runtime.evaluate", expression="0")  # whatever loading set off has been told by now

    def told(self, method: str) -> list[dict[str, Any]]:
        """Return what was told under one name."""
        return [event["params"] for event in self.events if event["method"] == method]

    def see(self, expression: str) -> Any:  # noqa: ANN401 -- JSON
        """Return the value of an expression in the page, which its own policy does not stop."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        code = {"key": " " if key == "Space" else key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"Enter": {"text": "\r"}, "Space": {"text": " "}}.get(key, {})
        self.ask("Input.dispatchKeyEvent", type="keyDown", **code, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **code)

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of the first element that a selector finds."""
        found = f"document.querySelector({json.dumps(selector)})"
        x, y = self.see(
            f"(() => {{const r = {found}.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]}})()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def ask(self, method: str, **params: object) -> Mapping[str, Any]:
        """Send a command and return its answer."""
        self._number += 1
        asked: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        self._to.write(json.dumps(asked).encode() + b"\0")
        while True:
            answer = self._hear()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: Mapping[str, Any] = answer["result"]
                return result

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            assert select.select([self._back], [], [], PATIENCE)[0], "the browser does not answer"
            more = os.read(self._back.fileno(), 1 << 16)
            assert more, "the browser has ended"
            self._rest += more
        text, _, self._rest = self._rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(text)
        if "method" in heard:
            self.events.append(heard)
        return heard
