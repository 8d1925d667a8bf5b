"""Writes alerts and ledgers in the forms that other programs read: one file a form, text from nouns."""
