"""Asks one thing of one service, in its own protocol: pure exchanges of bytes, without any socket or clock."""

from sentinel.scan.probes.catalogue import PROBES, SENSITIVE

__all__ = ["PROBES", "SENSITIVE"]
