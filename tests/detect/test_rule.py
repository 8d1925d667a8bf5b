from __future__ import annotations

from sentinel.detect.rule import LogSourceKey


def test_a_log_source_leaves_parts_open() -> None:
    assert str(LogSourceKey("process_creation", "windows", None)) == "windows/process_creation/*"
    assert str(LogSourceKey(None, None, "sshd")) == "*/*/sshd"
