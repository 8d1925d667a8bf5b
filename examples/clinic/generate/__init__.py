"""Writes the synthetic clinic's files again: `python -m examples.clinic.generate.logs`, `….capture`, `….network`."""
