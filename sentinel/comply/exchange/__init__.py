"""Answers that come from other forms than our own file: sheets, tables, OSCAL. All are held to the same rules."""
