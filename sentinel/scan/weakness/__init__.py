"""Judges assets by a bundle of knowledge: what is stated about their products and versions, and how sure that is."""
