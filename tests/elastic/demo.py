"""`make demo-elastic`: the clinic's logs into a real Elasticsearch, and the alerts out of it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.elastic.server import running
from tests.shared import ROOT


def sentinel(*words: str, **environ: str) -> None:
    """Run a command as a user does, and show it."""
    print(f"\n$ sentinel {' '.join(words)}", flush=True)  # noqa: T201 -- this is what a person looks at
    subprocess.run([sys.executable, "-m", "sentinel", *words], env={**os.environ, **environ}, cwd=ROOT, check=False)


def main() -> None:
    """Start the server, take the logs in, watch over them, and show what was looked at."""
    with tempfile.TemporaryDirectory(prefix="sentinel-demo-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "server").mkdir(mode=0o755)
        with running(folder / "server") as url:
            named = {"SENTINEL_ELASTICSEARCH_URL": url, "SENTINEL_STORE": str(folder / "demo.db")}
            since = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="minutes")
            sentinel("ingest", "examples/clinic/logs", "--replicas", "0", **named)
            sentinel("watch", "run", "--save", "klinikken", "--since", since, "--delay", "2", "--once", **named)
            sentinel("watch", "windows", **named)


if __name__ == "__main__":
    main()
