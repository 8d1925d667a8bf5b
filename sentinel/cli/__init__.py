"""The `sentinel` command: reads the request, calls a flow, shows the result. Only here is printed and ended.

Exit codes: 0 nothing to act on · 1 findings at or above `--fail-on` · 2 wrong use, bad content or unreachable ·
3 partial result, and said so · 130 interrupted (what was found is kept).
"""

from __future__ import annotations

from sentinel.cli.app import app

__all__ = ["app", "main"]

app.places = {
    "alerts": "sentinel.cli.stored:alerts",
    "assess": "sentinel.cli.assess:assess",
    "assets": "sentinel.cli.assets:assets",
    "breach": "sentinel.cli.breach:breach",
    "clocks": "sentinel.cli.clocks:clocks",
    "completion": "sentinel.cli.completion:completion",
    "content": "sentinel.cli.content:content",
    "detect": "sentinel.cli.detect:detect",
    "doctor": "sentinel.cli.doctor:doctor",
    "dpia": "sentinel.cli.dpia:dpia",
    "findings": "sentinel.cli.findings:findings",
    "group": "sentinel.cli.group:group",
    "ingest": "sentinel.cli.ingest:ingest",
    "knowledge": "sentinel.cli.knowledge:knowledge",
    "packs": "sentinel.cli.packs:packs",
    "render": "sentinel.cli.render:render",
    "report": "sentinel.cli.report:report",
    "ros": "sentinel.cli.ros:ros",
    "rules": "sentinel.cli.rules:rules",
    "run": "sentinel.cli.run:run",
    "scan": "sentinel.cli.scan:scan",
    "search": "sentinel.cli.search:search",
    "sector": "sentinel.cli.sector:sector",
    "watch": "sentinel.cli.watch:watch",
}
app.sections = {
    "Everything at once": {
        "run": "Read a site's logs, captures, scans and answers; write its reports.",
        "report": "Write reports of one kind: self-check, technical, for auditors, others.",
        "render": "Render an earlier result again, to the same bytes.",
    },
    "Logs": {
        "detect": "Apply Sigma rules to logs: files, folders, archives, standard input.",
        "ingest": "Take logs into Elasticsearch.",
        "search": "Apply Sigma rules to what Elasticsearch holds.",
        "watch": "Watch over what comes into Elasticsearch, or into log files here.",
        "alerts": "What detections raised, and raising it again from its evidence.",
        "rules": "Check, test, explain, convert, import and back-test rules.",
    },
    "Network": {
        "scan": "See what is there: without a packet, or gently in a signed scope.",
        "assets": "Machines and devices, and what became of them.",
        "findings": "Weak points, what to mend first, and letters to makers.",
        "knowledge": "What is known of products: weaknesses and ends of support.",
    },
    "Requirements": {
        "assess": "Score an organisation against Normen; actions, sheets, exchange.",
        "packs": "The same against the GDPR, the Digital Security Act and others.",
        "ros": "Assess risk and vulnerability.",
        "dpia": "Assess the impact on data protection.",
        "breach": "Assess a breach of personal data: whom to tell, and by when.",
        "clocks": "When periods of laws end.",
        "group": "An owner's units, each by itself and side by side.",
        "sector": "The answers of many organisations, without naming one.",
    },
    "This installation": {
        "content": "Check, describe and copy rules, checklists, scanners and texts.",
        "doctor": "Check the installation, and where each setting comes from.",
        "completion": "Completion for a shell.",
    },
}


def main() -> None:
    """Run the command line and end the process with its exit code."""
    app.main(prog_name="sentinel")
