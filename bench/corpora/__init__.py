"""Logs to measure on: made by seeded scripts, the same bytes on every run, with synthetic people and machines only."""
