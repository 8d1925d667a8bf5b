"""Saves and loads nouns; the only place that knows SQL."""
