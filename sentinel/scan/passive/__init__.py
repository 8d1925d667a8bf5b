"""Reads captures: what hosts let be known of themselves on the wire, and nothing of patients. Sends no packet."""

from sentinel.scan.passive.observing import observe

__all__ = ["observe"]
