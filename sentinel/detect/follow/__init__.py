"""Follows log files that are still written: what is new in them, once, whatever becomes of the files."""
