"""Readers of other tools' results, one file a format; formats.py knows them all."""
